#include "analyzer/cache_folder.h"

#define XXH_INLINE_ALL
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <vector>

#include "analyzer/facts_cache.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTag = "CACHEDIR.TAG";  // bford.info/cachedir
constexpr std::string_view kTagText =
    "Signature: 8a477f597d28d172789f06886806bc55\n# Facts that spangate can make again. `spangate cache clean` removes "
    "them.\n";
constexpr std::string_view kTemporary = ".tmp";
constexpr int64_t kDay = int64_t{24} * 3600 * 1'000'000'000;
constexpr int64_t kHour = int64_t{3600} * 1'000'000'000;
constexpr int64_t kKernelTick = 20'000'000;

struct File {
  std::string path;
  uint64_t size = 0;
  int64_t used = 0;
};

// Files that another run removes meanwhile are none.
std::vector<File> FilesIn(const std::string& folder) {
  std::vector<File> files;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(folder, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    struct stat status {};
    const std::string path = entry->path().string();
    if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    files.push_back({path, static_cast<uint64_t>(status.st_size),
                     int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec});
  }
  return files;
}

bool IsCache(const std::string& folder) {
  std::ifstream tag(fs::path(folder) / kTag);
  std::string line;
  return static_cast<bool>(std::getline(tag, line)) && kTagText.starts_with(line);
}

std::string Problem(const std::string& path, int number) {
  return fmt::format("cannot write {} ({})", path, std::generic_category().message(number));
}

// Like open(2), an errno on failure.
int WriteNew(const std::string& path, const std::string& bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return errno;
  int failed = 0;
  for (size_t at = 0; at < bytes.size() && failed == 0;) {
    const ssize_t written = ::write(file, bytes.data() + at, bytes.size() - at);
    if (written >= 0) {
      at += static_cast<size_t>(written);
    } else if (errno != EINTR) {
      failed = errno;
    }
  }
  if (::close(file) != 0 && failed == 0) failed = errno;
  return failed;
}

int WriteRenamed(const std::string& path, const std::string& bytes) {
  static std::atomic<unsigned> count{0};
  const std::string name = fmt::format("{}.{}.{}{}", path, ::getpid(), ++count, kTemporary);
  int failed = WriteNew(name, bytes);
  if (failed == 0 && ::rename(name.c_str(), path.c_str()) != 0) failed = errno;
  if (failed != 0) ::unlink(name.c_str());
  return failed;
}

}  // namespace

std::string ProjectFolder(const std::string& folder, const std::string& project_root) {
  return fmt::format("{}/projects/{:016x}", folder, XXH3_64bits(project_root.data(), project_root.size()));
}

std::string WriteCacheFile(const std::string& folder, const std::string& path, const std::string& bytes) {
  int failed = WriteRenamed(path, bytes);
  if (failed == ENOENT) {  // the first entry, or one of a folder that was cleaned meanwhile
    std::error_code error;
    fs::create_directories(fs::path(path).parent_path(), error);
    if (error) return Problem(path, error.value());
    const std::string tag = folder + "/" + kTag;
    if (!fs::exists(tag, error)) (void)WriteRenamed(tag, std::string(kTagText));
    failed = WriteRenamed(path, bytes);
  }
  return failed == 0 ? std::string() : Problem(path, failed);
}

void MarkUsed(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  const int64_t used = int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  if (used + kDay < WallClock()) (void)::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
}

bool ChangedSince(const std::string& folder, int64_t since) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) return true;
  return int64_t{status.st_ctim.tv_sec} * 1'000'000'000 + status.st_ctim.tv_nsec + kKernelTick >= since;
}

void TrimCache(const std::string& folder, uint64_t limit) {
  std::vector<File> files = FilesIn(folder + "/projects");
  const int64_t now = WallClock();
  uint64_t total = 0;
  std::erase_if(files, [&](const File& file) {
    const bool abandoned = file.path.ends_with(kTemporary) && file.used + kHour < now;
    if (abandoned) ::unlink(file.path.c_str());
    if (!abandoned) total += file.size;
    return abandoned;
  });
  if (total <= limit) return;
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.used < b.used; });
  for (const File& file : files) {
    if (total <= limit / 10 * 9) break;
    if (::unlink(file.path.c_str()) == 0) total -= file.size;
  }
}

Result<CacheStats> CacheContents(const std::string& folder) {
  CacheStats stats;
  std::error_code error;
  if (!fs::exists(folder, error) || (fs::is_directory(folder, error) && fs::is_empty(folder, error))) return stats;
  if (!IsCache(folder)) {
    return Error{ErrorKind::kUsage, fmt::format("{}: not a cache of spangate ({} is missing)", folder, kTag)};
  }
  std::map<std::string, CacheStats::Project> projects;
  for (const File& file : FilesIn(folder + "/projects")) {
    const fs::path relative = fs::path(file.path).lexically_relative(folder + "/projects");
    CacheStats::Project& project = projects[relative.begin()->string()];
    project.bytes += file.size;
    // Entries lie one folder deeper than the project's own files.
    if (std::distance(relative.begin(), relative.end()) == 3) ++project.entries;
    if (relative.filename() == kProjectName) {
      std::ifstream name(file.path);
      std::getline(name, project.root);
    }
  }
  for (auto& [hash, project] : projects) stats.projects.push_back(std::move(project));
  std::sort(stats.projects.begin(), stats.projects.end(), [](const auto& a, const auto& b) { return a.root < b.root; });
  return stats;
}

Status CleanCache(const std::string& folder) {
  const Result<CacheStats> contents = CacheContents(folder);
  if (!contents.has_value()) return contents.error();
  for (const char* name : {"projects", "libclang.json"}) {
    std::error_code error;
    fs::remove_all(fs::path(folder) / name, error);
    if (error) return Error{ErrorKind::kSystem, fmt::format("{}/{}: {}", folder, name, error.message())};
  }
  return Ok();
}

}  // namespace spangate
