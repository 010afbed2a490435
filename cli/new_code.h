// analyze --new-from, --affected-only and files on the command line: which translation units are read, and which
// findings are told.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analyzer/read_source.h"
#include "analyzer/source_model.h"
#include "cli/changes.h"
#include "cli/commands.h"

namespace spangate {

/// The project files that a command read when it was last analysed, main file included, real paths; nullopt when that
/// is not known.
using IncludedFiles = std::function<std::optional<std::vector<std::string>>(const CompileCommand&)>;

/// Indices of the commands whose main file is in `files` or that included one of them, in order; those of which
/// nothing is known are among them. `files`: absolute, real.
std::vector<size_t> AffectedCommands(const std::vector<CompileCommand>& commands, const std::set<std::string>& files,
                                     const IncludedFiles& included);

/// IncludedFiles from the text of the files alone, for a cache that is empty: whatever an #include can name counts,
/// without regard to #if. nullopt where a macro says what is included. `gone`: files that are no longer there but may
/// still be asked for. The object keeps what it has read; use one for all commands.
IncludedFiles ScannedIncludes(const std::string& root, std::set<std::string> gone);

/// What of the code the user asks about.
struct Asked {
  std::optional<Changes> changes;  // --new-from
  NewScope scope = NewScope::kFunction;
  std::set<std::string, std::less<>> named;  // paths named on the command line, as findings have them
  std::vector<size_t> affected;              // commands that must be read; all of them unless `in_part`
  bool in_part = false;                      // the others are taken from the cache, or left out
  size_t commands = 0;                       // of the compile database
};

/// Reads --new-from, --new-scope and --affected-only; says in the notes what it compares with. `names`: files named on
/// the command line. `cached`: what the cache knows; for the other commands the texts are scanned. Errors: kUsage.
Result<Asked> ReadAsked(const Arguments& arguments, const std::vector<std::string>& names, Session& session,
                        const std::vector<CompileCommand>& commands, const IncludedFiles& cached);

/// Leaves the findings asked for, and says in the notes how many others there are, and of which part of the program.
void KeepAsked(const Asked& asked, const SourceModel& source, SourceCache& sources, RunResult& result);

}  // namespace spangate
