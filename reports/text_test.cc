#include "reports/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/sample_run.h"
#include "reports/summary.h"

namespace spangate {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Caret {
  std::string line;
  uint32_t column, end_column;
  const char* shown;  // line and marks as they stand, without the gutter
  const char* why;
};

TEST(FindingText, UnderlinesTheExtent) {
  const Caret kCases[] = {
      {"call(x);", 1, 5, "    1 | call(x);\n      | ^~~~\n", "at the beginning"},
      {"\tcall(x);", 2, 6, "    1 |     call(x);\n      |     ^~~~\n", "a tab takes four columns"},
      {"ab\tcall", 4, 8, "    1 | ab  call\n      |     ^~~~\n", "a tab goes to the next stop"},
      {"\xC3\xBC = call;", 6, 10, "    1 | \xC3\xBC = call;\n      |     ^~~~\n", "two bytes, one column"},
      {"\xE6\xB3\xA8(x)", 4, 7, "    1 | \xE6\xB3\xA8(x)\n      |   ^~~\n", "a wide character takes two"},
      {"e\xCC\x81(x)", 4, 7, "    1 | e\xCC\x81(x)\n      |  ^~~\n", "a combining mark takes none"},
      {"a\x1b[0mb", 6, 7, "    1 | a\\x1b[0mb\n      |         ^\n", "an escape is shown and counted"},
      {"a\xFFz", 3, 4, "    1 | a\\xffz\n      |      ^\n", "so is an invalid byte"},
      {"abc", 2, 0, "    1 | abc\n      |  ^\n", "no end known"},
      {"abc", 9, 12, "    1 | abc\n      |    ^\n", "beyond the line"},
  };
  for (const Caret& c : kCases) {
    const SourceLookup source = [&](const std::string&) { return std::optional<std::string_view>(c.line); };
    SourceLines lines(source);
    Finding finding;
    finding.where = {"a.cc", 1, c.column, c.end_column == 0 ? 0u : 1u, c.end_column};
    EXPECT_THAT(FindingText(finding, lines, false), HasSubstr(c.shown)) << c.why;
  }
}

TEST(FindingText, ShowsThePlaceOfAVeryLongLine) {
  const std::string line = std::string(500'000, 'a') + "call();" + std::string(500'000, 'b');
  const SourceLookup source = [&](const std::string&) { return std::optional<std::string_view>(line); };
  SourceLines lines(source);
  Finding finding;
  finding.where = {"a.cc", 1, 500'001, 1, 500'005};
  const std::string text = FindingText(finding, lines, false);
  EXPECT_LT(text.size(), 600u);
  EXPECT_THAT(text, HasSubstr("aacall();bb"));
  EXPECT_THAT(text, HasSubstr("\n      | " + std::string(60, ' ') + "^~~~\n"));
}

TEST(FindingText, BeginsAsCompilersDo) {
  const SourceLookup source = &SampleSource;
  SourceLines lines(source);
  EXPECT_THAT(FindingText(SampleRun().findings[0], lines, false),
              testing::StartsWith(
                  "src/check out.cc:4:13: warning: span name is not a constant [span-name-not-constant]\n    4 | "));
}

TEST(FindingText, ShowsNoSourceForAValueThatIsSecret) {
  const SourceLookup source = &SampleSource;
  SourceLines lines(source);
  EXPECT_THAT(FindingText(SampleRun().findings[1], lines, false), Not(HasSubstr(" | ")));
}

TEST(RenderText, ColoursOnlyWhenAsked) {
  EXPECT_THAT(RenderText(SampleRun(), &SampleSource, false), Not(HasSubstr("\x1b")));
  EXPECT_THAT(RenderText(SampleRun(), &SampleSource, true), HasSubstr("\x1b[1;31merror\x1b[0m: "));
}

TEST(RenderText, EndsWithOneSummaryLine) {
  const std::string text = RenderText(SampleRun(), &SampleSource, false);
  EXPECT_THAT(
      text,
      testing::EndsWith(
          "\nspangate run: incomplete: 2 errors, 1 warning, 1 known finding (baseline), 2 of 5 checks passed, 1 not "
          "judged, 1 skipped, 3 translation units (1 recovered, 1 failed), 1 "
          "accepted gap (baseline), 120 spans, 7 "
          "metric points, command exited with 0; 1.234 s\n"));
  EXPECT_THAT(text, Not(HasSubstr("scope-discarded"))) << "known findings are only counted";
  RunResult empty;
  empty.info.command = "verify";
  empty.info.spans = 0;
  EXPECT_EQ(SummaryLine(empty), "spangate verify: passed: no findings, no spans; 0.000 s");
}

TEST(RenderText, CutsLongListsOfReasons) {
  RunResult run;
  run.info.command = "analyze";
  run.info.incomplete.assign(500, "not parsed");
  EXPECT_THAT(RenderText(run, nullptr, false), HasSubstr("spangate: incomplete: 480 more, see the json report\n"));
}

TEST(RenderText, CutsTextThatNobodyReads) {
  RunResult run = SampleRun();
  run.findings[0].message = std::string(10'000'000, 'x');
  EXPECT_LT(RenderText(run, nullptr, false).size(), 20'000u);
}

TEST(SourceLines, EndWhereCompilersEndThem) {
  const SourceLookup source = [](const std::string&) { return std::optional<std::string_view>("a\nb\r\nc\rd"); };
  SourceLines lines(source);
  EXPECT_EQ(lines.Line("x", 1), "a");
  EXPECT_EQ(lines.Line("x", 2), "b");
  EXPECT_EQ(lines.Line("x", 3), "c");
  EXPECT_EQ(lines.Line("x", 4), "d");
  EXPECT_EQ(lines.Line("x", 5), std::nullopt);
  EXPECT_EQ(lines.Line("x", 0), std::nullopt);
}

}  // namespace
}  // namespace spangate
