#include "cli/exit_status.h"

#include <fmt/format.h>

namespace spangate {
namespace {

struct Row {
  const char* status;
  const char* meaning;
  bool only_run;
};
// Highest first: where several apply, the first row decides.
constexpr Row kRows[] = {
    {"2", "wrong usage, configuration or check file", false},
    {"125", "spangate itself could not work", true},
    {"126", "the command cannot be run", true},
    {"127", "the command was not found", true},
    {"124", "the command was ended at --timeout", true},
    {"N", "the command's own exit code, 128+N when signal N killed it", true},
    {"3", "incomplete: a file did not parse, a capture is cut, or nothing was there to judge", false},
    {"1", "a check failed, or there are findings at or above --fail-on", false},
    {"0", "clean", false},
};

}  // namespace

int ExitStatus(const Outcome& outcome) {
  if (outcome.tool_failed) return outcome.wraps_a_command ? kExitToolFailed : kExitIncomplete;
  if (outcome.child_status == kExitNotRunnable || outcome.child_status == kExitNotFound) return *outcome.child_status;
  if (outcome.time_limit) return kExitTimeLimit;
  if (outcome.child_status.value_or(0) != 0) return *outcome.child_status;
  if (outcome.incomplete) return kExitIncomplete;
  return outcome.failed ? kExitFindings : kExitClean;
}

Verdict VerdictOf(const Outcome& outcome) {
  if (outcome.tool_failed) return Verdict::kError;
  if (outcome.time_limit || outcome.child_status.value_or(0) != 0) return Verdict::kFailed;
  if (outcome.incomplete) return Verdict::kIncomplete;
  return outcome.failed ? Verdict::kFailed : Verdict::kPassed;
}

std::string ExitStatusHelp(bool wraps_a_command) {
  std::string text = "Exit status (where several apply, the first line decides):\n";
  for (const Row& row : kRows) {
    if (row.only_run && !wraps_a_command) continue;
    text += fmt::format("  {:>3}  {}\n", row.status, row.meaning);
  }
  return text;
}

}  // namespace spangate
