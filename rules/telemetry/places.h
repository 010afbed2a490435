// Where a telemetry problem is, and how equal problems become one: a run of a million spans must not give a million
// findings.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/finding.h"
#include "mock-collector/trace_model.h"

namespace spangate {

/// Places with all names redacted, as they may be printed. `key`: the attribute at fault, or empty.
TelemetryPlace PlaceOfSpan(const TraceModel& model, const SpanRow& span, std::string_view key = {});
TelemetryPlace PlaceOfLog(const TraceModel& model, const LogRow& log, std::string_view key = {});
TelemetryPlace PlaceOfPoint(const TraceModel& model, const MetricPointRow& point, std::string_view key = {});
TelemetryPlace PlaceOfScope(const TraceModel& model, const ScopeRow& scope, std::string_view key = {});
TelemetryPlace PlaceOfResource(const TraceModel& model, const ResourceRow& resource, std::string_view key = {});

/// "trace 4bf92f3577b34da6a3ce929d0e0e4736, span 00f067aa0ba902b7"
std::string IdsOf(const TelemetryPlace& place);

/// Collects problems; equal service, scope, span name without ids, kind, key and message are one, with a count.
class ProblemGroups {
 public:
  /// `evidence` may be empty: then the ids stand for the case. The first three cases are kept.
  void Add(const TelemetryPlace& place, const std::string& message, const std::string& evidence = {},
           const std::string& hint = {});
  /// In order of first appearance. The groups are empty afterwards.
  std::vector<Problem> Take();

 private:
  std::vector<Problem> problems_;
  std::unordered_map<std::string, size_t> by_key_;
};

}  // namespace spangate
