#include "reports/line_hash.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <unordered_map>

#include "reports/utf8.h"

namespace spangate {
namespace {

constexpr size_t kWindow = 100;
constexpr uint64_t kBase = 37;
constexpr uint16_t kEndOfFile = 65535;

constexpr uint64_t BaseToTheWindow() {
  uint64_t power = 1;
  for (size_t i = 0; i < kWindow; ++i) power *= kBase;
  return power;
}

// A line's hash is known once the window, a ring, has come round to the line's first character.
class RollingHash {
 public:
  void Take(uint16_t unit) {
    if (unit == ' ' || unit == '\t' || (after_cr_ && unit == '\n')) {
      after_cr_ = false;
      return;
    }
    after_cr_ = unit == '\r';
    if (after_cr_) unit = '\n';
    if (line_at_[index_]) Emit();
    if (line_begins_) line_at_[index_] = true;
    line_begins_ = unit == '\n';
    Push(unit);
  }

  std::vector<std::string> Finish() {
    Take(kEndOfFile);
    for (size_t i = 0; i < kWindow; ++i) {
      if (line_at_[index_]) Emit();
      Push(0);
    }
    return std::move(hashes_);
  }

 private:
  void Push(uint16_t unit) {
    hash_ = kBase * hash_ + unit - BaseToTheWindow() * window_[index_];
    window_[index_] = unit;
    index_ = (index_ + 1) % kWindow;
  }

  void Emit() {
    hashes_.push_back(fmt::format("{:x}:{}", hash_, ++seen_[hash_]));
    line_at_[index_] = false;
  }

  std::array<uint16_t, kWindow> window_{};
  std::array<bool, kWindow> line_at_{};
  size_t index_ = 0;
  uint64_t hash_ = 0;
  bool line_begins_ = true;
  bool after_cr_ = false;
  std::unordered_map<uint64_t, uint32_t> seen_;
  std::vector<std::string> hashes_;
};

}  // namespace

std::vector<std::string> LineHashes(std::string_view text) {
  RollingHash hash;
  while (!text.empty()) {
    const CodePoint point = FrontCodePoint(text);
    if (point.value > 0xFFFF) {
      hash.Take(static_cast<uint16_t>(0xD800 + ((point.value - 0x10000) >> 10)));
      hash.Take(static_cast<uint16_t>(0xDC00 + ((point.value - 0x10000) & 0x3FF)));
    } else {
      hash.Take(static_cast<uint16_t>(point.value));
    }
    text.remove_prefix(point.length);
  }
  return hash.Finish();
}

}  // namespace spangate
