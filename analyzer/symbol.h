// An immutable string, kept once per process. Facts repeat the same few thousand names millions of times.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string_view>

namespace spangate {

/// Four bytes; copying and == cost an integer, order is by content so that output never depends on arrival.
/// Thread-safe; the text lives until the process ends. The default is the empty string.
class Symbol {
 public:
  constexpr Symbol() = default;
  explicit Symbol(std::string_view text);
  std::string_view view() const;
  bool empty() const { return id_ == 0; }
  uint32_t id() const { return id_; }
  operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor): reads like a string_view

  friend bool operator==(Symbol a, Symbol b) { return a.id_ == b.id_; }
  friend bool operator==(Symbol a, std::string_view b) { return a.view() == b; }
  friend bool operator==(Symbol a, const char* b) { return a.view() == b; }
  friend std::strong_ordering operator<=>(Symbol a, Symbol b) { return a.view() <=> b.view(); }
  friend std::ostream& operator<<(std::ostream& out, Symbol symbol) { return out << symbol.view(); }

 private:
  uint32_t id_ = 0;
};

}  // namespace spangate

template <>
struct std::hash<spangate::Symbol> {
  size_t operator()(spangate::Symbol symbol) const noexcept { return symbol.id(); }
};
