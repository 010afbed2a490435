// Which include folders of a compile database hold somebody else's headers, and how libclang is told.
//
// Bodies in system headers are skipped by the fast parse. A folder is external when its real path is
//   - neither below the project root nor below a working directory of the commands (a build folder outside the root
//     holds headers that the project generated), or
//   - inside a folder where package managers unpack: `_deps/NAME-src`, `_deps/NAME-build` (CMake's FetchContent),
//     `vcpkg_installed`, `.conan`, `.conan2`.
// Git submodules and vendored copies below the root are project code.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/read_source.h"

namespace spangate {

/// Shared by all threads of a run.
class ExternalHeaders {
 public:
  ExternalHeaders(const std::vector<CompileCommand>& commands, const std::string& project_root);

  /// `folder` absolute; need not exist.
  bool IsExternal(const std::string& folder) const;

  /// Makes libclang take headers of external -I folders for system headers; finds every header where it was found
  /// before. `arguments` as AdaptArguments returns them, the source file last.
  void Mark(std::vector<std::string>& arguments, const std::string& directory);

 private:
  std::vector<std::string> Marked(const std::vector<std::string>& arguments, const std::string& directory);
  using Names = std::vector<std::string>;
  std::string Real(const std::string& folder) const;
  const Names& FirstNames(const std::string& folder);
  bool IsTaken(const std::string& name, const std::vector<std::string>& project_folders);

  std::string root_;
  std::vector<std::string> build_folders_;
  std::mutex mutex_;
  std::map<std::string, Names> first_names_;
  std::map<std::string, std::vector<std::string>> marked_;  // by arguments without the file: targets share them
};

}  // namespace spangate
