#include "rules/telemetry/places.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/fingerprint.h"
#include "common/text.h"
#include "rules/knowledge/mask.h"

namespace spangate {
namespace {

template <class Id>
std::string HexUnlessZero(const Id& id) {
  return std::ranges::all_of(id, [](uint8_t byte) { return byte == 0; }) ? std::string() : Hex(id);
}

}  // namespace

TelemetryPlace PlaceOfResource(const TraceModel& model, const ResourceRow& resource, std::string_view key) {
  return {.service_name = Redacted(model.Text(resource.service_name)), .attribute_key = Redacted(key)};
}

TelemetryPlace PlaceOfScope(const TraceModel& model, const ScopeRow& scope, std::string_view key) {
  TelemetryPlace place = PlaceOfResource(model, model.resources[scope.resource], key);
  place.scope_name = Redacted(model.Text(scope.name));
  return place;
}

TelemetryPlace PlaceOfSpan(const TraceModel& model, const SpanRow& span, std::string_view key) {
  TelemetryPlace place = PlaceOfScope(model, model.scopes[span.scope], key);
  place.span_name = Redacted(model.Text(span.name));
  place.kind = SpanKindName(span.kind);
  place.trace_id = HexUnlessZero(span.trace_id);
  place.span_id = HexUnlessZero(span.span_id);
  return place;
}

TelemetryPlace PlaceOfLog(const TraceModel& model, const LogRow& log, std::string_view key) {
  TelemetryPlace place = PlaceOfScope(model, model.scopes[log.scope], key);
  place.span_name = Redacted(model.Text(log.event_name));
  place.kind = "log";
  place.trace_id = HexUnlessZero(log.trace_id);
  place.span_id = HexUnlessZero(log.span_id);
  return place;
}

TelemetryPlace PlaceOfPoint(const TraceModel& model, const MetricPointRow& point, std::string_view key) {
  TelemetryPlace place = PlaceOfScope(model, model.scopes[point.scope], key);
  place.span_name = Redacted(model.Text(point.name));
  place.kind = "metric";
  return place;
}

std::string IdsOf(const TelemetryPlace& place) {
  if (place.trace_id.empty() && place.span_id.empty()) return {};
  return fmt::format("trace {}, span {}", place.trace_id.empty() ? "-" : place.trace_id,
                     place.span_id.empty() ? "-" : place.span_id);
}

void ProblemGroups::Add(const TelemetryPlace& place, const std::string& message, const std::string& evidence,
                        const std::string& hint) {
  constexpr size_t kMaxEvidence = 3;
  const std::string key = TelemetryFingerprint(message, place, "");
  const auto [found, is_new] = by_key_.try_emplace(key, problems_.size());
  if (is_new) {
    problems_.push_back({.telemetry = place, .message = message, .hint = hint, .occurrences = 0});
  }
  Problem& problem = problems_[found->second];
  ++problem.occurrences;
  const std::string line = evidence.empty() ? IdsOf(place) : evidence;
  const bool known = std::ranges::find(problem.evidence, line) != problem.evidence.end();
  if (!line.empty() && !known && problem.evidence.size() < kMaxEvidence) problem.evidence.push_back(line);
}

std::vector<Problem> ProblemGroups::Take() {
  for (Problem& problem : problems_) {
    if (problem.occurrences > problem.evidence.size()) {
      problem.evidence.push_back(fmt::format("{} cases in all", problem.occurrences));
    }
  }
  by_key_.clear();
  return std::move(problems_);
}

}  // namespace spangate
