#include "cli/gaps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spangate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TuSummary Unit(const std::string& root, TuOutcome outcome, const std::string& reason) {
  TuSummary unit;
  unit.main_file = Symbol(root + "/src/a.cc");
  unit.outcome = outcome;
  unit.reason = reason;
  return unit;
}

Diagnostic Error(const std::string& file, uint32_t line, const std::string& message,
                 Diagnostic::Severity severity = Diagnostic::Severity::kError) {
  return {.severity = severity, .file = Symbol(file), .line = line, .column = 1, .message = message};
}

RunInfo InfoOf(const std::string& root, TuSummary unit) {
  SourceModel source;
  source.project_root = root;
  source.translation_units = {std::move(unit)};
  RunInfo info;
  AddUnits(source, info);
  return info;
}

TEST(AddUnits, GivesAGapOneNameOnEveryMachineAndLine) {
  TuSummary here = Unit("/home/a", TuOutcome::kRecovered, "src/a.cc:3: fatal: 'gone.h' file not found (1 error)");
  here.diagnostics = {Error("/home/a/src/a.cc", 3, "'/home/a/x/gone.h' file not found", Diagnostic::Severity::kFatal)};
  TuSummary there = Unit("/builds/b", TuOutcome::kRecovered, "src/a.cc:9: fatal: 'gone.h' file not found (2 errors)");
  there.diagnostics = {
      Error("/builds/b/src/a.cc", 2, "unknown type name 'X'"),
      Error("/builds/b/src/a.cc", 9, "'/builds/b/y/gone.h' file not found", Diagnostic::Severity::kFatal)};
  TuSummary other = here;
  other.diagnostics[0].message = "'other.h' file not found";
  const RunInfo first = InfoOf("/home/a", here);
  ASSERT_THAT(first.gaps, SizeIs(1));
  EXPECT_EQ(first.gaps[0].kind, "analysed-in-part");
  EXPECT_EQ(first.gaps[0].where.path, "src/a.cc");
  EXPECT_THAT(first.incomplete, IsEmpty()) << "the baseline decides";
  EXPECT_EQ(InfoOf("/builds/b", there).gaps[0].fingerprint, first.gaps[0].fingerprint);
  EXPECT_NE(InfoOf("/home/a", other).gaps[0].fingerprint, first.gaps[0].fingerprint);
  EXPECT_NE(InfoOf("/home/a", Unit("/home/a", TuOutcome::kFailed, here.reason)).gaps[0].fingerprint,
            first.gaps[0].fingerprint);
}

TEST(AddUnits, NumbersInAReasonAreNoPartOfTheName) {
  const auto print = [](const char* reason) {
    return InfoOf("/r", Unit("/r", TuOutcome::kFailed, reason)).gaps[0].fingerprint;
  };
  EXPECT_EQ(print("nested too deeply (3001 brackets)"), print("nested too deeply (999 brackets)"));
  EXPECT_NE(print("nested too deeply (3001 brackets)"), print("libclang crashed on it"));
}

TEST(AddUnits, CountsEqualSitesOfAFileAndTellsOthersApart) {
  TuSummary unit = Unit("/r", TuOutcome::kRecovered, "2 OpenTelemetry calls in the text could not be analysed");
  unit.missed = {{Symbol("/r/src/a.cc"), 3, Symbol("StartSpan")},
                 {Symbol("/r/src/a.cc"), 9, Symbol("StartSpan")},
                 {Symbol("/r/src/a.cc"), 9, Symbol("SetAttribute")}};
  const RunInfo info = InfoOf("/r", unit);
  ASSERT_THAT(info.gaps, SizeIs(4)) << "the unit and its sites";
  EXPECT_EQ(info.gaps[1].fingerprint, info.gaps[2].fingerprint);
  EXPECT_NE(info.gaps[1].fingerprint, info.gaps[3].fingerprint);
  EXPECT_EQ(info.gaps[1].text, "src/a.cc:3: StartSpan is in the text, but could not be analysed");
  EXPECT_EQ(info.sites_missed, 3u);
}

TEST(AddUnits, ARunThatWasBrokenOffIsNoGapToAccept) {
  const RunInfo info = InfoOf("/r", Unit("/r", TuOutcome::kFailed, "not analysed: stopped"));
  EXPECT_THAT(info.gaps, IsEmpty());
  EXPECT_THAT(info.incomplete, ElementsAre("src/a.cc: not analysed: not analysed: stopped"));
}

TEST(AddUnits, ErrorsOfSystemHeadersAloneAreANote) {
  TuSummary unit = Unit("/r", TuOutcome::kRecovered, "error");
  unit.diagnostics = {Error("/usr/include/x.h", 3, "no")};
  const RunInfo info = InfoOf("/r", unit);
  EXPECT_THAT(info.gaps, IsEmpty());
  EXPECT_THAT(info.notes, SizeIs(1));
}

}  // namespace
}  // namespace spangate
