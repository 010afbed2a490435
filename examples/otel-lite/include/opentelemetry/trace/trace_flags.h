// The flags byte of W3C trace context.
#pragma once

#include <cstdint>

#include "opentelemetry/nostd/span.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {
class TraceFlags final {
 public:
  static constexpr uint8_t kIsSampled = 1;
  static constexpr uint8_t kIsRandom = 2;

  TraceFlags() noexcept = default;
  explicit TraceFlags(uint8_t flags) noexcept : flags_(flags) {}

  bool IsSampled() const noexcept { return (flags_ & kIsSampled) != 0; }
  bool IsRandom() const noexcept { return (flags_ & kIsRandom) != 0; }
  void ToLowerBase16(nostd::span<char, 2> buffer) const noexcept {
    constexpr char kHex[] = "0123456789abcdef";
    buffer[0] = kHex[flags_ >> 4];
    buffer[1] = kHex[flags_ & 0xF];
  }
  uint8_t flags() const noexcept { return flags_; }
  bool operator==(const TraceFlags& that) const noexcept { return flags_ == that.flags_; }
  bool operator!=(const TraceFlags& that) const noexcept { return !(*this == that); }
  void CopyBytesTo(nostd::span<uint8_t, 1> dest) const noexcept { dest[0] = flags_; }

 private:
  uint8_t flags_ = 0;
};
}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
