// One result, many views. A format is a pure function from a RunResult to bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/finding.h"
#include "common/result.h"

namespace spangate {

enum class Verdict { kPassed, kFailed, kIncomplete, kError };
std::string_view Name(Verdict verdict);  // "passed", "failed", "incomplete", "error"

/// Something that was there to judge and was not: a file that did not parse, a site that the facts do not show.
struct Gap {
  std::string fingerprint;  // "v1:" + 32 hex digits, without line numbers; equal for equal sites of one file
  std::string kind;         // "not-analysed", "analysed-in-part", "site-missed"
  Location where;           // line 0: the whole file
  std::string text;         // one line, with its place
  bool known = false;       // the baseline accepts it: a note, no reason why the run is incomplete
};

/// What was run and how it went. Version and times are given, so that equal input gives equal bytes.
struct RunInfo {
  std::string version;     // "0.1.0"
  std::string command;     // "analyze", "run", "verify"
  std::string started_at;  // RFC 3339, UTC: "2026-01-05T10:00:00Z"
  uint64_t duration_ms = 0;
  std::optional<int> child_exit;  // of the wrapped command: its code, 128+N when signal N killed it
  Verdict verdict = Verdict::kPassed;
  int exit_status = 0;
  std::string tool_error;  // why we could not work; empty
  Severity fail_on = Severity::kError;
  bool fail_on_never = false;
  // analyze
  uint32_t translation_units = 0, clean = 0, recovered = 0, failed = 0;
  uint32_t sites_missed = 0;
  std::vector<std::string> incomplete;  // one line per reason why the run is not complete
  std::vector<Gap> gaps;                // of those reasons the ones that a baseline may accept, and those it accepts
  std::vector<std::string> files;       // judged in full: a finding that is not told in one of these is not there
  std::string baseline;                 // the file in use; empty: none
  // run, verify
  std::optional<uint64_t> spans, logs, points;
  std::string capture;  // path of the capture file
  std::vector<std::string> notes;
};

struct RunResult {
  RunInfo info;
  std::vector<Finding> findings;
  std::vector<CheckResult> checks;
  std::vector<RuleRun> rules;  // every rule that ran, by id: JUnit testcases that passed, the SARIF table
};

/// Lines of source for carets and line hashes, by the path that a Location holds.
using SourceLookup = std::function<std::optional<std::string_view>(const std::string& path)>;

struct Format {
  std::string_view name;         // "junit"
  std::string_view description;  // one line for --help
  std::string (*render)(const RunResult&, const SourceLookup&);
};

/// Every format, in the order of --help: text, json, junit, sarif.
std::span<const Format> Formats();
const Format* FindFormat(std::string_view name);

/// Reads back what the json format wrote. Errors: kInput naming the JSON path; an unknown newer schema_version is
/// refused.
Result<RunResult> ParseResult(std::string_view json);

/// The terminal form: path:line:col, source line, caret, notes, one summary line. `color` adds ANSI escapes.
std::string RenderText(const RunResult& result, const SourceLookup& source, bool color);

}  // namespace spangate
