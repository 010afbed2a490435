#include "reports/summary.h"

#include <fmt/format.h>

namespace spangate {

Counts Count(const RunResult& result) {
  Counts counts;
  for (const Gap& gap : result.info.gaps) counts.accepted_gaps += gap.known ? 1 : 0;
  for (const Finding& finding : result.findings) {
    ++(finding.known                            ? counts.known
       : finding.severity == Severity::kError   ? counts.errors
       : finding.severity == Severity::kWarning ? counts.warnings
                                                : counts.notes);
  }
  for (const CheckResult& check : result.checks) {
    switch (check.outcome) {
      case CheckResult::Outcome::kPassed:
        ++counts.passed;
        break;
      case CheckResult::Outcome::kFailed:
        ++counts.failed;
        break;
      case CheckResult::Outcome::kError:
        ++counts.not_judged;
        break;
      case CheckResult::Outcome::kSkipped:
        ++counts.skipped;
        break;
    }
  }
  return counts;
}

std::string_view Name(CheckResult::Outcome outcome) {
  switch (outcome) {
    case CheckResult::Outcome::kPassed:
      return "passed";
    case CheckResult::Outcome::kFailed:
      return "failed";
    case CheckResult::Outcome::kError:
      return "error";
    case CheckResult::Outcome::kSkipped:
      break;
  }
  return "skipped";
}

bool Fails(const RunInfo& info, Severity severity) { return !info.fail_on_never && severity >= info.fail_on; }

bool Fails(const RunInfo& info, const Finding& finding) { return !finding.known && Fails(info, finding.severity); }

std::string Plural(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string PlaceText(const Location& where) {
  std::string text = where.path;
  if (where.line != 0) text += fmt::format(":{}", where.line);
  if (where.line != 0 && where.column != 0) text += fmt::format(":{}", where.column);
  return text;
}

std::string TelemetryText(const TelemetryPlace& place) {
  std::string text = place.service_name.empty() ? "unnamed service" : "service " + place.service_name;
  const bool other_signal = place.kind == "log" || place.kind == "metric";
  if (!place.span_name.empty()) {
    text += fmt::format(", {} \"{}\"", other_signal ? place.kind : "span", place.span_name);
    if (!other_signal && !place.kind.empty()) text += fmt::format(" ({})", place.kind);
  }
  if (!place.attribute_key.empty()) text += ", attribute " + place.attribute_key;
  return text;
}

std::vector<std::string> Details(const Finding& finding) {
  std::vector<std::string> lines;
  if (finding.telemetry.has_value()) {
    const TelemetryPlace& place = *finding.telemetry;
    if (finding.where.known()) lines.push_back("seen in " + TelemetryText(place));
    std::string ids;
    if (!place.trace_id.empty()) ids = "trace " + place.trace_id;
    if (!place.span_id.empty()) ids += fmt::format("{}span {}", ids.empty() ? "" : ", ", place.span_id);
    if (!ids.empty()) lines.push_back(ids);
  }
  if (finding.occurrences > 1) lines.push_back(fmt::format("seen {} times", finding.occurrences));
  lines.insert(lines.end(), finding.evidence.begin(), finding.evidence.end());
  return lines;
}

std::string Seconds(uint64_t milliseconds) { return fmt::format("{}.{:03}", milliseconds / 1000, milliseconds % 1000); }

std::string SummaryLine(const RunResult& result) {
  const RunInfo& info = result.info;
  const Counts counts = Count(result);
  std::vector<std::string> parts;
  const auto add = [&](uint64_t count, std::string_view noun) {
    if (count > 0) parts.push_back(Plural(count, noun));
  };
  add(counts.errors, "error");
  add(counts.warnings, "warning");
  add(counts.notes, "note");
  if (result.findings.empty()) parts.emplace_back("no findings");
  if (counts.known == result.findings.size() && counts.known > 0) parts.emplace_back("no new findings");
  if (counts.known > 0) parts.push_back(fmt::format("{} (baseline)", Plural(counts.known, "known finding")));
  if (!result.checks.empty()) {
    parts.push_back(fmt::format("{} of {} passed", counts.passed, Plural(result.checks.size(), "check")));
    if (counts.not_judged > 0) parts.push_back(fmt::format("{} not judged", counts.not_judged));
    if (counts.skipped > 0) parts.push_back(fmt::format("{} skipped", counts.skipped));
  }
  if (info.translation_units > 0) {
    parts.push_back(fmt::format("{} ({} recovered, {} failed)", Plural(info.translation_units, "translation unit"),
                                info.recovered, info.failed));
  }
  if (counts.accepted_gaps > 0)
    parts.push_back(fmt::format("{} (baseline)", Plural(counts.accepted_gaps, "accepted gap")));
  if (info.spans.has_value()) add(*info.spans, "span");
  if (info.spans == uint64_t{0}) parts.emplace_back("no spans");
  add(info.logs.value_or(0), "log");
  add(info.points.value_or(0), "metric point");
  if (info.child_exit.has_value()) parts.push_back(fmt::format("command exited with {}", *info.child_exit));
  return fmt::format("spangate {}: {}: {}; {} s", info.command, Name(info.verdict), fmt::join(parts, ", "),
                     Seconds(info.duration_ms));
}

}  // namespace spangate
