// SARIF 2.1.0 in the subset that GitHub code scanning reads (docs.github.com, "SARIF support for code scanning").
//
// Findings over telemetry that no source place is known for are not results: GitHub refuses a whole file in which one
// result has no location, and a made-up place would put the alert on a line that nobody can cure. They are counted, by
// rule, in a notification; the other formats and the exit status hold them in full.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "common/fingerprint.h"
#include "reports/formats.h"
#include "reports/source_lines.h"
#include "reports/summary.h"
#include "reports/utf8.h"

namespace spangate {
namespace {

using Json = nlohmann::ordered_json;

// GitHub's limits: results kept per run, flow locations shown per result, characters of a description.
constexpr size_t kResults = 5000;
constexpr size_t kFlowSteps = 1000;
constexpr size_t kDescriptionBytes = 1000;
constexpr size_t kMessageBytes = 16 * 1024;
constexpr size_t kNotifications = 1000;

constexpr std::string_view kFailedCheck = "check-failed";

std::string Required(std::string_view text, std::string_view otherwise, size_t bytes) {
  return Shortened(text.empty() ? otherwise : text, bytes);
}

// "](" would make a link of a span name.
std::string MessageText(std::string_view text) {
  std::string out = Required(text, "(no message)", kMessageBytes);
  for (size_t at = out.find("]("); at != std::string::npos; at = out.find("](", at)) out.insert(at + 1, " ");
  return out;
}

// RFC 3986 path: relative to the repository, or file:// when it lies outside. ':' would read as a scheme.
std::string Uri(std::string_view path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<uint8_t>(c));
    }
  }
  return uri;
}

bool IsWebAddress(std::string_view text) {
  if (!text.starts_with("https://") && !text.starts_with("http://")) return false;
  return std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7F && std::string_view("\"<>\\^`{|}[]%").find(c) == std::string_view::npos;
  });
}

bool IsAboutPersonalData(Category category) {
  using enum Category;
  return category == kPiiKey || category == kPiiValueFlow || category == kPersonalData;
}

// ---------------------------------------------------------------------------------------------------- places

// Byte columns to UTF-16 columns. Without the line the bytes are counted as they are: right for ASCII.
uint64_t Utf16Column(const std::optional<std::string_view>& line, uint64_t column) {
  if (!line.has_value() || column == 0) return std::max<uint64_t>(column, 1);
  const uint64_t bytes = column - 1;
  if (bytes > line->size()) return Utf16Length(*line) + 1;
  return Utf16Length(line->substr(0, bytes)) + 1;
}

Json Region(const Location& where, SourceLines& source) {
  const auto line = source.Line(where.path, where.line);
  const uint64_t end_line = std::max(where.line, where.end_line);
  const uint64_t start_column = Utf16Column(line, where.column);
  uint64_t end_column = 0;
  if (where.end_column != 0 && where.end_line >= where.line) {
    end_column = Utf16Column(end_line == where.line ? line : source.Line(where.path, where.end_line), where.end_column);
  } else if (line.has_value()) {
    end_column = Utf16Length(*line) + 1;  // no end known: to the end of the line
  }
  // GitHub drops a region that ends before it begins.
  if (end_line == where.line) end_column = std::max(end_column, start_column + 1);
  return {{"startLine", where.line}, {"startColumn", start_column}, {"endLine", end_line}, {"endColumn", end_column}};
}

Json PhysicalLocation(const Location& where, SourceLines& source) {
  return {{"artifactLocation", {{"uri", Uri(where.path)}}}, {"region", Region(where, source)}};
}

// ---------------------------------------------------------------------------------------------------- rules

std::string_view ProblemSeverity(Severity severity) {
  return severity == Severity::kNote ? "recommendation" : Name(severity);
}

std::string_view Precision(Trust trust) {
  return trust == Trust::kRecommended ? "high" : trust == Trust::kStrict ? "medium" : "low";
}

// Turns a rule into a security alert: only where a secret or personal data leaves the service. CVSS-like steps.
std::string_view SecuritySeverity(Severity severity) {
  return severity == Severity::kError ? "8.0" : severity == Severity::kWarning ? "5.5" : "3.0";
}

Json RuleToJson(const RuleRun& rule) {
  const std::string summary = Required(rule.summary, rule.id, kDescriptionBytes);
  const bool linked = IsWebAddress(rule.reference);
  Json properties = {{"tags", Json::array({Name(rule.category)})},
                     {"precision", Precision(rule.trust)},
                     {"problem.severity", ProblemSeverity(rule.severity)}};
  if (IsAboutPersonalData(rule.category)) {
    properties["tags"].push_back("security");
    properties["security-severity"] = SecuritySeverity(rule.severity);
  }
  const std::string help = rule.id == kFailedCheck ? "The check file says what is expected, the message what was found."
                                                   : fmt::format("{}. 'spangate explain {}' says more.{}", summary,
                                                                 rule.id, linked ? " Source: " + rule.reference : "");
  Json json = {{"id", Required(rule.id, "unnamed", kDescriptionBytes)},
               {"shortDescription", {{"text", summary}}},
               {"fullDescription", {{"text", summary}}},
               {"help", {{"text", help}}}};
  if (linked) json["helpUri"] = rule.reference;
  json["defaultConfiguration"] = {{"level", Name(rule.severity)}};
  json["properties"] = std::move(properties);
  return json;
}

