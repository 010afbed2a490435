#include "cli/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "common/fingerprint.h"
#include "common/text.h"
#include "reports/summary.h"

namespace spangate {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::string_view kVersionKey = "spangate_baseline";
constexpr std::string_view kGapKinds[] = {"analysed-in-part", "not-analysed", "site-missed"};

// ---------------------------------------------------------------------------------------------------- file

class Reader {
 public:
  Reader(std::string_view text, const std::string& path) : left_(text), path_(path) {}

  Result<Baseline> Read() {
    Baseline baseline{.path = path_, .entries = {}};
    bool headed = false;
    while (NextLine()) {
      if (IsConflictMark()) return At("marks of a merge conflict; keep the lines of both sides, without the marks");
      const Json json = Json::parse(line_, nullptr, /*allow_exceptions=*/false);
      if (!json.is_object()) return At("expected a JSON object; the file is written by spangate baseline");
      if (!headed) {
        if (Status status = CheckVersion(json); !status.has_value()) return status.error();
        headed = true;
        continue;
      }
      Result<BaselineEntry> entry = Entry(json);
      if (!entry.has_value()) return entry.error();
      const auto [first, added] = lines_.try_emplace(entry.value().fingerprint, number_);
      if (!added) return At(fmt::format("the entry of line {} again; remove one of them", first->second));
      baseline.entries.push_back(std::move(entry.value()));
    }
    if (!headed) return At("the file is empty; remove it and run spangate baseline create");
    std::sort(baseline.entries.begin(), baseline.entries.end());
    return baseline;
  }

 private:
  bool NextLine() {
    if (left_.empty()) return false;
    const size_t end = std::min(left_.find('\n'), left_.size());
    line_ = left_.substr(0, end);
    if (line_.ends_with('\r')) line_.remove_suffix(1);  // a checkout may have made CR LF of it
    left_.remove_prefix(std::min(end + 1, left_.size()));
    ++number_;
    return true;
  }

  bool IsConflictMark() const {
    constexpr std::string_view kMarks[] = {"<<<<<<<", "|||||||", "=======", ">>>>>>>"};
    return std::any_of(std::begin(kMarks), std::end(kMarks),
                       [&](std::string_view mark) { return line_.starts_with(mark); });
  }

  Error At(std::string_view message) const {
    return {ErrorKind::kUsage, fmt::format("{}:{}: {}", path_, std::max<size_t>(number_, 1), message)};
  }

  Status CheckVersion(const Json& json) const {
    const auto version = json.find(kVersionKey);
    if (version == json.end() || !version->is_number_integer()) {
      return At(fmt::format("the first line must be {{\"{}\":{}}}", kVersionKey, kVersion));
    }
    if (*version > kVersion) {
      return At(fmt::format("version {} is newer than {}, which this spangate reads; use a newer spangate",
                            version->dump(), kVersion));
    }
    if (*version < 1) return At(fmt::format("there is no version {}", version->dump()));
    return Ok();
  }

  Result<BaselineEntry> Entry(const Json& json) const {
    BaselineEntry entry;
    for (const auto& [key, value] : json.items()) {
      std::string* text = key == "fingerprint" ? &entry.fingerprint
                          : key == "rule"      ? &entry.rule
                          : key == "place"     ? &entry.place
                          : key == "function"  ? &entry.function
                                               : nullptr;
      if (text != nullptr && value.is_string()) {
        *text = value.get<std::string>();
      } else if (key == "count" && value.is_number_unsigned() && value > 0) {
        entry.count = value.get<uint64_t>();
      } else {
        return At(fmt::format("cannot read the key '{}'", Printable(key)));
      }
    }
    if (entry.rule.empty()) return At("'rule' is missing");
    const bool known_form = entry.fingerprint.starts_with("v1:") && entry.fingerprint.size() == 35;
    if (!known_form) return At("'fingerprint' must be 'v1:' and 32 hex digits");
    return entry;
  }

