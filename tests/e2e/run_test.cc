// spangate run, from the outside: every exit status, the reports in each case, the environment of the command.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/program.h"

namespace spangate {
namespace {

using testing::HasSubstr;

constexpr const char* kChecks = R"(version: 1
checks:
  - id: one-order
    select: '{ name = "POST /orders" && kind = server }'
    count: 1
)";

class RunTest : public testing::Test {
 protected:
  RunTest() {
    workspace_.Write("good.json", Trace("shop", {"POST /orders", "charge"}));
    workspace_.Write("other.json", Trace("shop", {"POST /other"}));
    workspace_.Write("orders.checks.yaml", kChecks);
  }
  // The reports must be there whatever the end, and agree with the status.
  nlohmann::json ReportOf(const Ended& ended) {
    const nlohmann::json report = workspace_.ReadJson("out/result.json");
    EXPECT_TRUE(report.is_object()) << ended.err;
    EXPECT_TRUE(workspace_.Exists("out/junit.xml")) << ended.err;
    if (report.is_object()) {
      EXPECT_EQ(report["run"].value("exit_status", -1), ended.status);
    }
    return report;
  }
  Ended Run(const std::string& options, const std::string& command) {
    return workspace_.Shell(
        fmt::format("\"$SPANGATE\" run --out out --report json=out/result.json --report junit=out/junit.xml {} -- {}",
                    options, command));
  }
  Workspace workspace_;
};

TEST_F(RunTest, ChecksThatHoldGiveStatus0) {
  const Ended ended = Run("--checks orders.checks.yaml", "\"$EMIT\" good.json");
  EXPECT_EQ(ended.status, 0) << ended.err;
  const nlohmann::json report = ReportOf(ended);
  EXPECT_EQ(report["run"]["verdict"], "passed");
  EXPECT_EQ(report["run"]["child_exit"], 0);
  EXPECT_EQ(report["run"]["telemetry"]["spans"], 2);
  ASSERT_EQ(report["checks"].size(), 1u);
  EXPECT_EQ(report["checks"][0]["id"], "one-order");
  EXPECT_EQ(report["checks"][0]["outcome"], "passed");
}

TEST_F(RunTest, ACheckThatFailsGivesStatus1AndSaysWhatWasFound) {
  const Ended ended = Run("--checks orders.checks.yaml", "\"$EMIT\" other.json");
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_EQ(ReportOf(ended)["checks"][0]["outcome"], "failed");
  EXPECT_THAT(ended.err, HasSubstr("one-order"));
  EXPECT_THAT(workspace_.Read("out/junit.xml"), HasSubstr("<failure"));
}

TEST_F(RunTest, FailOnNeverLetsFailedChecksPass) {
  EXPECT_EQ(Run("--fail-on never --checks orders.checks.yaml", "\"$EMIT\" other.json").status, 0);
}

TEST_F(RunTest, NothingReceivedGivesStatus3WithADiagnosis) {
  const Ended ended = Run("", "true");
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_EQ(ReportOf(ended)["run"]["verdict"], "incomplete");
  EXPECT_THAT(ended.err, HasSubstr("no connection was made to 127.0.0.1:"));
  EXPECT_THAT(workspace_.Read("out/junit.xml"), HasSubstr("<error"));
}

TEST_F(RunTest, TheCommandsOwnCodeOutranksOurs) {
  const Ended ended = Run("--checks orders.checks.yaml", "/bin/sh -c '\"$EMIT\" other.json; exit 7'");
  EXPECT_EQ(ended.status, 7) << ended.err;
  EXPECT_EQ(ReportOf(ended)["run"]["child_exit"], 7);
}

TEST_F(RunTest, ASignalThatKilledTheCommandGives128PlusItsNumber) {
  const Ended ended = Run("", "/bin/sh -c '\"$EMIT\" good.json; kill -SEGV $$'");
  EXPECT_EQ(ended.status, 139) << ended.err;
  const nlohmann::json report = ReportOf(ended);
  EXPECT_EQ(report["run"]["child_exit"], 139);
  EXPECT_EQ(report["run"]["telemetry"]["spans"], 2) << "what arrived before the crash is judged";
}

TEST_F(RunTest, NotFoundAndNotRunnableGive127And126) {
  Ended ended = Run("", "no-such-command-anywhere");
  EXPECT_EQ(ended.status, 127) << ended.err;
  ReportOf(ended);
  ended = Run("", "./good.json");
  EXPECT_EQ(ended.status, 126) << ended.err;
  ReportOf(ended);
}

TEST_F(RunTest, TheTimeLimitGives124) {
  const Ended ended = Run("--timeout 0.2", "tail -f /dev/null");
  EXPECT_EQ(ended.status, 124) << ended.err;
  ReportOf(ended);
}

TEST_F(RunTest, ACaptureThatCannotBeWrittenGives125) {
  workspace_.Write("file", "");
  const Ended ended = Run("--capture file/capture.spgcap", "true");
  EXPECT_EQ(ended.status, 125) << ended.err;
  EXPECT_FALSE(ReportOf(ended)["run"]["tool_error"].get<std::string>().empty());
}

struct UsageCase {
  const char* options;
  const char* message;
};
constexpr UsageCase kUsage[] = {
    {"--chekcs x", "did you mean --checks?"},
    {"--checks none.yaml", "no file matches 'none.yaml'"},
    {"--checks bad.checks.yaml", "bad.checks.yaml:"},
    {"--checks query.checks.yaml", "query.checks.yaml:"},
    {"--timeout soon", "not a number of seconds"},
    {"--report pdf=x", "unknown format 'pdf'"},
    {"--config missing.yaml", "missing.yaml"},
    {"--config wrong.yaml", "wrong.yaml:2"},
    {"--fail-on bad", "none of error, warning, note, never"},
};

TEST_F(RunTest, WrongUsageGives2AndNamesThePlace) {
  workspace_.Write("bad.checks.yaml", "version: 1\nchecks:\n  - id: x\n    selct: '{}'\n");
  workspace_.Write("query.checks.yaml", "version: 1\nchecks:\n  - id: x\n    select: '{ name = }'\n    count: 1\n");
  workspace_.Write("wrong.yaml", "version: 1\nanalyse: {}\n");
  for (const UsageCase& c : kUsage) {
    const Ended ended = Run(c.options, "touch started");
    EXPECT_EQ(ended.status, 2) << c.options << "\n" << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(c.message)) << c.options;
    EXPECT_FALSE(workspace_.Exists("started")) << c.options << ": the command must not have run";
  }
  EXPECT_EQ(workspace_.Spangate({"run"}).status, 2) << "no command";
}

