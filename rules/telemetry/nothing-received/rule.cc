// A run without any telemetry proves nothing.
#include "rules/rule.h"

#include <fmt/format.h>

namespace spangate {

static std::vector<Problem> Check(const TraceModel& model, const Policy&) {
  if (!model.spans.empty() || !model.logs.empty() || !model.points.empty()) return {};
  Problem problem{.telemetry = TelemetryPlace{}, .message = "no telemetry was received"};
  if (model.requests.empty()) {
    problem.hint =
        "is the provider set up, does the exporter send OTLP to the endpoint of this run, and is it flushed?";
  } else {
    problem.evidence = {fmt::format("{} requests arrived, all without items", model.requests.size())};
    problem.hint = "does the sampler drop everything?";
  }
  return {problem};
}

extern constinit const TelemetryRule kNothingReceived{
    .info = {.id = "nothing-received",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kExport,
             .summary = "The run sent no telemetry at all",
             .reference = "https://opentelemetry.io/docs/specs/otel/protocol/exporter/"},
    .check = &Check};

}  // namespace spangate