// Every rule that ran, those that only a finding names (a result of another version), and the one for checks.
std::vector<RuleRun> RuleTable(const RunResult& run) {
  std::map<std::string, RuleRun> by_id;
  for (const RuleRun& rule : run.rules) by_id.try_emplace(rule.id, rule);
  for (const Finding& finding : run.findings) {
    by_id.try_emplace(finding.rule, RuleRun{finding.rule, finding.rule, "", finding.category, finding.severity});
  }
  if (!run.checks.empty()) {
    by_id.try_emplace(std::string(kFailedCheck),
                      RuleRun{std::string(kFailedCheck), "A check of the project's own check files failed", "",
                              Category::kStructure, Severity::kError});
  }
  std::vector<RuleRun> table;
  table.reserve(by_id.size());
  for (auto& [id, rule] : by_id) table.push_back(std::move(rule));
  return table;
}

class Results {
 public:
  Results(const RunResult& run, SourceLines& source)
      : source_(source), has_baseline_(!run.info.baseline.empty()), rules_(RuleTable(run)) {
    for (size_t i = 0; i < rules_.size(); ++i) index_[rules_[i].id] = i;
  }

  Json Rules() const {
    Json list = Json::array();
    for (const RuleRun& rule : rules_) list.push_back(RuleToJson(rule));
    return list;
  }

  Json ToJson(const Finding& finding) {
    std::string text = finding.message;
    for (const std::string& line : Details(finding)) text += "\n" + line;
    if (!finding.hint.empty()) text += "\nHelp: " + finding.hint;
    Json json = Head(finding.rule, finding.severity, text, finding.where);
    if (!finding.function.empty()) {
      json["locations"][0]["logicalLocations"] =
          Json::array({{{"fullyQualifiedName", finding.function}, {"kind", "function"}}});
    }
    AddFlow(finding, json);
    if (finding.occurrences > 1) json["occurrenceCount"] = std::min<uint64_t>(finding.occurrences, INT32_MAX);
    AddFingerprints(finding.where, finding.fingerprint, json);
    AddBaselineState(finding.known, json);
    return json;
  }

  Json ToJson(const CheckResult& check) {
    std::string text = fmt::format("check '{}': expected {}, found {}", check.id, check.expected, check.found);
    for (const std::string& line : check.details) text += "\n" + line;
    if (!check.hint.empty()) text += "\nHelp: " + check.hint;
    Json json = Head(std::string(kFailedCheck), check.severity, text, check.where);
    AddFingerprints(check.where, Fingerprint({kFailedCheck, check.where.path, check.id}), json);
    AddBaselineState(false, json);
    return json;
  }

 private:
  Json Head(const std::string& rule, Severity severity, std::string_view text, const Location& where) {
    return {{"ruleId", Required(rule, "unnamed", kDescriptionBytes)},
            {"ruleIndex", index_.at(rule)},
            {"level", Name(severity)},
            {"message", {{"text", MessageText(text)}}},
            {"locations", Json::array({{{"physicalLocation", PhysicalLocation(where, source_)}}})}};
  }

  // The steps twice: as a flow, and as related places that viewers without flows link to.
  void AddFlow(const Finding& finding, Json& json) {
    Json related = Json::array();
    Json steps = Json::array();
    for (const FlowStep& step : finding.flow) {
      if (!step.where.known() || steps.size() >= kFlowSteps) continue;
      Json location = {{"id", steps.size() + 1},
                       {"message", {{"text", MessageText(step.message)}}},
                       {"physicalLocation", PhysicalLocation(step.where, source_)}};
      related.push_back(location);
      location.erase("id");
      steps.push_back({{"location", std::move(location)}});
    }
    if (steps.empty()) return;
    json["relatedLocations"] = std::move(related);
    json["codeFlows"] = Json::array({{{"threadFlows", Json::array({{{"locations", std::move(steps)}}})}}});
  }

  void AddFingerprints(const Location& where, std::string_view fingerprint, Json& json) {
    Json prints = Json::object();
    const std::string hash = source_.LineHash(where.path, where.line);
    if (!hash.empty()) prints["primaryLocationLineHash"] = hash;
    if (fingerprint.starts_with("v1:")) fingerprint.remove_prefix(3);
    if (!fingerprint.empty()) prints["spangate/v1"] = fingerprint;
    if (!prints.empty()) json["partialFingerprints"] = std::move(prints);
  }