TEST_F(RunTest, TheCommandFindsTheCollectorInItsEnvironment) {
  const Ended ended = Run("--name first",
                          "/bin/sh -c 'echo "
                          "\"$OTEL_EXPORTER_OTLP_ENDPOINT|$OTEL_EXPORTER_OTLP_PROTOCOL|$OTEL_BSP_SCHEDULE_DELAY|$OTEL_"
                          "RESOURCE_ATTRIBUTES\"; \"$EMIT\" good.json'");
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, testing::MatchesRegex("http://127.0.0.1:[0-9]+.http/protobuf.100.test.case.name=first\n"));
  EXPECT_TRUE(workspace_.Exists("out/first.spgcap"));
}

TEST_F(RunTest, WhatTheCommandLeftBehindIsEnded) {
  const Ended ended = Run("", "/bin/sh -c 'tail -f /dev/null & echo $! > pid; \"$EMIT\" good.json'");
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(workspace_.Shell("kill -0 $(cat pid)").status, 0) << "the background process must be gone";
}

TEST_F(RunTest, ASignalEndsTheCommandAndStillWritesTheReports) {
  // The command itself says when it is ready to be interrupted: it signals its parent, the program under test.
  const Ended ended = Run("", "/bin/sh -c '\"$EMIT\" good.json; kill -TERM $PPID; exec tail -f /dev/null'");
  EXPECT_EQ(ended.status, 143) << ended.err;
  EXPECT_EQ(ReportOf(ended)["run"]["telemetry"]["spans"], 2);
}

