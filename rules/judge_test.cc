// The driver with rules of the test's own: what they say is fixed, so only the driver's part shows.
#include "rules/judge.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "common/fingerprint.h"

namespace spangate {
namespace {

constexpr std::string_view kText =
    "void f() {\n"
    "  StartSpan(  a );\n"
    "  StartSpan(a);\n"
    "  StartSpan(b);  // NOLINT(alpha): known (until 2026-12-31)\n"
    "  long_call(1,\n"
    "            2);\n"
    "}\n";

std::optional<std::string_view> Text(const std::string& path) {
  if (path == "src/a.cc") return kText;
  return std::nullopt;
}

Problem At(const std::string& path, uint32_t line, uint32_t column, uint32_t end_line, uint32_t end_column,
           const std::string& message) {
  return {
      .source =
          SourcePlace{
              .where = {.path = path, .line = line, .column = column, .end_line = end_line, .end_column = end_column},
              .function = "f",
              .tokens = {}},
      .message = message};
}

std::vector<Problem> Alpha(const SourceModel&, const Policy&) {
  return {At("src/a.cc", 4, 3, 4, 15, "fault"), At("src/a.cc", 3, 3, 3, 15, "fault"),
          At("src/a.cc", 2, 3, 2, 18, "fault"), At("src/a.cc", 2, 3, 2, 18, "fault"),
          At("src/b.cc", 1, 1, 1, 2, "fault of jane@shop.test")};
}
std::vector<Problem> Beta(const SourceModel&, const Policy&) { return {At("src/a.cc", 5, 3, 6, 15, "strict fault")}; }

constexpr SourceRule kAlpha{.info = {.id = "alpha", .category = Category::kSpanName}, .check = &Alpha};
constexpr SourceRule kBeta{.info = {.id = "beta", .severity = Severity::kNote, .trust = Trust::kStrict},
                           .check = &Beta};
constexpr std::array<const SourceRule*, 2> kRules = {&kAlpha, &kBeta};

std::vector<Finding> Judge(const Policy& policy, std::string_view today = "2026-11-21") {
  return JudgeSource(SourceModel{}, policy, &Text, today, kRules);
}

std::string Places(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& f : findings) {
    out +=
        f.rule + " " + f.where.path + ":" + std::to_string(f.where.line) + " " + std::string(Name(f.severity)) + "\n";
  }
  return out;
}

TEST(JudgeSource, OrdersByPlaceAndDropsRepetitionsAndSuppressed) {
  EXPECT_EQ(Places(Judge({})), "alpha src/a.cc:2 warning\nalpha src/a.cc:3 warning\nalpha src/b.cc:1 warning\n");
}

TEST(JudgeSource, LetsSuppressionsExpire) {
  EXPECT_NE(Places(Judge({}, "2027-01-01")).find("alpha src/a.cc:4"), std::string::npos);
}

TEST(JudgeSource, GivesEqualCodeEqualFingerprintsButForTheOrdinal) {
  const std::vector<Finding> findings = Judge({});
  const SourcePlace place{.where = {.path = "src/a.cc"}, .function = "f", .tokens = "StartSpan(a)"};
  EXPECT_EQ(findings[0].fingerprint, SourceFingerprint("alpha", place, 0)) << "blanks do not count";
  EXPECT_EQ(findings[1].fingerprint, SourceFingerprint("alpha", place, 1));
}

TEST(JudgeSource, ReadsTokensOverSeveralLines) {
  Policy policy;
  policy.select_all = true;
  const SourcePlace place{.where = {.path = "src/a.cc"}, .function = "f", .tokens = "long_call(1,2)"};
  const std::vector<Finding> findings = Judge(policy);
  ASSERT_EQ(findings.size(), 4U);
  EXPECT_EQ(findings[2].fingerprint, SourceFingerprint("beta", place, 0));
}

TEST(JudgeSource, NeverPrintsWhatARuleForgotToMask) {
  EXPECT_EQ(Judge({}).back().message, "fault of {e-mail address}");
}

TEST(JudgeSource, FollowsTheSettings) {
  struct Case {
    Policy policy;
    const char* expected;
    const char* why;
  };
  Policy all{.select_all = true};
  Policy off{.rules = {{"alpha", {.off = true}}}};
  Policy named{.rules = {{"alpha", {.off = true}}, {"beta", {.severity = Severity::kError}}}};
  Policy sources{.sources = {"src/b*"}};
  Policy off_there{.overrides = {{.paths = {"src/a.cc"}, .rules = {{"alpha", {.off = true}}}}}};
  Policy on_there{.rules = {{"alpha", {.off = true}}},
                  .overrides = {{.paths = {"src/b.cc"}, .rules = {{"alpha", {.severity = Severity::kError}}}}}};
  Policy last_wins{.overrides = {{.paths = {"**"}, .rules = {{"alpha", {.off = true}}}},
                                 {.paths = {"src/b.cc"}, .rules = {{"alpha", {}}}}}};
  const Case kCases[] = {
      {all, "alpha src/a.cc:2 warning\nalpha src/a.cc:3 warning\nbeta src/a.cc:5 note\nalpha src/b.cc:1 warning\n",
       "all rules"},
      {off, "", "one off, the other strict"},
      {named, "beta src/a.cc:5 error\n", "naming a strict rule switches it on"},
      {sources, "alpha src/b.cc:1 warning\n", "only these sources"},
      {off_there, "alpha src/b.cc:1 warning\n", "off below a path"},
      {on_there, "alpha src/b.cc:1 error\n", "on below a path only"},
      {last_wins, "alpha src/b.cc:1 warning\n", "the later override wins"},
  };
  for (const Case& c : kCases) EXPECT_EQ(Places(Judge(c.policy)), c.expected) << c.why;
}

TEST(JudgeSource, LeavesOutFilesBeyondTheProject) {
  SourceModel model;
  model.project_root = "/repo";
  static constexpr SourceRule kSystem{.info = {.id = "alpha"}, .check = [](const SourceModel&, const Policy&) {
                                        return std::vector<Problem>{At("/usr/include/x.h", 1, 1, 1, 2, "fault")};
                                      }};
  static constexpr std::array<const SourceRule*, 1> kOne = {&kSystem};
  EXPECT_TRUE(JudgeSource(model, {}, &Text, "", kOne).empty());
}

std::vector<Problem> Gamma(const TraceModel&, const Policy&) {
  const auto at = [](const char* service, const char* name) {
    return TelemetryPlace{.service_name = service, .span_name = name};
  };
  return {
      {.telemetry = at("b", "GET /users/17"), .message = "m", .evidence = {"one"}, .occurrences = 2},
      {.telemetry = at("b", "GET /users/18"), .message = "m", .evidence = {"two"}},
      {.telemetry = at("a", "mail jane@shop.test"), .message = "m of jane@shop.test", .evidence = {"jane@shop.test"}}};
}

TEST(JudgeTelemetry, MergesEqualFingerprintsAndRedacts) {
  static constexpr TelemetryRule kGamma{.info = {.id = "gamma"}, .check = &Gamma};
  static constexpr std::array<const TelemetryRule*, 1> kOne = {&kGamma};
  const std::vector<Finding> findings = JudgeTelemetry(TraceModel{}, {}, kOne);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].telemetry->span_name, "mail {e-mail address}");
  EXPECT_EQ(findings[0].message, "m of {e-mail address}");
  EXPECT_EQ(findings[0].evidence, std::vector<std::string>{"{e-mail address}"});
  EXPECT_EQ(findings[1].occurrences, 3U);
  EXPECT_EQ(findings[1].evidence, (std::vector<std::string>{"one", "two"}));
}

}  // namespace
}  // namespace spangate
