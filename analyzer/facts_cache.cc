#include "analyzer/facts_cache.h"

#define XXH_INLINE_ALL
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "analyzer/cache_entry.h"
#include "analyzer/cache_folder.h"
#include "analyzer/libclang_identity.h"
#include "common/path.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFilesInTable = 500'000;
constexpr const char* kFileTable = "files";
constexpr const char* kLibclangRecord = "libclang.json";

// What else than flags tells the compiler where to look.
constexpr std::array kEnvironment = {"CPATH",   "C_INCLUDE_PATH",  "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH",
                                     "SDKROOT", "GCC_EXEC_PREFIX", "COMPILER_PATH"};

// These name files that no inclusion list shows.
constexpr std::array<std::string_view, 5> kUnseenInputs = {"-ivfsoverlay", "-fmodules", "-fmodule-file",
                                                           "-fmodule-map-file", "-fprebuilt-module"};

bool HasUnseenInput(const std::vector<std::string>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [](const std::string& argument) {
    return std::any_of(kUnseenInputs.begin(), kUnseenInputs.end(),
                       [&](std::string_view flag) { return argument.starts_with(flag); });
  });
}

std::optional<std::string> ReadWhole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  return in.bad() ? std::nullopt : std::optional(std::move(bytes));
}

// Another build of this program may say other things about the same source.
const std::string& ToolIdentity() {
  static const std::string identity = [] {
    std::string id = BuildId("");
    struct stat status {};
    if (id.empty() && ::stat("/proc/self/exe", &status) == 0) {
      id = fmt::format("{} {}.{}", status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
    }
    return id;
  }();
  return identity;
}

std::string Hex(XXH128_hash_t hash) { return fmt::format("{:016x}{:016x}", hash.high64, hash.low64); }

std::vector<std::string> SortedUnique(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

}  // namespace

FactsCache::FactsCache(FactsCacheOptions options)
    : options_(std::move(options)),
      project_(ProjectFolder(options_.folder, options_.project_root)),
      states_(options_.settled),
      watcher_(states_) {
  if (const auto table = ReadWhole(project_ + "/" + kFileTable)) (void)states_.Load(*table);
}

void FactsCache::Use(const LibclangIdentity& identity) { identity_ = identity.text; }

std::optional<LibclangIdentity> FactsCache::IdentityFor(const std::string& option) const {
  const auto record = ReadWhole(options_.folder + "/" + kLibclangRecord);
  return record ? RememberedIdentity(*record, LibclangRequest(option)) : std::nullopt;
}

void FactsCache::Remember(const std::string& option, const Libclang& clang, const LibclangIdentity& identity) {
  const std::string path = options_.folder + "/" + kLibclangRecord;
  const std::string before = ReadWhole(path).value_or("");
  const std::string after = RememberIdentity(before, LibclangRequest(option), clang, identity);
  if (after != before) Write(path, after);
}

std::string FactsCache::EntryPath(const CompileCommand& command, const std::vector<std::string>& arguments) const {
  std::string key;
  const auto add = [&key](std::string_view text) {
    key += std::to_string(text.size());
    key += ':';
    key += text;
  };
  for (const std::string_view text :
       {std::string_view(ToolIdentity()), std::string_view(identity_), std::string_view(options_.project_root),
        std::string_view(command.directory), std::string_view(command.file)}) {
    add(text);
  }
  for (const char* name : kEnvironment) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): spangate never changes its environment
    add(value == nullptr ? "" : value);
  }
  for (const std::string& argument : arguments) add(argument);
  const std::string hex = Hex(XXH3_128bits(key.data(), key.size()));
  return fmt::format("{}/{}/{}", project_, hex.substr(0, 2), hex.substr(2));
}

bool FactsCache::Holds(const CacheEntry& entry, const CompileCommand& command,
                       const std::vector<std::string>& arguments, bool& renew) {
  if (!states_.FolderAt(command.directory).exists) return false;
  for (const CacheEntry::Input& file : entry.files) {
    if (states_.Content(file.path) != file.hash) return false;
  }
  const auto as_it_was = [&](const CacheEntry::Input& folder) {
    return states_.FolderAt(folder.path).listing == folder.hash;
  };
  renew = !std::all_of(entry.folders.begin(), entry.folders.end(), as_it_was);
  // Names came or went where includes are looked for; most often they are none that anybody includes.
  return !renew ||
         watcher_.Watch(arguments, command.directory, entry.defaults, entry.Paths()).resolution == entry.resolution;
}

