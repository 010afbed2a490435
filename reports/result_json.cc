// The json format: the whole result. docs/formats/result.schema.json describes it, result_parse.cc reads it back.
#include <nlohmann/json.hpp>

#include "reports/formats.h"
#include "reports/result_version.h"
#include "reports/summary.h"

namespace spangate {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json OrNull(const std::optional<T>& value) {
  return value.has_value() ? Json(*value) : Json(nullptr);
}

Json ToJson(const Location& where) {
  if (where == Location{}) return nullptr;
  return {{"path", where.path},
          {"line", where.line},
          {"column", where.column},
          {"end_line", where.end_line},
          {"end_column", where.end_column}};
}

Json ToJson(const std::optional<TelemetryPlace>& place) {
  if (!place.has_value()) return nullptr;
  return {{"service", place->service_name},    {"scope", place->scope_name},
          {"span", place->span_name},          {"kind", place->kind},
          {"attribute", place->attribute_key}, {"trace_id", place->trace_id},
          {"span_id", place->span_id}};
}

Json ToJson(const Finding& finding) {
  Json flow = Json::array();
  for (const FlowStep& step : finding.flow) {
    flow.push_back({{"location", ToJson(step.where)}, {"message", step.message}});
  }
  return {{"rule", finding.rule},
          {"category", Name(finding.category)},
          {"severity", Name(finding.severity)},
          {"message", finding.message},
          {"location", ToJson(finding.where)},
          {"function", finding.function},
          {"telemetry", ToJson(finding.telemetry)},
          {"fingerprint", finding.fingerprint},
          {"known", finding.known},
          {"occurrences", finding.occurrences},
          {"sensitive_source", finding.sensitive_source},
          {"flow", std::move(flow)},
          {"evidence", finding.evidence},
          {"hint", finding.hint}};
}

Json ToJson(const Gap& gap) {
  return {{"fingerprint", gap.fingerprint},
          {"kind", gap.kind},
          {"location", ToJson(gap.where)},
          {"message", gap.text},
          {"known", gap.known}};
}

Json ToJson(const CheckResult& check) {
  return {{"id", check.id},
          {"outcome", Name(check.outcome)},
          {"severity", Name(check.severity)},
          {"location", ToJson(check.where)},
          {"select", check.select},
          {"expected", check.expected},
          {"found", check.found},
          {"details", check.details},
          {"hint", check.hint}};
}

Json ToJson(const RuleRun& rule) {
  return {{"id", rule.id},
          {"summary", rule.summary},
          {"reference", rule.reference},
          {"category", Name(rule.category)},
          {"severity", Name(rule.severity)},
          {"trust", Name(rule.trust)}};
}

template <class T>
Json List(const std::vector<T>& items) {
  Json list = Json::array();
  for (const T& item : items) list.push_back(ToJson(item));
  return list;
}

Json RunToJson(const RunResult& result) {
  const RunInfo& info = result.info;
  const Counts counts = Count(result);
  return {{"command", info.command},
          {"started_at", info.started_at},
          {"duration_ms", info.duration_ms},
          {"verdict", Name(info.verdict)},
          {"exit_status", info.exit_status},
          {"child_exit", OrNull(info.child_exit)},
          {"tool_error", info.tool_error.empty() ? Json(nullptr) : Json(info.tool_error)},
          {"fail_on", info.fail_on_never ? std::string_view("never") : Name(info.fail_on)},
          {"incomplete", info.incomplete},
          {"notes", info.notes},
          {"gaps", List(info.gaps)},
          {"baseline", info.baseline.empty() ? Json(nullptr) : Json(info.baseline)},
          {"files", info.files},
          {"translation_units",
           {{"total", info.translation_units},
            {"clean", info.clean},
            {"recovered", info.recovered},
            {"failed", info.failed},
            {"sites_missed", info.sites_missed}}},
          {"telemetry",
           {{"spans", OrNull(info.spans)},
            {"logs", OrNull(info.logs)},
            {"points", OrNull(info.points)},
            {"capture", info.capture}}},
          {"counts",
           {{"errors", counts.errors},
            {"warnings", counts.warnings},
            {"notes", counts.notes},
            {"known", counts.known},
            {"accepted_gaps", counts.accepted_gaps},
            {"checks_passed", counts.passed},
            {"checks_failed", counts.failed},
            {"checks_not_judged", counts.not_judged},
            {"checks_skipped", counts.skipped}}}};
}

}  // namespace

std::string RenderJson(const RunResult& result, const SourceLookup&) {
  const Json document = {{"schema_version", ResultSchemaVersion()},
                         {"tool", {{"name", "spangate"}, {"version", result.info.version}}},
                         {"run", RunToJson(result)},
                         {"findings", List(result.findings)},
                         {"checks", List(result.checks)},
                         {"rules", List(result.rules)}};
  // Names come from telemetry and may be any bytes; replacing keeps the document readable where throwing would lose it.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace spangate
