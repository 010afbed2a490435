// Which project files a command reads, told by the text of its files: for a cache that knows nothing yet.
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <unordered_map>

#include "analyzer/include_scanner.h"
#include "cli/new_code.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;
using FileId = uint32_t;

struct ScannedFile {
  std::string path;  // absolute, real
  bool computed = false;
  std::vector<IncludeDirective> directives;
};

// The include search of all commands with equal flags, and what it found.
struct Group {
  std::unique_ptr<SearchPath> search;
  std::unordered_map<FileId, std::vector<FileId>> includes;
};

class Scan {
 public:
  Scan(std::string root, std::set<std::string> gone) : root_(std::move(root) + "/"), gone_(std::move(gone)) {}

  std::optional<std::vector<std::string>> Files(const CompileCommand& command) {
    SearchPath search(command.arguments, command.directory);
    Group& group = GroupOf(search, command.directory);
    std::vector<FileId> reached;
    std::vector<bool> seen;
    const auto reach = [&](FileId file) {
      if (file >= seen.size()) seen.resize(files_.size());
      if (seen[file]) return;
      seen[file] = true;
      reached.push_back(file);
    };
    if (const auto main = Known(command.file)) reach(*main);
    for (const std::string& forced : group.search->forced()) {
      for (const FileId file : Found(*group.search, forced, /*quoted=*/true, command.directory, /*all=*/false))
        reach(file);
    }
    for (size_t i = 0; i < reached.size(); ++i) {
      if (files_[reached[i]].computed) return std::nullopt;
      for (const FileId file : IncludesOf(group, reached[i])) reach(file);
    }
    std::vector<std::string> paths;
    paths.reserve(reached.size());
    for (const FileId file : reached) paths.push_back(files_[file].path);
    return paths;
  }

 private:
  Group& GroupOf(const SearchPath& search, const std::string& directory) {
    std::string key = directory;
    for (const SearchPath::Folder& folder : search.folders()) {
      key += '\0' + folder.path + static_cast<char>(folder.group);
    }
    for (const std::string& forced : search.forced()) key += '\1' + forced;
    Group& group = groups_[key];
    if (group.search == nullptr) group.search = std::make_unique<SearchPath>(search);
    return group;
  }

  const std::vector<FileId>& IncludesOf(Group& group, FileId file) {
    const auto known = group.includes.find(file);
    if (known != group.includes.end()) return known->second;
    std::vector<FileId> found;
    const std::string folder = fs::path(files_[file].path).parent_path().string();
    const std::vector<IncludeDirective> directives = files_[file].directives;  // files_ grows below
    for (const IncludeDirective& directive : directives) {
      using enum IncludeDirective::Kind;
      const bool next = directive.kind == kIncludeNext || directive.kind == kHasIncludeNext;
      for (const FileId one : Found(*group.search, directive.spelling, directive.quoted && !next, folder, next)) {
        found.push_back(one);
      }
    }
    return group.includes[file] = std::move(found);
  }

  // The first place where the file is, or all of them where the search goes on behind the first.
  std::vector<FileId> Found(const SearchPath& search, const std::string& spelling, bool quoted,
                            const std::string& folder, bool all) {
    std::vector<FileId> found;
    for (const std::string& candidate : search.Resolve(spelling, quoted, folder)) {
      const std::string& real = Real(candidate);
      if (real.empty()) continue;
      if (real.starts_with(root_)) found.push_back(IdOf(real));
      if (!all) break;
    }
    return found;
  }

  // The real path of a file that is there, or was; else empty.
  const std::string& Real(const std::string& path) {
    const auto [entry, added] = real_.try_emplace(path);
    if (!added) return entry->second;
    std::error_code error;
    const bool there = fs::is_regular_file(path, error);
    if (!there && gone_.empty()) return entry->second;  // most candidates are no files: one look must do
    const fs::path real = fs::weakly_canonical(path, error);
    if (!error && (there || gone_.contains(real.string()))) entry->second = real.string();
    return entry->second;
  }

  std::optional<FileId> Known(const std::string& path) {
    const std::string& real = Real(path);
    if (real.empty()) return std::nullopt;
    return IdOf(real);
  }

  FileId IdOf(const std::string& real) {
    const auto [entry, added] = ids_.try_emplace(real, static_cast<FileId>(files_.size()));
    if (!added) return entry->second;
    ScannedFile file{.path = real};
    Result<std::string> text = ReadFile(real);
    if (text.has_value()) file.directives = ScanIncludes(text.value());
    for (const IncludeDirective& directive : file.directives) file.computed = file.computed || directive.computed;
    files_.push_back(std::move(file));
    return entry->second;
  }

  std::string root_;
  std::set<std::string> gone_;
  std::vector<ScannedFile> files_;
  std::unordered_map<std::string, FileId> ids_;
  std::unordered_map<std::string, std::string> real_;
  std::map<std::string, Group> groups_;
};

}  // namespace

IncludedFiles ScannedIncludes(const std::string& root, std::set<std::string> gone) {
  return [scan = std::make_shared<Scan>(root, std::move(gone))](const CompileCommand& command) {
    return scan->Files(command);
  };
}

}  // namespace spangate
