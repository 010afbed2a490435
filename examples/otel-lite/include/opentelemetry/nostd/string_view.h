// nostd::string_view: std::string_view when the build asks for the standard library's types
// (OPENTELEMETRY_STL_VERSION >= 2017), otherwise a class of its own with the upstream back port's members. User code
// has to compile with both, so nothing is added here that the back port lacks.
#pragma once

#include "opentelemetry/version.h"

#if defined(OPENTELEMETRY_STL_VERSION) && OPENTELEMETRY_STL_VERSION >= 2017
#define OPENTELEMETRY_HAVE_STD_STRING_VIEW
#include <string_view>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {
using string_view = std::string_view;
}
OPENTELEMETRY_END_NAMESPACE
#else
#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {
using Traits = std::char_traits<char>;

class string_view {
 public:
  using size_type = std::size_t;
  static constexpr size_type npos = static_cast<size_type>(-1);

  string_view() noexcept = default;
  string_view(const char* text) noexcept : view_(text) {}
  string_view(const std::basic_string<char>& text) noexcept : view_(text) {}
  string_view(const char* text, size_type length) noexcept : view_(text, length) {}

  explicit operator std::string() const { return std::string(view_); }

  const char* data() const noexcept { return view_.data(); }
  bool empty() const noexcept { return view_.empty(); }
  size_type length() const noexcept { return view_.size(); }
  size_type size() const noexcept { return view_.size(); }
  const char* begin() const noexcept { return view_.data(); }
  const char* end() const noexcept { return view_.data() + view_.size(); }
  const char& operator[](size_type i) { return view_.data()[i]; }
  string_view substr(size_type pos, size_type n = npos) const {
    const std::string_view part = view_.substr(pos, n);
    return string_view(part.data(), part.size());
  }
  size_type find(char ch, size_type pos = 0) const noexcept { return view_.find(ch, pos); }
  int compare(string_view other) const noexcept { return view_.compare(other.view_); }
  int compare(size_type pos, size_type count, string_view other) const { return substr(pos, count).compare(other); }
  int compare(const char* other) const { return view_.compare(other); }
  bool operator<(const string_view other) const noexcept { return view_ < other.view_; }
  bool operator>(const string_view other) const noexcept { return view_ > other.view_; }

 private:
  std::string_view view_;
};

inline bool operator==(string_view a, string_view b) noexcept { return a.compare(b) == 0; }
inline bool operator==(string_view a, const std::string& b) noexcept { return a == string_view(b); }
inline bool operator==(const std::string& a, string_view b) noexcept { return string_view(a) == b; }
inline bool operator==(string_view a, const char* b) noexcept { return a == string_view(b); }
inline bool operator==(const char* a, string_view b) noexcept { return string_view(a) == b; }
inline bool operator!=(string_view a, string_view b) noexcept { return !(a == b); }
inline bool operator!=(string_view a, const std::string& b) noexcept { return !(a == b); }
inline bool operator!=(const std::string& a, string_view b) noexcept { return !(a == b); }
inline bool operator!=(string_view a, const char* b) noexcept { return !(a == b); }
inline bool operator!=(const char* a, string_view b) noexcept { return !(a == b); }
inline std::ostream& operator<<(std::ostream& out, string_view text) {
  return out.write(text.data(), static_cast<std::streamsize>(text.size()));
}
}  // namespace nostd
OPENTELEMETRY_END_NAMESPACE

template <>
struct std::hash<OPENTELEMETRY_NAMESPACE::nostd::string_view> {
  std::size_t operator()(const OPENTELEMETRY_NAMESPACE::nostd::string_view& text) const noexcept {
    return std::hash<std::string_view>{}(std::string_view(text.data(), text.size()));
  }
};
#endif
