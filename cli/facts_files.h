// Facts in files: `analyze --facts-out` writes them anywhere, `analyze --link` judges them together.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts.h"
#include "cli/facts_pack.h"
#include "cli/flags.h"
#include "common/result.h"
#include "reports/report.h"

namespace spangate {

/// Errors: kUsage where --facts-out, --depfile, --shard and --link contradict each other or another flag.
Status CheckFactsFlags(const Arguments& arguments);

/// The words of a whole compile command, run in the working directory: launchers dropped, @files read. Errors: kUsage
/// unless exactly one source file is among them.
Result<CompileCommand> CommandFromWords(const std::vector<std::string>& words);

/// `target: files` as GNU make and ninja read it. A file that does not exist makes the target old for ever: make gets
/// an empty rule for it.
std::string Depfile(std::string_view target, std::vector<std::string> files);

/// `spangate analyze --facts-out F -- COMMAND`. Returns the exit status.
int WriteFactsOfCommand(const Arguments& arguments);

/// `spangate analyze -p DIR --facts-out F`: the facts of the commands, or of one shard of them. `whole`: they are all
/// of the database. Returns the exit status.
int WriteFactsOfDatabase(const Arguments& arguments, std::vector<CompileCommand> commands, bool whole,
                         const ReadSourceOptions& options);

/// `spangate analyze -p DIR --commands-out FOLDER`: the commands as compile databases, one for all of them and one for
/// each source file, FOLDER/<absolute path>.json, written where they change: what build actions depend on. Returns the
/// exit status.
int WriteCommands(const Arguments& arguments, const std::vector<CompileCommand>& commands);

/// Replaces each @list by the lines of that file. Errors: kUsage.
Result<std::vector<std::string>> WithLists(const std::vector<std::string>& operands);

/// All facts that the operands name, read and found to fit together.
struct LoadedFacts {
  std::vector<TuFacts> units;
  std::vector<std::string> incomplete;  // a reason each why units are missing
  std::vector<std::string> notes;
};

/// `operands`: facts files, folders searched for *.facts, @lists of them. `database`: the commands whose facts must be
/// there; nullptr when no database is at hand. Errors: kUsage for an operand that names nothing; kInput, naming the
/// file, for facts that are damaged, foreign, there twice, or of another version of libclang than the others.
Result<LoadedFacts> LoadFacts(const std::vector<std::string>& operands, const std::vector<CompileCommand>* database,
                              const std::string& root, unsigned jobs);

}  // namespace spangate
