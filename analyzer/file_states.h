// What the cache knows of files and folders: looked at once per run, however many translation units read them.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/include_scanner.h"

namespace spangate {

/// Nanoseconds since the epoch.
int64_t WallClock();

/// Thread-safe. A table of hashes may be kept between runs: one is believed only where size, times, inode and device
/// agree and the file had been left alone for a while when it was hashed.
class FileStates {
 public:
  struct Folder {
    bool exists = false;
    uint64_t listing = 0;  // hash of the sorted names; 0 for a folder that does not exist
    std::unordered_set<std::string> names;
  };

  // A file that was written this shortly before it was looked at may be written again without its times changing:
  // clocks of file systems tick in steps of up to two seconds. Nanoseconds.
  static constexpr int64_t kSettled = 2'000'000'000;

  explicit FileStates(int64_t settled = kSettled) : settled_(settled) {}

  /// Takes over a table that Save gave. False, and nothing is taken over, when it is damaged or foreign.
  bool Load(std::string_view table);
  /// The table of all files that this run or earlier ones hashed; at most `max_files`, those of this run first.
  std::string Save(size_t max_files) const;
  /// Whether Save would say anything that Load did not.
  bool changed() const;

  /// Hash of the file's bytes and of its real path; 0 when it cannot be read. Never 0 otherwise.
  uint64_t Content(const std::string& path);
  /// The same, looked at again: 0 also when it may have changed at or after `since` (WallClock), so that a parse that
  /// began then may have read something else.
  uint64_t ContentUnchangedSince(const std::string& path, int64_t since);

  const Folder& FolderAt(const std::string& path);
  bool Exists(const std::string& path) { return FolderAt(FolderOf(path)).names.contains(NameOf(path)); }
  /// `path` itself when it is a folder, else the nearest folder above it.
  const std::string& NearestFolder(const std::string& path);
  /// What the file's text includes; empty when it cannot be read.
  const std::vector<IncludeDirective>& Directives(const std::string& path);

  static std::string FolderOf(const std::string& path);
  static std::string NameOf(const std::string& path);

 private:
  struct Stamp {
    uint64_t size = 0, inode = 0, device = 0;
    int64_t modified = 0, changed = 0;  // nanoseconds
    bool operator==(const Stamp&) const = default;
  };
  struct File {
    Stamp stamp;
    uint64_t hash = 0;
    int64_t seen = 0;       // when the stamp was taken, before the bytes were read
    bool this_run = false;  // stamp and hash are of this run
  };

  static std::optional<Stamp> StampOf(const std::string& path);
  File& Look(const std::string& path);

  const int64_t settled_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, File> files_;
  std::unordered_map<std::string, Folder> folders_;
  std::unordered_map<std::string, std::string> nearest_;
  std::unordered_map<std::string, std::vector<IncludeDirective>> directives_;
  bool changed_ = false;
};

}  // namespace spangate
