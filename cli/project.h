// Disk as the commands see it: the project's root, its files by repository path, files written whole or not at all.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"

namespace spangate {

/// The nearest folder upwards from `start` that holds .git, else `start` itself. Absolute and real.
std::string FindProjectRoot(const std::string& start);

/// spangate.yaml or .spangate.yaml, searched from `start` up to the project root; empty when there is none.
std::string FindConfigurationFile(const std::string& start, const std::string& root);

/// Errors: kSystem, with the reason and the path.
Result<std::string> ReadFile(const std::string& path);

/// Makes parent folders, writes a temporary name beside `path`, renames. `path` "-" is standard output. A folder named
/// spangate-out gets its own .gitignore. Errors: kSystem.
Status WriteFile(const std::string& path, std::string_view bytes);
Status MakeParentFolder(const std::string& path);

/// Texts of source files by repository path, read once, kept until the end.
class SourceCache {
 public:
  explicit SourceCache(std::string root) : root_(std::move(root)) {}
  std::optional<std::string_view> Text(const std::string& path);

 private:
  std::string root_;
  std::map<std::string, std::optional<std::string>> texts_;
};

/// Now, as RFC 3339 in UTC: "2026-01-05T10:00:00Z". Its first ten characters are the date.
std::string Now();

/// Standard error is a terminal that takes colours: NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE decide first.
bool UseColor();

}  // namespace spangate
