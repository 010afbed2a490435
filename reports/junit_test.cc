#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>
#include <set>

#include "reports/report.h"
#include "reports/sample_run.h"

namespace spangate {
namespace {

using testing::HasSubstr;

class Junit {
 public:
  explicit Junit(const RunResult& run) {
    const std::string text = FindFormat("junit")->render(run, &SampleSource);
    EXPECT_TRUE(document_.load_buffer(text.data(), text.size()));
  }
  pugi::xml_node Root() const { return document_.child("testsuites"); }
  pugi::xml_node Case(const std::string& name) const {
    for (const pugi::xml_node suite : Root()) {
      for (const pugi::xml_node one : suite.children("testcase")) {
        if (one.attribute("name").value() == name) return one;
      }
    }
    return {};
  }
  int Bad() const { return Root().attribute("failures").as_int() + Root().attribute("errors").as_int(); }

 private:
  pugi::xml_document document_;
};

RunResult Clean() {
  RunResult run;
  run.info.command = "analyze";
  run.info.verdict = Verdict::kPassed;
  run.rules = SampleRun().rules;
  return run;
}

TEST(RenderJunit, HasACaseForEachRuleThatPassed) {
  const Junit junit(Clean());
  EXPECT_EQ(junit.Bad(), 0);
  EXPECT_TRUE(junit.Case("scope-discarded"));
  EXPECT_FALSE(junit.Case("scope-discarded").first_child());
  EXPECT_TRUE(junit.Case("run is complete"));
  EXPECT_EQ(junit.Root().attribute("tests").as_int(), 5);
}

TEST(RenderJunit, HasACaseForEachRuleAndFileWithFindings) {
  RunResult run = Clean();
  run.findings = SampleRun().findings;
  run.findings.push_back(run.findings[1]);
  run.info.verdict = Verdict::kFailed;
  const Junit junit(run);
  const pugi::xml_node failed = junit.Case("pii-value: src/check out.cc");
  EXPECT_STREQ(failed.attribute("line").value(), "5");
  EXPECT_STREQ(failed.child("failure").attribute("type").value(), "pii-value");
  EXPECT_STREQ(failed.child("failure").attribute("message").value(),
               "attribute 'card' holds a card number (and 1 more)");
  EXPECT_THAT(failed.child("failure").child_value(), HasSubstr("src/check out.cc:5:30: error: attribute 'card'"));
  EXPECT_TRUE(junit.Case("orphan-span: service payment").child("failure"));
  EXPECT_FALSE(junit.Case("orphan-span: service payment").attribute("file"));
  EXPECT_FALSE(junit.Case("pii-value"));
}

TEST(RenderJunit, PutsFindingsBelowFailOnIntoOutput) {
  RunResult run = Clean();
  run.findings = SampleRun().findings;
  const std::string name = "span-name-not-constant: src/check out.cc";
  EXPECT_FALSE(Junit(run).Case(name).child("failure"));
  EXPECT_THAT(Junit(run).Case(name).child("system-out").child_value(), HasSubstr("span name is not a constant"));
  run.info.fail_on = Severity::kWarning;
  EXPECT_TRUE(Junit(run).Case(name).child("failure"));
  run.info.fail_on_never = true;
  EXPECT_EQ(Junit(run).Bad(), 0);
}

TEST(RenderJunit, HasACaseForEachCheck) {
  const Junit junit(SampleRun());
  EXPECT_STREQ(junit.Case("one-trace").attribute("classname").value(), "spangate.run.checkout");
  EXPECT_STREQ(junit.Case("one-trace").attribute("file").value(), "tests/checkout.checks.yaml");
  EXPECT_STREQ(junit.Case("charge is a child").attribute("line").value(), "9");
  EXPECT_STREQ(junit.Case("charge is a child").child("failure").attribute("message").value(),
               "expected count >= 1, found count = 0");
  EXPECT_TRUE(junit.Case("edge checkout -> payment").child("skipped"));
  EXPECT_TRUE(junit.Case("latency").child("error"));
  EXPECT_TRUE(junit.Case("latency (2)")) << "readers drop cases of one name";
}

TEST(RenderJunit, IsNeverGreenUnlessTheRunPassed) {
  for (const Verdict verdict : {Verdict::kFailed, Verdict::kIncomplete, Verdict::kError}) {
    RunResult run = Clean();
    run.info.verdict = verdict;
    EXPECT_GT(Junit(run).Bad(), 0) << Name(verdict) << " without a reason";
  }
  RunResult run = Clean();
  run.info.tool_error = "no libclang";
  EXPECT_STREQ(Junit(run).Case("run is complete").child("error").attribute("message").value(), "no libclang");
  run = Clean();
  run.info.child_exit = 9;
  EXPECT_TRUE(Junit(run).Case("command succeeds").child("failure"));
}

TEST(RenderJunit, TellsGapsThatWereAllowed) {
  RunResult run = Clean();
  run.info.incomplete = {"src/a.cc: not parsed"};
  EXPECT_EQ(Junit(run).Bad(), 0) << "--allow-incomplete, else the verdict would not be passed";
  EXPECT_THAT(Junit(run).Case("run is complete").child("system-out").child_value(), HasSubstr("src/a.cc: not parsed"));
}

TEST(RenderJunit, CountsWhatItHoldsUnderUniqueNames) {
  std::mt19937 random(3);
  for (int i = 0; i < 100; ++i) {
    const Junit junit(RandomRun(random));
    int tests = 0;
    for (const pugi::xml_node suite : junit.Root()) {
      std::set<std::string> names;
      for (const pugi::xml_node one : suite.children("testcase")) {
        EXPECT_TRUE(names.insert(one.attribute("name").value()).second) << one.attribute("name").value();
        ++tests;
      }
      EXPECT_EQ(suite.attribute("tests").as_int(), static_cast<int>(names.size()));
    }
    EXPECT_EQ(junit.Root().attribute("tests").as_int(), tests);
  }
}

TEST(RenderJunit, CutsTextThatNobodyReads) {
  RunResult run = Clean();
  run.findings.assign(3, SampleRun().findings[1]);
  for (Finding& finding : run.findings) finding.message = std::string(10'000'000, 'x');
  EXPECT_LT(FindFormat("junit")->render(run, &SampleSource).size(), 200'000u);
}

}  // namespace
}  // namespace spangate
