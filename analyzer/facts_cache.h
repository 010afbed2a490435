// Facts of translation units, kept between runs: an unchanged TU is never parsed again (docs/formats/cache.md).
//
// A stored entry holds for one command, one libclang and one build of this program. It is used only while every file
// that the TU read has the same bytes and every #include still leads to the same file.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/facts.h"
#include "analyzer/file_states.h"
#include "analyzer/include_watch.h"
#include "analyzer/read_source.h"

namespace spangate {

struct CacheEntry;
struct Libclang;
struct LibclangIdentity;

struct FactsCacheOptions {
  std::string folder;        // made when missing
  std::string project_root;  // absolute, real
  uint64_t limit = 0;        // bytes of all projects together; the entries that were used longest ago go first
  int64_t settled = FileStates::kSettled;
};

/// Thread-safe. Never an error: what cannot be read is parsed again, what cannot be written is a warning.
class FactsCache {
 public:
  explicit FactsCache(FactsCacheOptions options);

  /// Entries are looked up and stored for this libclang. Without one every command is a miss.
  void Use(const LibclangIdentity& identity);
  /// The library that `option` would load, as far as an earlier run found out.
  std::optional<LibclangIdentity> IdentityFor(const std::string& option) const;
  void Remember(const std::string& option, const Libclang& clang, const LibclangIdentity& identity);

  /// The facts as parsing would give them now, or nullopt. `arguments`: those that libclang gets, the source file last.
  std::optional<TuFacts> Load(const CompileCommand& command, const std::vector<std::string>& arguments,
                              KnownContents* known);
  /// Keeps sealed facts, unless a file may have changed since the parse began (`began`: WallClock).
  void Store(const CompileCommand& command, const std::vector<std::string>& arguments, const TuFacts& facts,
             int64_t began);
  /// Files below the project root that the command read when it was last stored, however long ago; nullopt when never.
  std::optional<std::vector<std::string>> FilesLastRead(const CompileCommand& command,
                                                        const std::vector<std::string>& arguments);

  /// Writes what later runs need, removes what is above the limit.
  void Finish();
  /// One line each, for the reader.
  std::vector<std::string> warnings() const;

 private:
  std::string EntryPath(const CompileCommand& command, const std::vector<std::string>& arguments) const;
  bool Holds(const CacheEntry& entry, const CompileCommand& command, const std::vector<std::string>& arguments,
             bool& renew);
  const std::string& RealPath(const std::string& path);  // every command read the same headers
  void Write(const std::string& path, const std::string& bytes);
  void Warn(std::string text);

  FactsCacheOptions options_;
  std::string project_;  // folder of this project's entries
  std::string identity_;
  FileStates states_;
  IncludeWatcher watcher_;
  std::atomic<bool> written_{false};
  std::atomic<bool> writable_{true};
  mutable std::mutex mutex_;
  std::vector<std::string> warnings_;
  std::unordered_map<std::string, std::string> real_paths_;
};

/// What lies in a cache folder.
struct CacheStats {
  struct Project {
    std::string root;
    uint64_t entries = 0;
    uint64_t bytes = 0;
  };
  std::vector<Project> projects;  // by root
};
/// Errors: kUsage when the folder holds something else than a cache. A folder that does not exist is an empty cache.
Result<CacheStats> CacheContents(const std::string& folder);
/// Removes every entry; the folder stays. Errors as CacheContents, kSystem when a file cannot be removed.
Status CleanCache(const std::string& folder);

}  // namespace spangate
