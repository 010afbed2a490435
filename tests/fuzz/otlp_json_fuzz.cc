#include <cstddef>
#include <cstdint>

#include "tests/fuzz/decode_property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  spangate::CheckDecode(spangate::Encoding::kJson, {reinterpret_cast<const char*>(data), size});
  return 0;
}
