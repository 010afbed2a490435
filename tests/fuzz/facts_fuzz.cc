// Facts come from caches and other machines: any bytes are refused or parse into facts that write the same bytes again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analyzer/facts.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto facts = spangate::ParseFacts(bytes);
  if (facts.has_value() && spangate::SerializeFacts(facts.value()) != bytes) std::abort();
  return 0;
}
