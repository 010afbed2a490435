// The include flags of a command as an ordered list of folders.
#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>

#include "analyzer/include_scanner.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;
using Group = SearchPath::Group;
using Folder = SearchPath::Folder;

struct FolderFlag {
  std::string_view flag;
  Group group;
};

// Longer spellings first: each may carry its value in the same argument.
constexpr FolderFlag kFolderFlags[] = {
    {"--include-directory-after=", Group::kAfter},
    {"--include-directory-after", Group::kAfter},
    {"--include-directory=", Group::kAngled},
    {"--include-directory", Group::kAngled},
    {"-cxx-isystem", Group::kSystem},
    {"-isystem-after", Group::kAfter},
    {"-isystem", Group::kSystem},
    {"-iquote", Group::kQuote},
    {"-idirafter", Group::kAfter},
    {"-I", Group::kAngled},
};

// Flags that hold a path, and are no folder of the search.
constexpr std::array<std::string_view, 4> kForced = {"--include=", "-include", "-imacros", "--imacros="};

// The driver puts arguments to the compiler proper behind -Xclang, flag and value alike.
std::vector<std::string> WithoutXclang(const std::vector<std::string>& arguments) {
  std::vector<std::string> plain;
  plain.reserve(arguments.size());
  for (size_t i = 1; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (arguments[i] != "-Xclang") plain.push_back(arguments[i]);
  }
  return plain;
}

// The value of `flag`, in the same argument or the next, which is then consumed.
std::optional<std::string> ValueOf(const std::vector<std::string>& arguments, size_t& at, std::string_view flag) {
  const std::string& argument = arguments[at];
  if (!argument.starts_with(flag)) return std::nullopt;
  if (argument.size() > flag.size()) return argument.substr(flag.size());
  if (flag.ends_with('=') || at + 1 >= arguments.size()) return std::nullopt;
  return arguments[++at];
}

std::optional<std::string> ForcedInclude(const std::vector<std::string>& arguments, size_t& at) {
  if (arguments[at] == "-include-pch") return std::nullopt;
  for (const std::string_view flag : kForced) {
    if (auto value = ValueOf(arguments, at, flag)) return value;
  }
  return std::nullopt;
}

std::optional<Folder> NamedFolder(const std::vector<std::string>& arguments, size_t& at) {
  for (const FolderFlag& row : kFolderFlags) {
    if (auto value = ValueOf(arguments, at, row.flag)) return Folder{std::move(*value), row.group};
  }
  return std::nullopt;
}

std::string SysrootOf(const std::vector<std::string>& arguments) {
  std::string sysroot;
  for (size_t i = 0; i < arguments.size(); ++i) {
    for (const std::string_view flag : {"--sysroot=", "-isysroot"}) {
      if (const auto value = ValueOf(arguments, i, flag)) sysroot = *value;
    }
    if (arguments[i] == "--sysroot" && i + 1 < arguments.size()) sysroot = arguments[++i];
  }
  return sysroot;
}

std::string Absolute(const std::string& path, const std::string& directory, const std::string& sysroot) {
  if (path.starts_with('=')) return sysroot + path.substr(1);
  return fs::path(path).is_absolute() ? path : (fs::path(directory) / path).string();
}

// One name for a folder however it is spelled; also for one that does not exist yet.
std::string IdentityOf(const std::string& folder) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(folder, error);
  std::string name = error ? fs::path(folder).lexically_normal().string() : real.string();
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

// In order of groups; within the angled search a folder that a later system group names again is dropped here.
std::vector<Folder> Ordered(const std::vector<Folder>& named) {
  std::vector<std::pair<Folder, std::string>> sorted;
  for (const Folder& folder : named) sorted.emplace_back(folder, IdentityOf(folder.path));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first.group < b.first.group; });
  std::set<std::string> system;
  for (const auto& [folder, identity] : sorted) {
    if (folder.group > Group::kAngled) system.insert(identity);
  }
  std::vector<Folder> ordered;
  std::set<std::string> quoted;
  std::set<std::string> seen;
  for (const auto& [folder, identity] : sorted) {
    if (folder.group == Group::kAngled && system.contains(identity)) continue;
    // Quote folders are searched for quoted names alone, so they hide no angled one.
    if ((folder.group == Group::kQuote ? quoted : seen).insert(identity).second) ordered.push_back(folder);
  }
  return ordered;
}

}  // namespace

SearchPath::SearchPath(const std::vector<std::string>& arguments, std::string directory,
                       const std::vector<std::string>& defaults)
    : directory_(std::move(directory)) {
  const std::vector<std::string> plain = WithoutXclang(arguments);
  const std::string sysroot = SysrootOf(plain);
  std::vector<Folder> named;
  for (size_t i = 0; i < plain.size(); ++i) {
    if (const auto value = ForcedInclude(plain, i)) {
      forced_.push_back(*value);
    } else if (auto folder = NamedFolder(plain, i)) {
      folder->path = Absolute(folder->path, directory_, sysroot);
      named.push_back(std::move(*folder));
    }
  }
  for (const std::string& folder : defaults) named.push_back({folder, Group::kDefault});
  folders_ = Ordered(named);
}

std::vector<std::string> SearchPath::Resolve(std::string_view spelling, bool quoted,
                                             std::string_view includer_dir) const {
  if (spelling.empty()) return {};
  if (spelling.front() == '/') return {std::string(spelling)};
  std::vector<std::string> candidates;
  const auto add = [&](std::string_view folder) {
    std::string path(folder);
    if (!path.ends_with('/')) path += '/';
    path += spelling;
    candidates.push_back(std::move(path));
  };
  if (quoted) add(includer_dir.empty() ? std::string_view(directory_) : includer_dir);
  for (const Folder& folder : folders_) {
    if (quoted || folder.group != Group::kQuote) add(folder.path);
  }
  return candidates;
}

}  // namespace spangate
