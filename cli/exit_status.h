// The one table of exit statuses. --help prints it, the README quotes it through a test.
#pragma once

#include <optional>
#include <string>

#include "reports/report.h"

namespace spangate {

inline constexpr int kExitClean = 0;
inline constexpr int kExitFindings = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitIncomplete = 3;
inline constexpr int kExitTimeLimit = 124;
inline constexpr int kExitToolFailed = 125;
inline constexpr int kExitNotRunnable = 126;
inline constexpr int kExitNotFound = 127;
inline constexpr int kExitSignalBase = 128;

/// What a run came to; the highest row that applies decides.
struct Outcome {
  bool wraps_a_command = false;     // run
  std::optional<int> child_status;  // run: exit code, 128+N for a signal, 126/127 when it never ran
  bool time_limit = false;          // run: the command was ended at --timeout
  bool tool_failed = false;         // we could not work
  bool incomplete = false;          // nothing to judge, or not all of it; false under --allow-incomplete
  bool failed = false;              // a check failed, or a finding at or above --fail-on
};

/// analyze, verify: 3 before 1 before 0. run: 125, 126/127, 124, the command's own status, 3, 1, 0.
int ExitStatus(const Outcome& outcome);
Verdict VerdictOf(const Outcome& outcome);

/// The table as --help shows it. `wraps_a_command`: with the rows of `run`.
std::string ExitStatusHelp(bool wraps_a_command);

}  // namespace spangate