  std::string_view left_;
  std::string_view line_;
  size_t number_ = 0;
  std::string path_;
  std::map<std::string, size_t> lines_;  // of each fingerprint
};

std::string LineOf(const BaselineEntry& entry) {
  Json json = {{"fingerprint", entry.fingerprint}, {"rule", entry.rule}, {"place", entry.place}};
  if (!entry.function.empty()) json["function"] = entry.function;
  if (entry.count != 1) json["count"] = entry.count;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// ---------------------------------------------------------------------------------------------------- entries

BaselineEntry EntryOf(const Finding& finding) {
  BaselineEntry entry{finding.where.path, finding.rule, finding.function, finding.fingerprint};
  if (!finding.where.path.empty() || !finding.telemetry.has_value()) return entry;
  TelemetryPlace stable = *finding.telemetry;
  stable.span_name = WithoutIds(stable.span_name);
  entry.place = TelemetryText(stable);
  return entry;
}

using Entries = std::map<std::string, BaselineEntry>;  // by fingerprint

// Equal gaps of one result add up; those of several results are the same ones.
Entries EntriesOf(const std::vector<RunResult>& results) {
  Entries entries;
  for (const RunResult& result : results) {
    for (const Finding& finding : result.findings) entries.try_emplace(finding.fingerprint, EntryOf(finding));
    Entries gaps;
    for (const Gap& gap : result.info.gaps) {
      const auto [entry, added] =
          gaps.try_emplace(gap.fingerprint, BaselineEntry{gap.where.path, gap.kind, "", gap.fingerprint});
      entry->second.count += added ? 0 : 1;
    }
    for (const auto& [fingerprint, gap] : gaps) {
      BaselineEntry& entry = entries.try_emplace(fingerprint, gap).first->second;
      entry.count = std::max(entry.count, gap.count);
    }
  }
  return entries;
}

bool IsGap(std::string_view rule) {
  return std::find(std::begin(kGapKinds), std::end(kGapKinds), rule) != std::end(kGapKinds);
}

bool Ran(const RunResult& result, std::string_view rule) {
  return std::any_of(result.rules.begin(), result.rules.end(), [&](const RuleRun& run) { return run.id == rule; });
}

// What a result says about entries that it does not hold.
class Judgement {
 public:
  explicit Judgement(const RunResult& result) : result_(result) {
    files_.insert(result.info.files.begin(), result.info.files.end());
    for (const Gap& gap : result.info.gaps) gaps_.insert(gap.where.path);
  }

  /// Whether the result would hold it if it were still so.
  bool Covers(const BaselineEntry& entry, const FileExists& exists) const {
    const RunInfo& info = result_.info;
    if (info.command != "analyze") return info.spans.value_or(0) > 0 && Ran(result_, entry.rule);
    if (files_.empty()) return false;  // a run in part
    if (IsGap(entry.rule)) return true;
    if (!Ran(result_, entry.rule)) return false;
    // A gap may be in the only unit that reads a header.
    if (gaps_.empty() || !exists(entry.place)) return true;
    return files_.contains(entry.place) && !gaps_.contains(entry.place);
  }

  bool IsOfSource() const { return result_.info.command == "analyze"; }

 private:
  const RunResult& result_;
  std::set<std::string> files_;
  std::set<std::string> gaps_;
};

bool Drops(BaselineChange change, const BaselineEntry& entry, const std::vector<Judgement>& judgements,
           const FileExists& exists) {
  return std::any_of(judgements.begin(), judgements.end(), [&](const Judgement& judgement) {
    if (change == BaselineChange::kUpdate && !judgement.IsOfSource()) return false;
    return judgement.Covers(entry, exists);
  });
}

void ApplyToGaps(const Entries& known, RunInfo& info) {
  std::map<std::string, uint64_t> counts;
  for (const Gap& gap : info.gaps) ++counts[gap.fingerprint];
  for (Gap& gap : info.gaps) {
    const auto entry = known.find(gap.fingerprint);
    gap.known = entry != known.end() && counts[gap.fingerprint] <= entry->second.count;
    if (gap.known) {
      info.notes.push_back("accepted gap (baseline): " + gap.text);
    } else if (entry != known.end()) {
      info.incomplete.push_back(
          fmt::format("{} ({} of them, {} accepted)", gap.text, counts[gap.fingerprint], entry->second.count));
    } else {
      info.incomplete.push_back(gap.text);
    }
  }
}

}  // namespace

Result<Baseline> ParseBaseline(std::string_view text, const std::string& path) {
  try {
    return Reader(text, path).Read();
  } catch (const std::exception& error) {
    return Error{ErrorKind::kUsage, fmt::format("{}: {}", path, Printable(error.what()))};
  }
}

std::string RenderBaseline(std::vector<BaselineEntry> entries) {
  std::sort(entries.begin(), entries.end());
  std::string text = Json{{kVersionKey, kVersion}}.dump() + "\n";
  for (const BaselineEntry& entry : entries) text += LineOf(entry);
  return text;
}

void ApplyBaseline(const Baseline* baseline, const FileExists& exists, RunResult& result) {
  Entries known;
  if (baseline != nullptr) {
    for (const BaselineEntry& entry : baseline->entries) known.emplace(entry.fingerprint, entry);
  }
  for (Finding& finding : result.findings) finding.known = known.contains(finding.fingerprint);
  ApplyToGaps(known, result.info);
  if (baseline == nullptr || result.info.command != "analyze") return;  // one test run never shows all telemetry
  const Judgement judgement(result);
  const Entries found = EntriesOf({result});
  const auto stale = std::count_if(known.begin(), known.end(), [&](const auto& entry) {
    return !found.contains(entry.first) && judgement.Covers(entry.second, exists);
  });
  if (stale > 0) {
    result.info.notes.push_back(fmt::format("{} of the baseline {} no longer found; spangate baseline prune removes {}",
                                            stale == 1 ? "1 entry" : fmt::format("{} entries", stale),
                                            stale == 1 ? "is" : "are", stale == 1 ? "it" : "them"));
  }
}

std::vector<BaselineEntry> Changed(BaselineChange change, const std::vector<BaselineEntry>& before,
                                   const std::vector<RunResult>& results, const FileExists& exists) {
  const Entries found = EntriesOf(results);
  const std::vector<Judgement> judgements(results.begin(), results.end());
  std::vector<BaselineEntry> entries;
  std::set<std::string> kept;
  for (const BaselineEntry& entry : before) {
    const auto now = found.find(entry.fingerprint);
    if (now == found.end() && Drops(change, entry, judgements, exists)) continue;
    entries.push_back(entry);
    kept.insert(entry.fingerprint);
    if (now == found.end()) continue;
    const uint64_t count = now->second.count;
    // Pruning never accepts more than was accepted.
    entries.back().count = change == BaselineChange::kPrune ? std::min(entry.count, count) : count;
  }
  if (change != BaselineChange::kPrune) {
    for (const auto& [fingerprint, entry] : found) {
      if (!kept.contains(fingerprint)) entries.push_back(entry);
    }
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace spangate
