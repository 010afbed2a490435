// A cache folder may hold anything: any bytes are refused or read back as entry and as file table without harm. The
// checksum is made right first; it would keep every mutation from the code behind it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "analyzer/byte_stream.h"
#include "analyzer/cache_entry.h"
#include "analyzer/file_states.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  spangate::CacheEntry entry;
  const std::string stored = spangate::Framed("SPGUNIT", 1, body);
  if (const auto facts = spangate::CacheEntry::Read(stored, entry)) {
    const std::string again = entry.Bytes(*facts);
    spangate::CacheEntry second;
    const auto same = spangate::CacheEntry::Read(again, second);
    if (!same || *same != *facts || second.Bytes(*same) != again) std::abort();
  }
  spangate::FileStates states;
  if (states.Load(spangate::Framed("SPGFILE", 1, body))) {
    const std::string again = states.Save(SIZE_MAX);
    if (!spangate::FileStates().Load(again)) std::abort();
  }
  return 0;
}