TEST_F(RunTest, TelemetryThatWasRefusedMakesTheRunIncomplete) {
  workspace_.Write("bad.json", R"({"resourceSpans": 7})");
  const Ended ended = Run("", "/bin/sh -c '\"$EMIT\" good.json; \"$EMIT\" bad.json; exit 0'");
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("POST /v1/traces: 400"));
}

TEST_F(RunTest, TelemetryOfABackgroundProcessIsAwaited) {
  // The background process exports only after the command has ended: it waits for its end, not for a time.
  workspace_.Write("late.sh", "while kill -0 \"$1\" 2>/dev/null; do :; done\n\"$EMIT\" good.json\n");
  const Ended ended = Run("", "/bin/sh -c 'sh late.sh $$ & exit 0'");
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ReportOf(ended)["run"]["telemetry"]["spans"], 2);
}

TEST_F(RunTest, AnInterruptedCommandThatEndsWellIsIncomplete) {
  const Ended ended =
      Run("", "/bin/sh -c '\"$EMIT\" good.json; trap \"exit 0\" INT; kill -INT $PPID; while :; do :; done'");
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("interrupted by signal 2"));
}

TEST_F(RunTest, ASecondRunDoesNotTakeTheCaptureOfTheFirst) {
  const Ended ended =
      Run("", "/bin/sh -c '\"$EMIT\" good.json; \"$SPANGATE\" run --quiet --out out -- true; echo inner $?'");
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("inner 125"));
  EXPECT_EQ(workspace_.Shell("\"$SPANGATE\" verify out/capture.spgcap").status, 0)
      << "the first run's spans are still there";
}

TEST_F(RunTest, AClosedStandardErrorDoesNotReachTheCapture) {
  EXPECT_EQ(Run("", "\"$EMIT\" good.json 2>&-").status, 0);
  EXPECT_EQ(workspace_.Shell("\"$SPANGATE\" verify out/capture.spgcap").status, 0);
}

TEST_F(RunTest, TheNameOfARunStaysInsideItsFolderAndItsAttribute) {
  const Ended ended = Run("--name '../x,b=c'", "/bin/sh -c 'echo \"$OTEL_RESOURCE_ATTRIBUTES\"; \"$EMIT\" good.json'");
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out, "test.case.name=../x%2Cb%3Dc\n");
  EXPECT_TRUE(workspace_.Exists("out/.._x_b_c.spgcap"));
}

TEST_F(RunTest, OneFileForTwoOutputsIsRefused) {
  EXPECT_EQ(Run("--report sarif=./out/junit.xml", "true").status, 2);
  EXPECT_EQ(Run("--capture out/junit.xml", "true").status, 2);
}

TEST_F(RunTest, AReportThatCannotBeWrittenGives125AndNoReportSaysPassed) {
  workspace_.Write("file", "");
  const Ended ended = Run("--report sarif=file/x.sarif", "\"$EMIT\" good.json");
  EXPECT_EQ(ended.status, 125) << ended.err;
  EXPECT_EQ(ReportOf(ended)["run"]["verdict"], "error");
}

TEST_F(RunTest, AnOperationThatIsRequiredAndNotSeenIsAFinding) {
  workspace_.Write("spangate.yaml", "version: 1\nrun:\n  operations:\n    - {service: payment, name: charge}\n");
  const Ended ended = Run("", "\"$EMIT\" good.json");
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("required-operation-missing"));
}

}  // namespace
}  // namespace spangate
