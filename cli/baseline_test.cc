#include "cli/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace spangate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string Print(char digit) { return "v1:" + std::string(32, digit); }

Finding At(char print, const std::string& path, const std::string& rule = "span-name-not-constant") {
  Finding finding;
  finding.rule = rule;
  finding.where = {path, 3, 1, 3, 2};
  finding.function = "shop::Charge";
  finding.fingerprint = Print(print);
  return finding;
}

Gap Site(char print, const std::string& path) {
  return {.fingerprint = Print(print), .kind = "site-missed", .where = {path, 7, 0, 0, 0}, .text = path + ":7: missed"};
}

RunResult Analysed(std::vector<Finding> findings, std::vector<Gap> gaps = {}) {
  RunResult result;
  result.info.command = "analyze";
  result.info.files = {"a.cc", "b.cc"};
  result.info.gaps = std::move(gaps);
  result.findings = std::move(findings);
  result.rules = {{.id = "span-name-not-constant", .summary = "", .reference = ""}};
  return result;
}

RunResult Captured(std::vector<std::string> spans, char print) {
  RunResult result;
  result.info.command = "run";
  result.info.spans = 3;
  result.rules = {{.id = "orphan-span", .summary = "", .reference = ""}};
  for (const std::string& span : spans) {
    Finding finding;
    finding.rule = "orphan-span";
    finding.telemetry = TelemetryPlace{.service_name = "pay", .span_name = span, .kind = "client"};
    finding.fingerprint = Print(print);
    result.findings.push_back(finding);
  }
  return result;
}

bool Everywhere(const std::string&) { return true; }

std::vector<std::string> Prints(const std::vector<BaselineEntry>& entries) {
  std::vector<std::string> prints;
  for (const BaselineEntry& entry : entries) prints.push_back(entry.fingerprint);
  return prints;
}

TEST(Baseline, ReadsBackWhatItWrites) {
  const std::vector<BaselineEntry> entries =
      Changed(BaselineChange::kCreate, {},
              {Analysed({At('1', "b.cc"), At('2', "a.cc")}, {Site('3', "a.cc"), Site('3', "a.cc")}),
               Captured({"GET /order/4711"}, '4')},
              &Everywhere);
  const std::string text = RenderBaseline(entries);
  EXPECT_EQ(text,
            "{\"spangate_baseline\":1}\n"
            "{\"fingerprint\":\"" +
                Print('3') +
                "\",\"rule\":\"site-missed\",\"place\":\"a.cc\",\"count\":2}\n"
                "{\"fingerprint\":\"" +
                Print('2') +
                "\",\"rule\":\"span-name-not-constant\",\"place\":\"a.cc\",\"function\":\"shop::Charge\"}\n"
                "{\"fingerprint\":\"" +
                Print('1') +
                "\",\"rule\":\"span-name-not-constant\",\"place\":\"b.cc\",\"function\":\"shop::Charge\"}\n"
                "{\"fingerprint\":\"" +
                Print('4') +
                "\",\"rule\":\"orphan-span\",\"place\":\"service pay, span \\\"GET /order/#\\\" (client)\"}\n");
  const Result<Baseline> read = ParseBaseline(text, "b.jsonl");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read.value().entries, entries);
  std::string crlf;
  for (const char c : text) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  ASSERT_TRUE(ParseBaseline(crlf, "b.jsonl").has_value());
  EXPECT_EQ(RenderBaseline(ParseBaseline(crlf, "b.jsonl").value().entries), text);
}

