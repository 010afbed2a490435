// 8 bytes that name a span inside its trace; all zeroes is invalid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "opentelemetry/nostd/span.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {
class SpanId final {
 public:
  static constexpr size_t kSize = 8;

  SpanId() noexcept = default;
  explicit SpanId(nostd::span<const uint8_t, kSize> id) noexcept { std::memcpy(bytes_, id.data(), kSize); }

  void ToLowerBase16(nostd::span<char, 2 * kSize> buffer) const noexcept {
    constexpr char kHex[] = "0123456789abcdef";
    for (size_t i = 0; i < kSize; ++i) {
      buffer[2 * i] = kHex[bytes_[i] >> 4];
      buffer[2 * i + 1] = kHex[bytes_[i] & 0xF];
    }
  }
  nostd::span<const uint8_t, kSize> Id() const noexcept { return nostd::span<const uint8_t, kSize>(bytes_); }
  bool operator==(const SpanId& that) const noexcept { return std::memcmp(bytes_, that.bytes_, kSize) == 0; }
  bool operator!=(const SpanId& that) const noexcept { return !(*this == that); }
  bool IsValid() const noexcept { return *this != SpanId(); }
  void CopyBytesTo(nostd::span<uint8_t, kSize> dest) const noexcept { std::memcpy(dest.data(), bytes_, kSize); }

 private:
  uint8_t bytes_[kSize] = {};
};
}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
