// What would change the meaning of a translation unit's #includes without touching any file that it read: a new header
// that is found first, one that had been missing, one that __has_include asks for.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/file_states.h"
#include "analyzer/include_scanner.h"
#include "analyzer/symbol.h"

namespace spangate {

/// Where every #include of a set of files leads, whether or not it is active.
struct IncludeWatch {
  uint64_t resolution = 0;      // hash of the paths that they lead to
  std::vector<Symbol> folders;  // where a new or deleted name could change that; sorted. While their listings stay, so
                                // does the resolution
  bool has_computed = false;    // `#include MACRO` is not followed
};

/// Resolves includes for the commands of one run. Thread-safe; each file is looked at once per search path.
class IncludeWatcher {
 public:
  explicit IncludeWatcher(FileStates& states) : states_(states) {}

  /// The folders that the compiler searches beside those it is told, seen from what it read; sorted.
  std::vector<std::string> DefaultFolders(const std::vector<std::string>& arguments, const std::string& directory,
                                          const std::vector<std::string>& files);

  /// `arguments` as for SearchPath, `defaults` as DefaultFolders gave them, `files` as opened.
  IncludeWatch Watch(const std::vector<std::string>& arguments, const std::string& directory,
                     const std::vector<std::string>& defaults, const std::vector<std::string>& files);

 private:
  struct OfFile {
    uint64_t resolution = 0;
    std::vector<Symbol> folders;
    bool has_computed = false;
  };
  struct Search {
    SearchPath path;
    std::unordered_map<std::string, OfFile> files;
  };

  Search& SearchFor(const std::vector<std::string>& arguments, const std::string& directory,
                    const std::vector<std::string>& defaults);
  OfFile Resolve(const SearchPath& search, const std::vector<IncludeDirective>& directives, const std::string& folder);

  FileStates& states_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<Search>> searches_;
};

}  // namespace spangate
