// One stored entry of the facts cache as bytes: what must be as it was, and the facts behind it
// (docs/formats/cache.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spangate {

struct CacheEntry {
  struct Input {
    std::string path;
    uint64_t hash = 0;
  };
  std::string key;                    // where the entry lies; another one under its name is not believed
  std::vector<Input> files;           // hash: FileStates::Content; sorted
  std::vector<Input> folders;         // hash: FileStates::Folder::listing; sorted
  std::vector<std::string> defaults;  // IncludeWatcher::DefaultFolders
  uint64_t resolution = 0;            // IncludeWatch::resolution

  std::vector<std::string> Paths() const;  // of the files
  std::string Bytes(std::string_view facts) const;
  /// The bytes of the facts, or nullopt for what no Bytes wrote.
  static std::optional<std::string_view> Read(std::string_view bytes, CacheEntry& entry);
};

}  // namespace spangate
