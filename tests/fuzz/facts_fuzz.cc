// Facts come from caches and other machines: any bytes are refused or parse into facts that survive the round trip. The
// checksum is made right first; it would keep every mutation from the code behind it.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "analyzer/facts.h"

namespace {

constexpr size_t kChecksumAt = 8;
constexpr size_t kLengthAt = 16;
constexpr size_t kBodyAt = 24;

void MendFrame(std::string& bytes) {
  if (bytes.size() < kBodyAt) return;
  const uint64_t length = bytes.size() - kBodyAt;
  for (size_t i = 0; i < 8; ++i) bytes[kLengthAt + i] = static_cast<char>(length >> (8 * i));
  const uint64_t checksum = XXH3_64bits(bytes.data() + kLengthAt, bytes.size() - kLengthAt);
  for (size_t i = 0; i < 8; ++i) bytes[kChecksumAt + i] = static_cast<char>(checksum >> (8 * i));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  MendFrame(bytes);
  const auto facts = spangate::ParseFacts(bytes, "/root");
  if (!facts.has_value()) return 0;
  const std::string again = spangate::SerializeFacts(facts.value(), "/root");
  const auto second = spangate::ParseFacts(again, "/root");
  if (!second.has_value() || spangate::SerializeFacts(second.value(), "/root") != again) std::abort();
  return 0;
}
