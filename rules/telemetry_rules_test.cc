// Every telemetry rule over its own fixtures: bad.json gives the lines of bad.expected, good.json gives nothing.
// bad.logs.json and bad.metrics.json, where they exist, are part of the same run. UPDATE_GOLDEN=1 rewrites
// bad.expected.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "mock-collector/decode.h"
#include "rules/judge.h"
#include "rules/knowledge/detectors.h"
#include "rules/rule.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

std::string ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// What the fixtures of rules with settings count on.
Policy FixturePolicy() {
  Policy policy;
  policy.select_all = true;
  policy.operations = {{.service = "checkout", .name = "POST /checkout", .kind = "server"},
                       {.service = "payment", .name = "charge *", .kind = {}}};
  policy.personal_allow_keys = {"contact.allowed"};
  return policy;
}

TraceModel ReadFixture(const std::string& rule, const std::string& stem) {
  struct Part {
    Signal signal;
    const char* extension;
  };
  constexpr Part kParts[] = {
      {Signal::kTraces, ".json"}, {Signal::kLogs, ".logs.json"}, {Signal::kMetrics, ".metrics.json"}};
  TraceModel model;
  for (const Part& part : kParts) {
    const fs::path path = fs::path(RULES_DIR) / "telemetry" / rule / (stem + part.extension);
    if (!fs::exists(path)) continue;
    TraceModel batch;
    const Status decoded = DecodeOtlp(part.signal, Encoding::kJson, ReadText(path), batch);
    EXPECT_TRUE(decoded.has_value()) << path << ": " << (decoded.has_value() ? "" : decoded.error().message);
    model.Append(batch);
  }
  model.BuildTraces();
  return model;
}

std::string LineOf(const Finding& finding) {
  const TelemetryPlace& place = *finding.telemetry;
  std::string line =
      fmt::format("{} | {} | {} | {}", place.service_name, place.scope_name, place.span_name, place.kind);
  line += fmt::format(" | {} | {} | {}", place.attribute_key, finding.message, finding.occurrences);
  return line;
}

std::vector<Finding> Judge(const std::string& rule, const std::string& stem) {
  const auto rules = TelemetryRules();
  const auto found = std::ranges::find(rules, rule, [](const TelemetryRule* r) { return r->info.id; });
  return JudgeTelemetry(ReadFixture(rule, stem), FixturePolicy(), {&*found, 1});
}

std::string Lines(const std::vector<Finding>& findings) {
  std::string lines;
  for (const Finding& finding : findings) lines += LineOf(finding) + "\n";
  return lines;
}

class TelemetryRuleFixture : public testing::TestWithParam<std::string> {};

TEST_P(TelemetryRuleFixture, ReportsWhatIsExpectedAndNothingElse) {
  const fs::path expected = fs::path(RULES_DIR) / "telemetry" / GetParam() / "bad.expected";
  const std::string lines = Lines(Judge(GetParam(), "bad"));
  EXPECT_NE(lines, "") << "bad.json must show the fault";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(expected) << lines;  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(lines, ReadText(expected));
  EXPECT_EQ(Lines(Judge(GetParam(), "good")), "");
}

TEST_P(TelemetryRuleFixture, PrintsNothingSensitive) {
  for (const Finding& finding : Judge(GetParam(), "bad")) {
    EXPECT_TRUE(Detect(LineOf(finding)).empty()) << LineOf(finding);
    for (const std::string& line : finding.evidence) EXPECT_TRUE(Detect(line).empty()) << line;
  }
}

std::vector<std::string> RuleIds() {
  std::vector<std::string> ids;
  for (const TelemetryRule* rule : TelemetryRules()) ids.emplace_back(rule->info.id);
  return ids;
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(EveryRule, TelemetryRuleFixture, testing::ValuesIn(RuleIds()), TestName);

TEST(TelemetryRules, FindNothingButSilenceInAnEmptyRun) {
  TraceModel model;
  model.BuildTraces();
  const std::vector<Finding> findings = JudgeTelemetry(model, Policy{});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].rule, "nothing-received");
}

// OTLP/JSON with an id of another length is refused as a whole; over protobuf such ids come through.
TEST(InvalidIds, NamesEveryFault) {
  for (const uint16_t fault : {kBadTraceId, kZeroTraceId, kBadSpanId, kZeroSpanId, kBadParentId, kParentCycle}) {
    TraceModel model = ReadFixture("several-roots", "good");
    const auto before = JudgeTelemetry(model, Policy{}).size();
    model.spans[0].faults |= fault;
    EXPECT_EQ(JudgeTelemetry(model, Policy{}).size(), before + 1) << fault;
  }
}

TEST(ImpossibleTime, ComparesTheStartWithTheArrival) {
  for (const auto& [early, expected] : {std::pair{uint64_t{500'000'000}, 0U}, std::pair{uint64_t{2'000'000'000}, 1U}}) {
    TraceModel model = ReadFixture("impossible-time", "good");
    for (RequestRow& request : model.requests) request.arrival = model.spans[0].start - early;
    const std::vector<Finding> findings = JudgeTelemetry(model, Policy{});
    const auto future = [](const Finding& f) { return f.message == "span starts after it was received"; };
    EXPECT_EQ(std::ranges::any_of(findings, future) ? 1U : 0U, expected) << early;
  }
}

}  // namespace
}  // namespace spangate
