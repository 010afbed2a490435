// Bytes of a capture file, without files: docs/formats/capture.md in code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mock-collector/capture.h"

namespace spangate::capture_format {

inline constexpr std::string_view kMagic = "SPGCAP";
inline constexpr uint16_t kVersion = 1;
inline constexpr size_t kHeaderSize = kMagic.size() + sizeof kVersion;

template <class T>
void AppendLittleEndian(std::string& bytes, T value) {
  for (size_t i = 0; i < sizeof value; ++i) bytes += static_cast<char>(static_cast<uint64_t>(value) >> (8 * i) & 0xFF);
}

/// REQUIRES: bytes.size() >= sizeof(T)
template <class T>
T LoadLittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) value |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
  return static_cast<T>(value);
}

/// CRC-32C, Castagnoli's polynomial, as in RFC 3720.
uint32_t Crc32c(std::string_view bytes);

std::string EncodeHeader();
std::string EncodeFrame(const RequestMetadata& metadata, std::string_view payload);

/// size 0: torn or corrupt, `problem` says how. Otherwise the frame is as it was written, and `problem` is set when it
/// holds what this version does not know.
struct FrameOrProblem {
  size_t size = 0;
  RequestMetadata metadata;
  std::string_view payload;
  std::string problem;
};
FrameOrProblem DecodeFrame(std::string_view bytes);

}  // namespace spangate::capture_format