TEST(ParseBaseline, NamesTheLineThatItCannotRead) {
  const std::string head = "{\"spangate_baseline\":1}\n";
  const std::string one = "{\"fingerprint\":\"" + Print('1') + "\",\"rule\":\"r\",\"place\":\"a.cc\"}\n";
  struct Row {
    std::string text;
    const char* error;
  };
  const Row kRows[] = {
      {"", "b.jsonl:1: the file is empty"},
      {one, "b.jsonl:1: the first line must be"},
      {"{\"spangate_baseline\":2}\n", "b.jsonl:1: version 2 is newer than 1"},
      {"{\"spangate_baseline\":0}\n", "b.jsonl:1: there is no version 0"},
      {"{\"spangate_baseline\":\"1\"}\n", "b.jsonl:1: the first line must be"},
      {head + one + one, "b.jsonl:3: the entry of line 2 again"},
      {head + "<<<<<<< HEAD\n" + one, "b.jsonl:2: marks of a merge conflict"},
      {head + one + "=======\n", "b.jsonl:3: marks of a merge conflict"},
      {head + "{\"fingerprint\n", "b.jsonl:2: expected a JSON object"},
      {head + "\n" + one, "b.jsonl:2: expected a JSON object"},
      {head + "{\"fingerprint\":\"v2:0\",\"rule\":\"r\"}\n", "b.jsonl:2: 'fingerprint' must be"},
      {head + "{\"fingerprint\":\"" + Print('1') + "\"}\n", "b.jsonl:2: 'rule' is missing"},
      {head + "{\"rule\":3}\n", "b.jsonl:2: cannot read the key 'rule'"},
      {head + "{\"count\":0}\n", "b.jsonl:2: cannot read the key 'count'"},
      {std::string(100'000, '['), "b.jsonl:1: expected a JSON object"},
  };
  for (const Row& row : kRows) {
    const Result<Baseline> read = ParseBaseline(row.text, "b.jsonl");
    ASSERT_FALSE(read.has_value()) << row.error;
    EXPECT_EQ(read.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(read.error().message, testing::StartsWith(row.error));
  }
}

TEST(Changed, DropsOnlyWhatAResultJudged) {
  const BaselineEntry entry{"a.cc", "span-name-not-constant", "", Print('1')};
  const BaselineEntry telemetry{"service pay", "orphan-span", "", Print('2')};
  const BaselineEntry gap{"c.cc", "not-analysed", "", Print('3')};
  RunResult part = Analysed({});
  part.info.files.clear();
  RunResult other_rules = Analysed({});
  other_rules.rules.clear();
  RunResult no_spans = Captured({}, '0');
  no_spans.info.spans = 0;
  struct Row {
    BaselineEntry entry;
    RunResult result;
    bool updated, pruned;  // kept
    const char* why;
  };
  const Row kRows[] = {
      {entry, Analysed({At('1', "a.cc")}), true, true, "still there"},
      {entry, Analysed({}), false, false, "gone"},
      {entry, part, true, true, "a run in part"},
      {entry, other_rules, true, true, "the rule did not run"},
      {entry, Captured({}, '0'), true, true, "a result over telemetry"},
      {entry, Analysed({}, {Site('9', "a.cc")}), true, true, "the file has a gap"},
      {entry, Analysed({}, {Site('9', "b.cc")}), false, false, "another file has a gap"},
      {{"x.h", "span-name-not-constant", "", Print('1')},
       Analysed({}, {Site('9', "b.cc")}),
       true,
       true,
       "a header that perhaps only a lost unit reads"},
      {gap, Analysed({}), false, false, "a gap that closed"},
      {gap, part, true, true, "a gap, a run in part"},
      {telemetry, Captured({}, '0'), true, false, "telemetry: another test may show it; prune is told of all"},
      {telemetry, no_spans, true, true, "nothing was received"},
      {telemetry, Analysed({}), true, true, "a result over source"},
  };
  for (const Row& row : kRows) {
    const auto kept = [&](BaselineChange change) {
      const auto prints = Prints(Changed(change, {row.entry}, {row.result}, &Everywhere));
      return std::find(prints.begin(), prints.end(), row.entry.fingerprint) != prints.end();
    };
    EXPECT_EQ(kept(BaselineChange::kUpdate), row.updated) << row.why;
    EXPECT_EQ(kept(BaselineChange::kPrune), row.pruned) << row.why;
  }
}

TEST(Changed, AFileThatIsGoneIsJudgedInSpiteOfGaps) {
  const BaselineEntry entry{"gone.cc", "span-name-not-constant", "", Print('1')};
  const auto nowhere = [](const std::string&) { return false; };
  EXPECT_THAT(Changed(BaselineChange::kPrune, {entry}, {Analysed({}, {Site('9', "b.cc")})}, nowhere), IsEmpty());
}

TEST(Changed, UpdateAddsAndPruneDoesNot) {
  const std::vector<RunResult> results = {Analysed({At('1', "a.cc")}, {Site('2', "b.cc"), Site('2', "b.cc")})};
  const std::vector<BaselineEntry> before = {{"b.cc", "site-missed", "", Print('2'), 1}};
  const std::vector<BaselineEntry> updated = Changed(BaselineChange::kUpdate, before, results, &Everywhere);
  EXPECT_THAT(Prints(updated), ElementsAre(Print('1'), Print('2')));
  EXPECT_EQ(updated[1].count, 2u);
  EXPECT_EQ(Changed(BaselineChange::kPrune, before, results, &Everywhere), before) << "no more sites are accepted";
  const std::vector<BaselineEntry> three = {{"b.cc", "site-missed", "", Print('2'), 3}};
  EXPECT_EQ(Changed(BaselineChange::kPrune, three, results, &Everywhere)[0].count, 2u) << "fewer are";
}

TEST(ApplyBaseline, KnowsWhatItHoldsAndSaysWhatIsStale) {
  const Baseline baseline{
      "b.jsonl",
      {{"a.cc", "span-name-not-constant", "", Print('1')}, {"b.cc", "span-name-not-constant", "", Print('2')}}};
  RunResult result = Analysed({At('1', "a.cc"), At('3', "a.cc")});
  ApplyBaseline(&baseline, &Everywhere, result);
  EXPECT_TRUE(result.findings[0].known);
  EXPECT_FALSE(result.findings[1].known);
  EXPECT_THAT(result.info.notes,
              ElementsAre(HasSubstr("1 entry of the baseline is no longer found; spangate baseline prune")));
  RunResult part = Analysed({});
  part.info.files.clear();
  ApplyBaseline(&baseline, &Everywhere, part);
  EXPECT_THAT(part.info.notes, IsEmpty()) << "a run in part cannot tell";
}

TEST(ApplyBaseline, AcceptsAGapUntilItGrows) {
  const Baseline baseline{"b.jsonl", {{"a.cc", "site-missed", "", Print('1'), 2}}};
  RunResult same = Analysed({}, {Site('1', "a.cc"), Site('1', "a.cc")});
  ApplyBaseline(&baseline, &Everywhere, same);
  EXPECT_THAT(same.info.incomplete, IsEmpty());
  EXPECT_THAT(same.info.notes, SizeIs(2));
  EXPECT_TRUE(same.info.gaps[0].known);
  RunResult more = Analysed({}, {Site('1', "a.cc"), Site('1', "a.cc"), Site('1', "a.cc")});
  ApplyBaseline(&baseline, &Everywhere, more);
  EXPECT_THAT(more.info.incomplete, SizeIs(3));
  EXPECT_THAT(more.info.incomplete[0], HasSubstr("3 of them, 2 accepted"));
  EXPECT_FALSE(more.info.gaps[0].known);
  RunResult without = Analysed({}, {Site('1', "a.cc")});
  ApplyBaseline(nullptr, &Everywhere, without);
  EXPECT_THAT(without.info.incomplete, ElementsAre("a.cc:7: missed"));
}

}  // namespace
}  // namespace spangate
