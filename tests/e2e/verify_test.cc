// spangate verify, from the outside: captures of every form, torn ones, and none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/program.h"

namespace spangate {
namespace {

using testing::HasSubstr;

class VerifyTest : public testing::Test {
 protected:
  VerifyTest() {
    workspace_.Write("good.json", Trace("shop", {"POST /orders", "charge"}));
    workspace_.Write("orders.checks.yaml",
                     "version: 1\nchecks:\n  - id: charged\n    select: '{ name = \"POST /orders\" } > { name = "
                     "\"charge\" }'\n    count: 1\n");
  }
  Ended Verify(const std::string& capture) {
    return workspace_.Spangate({"verify", capture, "--checks", "orders.checks.yaml", "--report", "json=result.json"});
  }
  Workspace workspace_;
};

TEST_F(VerifyTest, JudgesWhatRunCapturedWithTheSameVerdict) {
  ASSERT_EQ(workspace_.Shell("\"$SPANGATE\" run --capture kept.spgcap -- \"$EMIT\" good.json").status, 0);
  const Ended ended = Verify("kept.spgcap");
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(workspace_.ReadJson("result.json")["run"]["telemetry"]["spans"], 2);
}

TEST_F(VerifyTest, JudgesOtlpJsonAndLinesOfTheCollectorsFileExporter) {
  EXPECT_EQ(Verify("good.json").status, 0);
  workspace_.Write("lines.json", Trace("shop", {"POST /orders", "charge"}) + "\n" + Trace("other", {"GET /"}) + "\n");
  const Ended ended = Verify("lines.json");
  EXPECT_LE(ended.status, 1) << ended.err;
  EXPECT_EQ(workspace_.ReadJson("result.json")["run"]["telemetry"]["spans"], 3);
}

TEST_F(VerifyTest, ATornCaptureIsIncomplete) {
  ASSERT_EQ(
      workspace_
              .Shell("\"$SPANGATE\" run --capture kept.spgcap -- /bin/sh -c '\"$EMIT\" good.json; \"$EMIT\" good.json'")
              .status < 2,
      true);
  const std::string whole = workspace_.Read("kept.spgcap");
  workspace_.Write("torn.spgcap", whole.substr(0, whole.size() - 5));
  const Ended ended = Verify("torn.spgcap");
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("torn.spgcap"));
}

TEST_F(VerifyTest, NothingToJudgeIsNeverAPass) {
  workspace_.Write("empty.json", R"({"resourceSpans":[]})");
  EXPECT_EQ(Verify("empty.json").status, 3);
  workspace_.Write("text.json", "hello");
  EXPECT_EQ(Verify("text.json").status, 3);
  EXPECT_EQ(workspace_.ReadJson("result.json")["run"]["verdict"], "incomplete") << "no report of an earlier run stays";
  EXPECT_EQ(Verify("missing.spgcap").status, 2);
  EXPECT_EQ(workspace_.Spangate({"verify"}).status, 2);
}

}  // namespace
}  // namespace spangate
