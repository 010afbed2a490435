#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/line_hash.h"
#include "reports/report.h"
#include "reports/sample_run.h"

namespace spangate {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

Json RunOf(const RunResult& run, const SourceLookup& source = &SampleSource) {
  return Json::parse(FindFormat("sarif")->render(run, source))["runs"][0];
}

Json Only(Finding finding, const SourceLookup& source) {
  RunResult run;
  run.info.command = "analyze";
  run.findings = {std::move(finding)};
  return RunOf(run, source)["results"][0];
}

Json RegionOf(const Location& where, const SourceLookup& source) {
  Finding finding;
  finding.rule = "a";
  finding.where = where;
  return Only(finding, source)["locations"][0]["physicalLocation"]["region"];
}

std::optional<std::string_view> Accented(const std::string&) { return "\xC3\xBC\xF0\x9F\x9B\x92=call(x);\nabc\n"; }

TEST(RenderSarif, CountsColumnsInUtf16) {
  struct Row {
    Location where;
    int start, end_line, end;
    const char* why;
  };
  const Row kRows[] = {
      {{"a.cc", 1, 7, 1, 8}, 4, 1, 5, "two and four bytes before it are one and two units"},
      {{"a.cc", 1, 1, 1, 3}, 1, 1, 2, "two bytes are one unit"},
      {{"a.cc", 1, 3, 1, 7}, 2, 1, 4, "four bytes are two units"},
      {{"a.cc", 1, 7, 2, 3}, 4, 2, 3, "over two lines"},
      {{"a.cc", 1, 7, 0, 0}, 4, 1, 13, "no end known: to the end of the line"},
      {{"a.cc", 1, 0, 0, 0}, 1, 1, 13, "no column known"},
      {{"a.cc", 1, 500, 1, 600}, 13, 1, 14, "beyond the line"},
      {{"a.cc", 1, 9, 1, 2}, 6, 1, 7, "an end before the beginning"},
      {{"a.cc", 9, 4, 9, 6}, 4, 9, 6, "a line that the file does not have"},
  };
  for (const Row& row : kRows) {
    const Json expected = {
        {"startLine", row.where.line}, {"startColumn", row.start}, {"endLine", row.end_line}, {"endColumn", row.end}};
    EXPECT_EQ(RegionOf(row.where, &Accented), expected) << row.why;
  }
  EXPECT_EQ(RegionOf({"a.cc", 1, 7, 1, 8}, nullptr)["startColumn"], 7) << "bytes where the line is not to be had";
}

TEST(RenderSarif, EncodesPaths) {
  Finding finding;
  finding.rule = "a";
  finding.where = {"src/a b:c\xC3\xBC%.cc", 1, 1, 1, 2};
  const auto uri = [&] {
    return Only(finding, nullptr)["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].get<std::string>();
  };
  EXPECT_EQ(uri(), "src/a%20b%3Ac%C3%BC%25.cc");
  finding.where.path = "/usr/include/a.h";
  EXPECT_EQ(uri(), "file:///usr/include/a.h");
}

TEST(RenderSarif, FingerprintsTheLineAsCodeScanningDoes) {
  const Json result = Only(SampleRun().findings[0], &SampleSource);
  EXPECT_EQ(result["partialFingerprints"]["spangate/v1"], "00112233445566778899aabbccddeeff");
  EXPECT_EQ(result["partialFingerprints"]["primaryLocationLineHash"], LineHashes(*SampleSource("src/check out.cc"))[3]);
  EXPECT_FALSE(Only(SampleRun().findings[0], nullptr)["partialFingerprints"].contains("primaryLocationLineHash"));
}

TEST(RenderSarif, TellsTheFlowTwice) {
  const Json result = Only(SampleRun().findings[0], &SampleSource);
  EXPECT_EQ(result["codeFlows"][0]["threadFlows"][0]["locations"].size(), 2u);
  EXPECT_EQ(result["relatedLocations"][1]["id"], 2);
  EXPECT_EQ(result["relatedLocations"][1]["message"]["text"], "leaves [here] (1)") << "no link from outside";
}

TEST(RenderSarif, RaisesOnlyPersonalDataToASecurityAlert) {
  const Json run = RunOf(SampleRun());
  for (const Json& rule : run["tool"]["driver"]["rules"]) {
    EXPECT_EQ(rule["properties"].contains("security-severity"), rule["id"] == "pii-value") << rule["id"];
  }
}

TEST(RenderSarif, LinksOnlyToWebAddresses) {
  const Json run = RunOf(SampleRun());
  for (const Json& rule : run["tool"]["driver"]["rules"]) {
    EXPECT_EQ(rule.contains("helpUri"), rule["id"] == "orphan-span" || rule["id"] == "span-name-not-constant");
  }
}

TEST(RenderSarif, TellsNewFromKnownWhereABaselineIsInUse) {
  RunResult run = SampleRun();
  const Json with = RunOf(run);
  for (const Json& result : with["results"]) {
    EXPECT_EQ(result["baselineState"], result["ruleId"] == "scope-discarded" ? "unchanged" : "new");
  }
  run.info.baseline.clear();
  const Json without = RunOf(run);
  for (const Json& result : without["results"]) EXPECT_FALSE(result.contains("baselineState"));
}

TEST(RenderSarif, LeavesOutWhatHasNoPlaceAndSaysSo) {
  const Json run = RunOf(SampleRun());
  ASSERT_EQ(run["results"].size(), 4u);
  for (const Json& result : run["results"]) {
    EXPECT_NE(result["ruleId"], "orphan-span");
    EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<size_t>()]["id"], result["ruleId"]);
  }
  EXPECT_THAT(
      run["invocations"][0]["toolExecutionNotifications"].dump(),
      HasSubstr("1 finding without a source place, not among the results (the json report has them): 1 orphan-span"));
}

TEST(RenderSarif, SaysWhetherTheRunCanBeTrusted) {
  RunResult run = SampleRun();
  EXPECT_FALSE(RunOf(run)["invocations"][0]["executionSuccessful"]);
  EXPECT_THAT(RunOf(run)["invocations"][0]["toolExecutionNotifications"].dump(), HasSubstr("file not found"));
  run.info.verdict = Verdict::kFailed;
  EXPECT_TRUE(RunOf(run)["invocations"][0]["executionSuccessful"]) << "findings are no failure of the tool";
  run.info.tool_error = "no libclang";
  EXPECT_FALSE(RunOf(run)["invocations"][0]["executionSuccessful"]);
}

TEST(RenderSarif, KeepsTheMostSevereOfTooManyResults) {
  RunResult run;
  run.info.command = "analyze";
  Finding small;
  small.rule = "a";
  small.where = {"a.cc", 1, 1, 1, 2};
  run.findings.assign(5001, small);
  run.findings.back() = SampleRun().findings[1];
  const Json json = RunOf(run, nullptr);
  EXPECT_EQ(json["results"].size(), 5000u);
  EXPECT_EQ(json["results"][0]["ruleId"], "pii-value");
  EXPECT_THAT(json["invocations"][0]["toolExecutionNotifications"].dump(), HasSubstr("1 result beyond"));
  EXPECT_EQ(json["automationDetails"]["id"], "spangate/static/");
}

}  // namespace
}  // namespace spangate
