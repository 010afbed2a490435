// spangate cache: what lies in the cache of facts, and away with it.

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "analyzer/facts_cache.h"
#include "cli/commands.h"

namespace spangate {
namespace {

constexpr uint64_t kMebibyte = uint64_t{1} << 20;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): spangate never changes its environment
  return value == nullptr ? "" : value;
}

std::string Size(uint64_t bytes) {
  return bytes < kMebibyte ? fmt::format("{} KiB", (bytes + 1023) / 1024)
                           : fmt::format("{:.1f} MiB", static_cast<double>(bytes) / static_cast<double>(kMebibyte));
}

void PrintStats(const std::string& folder, const CacheStats& stats) {
  uint64_t entries = 0;
  uint64_t bytes = 0;
  for (const CacheStats::Project& project : stats.projects) {
    fmt::print("{:>8} translation units {:>12}  {}\n", project.entries, Size(project.bytes),
               project.root.empty() ? "(unknown project)" : project.root);
    entries += project.entries;
    bytes += project.bytes;
  }
  fmt::print("{:>8} translation units {:>12}  in all, in {}\n", entries, Size(bytes), folder);
}

}  // namespace

std::string CacheFolder(const Arguments& arguments, const Configuration& configuration) {
  if (arguments.Has("no-cache")) return "";
  std::string folder = arguments.Get("cache-dir", configuration.cache_dir);
  if (folder.empty() && !Variable("XDG_CACHE_HOME").empty()) folder = Variable("XDG_CACHE_HOME") + "/spangate";
  if (folder.empty() && !Variable("HOME").empty()) folder = Variable("HOME") + "/.cache/spangate";
  std::error_code error;
  return folder.empty() ? folder : std::filesystem::absolute(folder, error).lexically_normal().string();
}

Result<uint64_t> CacheLimit(const Arguments& arguments) {
  const std::string text = arguments.Get("cache-limit", "4096");
  char* end = nullptr;
  const unsigned long long mebibytes = std::strtoull(text.c_str(), &end, 10);
  constexpr unsigned long long kMost = UINT64_MAX / kMebibyte;
  if (text.empty() || text.front() == '-' || *end != '\0' || mebibytes == 0 || mebibytes > kMost) {
    return Error{ErrorKind::kUsage, fmt::format("--cache-limit '{}': give the number of MiB, for example 2048", text)};
  }
  return mebibytes * kMebibyte;
}

int Cache(const Arguments& arguments) {
  Result<Session> session = StartSession(arguments, "cache");
  if (!session.has_value()) return Fail(session.error());
  const std::vector<std::string>& words = arguments.operands();
  const std::string what = words.size() == 1 ? words.front() : "";
  if (what != "clean" && what != "stats") {
    return Fail({ErrorKind::kUsage, "say what to do with the cache: spangate cache stats, or spangate cache clean"});
  }
  const std::string folder = CacheFolder(arguments, session.value().configuration);
  if (folder.empty())
    return Fail({ErrorKind::kUsage, "no cache folder: set HOME or XDG_CACHE_HOME, or give --cache-dir"});
  const Result<CacheStats> stats = CacheContents(folder);
  if (!stats.has_value()) return Fail(stats.error());
  if (what == "stats") {
    PrintStats(folder, stats.value());
    return kExitClean;
  }
  const Status cleaned = CleanCache(folder);
  if (!cleaned.has_value()) return Fail(cleaned.error());
  fmt::print("removed:\n");
  PrintStats(folder, stats.value());
  return kExitClean;
}

}  // namespace spangate