  // All results of a run have it, or none (section 3.27.24).
  void AddBaselineState(bool known, Json& json) const {
    if (has_baseline_) json["baselineState"] = known ? "unchanged" : "new";
  }

  SourceLines& source_;
  bool has_baseline_;
  std::vector<RuleRun> rules_;
  std::map<std::string, size_t> index_;
};

// ---------------------------------------------------------------------------------------------------- the run

Json Notification(std::string_view level, std::string_view id, std::string_view text) {
  return {{"descriptor", {{"id", id}}}, {"level", level}, {"message", {{"text", MessageText(text)}}}};
}

std::string WithoutPlace(const std::vector<Finding>& findings) {
  std::map<std::string_view, size_t> by_rule;
  size_t count = 0;
  for (const Finding& finding : findings) {
    if (finding.where.known() || finding.known) continue;
    ++by_rule[finding.rule];
    ++count;
  }
  if (count == 0) return "";
  std::string text = fmt::format("{} without a source place, not among the results (the json report has them):",
                                 Plural(count, "finding"));
  for (const auto& [rule, number] : by_rule) text += fmt::format(" {} {},", number, rule);
  text.pop_back();
  return text;
}

void AddReasons(std::string_view level, std::string_view id, const std::vector<std::string>& reasons, Json& list) {
  for (size_t i = 0; i < std::min(reasons.size(), kNotifications); ++i) {
    list.push_back(Notification(level, id, reasons[i]));
  }
  if (reasons.size() <= kNotifications) return;
  list.push_back(Notification(level, id, fmt::format("{} more, see the json report", reasons.size() - kNotifications)));
}

Json Invocation(const RunResult& run, size_t left_out) {
  const RunInfo& info = run.info;
  Json list = Json::array();
  if (!info.tool_error.empty()) list.push_back(Notification("error", "tool-error", info.tool_error));
  AddReasons("error", "incomplete", info.incomplete, list);
  std::vector<std::string> checks;
  for (const CheckResult& check : run.checks) {
    if (check.outcome != CheckResult::Outcome::kError) continue;
    checks.push_back(fmt::format("check '{}' could not be judged: {}", check.id, check.found));
  }
  AddReasons("error", "check-not-judged", checks, list);
  const std::string without_place = WithoutPlace(run.findings);
  if (!without_place.empty()) list.push_back(Notification("warning", "findings-without-source", without_place));
  if (left_out > 0) {
    list.push_back(Notification(
        "warning", "results-left-out",
        fmt::format("{} beyond the first {}, the most severe, are left out", Plural(left_out, "result"), kResults)));
  }
  AddReasons("note", "note", info.notes, list);
  const bool done = info.verdict == Verdict::kPassed || info.verdict == Verdict::kFailed;
  Json json = {{"executionSuccessful", done && info.tool_error.empty()}, {"exitCode", info.exit_status}};
  if (IsTimestamp(info.started_at) && info.started_at.ends_with('Z')) json["startTimeUtc"] = info.started_at;
  json["toolExecutionNotifications"] = std::move(list);
  return json;
}

}  // namespace

std::string RenderSarif(const RunResult& result, const SourceLookup& source) {
  SourceLines lines(source);
  Results results(result, lines);
  // Sorted before the cut, so that it takes the known ones first, then the least severe.
  std::vector<std::pair<std::pair<bool, Severity>, std::function<Json()>>> rows;
  for (const Finding& finding : result.findings) {
    if (finding.where.known())
      rows.emplace_back(std::pair(!finding.known, finding.severity), [&] { return results.ToJson(finding); });
  }
  for (const CheckResult& check : result.checks) {
    if (check.outcome != CheckResult::Outcome::kFailed || !check.where.known()) continue;
    rows.emplace_back(std::pair(true, check.severity), [&] { return results.ToJson(check); });
  }
  std::ranges::stable_sort(rows, std::greater<>(), [](const auto& row) { return row.first; });
  const size_t left_out = rows.size() - std::min(rows.size(), kResults);
  rows.resize(rows.size() - left_out);
  Json list = Json::array();
  for (const auto& [rank, render] : rows) list.push_back(render());

  const std::string kind = result.info.command == "analyze" ? "static" : "runtime";
  // Moved, not listed: an initializer list would copy every result.
  Json run;
  run["tool"]["driver"] = {{"name", "spangate"},
                           {"version", Required(result.info.version, "0", kDescriptionBytes)},
                           {"rules", results.Rules()}};
  run["automationDetails"]["id"] = fmt::format("spangate/{}/", kind);
  run["columnKind"] = "utf16CodeUnits";
  run["invocations"] = Json::array({Invocation(result, left_out)});
  run["results"] = std::move(list);
  Json document = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}};
  document["runs"] = Json::array();
  document["runs"].push_back(std::move(run));
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace spangate
