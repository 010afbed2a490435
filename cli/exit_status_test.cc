#include "cli/exit_status.h"

#include <gtest/gtest.h>

namespace spangate {
namespace {

struct Case {
  Outcome outcome;
  int status;
  Verdict verdict;
  const char* why;
};
const Case kCases[] = {
    {{}, 0, Verdict::kPassed, "nothing wrong"},
    {{.failed = true}, 1, Verdict::kFailed, "findings"},
    {{.incomplete = true}, 3, Verdict::kIncomplete, "incomplete alone"},
    {{.incomplete = true, .failed = true}, 3, Verdict::kIncomplete, "incomplete outranks findings"},
    {{.tool_failed = true}, 3, Verdict::kError, "analyze could not work: nothing was judged"},
    {{.wraps_a_command = true, .child_status = 0}, 0, Verdict::kPassed, "run, all well"},
    {{.wraps_a_command = true, .child_status = 7, .incomplete = true, .failed = true},
     7,
     Verdict::kFailed,
     "the command's own code outranks ours"},
    {{.wraps_a_command = true, .child_status = 143, .time_limit = true},
     124,
     Verdict::kFailed,
     "the time limit explains the signal"},
    {{.wraps_a_command = true, .child_status = 139}, 139, Verdict::kFailed, "killed by SIGSEGV"},
    {{.wraps_a_command = true, .child_status = 127, .incomplete = true}, 127, Verdict::kFailed, "not found"},
    {{.wraps_a_command = true, .child_status = 126, .incomplete = true}, 126, Verdict::kFailed, "not runnable"},
    {{.wraps_a_command = true, .tool_failed = true}, 125, Verdict::kError, "the collector did not start"},
    {{.wraps_a_command = true, .child_status = 0, .tool_failed = true},
     125,
     Verdict::kError,
     "a report could not be written"},
    {{.wraps_a_command = true, .child_status = 0, .incomplete = true, .failed = true},
     3,
     Verdict::kIncomplete,
     "nothing received"},
    {{.wraps_a_command = true, .child_status = 0, .failed = true}, 1, Verdict::kFailed, "checks failed"},
};

TEST(ExitStatus, FollowsTheTableOfPrecedence) {
  for (const Case& c : kCases) {
    EXPECT_EQ(ExitStatus(c.outcome), c.status) << c.why;
    EXPECT_EQ(VerdictOf(c.outcome), c.verdict) << c.why;
  }
}

TEST(ExitStatusHelp, ShowsTheRowsOfTheCommandOnly) {
  EXPECT_NE(ExitStatusHelp(true).find("124"), std::string::npos);
  EXPECT_EQ(ExitStatusHelp(false).find("124"), std::string::npos);
  EXPECT_NE(ExitStatusHelp(false).find("  3  incomplete"), std::string::npos);
}

}  // namespace
}  // namespace spangate
