// The baseline: what a project knows and has accepted, findings and gaps alike. One JSON object per line, sorted, so
// that two branches merge and a person can read the diff.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "reports/report.h"

namespace spangate {

inline constexpr std::string_view kBaselineName = ".spangate-baseline.jsonl";

struct BaselineEntry {
  std::string place;  // path of the file, or service, span and key without ids; first, as entries are sorted so
  std::string rule;   // rule id, or the kind of a gap
  std::string function = {};
  std::string fingerprint = {};
  uint64_t count = 1;  // gaps: how many equal ones are accepted
  auto operator<=>(const BaselineEntry&) const = default;
};

struct Baseline {
  std::string path;
  std::vector<BaselineEntry> entries;  // sorted, no two with one fingerprint
};

/// Errors (kUsage): "path:line: what and cure" for anything that RenderBaseline does not write: other JSON, an entry
/// twice, marks of a merge conflict, a newer version, an empty file.
Result<Baseline> ParseBaseline(std::string_view text, const std::string& path);

/// A line with the version, then one per entry, sorted; equal entries give equal bytes.
std::string RenderBaseline(std::vector<BaselineEntry> entries);

/// Whether a file of the project (by a finding's path) is still there.
using FileExists = std::function<bool(const std::string& path)>;

/// Marks what the baseline knows. Gaps become notes when accepted, else reasons why the run is not complete: so call
/// it without a baseline too (null). Entries that a full run no longer finds are counted in a note.
void ApplyBaseline(const Baseline* baseline, const FileExists& exists, RunResult& result);

enum class BaselineChange : uint8_t {
  kCreate,  // what the results hold
  kUpdate,  // also drops what the results judged and no longer hold; telemetry is never dropped
  kPrune,   // only drops
};

/// The entries after the change. What no result judged stays: another rule, a file with a gap, a run in part.
/// `results` are those of all runs: for telemetry kPrune drops what none of them holds.
std::vector<BaselineEntry> Changed(BaselineChange change, const std::vector<BaselineEntry>& before,
                                   const std::vector<RunResult>& results, const FileExists& exists);

}  // namespace spangate
