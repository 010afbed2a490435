// Two ways to mark a folder, both without effect on where a header is found:
//
//   -isystem  for the external folders at the end of the -I list. System folders are searched after all -I folders and
//             in their own order, so exactly that tail can change its group without a change of order.
//   --system-header-prefix  for external folders before a project folder: one for each name in them. It changes no
//             search, but goes by the spelling alone; a name that a project folder has too is left as it is, which
//             costs time and loses nothing.
#include "analyzer/external_headers.h"

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

constexpr size_t kMaxNames = 512;  // a folder with more is no include folder of a library
constexpr std::array<std::string_view, 3> kPackageFolders = {"vcpkg_installed", ".conan", ".conan2"};

bool IsBelow(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || folder == "/" || path[folder.size()] == '/');
}

bool IsInPackageFolder(const std::string& real) {
  std::string before;
  for (const fs::path& part : fs::path(real)) {
    const std::string name = part.string();
    if (std::find(kPackageFolders.begin(), kPackageFolders.end(), name) != kPackageFolders.end()) return true;
    if (before == "_deps" && (name.ends_with("-src") || name.ends_with("-build"))) return true;
    before = name;
  }
  return false;
}

// Clang drops an -I that names one of its own folders. As -isystem it would move to the front instead, and headers that
// say #include_next <stdlib.h> would find nothing behind it.
bool IsCompilersOwn(std::string_view real) {
  if (real.ends_with("/usr/include") || real.ends_with("/usr/local/include") || real == "/include") return true;
  if (real.find("/include/c++") != std::string_view::npos || real.find("/lib/gcc/") != std::string_view::npos) {
    return true;
  }
  const size_t slash = real.rfind('/');
  if (slash == std::string_view::npos || !real.substr(0, slash).ends_with("/usr/include")) return false;
  const std::string_view name = real.substr(slash + 1);  // x86_64-linux-gnu
  return std::count(name.begin(), name.end(), '-') >= 2 && name.find("linux") != std::string_view::npos;
}

// An -I of the arguments, in one word or two.
struct Include {
  size_t at = 0;
  size_t words = 1;
  std::string folder;
  bool external = false;
};

std::optional<Include> IncludeAt(const std::vector<std::string>& arguments, size_t at) {
  const std::string& argument = arguments[at];
  if (!argument.starts_with("-I") || argument == "-I-") return std::nullopt;
  if (argument.size() > 2) return Include{at, 1, argument.substr(2), false};
  if (at + 1 >= arguments.size()) return std::nullopt;
  return Include{at, 2, arguments[at + 1], false};
}

bool TakesNextWord(std::string_view argument) {
  constexpr std::array<std::string_view, 8> kPairs = {"-D",      "-U",         "-isystem", "-iquote",
                                                      "-Xclang", "-idirafter", "-include", "-imacros"};
  return std::find(kPairs.begin(), kPairs.end(), argument) != kPairs.end();
}

std::vector<Include> IncludesOf(const std::vector<std::string>& arguments) {
  std::vector<Include> includes;
  for (size_t i = 1; i < arguments.size(); ++i) {
    if (auto include = IncludeAt(arguments, i)) {
      i += include->words - 1;
      includes.push_back(std::move(*include));
    } else if (TakesNextWord(arguments[i])) {
      ++i;
    }
  }
  return includes;
}

// In the search the tail of -I stands right before the -isystem folders: it goes to the front of the arguments.
std::vector<std::string> WithSystemFolders(const std::vector<std::string>& arguments, const std::vector<Include>& tail,
                                           const std::vector<std::string>& prefixes) {
  std::vector<std::string> marked = {arguments.front()};
  for (const Include& include : tail) marked.insert(marked.end(), {"-isystem", include.folder});
  auto next = tail.begin();
  for (size_t i = 1; i + 1 < arguments.size(); ++i) {
    if (next != tail.end() && i == next->at) {
      i += next->words - 1;
      ++next;
    } else {
      marked.push_back(arguments[i]);
    }
  }
  marked.insert(marked.end(), prefixes.begin(), prefixes.end());
  marked.push_back(arguments.back());
  return marked;
}

}  // namespace

