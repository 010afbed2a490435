// What changed, as `git diff` tells it, and which findings lie in the change. Pure: git.h runs git.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/finding.h"
#include "common/result.h"

namespace spangate {

/// Lines of the new text, both counted, from 1.
struct LineSpan {
  uint32_t first = 0;
  uint32_t last = 0;
  bool operator==(const LineSpan&) const = default;
};

struct FileChange {
  bool whole = false;                   // new, or git does not tell by lines: every line counts as changed
  std::vector<LineSpan> lines = {};     // added or changed, ascending
  std::vector<uint32_t> removals = {};  // lines were removed behind this line of the new text; 0: at its start
  bool operator==(const FileChange&) const = default;

  /// Renamed or given another mode alone is no change of the text.
  bool TextChanged() const { return whole || !lines.empty() || !removals.empty(); }
  bool HasLineIn(LineSpan range) const;
  /// A changed line in the range, or lines removed from its inside.
  bool Touches(LineSpan range) const;
};

struct Changes {
  std::map<std::string, FileChange, std::less<>> files;  // by new path
  std::set<std::string, std::less<>> removed;            // paths that are no longer there, old names included
  std::vector<std::string> folders;                      // wholly changed: submodules without a readable history

  const FileChange* Find(std::string_view path) const;  // null: unchanged
  bool empty() const { return files.empty() && removed.empty() && folders.empty(); }
};

/// Reads the output of `git diff -U0 --src-prefix=a/ --dst-prefix=b/`, with or without context, renames, modes,
/// binary files and --submodule=diff. Paths are those of the diff without the prefix, unquoted.
/// Errors (kSystem): a hunk that is cut off or does not hold what its header says.
Result<Changes> ParseDiff(std::string_view diff);

/// The changes with every path mapped.
Changes WithPaths(const Changes& changes, const std::function<std::string(const std::string&)>& map);

enum class NewScope : uint8_t {
  kLine,      // the lines of the finding or of a step of its flow
  kFunction,  // the named function around one of these; outside of functions as kLine
  kFile,      // its file
};

/// Lines of each function, declaration head included, by the path that a Location holds. No lambdas: a lambda is a part
/// of its function.
using FunctionLines = std::map<std::string, std::vector<LineSpan>, std::less<>>;

/// Whether the change may have brought the finding about. A finding without a place in source always may.
bool InChange(const Finding& finding, const Changes& changes, NewScope scope, const FunctionLines& functions);

}  // namespace spangate