std::optional<TuFacts> FactsCache::Load(const CompileCommand& command, const std::vector<std::string>& arguments,
                                        KnownContents* known) {
  if (identity_.empty()) return std::nullopt;
  const std::string path = EntryPath(command, arguments);
  const auto bytes = ReadWhole(path);
  if (!bytes) return std::nullopt;
  CacheEntry entry;
  const auto facts = CacheEntry::Read(*bytes, entry);
  bool renew = false;
  if (!facts || entry.key != path.substr(project_.size()) || !Holds(entry, command, arguments, renew)) {
    return std::nullopt;
  }
  Result<TuFacts> read = ParseFacts(*facts, options_.project_root, known);
  if (!read.has_value()) return std::nullopt;
  if (renew) {
    for (CacheEntry::Input& folder : entry.folders) folder.hash = states_.FolderAt(folder.path).listing;
    const IncludeWatch watch = watcher_.Watch(arguments, command.directory, entry.defaults, entry.Paths());
    entry.folders.clear();
    for (const Symbol folder : watch.folders) {
      const std::string name(folder.view());
      entry.folders.push_back({name, states_.FolderAt(name).listing});
    }
    Write(path, entry.Bytes(*facts));
  } else {
    MarkUsed(path);
  }
  return std::move(read.value());
}

void FactsCache::Store(const CompileCommand& command, const std::vector<std::string>& arguments, const TuFacts& facts,
                       int64_t began) {
  if (identity_.empty() || !writable_ || facts.outcome == TuOutcome::kFailed || HasUnseenInput(arguments)) return;
  CacheEntry entry;
  std::vector<std::string> files = facts.files_read;
  files.push_back(command.file);
  files = SortedUnique(std::move(files));
  for (const std::string& file : files) {
    const uint64_t hash = states_.ContentUnchangedSince(file, began);
    if (hash == 0) return;
    entry.files.push_back({file, hash});
  }
  entry.defaults = watcher_.DefaultFolders(arguments, command.directory, files);
  const IncludeWatch watch = watcher_.Watch(arguments, command.directory, entry.defaults, files);
  // A missing header whose name a macro makes could appear unseen.
  if (watch.has_computed && facts.outcome != TuOutcome::kClean) return;
  entry.resolution = watch.resolution;
  for (const Symbol folder : watch.folders) {
    const std::string name(folder.view());
    if (ChangedSince(name, began)) return;
    entry.folders.push_back({name, states_.FolderAt(name).listing});
  }
  const std::string path = EntryPath(command, arguments);
  entry.key = path.substr(project_.size());
  Write(path, entry.Bytes(SerializeFacts(facts, options_.project_root)));
}

std::optional<std::vector<std::string>> FactsCache::FilesLastRead(const CompileCommand& command,
                                                                  const std::vector<std::string>& arguments) {
  const std::string path = EntryPath(command, arguments);
  const auto bytes = identity_.empty() ? std::nullopt : ReadWhole(path);
  CacheEntry entry;
  if (!bytes || !CacheEntry::Read(*bytes, entry) || entry.key != path.substr(project_.size())) return std::nullopt;
  std::vector<std::string> files;
  for (const CacheEntry::Input& file : entry.files) {
    const std::string& real = RealPath(file.path);
    if (IsBelow(real, options_.project_root)) files.push_back(real);
  }
  return files;
}

const std::string& FactsCache::RealPath(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  const auto [at, fresh] = real_paths_.try_emplace(path);
  if (fresh) {
    std::error_code error;
    at->second = fs::weakly_canonical(path, error).string();
    if (error) at->second = path;
  }
  return at->second;
}

void FactsCache::Write(const std::string& path, const std::string& bytes) {
  if (!writable_) return;
  const std::string problem = WriteCacheFile(options_.folder, path, bytes);
  if (problem.empty()) {
    written_ = true;
    return;
  }
  if (writable_.exchange(false)) {
    Warn(
        fmt::format("cache: {}; this result is right, but the next run will not be faster (--cache-dir names another "
                    "folder, --no-cache none)",
                    problem));
  }
}

void FactsCache::Finish() {
  if (states_.changed()) Write(project_ + "/" + kFileTable, states_.Save(kMaxFilesInTable));
  if (!written_) return;
  Write(project_ + "/" + kProjectName, options_.project_root + "\n");
  TrimCache(options_.folder, options_.limit);
}

std::vector<std::string> FactsCache::warnings() const {
  const std::scoped_lock lock(mutex_);
  return warnings_;
}

void FactsCache::Warn(std::string text) {
  const std::scoped_lock lock(mutex_);
  warnings_.push_back(std::move(text));
}

}  // namespace spangate
