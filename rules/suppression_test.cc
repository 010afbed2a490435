#include "rules/suppression.h"

#include <gtest/gtest.h>

namespace spangate {
namespace {

struct Case {
  const char* source;
  uint32_t line;
  bool suppressed;
  const char* why;
};
// The finding is always of rule "some-rule".
const Case kCases[] = {
    {"f();  // NOLINT(some-rule): known", 1, true, "same line"},
    {"f();  // NOLINT(some-rule)", 1, true, "without a reason"},
    {"f();  // NOLINT", 1, false, "bare comments belong to other tools"},
    {"f();  // NOLINT(*)", 1, false, "globs belong to other tools"},
    {"f();  // NOLINT(some-*)", 1, false, "globs belong to other tools"},
    {"f();  // NOLINT(other-rule)", 1, false, "another id"},
    {"f();  // NOLINT(google-x, some-rule ,y)", 1, true, "one of several"},
    {"f();  // NOLINT(some-rules)", 1, false, "ids are compared whole"},
    {"f();  // XNOLINT(some-rule)", 1, false, "another word"},
    {"f();  // NOLINT(some-rule", 1, false, "no closing parenthesis"},
    {"// NOLINT(some-rule)\nf();", 2, false, "NOLINT acts on its own line"},
    {"// NOLINTNEXTLINE(some-rule): x\nf();", 2, true, "next line"},
    {"// NOLINTNEXTLINE(some-rule)\n\nf();", 3, false, "only the very next line"},
    {"/* a\n NOLINTNEXTLINE(some-rule) */\nf();", 3, true, "inside a block comment"},
    {"// NOLINTBEGIN(some-rule)\nf();\n// NOLINTEND(some-rule)", 2, true, "between begin and end"},
    {"// NOLINTBEGIN(some-rule)\n// NOLINTEND(some-rule)\nf();", 3, false, "after the end"},
    {"// NOLINTBEGIN(some-rule)\nf();", 2, false, "begin without end covers nothing"},
    {"// NOLINTBEGIN(some-rule)\nf();\n// NOLINTEND(other)", 2, false, "end of another id"},
    {"auto s = \"// NOLINT(some-rule)\"; f();", 1, false, "a string is no comment"},
    {"auto s = R\"x(// NOLINT(some-rule))x\"; f();", 1, false, "a raw string is no comment"},
    {"auto s = R\"(\n)\"; f(); // NOLINT(some-rule)", 2, true, "lines inside raw strings count"},
    {"char c = '\"'; f();  // NOLINT(some-rule)", 1, true, "a quote character opens no string"},
    {"int n = 1'000; f();  // NOLINT(some-rule)", 1, true, "a digit separator opens no literal"},
    {"#error don't\nf();  // NOLINT(some-rule)", 2, true, "an odd apostrophe ends with its line"},
    {"f();  /* NOLINT(some-rule) */ g();", 1, true, "block comment on the line"},
};

TEST(Suppression, CoversWhatItNamesAndNothingElse) {
  for (const Case& c : kCases) {
    const std::vector<Suppression> all = ParseSuppressions(c.source);
    EXPECT_EQ(FindSuppression(all, "some-rule", c.line, c.line, "") != nullptr, c.suppressed)
        << c.source << ": " << c.why;
  }
}

TEST(Suppression, CoversAConstructOfSeveralLinesFromAnyOfThem) {
  const std::vector<Suppression> all = ParseSuppressions("f(\n  1);  // NOLINT(some-rule): x");
  EXPECT_NE(FindSuppression(all, "some-rule", 1, 2, ""), nullptr);
  EXPECT_EQ(FindSuppression(all, "some-rule", 1, 1, ""), nullptr);
  EXPECT_EQ(FindSuppression(all, "some-rule", 1, 0, ""), nullptr) << "unknown end";
}

struct ReasonCase {
  const char* source;
  const char* reason;
  const char* until;
};
constexpr ReasonCase kReasons[] = {
    {"// NOLINT(a): names are constant (until 2026-12-31)", "names are constant", "2026-12-31"},
    {"// NOLINT(a): names are constant", "names are constant", ""},
    {"// NOLINT(a): see (until then)", "see (until then)", ""},
    {"// NOLINT(a)", "", ""},
    {"// NOLINT(a) no colon", "", ""},
    {"/* NOLINT(a): why (until 2026-12-31) */", "why", "2026-12-31"},
    {"// NOLINT(a): (until 2026-12-31)", "", "2026-12-31"},
    {"/* NOLINT(a): first line\n second line */", "first line", ""},
};

TEST(Suppression, ReadsReasonAndDate) {
  for (const ReasonCase& c : kReasons) {
    const std::vector<Suppression> all = ParseSuppressions(c.source);
    ASSERT_EQ(all.size(), 1U) << c.source;
    EXPECT_EQ(all[0].reason, c.reason) << c.source;
    EXPECT_EQ(all[0].until, c.until) << c.source;
  }
}

TEST(Suppression, HoldsThroughTheDayItNames) {
  const std::vector<Suppression> all = ParseSuppressions("f();  // NOLINT(a): x (until 2026-12-31)");
  EXPECT_NE(FindSuppression(all, "a", 1, 1, "2026-12-31"), nullptr);
  EXPECT_EQ(FindSuppression(all, "a", 1, 1, "2027-01-01"), nullptr);
  EXPECT_NE(FindSuppression(all, "a", 1, 1, ""), nullptr) << "no clock";
}

TEST(Suppression, SurvivesHostileText) {
  for (const char* text : {"NOLINT", "/*NOLINT(", "R\"", "\"NOLINT", "R\"(NOLINT", "//NOLINT(\\\n", "'NOLINT", "\\"}) {
    EXPECT_TRUE(ParseSuppressions(text).empty()) << text;
  }
}

}  // namespace
}  // namespace spangate