ExternalHeaders::ExternalHeaders(const std::vector<CompileCommand>& commands, const std::string& project_root)
    : root_(Real(project_root)) {
  std::set<std::string> known;
  for (const CompileCommand& command : commands) {
    if (!known.insert(command.directory).second) continue;
    const std::string real = Real(command.directory);
    // A command that runs in / or in the folder of all projects says nothing about what is generated there.
    if (!IsBelow(root_, real)) build_folders_.push_back(real);
  }
}

std::string ExternalHeaders::Real(const std::string& folder) const {
  if (folder.empty()) return folder;
  std::error_code error;
  const fs::path real = fs::weakly_canonical(folder, error);
  std::string name = error ? fs::path(folder).lexically_normal().string() : real.string();
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

bool ExternalHeaders::IsExternal(const std::string& folder) const {
  const std::string real = Real(folder);
  if (IsInPackageFolder(real)) return true;
  if (root_.empty() || IsBelow(real, root_)) return false;
  // A folder above the project holds its headers too.
  if (IsBelow(root_, real)) return false;
  return std::none_of(build_folders_.begin(), build_folders_.end(),
                      [&](const std::string& build) { return IsBelow(real, build) || IsBelow(build, real); });
}

const ExternalHeaders::Names& ExternalHeaders::FirstNames(const std::string& folder) {
  const std::scoped_lock lock(mutex_);
  const auto [found, is_new] = first_names_.try_emplace(folder);
  if (!is_new) return found->second;
  Names& names = found->second;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code kind;
    const bool is_folder = entry->is_directory(kind);
    names.push_back(entry->path().filename().string() + (is_folder ? "/" : ""));
  }
  std::sort(names.begin(), names.end());
  return names;
}

// A name in an external folder that a project folder of the command offers as well, or the start of such a name: a
// prefix "fmt.h" would also catch "fmt.hpp".
bool ExternalHeaders::IsTaken(const std::string& name, const std::vector<std::string>& project_folders) {
  return std::any_of(project_folders.begin(), project_folders.end(), [&](const std::string& folder) {
    const Names& others = FirstNames(folder);
    const auto other = std::lower_bound(others.begin(), others.end(), name);
    return other != others.end() && other->starts_with(name);
  });
}

void ExternalHeaders::Mark(std::vector<std::string>& arguments, const std::string& directory) {
  if (arguments.size() < 2) return;
  std::string key = directory;
  for (size_t i = 0; i + 1 < arguments.size(); ++i) key += '\n' + arguments[i];
  std::string file = std::move(arguments.back());
  bool is_known = false;
  {
    const std::scoped_lock lock(mutex_);
    const auto known = marked_.find(key);
    is_known = known != marked_.end();
    if (is_known) arguments = known->second;
  }
  if (!is_known) {
    arguments = Marked(arguments, directory);
    const std::scoped_lock lock(mutex_);
    marked_.emplace(std::move(key), arguments);
  }
  arguments.back() = std::move(file);
}

std::vector<std::string> ExternalHeaders::Marked(const std::vector<std::string>& arguments,
                                                 const std::string& directory) {
  std::set<std::string> known;  // what the search already holds: naming it once more would move it
  const SearchPath search(arguments, directory);
  for (const SearchPath::Folder& folder : search.folders()) {
    if (folder.group > SearchPath::Group::kAngled) known.insert(Real(folder.path));
  }
  std::vector<Include> includes;
  std::vector<std::string> project_folders;
  for (Include& include : IncludesOf(arguments)) {
    const std::string absolute = (fs::path(directory) / include.folder).string();
    const std::string real = Real(absolute);
    if (!known.insert(real).second) continue;
    include.external = !include.folder.starts_with('=') && !IsCompilersOwn(real) && IsExternal(absolute);
    if (!include.external) project_folders.push_back(absolute);
    includes.push_back(std::move(include));
  }
  size_t tail = includes.size();
  while (tail > 0 && includes[tail - 1].external) --tail;

  std::vector<std::string> prefixes;
  for (size_t i = 0; i < tail; ++i) {
    if (!includes[i].external) continue;
    const Names& names = FirstNames((fs::path(directory) / includes[i].folder).string());
    if (names.size() > kMaxNames) continue;
    for (const std::string& name : names) {
      if (!IsTaken(name, project_folders)) prefixes.push_back("--system-header-prefix=" + name);
    }
  }
  includes.erase(includes.begin(), includes.begin() + static_cast<std::ptrdiff_t>(tail));
  return WithSystemFolders(arguments, includes, prefixes);
}

}  // namespace spangate
