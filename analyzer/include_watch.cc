#include "analyzer/include_watch.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <set>
#include <utility>

namespace spangate {
namespace {

// Searched by every compiler here before the distribution's own headers.
constexpr const char* kLocalHeaders = "/usr/local/include";

uint64_t Mix(uint64_t seed, std::string_view text) { return XXH3_64bits_withSeed(text.data(), text.size(), seed); }

void SortUnique(std::vector<Symbol>& symbols) {
  std::sort(symbols.begin(), symbols.end(), [](Symbol a, Symbol b) { return a.id() < b.id(); });
  symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
}

}  // namespace

IncludeWatcher::Search& IncludeWatcher::SearchFor(const std::vector<std::string>& arguments,
                                                  const std::string& directory,
                                                  const std::vector<std::string>& defaults) {
  std::string key = directory;
  for (const auto* list : {&arguments, &defaults}) {
    key += '\1';
    // The last argument is the source file, which differs in every command and is never searched.
    const size_t count = list == &arguments && !list->empty() ? list->size() - 1 : list->size();
    for (size_t i = 0; i < count; ++i) (key += '\0') += (*list)[i];
  }
  std::unique_ptr<Search>& search = searches_[key];
  if (search == nullptr) {
    search = std::make_unique<Search>(Search{.path = SearchPath(arguments, directory, defaults), .files = {}});
  }
  return *search;
}

std::vector<std::string> IncludeWatcher::DefaultFolders(const std::vector<std::string>& arguments,
                                                        const std::string& directory,
                                                        const std::vector<std::string>& files) {
  const std::scoped_lock lock(mutex_);
  Search& search = SearchFor(arguments, directory, {});
  std::set<std::string, std::less<>> told;
  for (const SearchPath::Folder& folder : search.path.folders()) told.insert(folder.path);
  std::unordered_map<std::string, std::vector<const std::string*>> by_name;
  for (const std::string& file : files) by_name[FileStates::NameOf(file)].push_back(&file);
  std::set<std::string> found = {kLocalHeaders};
  for (const std::string& file : files) {
    for (const IncludeDirective& directive : states_.Directives(file)) {
      if (directive.quoted || directive.computed) continue;
      const auto same_name = by_name.find(FileStates::NameOf(directive.spelling));
      if (same_name == by_name.end()) continue;
      const std::string suffix = "/" + directive.spelling;
      for (const std::string* read : same_name->second) {
        if (!read->ends_with(suffix)) continue;
        std::string folder = read->substr(0, read->size() - suffix.size());
        if (!told.contains(folder)) found.insert(std::move(folder));
      }
    }
  }
  return {found.begin(), found.end()};
}

IncludeWatcher::OfFile IncludeWatcher::Resolve(const SearchPath& search,
                                               const std::vector<IncludeDirective>& directives,
                                               const std::string& folder) {
  OfFile result;
  result.resolution = 1;
  for (const IncludeDirective& directive : directives) {
    result.has_computed = result.has_computed || directive.computed;
    if (directive.computed) continue;
    const bool next = directive.kind == IncludeDirective::Kind::kIncludeNext ||
                      directive.kind == IncludeDirective::Kind::kHasIncludeNext;
    for (const std::string& candidate : search.Resolve(directive.spelling, directive.quoted && !next, folder)) {
      const bool exists = states_.Exists(candidate);
      result.folders.emplace_back(states_.NearestFolder(FileStates::FolderOf(candidate)));
      if (!exists) continue;
      result.resolution = Mix(result.resolution, candidate);
      if (!next) break;
    }
    result.resolution = Mix(result.resolution, directive.spelling);
  }
  SortUnique(result.folders);
  return result;
}

IncludeWatch IncludeWatcher::Watch(const std::vector<std::string>& arguments, const std::string& directory,
                                   const std::vector<std::string>& defaults, const std::vector<std::string>& files) {
  const std::scoped_lock lock(mutex_);
  Search& search = SearchFor(arguments, directory, defaults);
  IncludeWatch watch;
  watch.resolution = 1;
  const auto add = [&](const OfFile& of_file) {
    watch.resolution = XXH3_64bits_withSeed(&of_file.resolution, sizeof(of_file.resolution), watch.resolution);
    watch.folders.insert(watch.folders.end(), of_file.folders.begin(), of_file.folders.end());
    watch.has_computed = watch.has_computed || of_file.has_computed;
  };
  std::vector<IncludeDirective> forced;
  for (const std::string& name : search.path.forced()) forced.push_back({.quoted = true, .spelling = name});
  add(Resolve(search.path, forced, directory));
  for (const std::string& file : files) {
    auto known = search.files.find(file);
    if (known == search.files.end()) {
      known =
          search.files.emplace(file, Resolve(search.path, states_.Directives(file), FileStates::FolderOf(file))).first;
    }
    add(known->second);
  }
  SortUnique(watch.folders);
  std::sort(watch.folders.begin(), watch.folders.end());
  return watch;
}

}  // namespace spangate
