#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mock-collector/capture_format.h"
#include "tests/fuzz/decode_property.h"

using namespace spangate;  // NOLINT(google-build-using-namespace): a program of one function

// Reads the input as a capture, then as a body of frames whose checksums are right, which a fuzzer would never hit.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto read = ReadCaptureBytes(bytes);
  Require(!read.has_value() || read.value().frames > 0 || !read.value().truncated.empty() || size == 8);

  std::string frame = bytes.size() < 4 ? std::string(4, '\0') : std::string(bytes);
  std::string length;
  capture_format::AppendLittleEndian(length, static_cast<uint32_t>(frame.size() - 4));
  frame.replace(0, 4, length);
  capture_format::AppendLittleEndian(frame, capture_format::Crc32c(frame));
  const auto decoded = capture_format::DecodeFrame(frame);
  Require(decoded.size == frame.size() || !decoded.problem.empty());
  static_cast<void>(ReadCaptureBytes(capture_format::EncodeHeader() + frame));
  return 0;
}
