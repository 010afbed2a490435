#include "cli/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

namespace spangate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ProcessEnd RunShell(const std::string& script, milliseconds limit = milliseconds(0)) {
  BlockHandledSignals();
  return ProcessGroup::Start({"/bin/sh", "-c", script}, {{"SPANGATE_TEST", "set"}, {"HOME", std::nullopt}})
      .Wait(limit, milliseconds(200));
}

TEST(ProcessGroup, GivesTheCommandsOwnCode) {
  EXPECT_EQ(RunShell("exit 0").status, 0);
  EXPECT_EQ(RunShell("exit 7").status, 7);
  EXPECT_EQ(RunShell("kill -SEGV $$").status, 128 + SIGSEGV);
}

TEST(ProcessGroup, SaysNotFoundAndNotRunnable) {
  BlockHandledSignals();
  EXPECT_EQ(ProcessGroup::Start({"no-such-command-here"}, {}).Wait({}, {}).status, 127);
  EXPECT_EQ(ProcessGroup::Start({"/etc/passwd"}, {}).Wait({}, {}).status, 126);
}

TEST(ProcessGroup, ChangesTheEnvironmentAsTold) {
  EXPECT_EQ(RunShell("test \"$SPANGATE_TEST\" = set && test -z \"${HOME+x}\"").status, 0);
}

TEST(ProcessGroup, EndsTheCommandAtTheTimeLimit) {
  const ProcessEnd end = RunShell("exec cat /dev/zero > /dev/null", milliseconds(50));
  EXPECT_TRUE(end.time_limit);
  EXPECT_EQ(end.status, 128 + SIGTERM);
}

TEST(ProcessGroup, KillsACommandThatIgnoresTheRequestToEnd) {
  const ProcessEnd end = RunShell("trap '' TERM; while :; do :; done", milliseconds(50));
  EXPECT_TRUE(end.time_limit);
  EXPECT_EQ(end.status, 128 + SIGKILL);
}

TEST(ProcessGroup, PassesSignalsOn) {
  BlockHandledSignals();
  ProcessGroup group = ProcessGroup::Start({"/bin/sh", "-c", "trap 'exit 9' INT; while :; do :; done"}, {});
  kill(getpid(), SIGINT);  // pending until Wait takes it; the shell may not have set its trap yet, then SIGINT kills it
  const ProcessEnd end = group.Wait({}, seconds(20));
  EXPECT_EQ(end.interrupted, SIGINT);
  EXPECT_TRUE(end.status == 9 || end.status == 128 + SIGINT) << end.status;
}

TEST(ProcessGroup, SeesAndEndsWhatTheCommandLeftBehind) {
  BlockHandledSignals();
  ProcessGroup group = ProcessGroup::Start({"/bin/sh", "-c", "cat /dev/zero > /dev/null & exit 0"}, {});
  EXPECT_EQ(group.Wait({}, {}).status, 0);
  EXPECT_TRUE(group.Alive());
  EXPECT_TRUE(group.End(seconds(5)));
  EXPECT_FALSE(group.Alive());
}

}  // namespace
}  // namespace spangate
