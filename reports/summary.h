// Counts and sentences that several formats share.
#pragma once

#include <cstdint>
#include <string>

#include "reports/report.h"

namespace spangate {

struct Counts {
  uint64_t errors = 0, warnings = 0, notes = 0;                  // findings that are not known
  uint64_t known = 0, accepted_gaps = 0;                         // what the baseline holds
  uint64_t passed = 0, failed = 0, not_judged = 0, skipped = 0;  // checks
};
Counts Count(const RunResult& result);

std::string_view Name(CheckResult::Outcome outcome);  // "passed", "failed", "error", "skipped"

/// Whether findings of this severity fail the run.
bool Fails(const RunInfo& info, Severity severity);
/// Whether this one does: known findings never do.
bool Fails(const RunInfo& info, const Finding& finding);

/// "1 error", "2 errors".
std::string Plural(uint64_t count, std::string_view noun);

/// "src/a.cc:3:5"; parts that are not known are left out. Not escaped.
std::string PlaceText(const Location& where);

/// "service checkout, span "POST /checkout" (server), attribute user.email". Not escaped; empty parts are left out.
std::string TelemetryText(const TelemetryPlace& place);

/// What a reader needs beyond message and place, one line each, not escaped: telemetry, occurrences, evidence.
std::vector<std::string> Details(const Finding& finding);

/// Seconds with three decimals: "0.006".
std::string Seconds(uint64_t milliseconds);

/// "spangate analyze: failed: 2 errors, ...": what was done and what came of it, one line, not escaped.
std::string SummaryLine(const RunResult& result);

}  // namespace spangate
