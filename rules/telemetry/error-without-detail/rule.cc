// A span that failed and does not say why.
#include "rules/rule.h"

#include <algorithm>
#include <set>
#include <utility>

#include "rules/telemetry/places.h"

namespace spangate {

static constexpr uint8_t kStatusError = 2;

// Keys that name the cause. The status codes count: conventions let them stand for a description.
static bool IsDetail(std::string_view key) {
  static constexpr std::string_view kKeys[] = {"error",
                                               "http.response.status_code",
                                               "http.status_code",
                                               "rpc.response.status_code",
                                               "rpc.status_code",
                                               "rpc.grpc.status_code",
                                               "rpc.connect_rpc.error_code",
                                               "db.response.status_code",
                                               "otel.status_description",
                                               "messaging.kafka.error_code"};
  return key.starts_with("error.") || key.starts_with("exception.") || std::ranges::find(kKeys, key) != std::end(kKeys);
}

static bool HasDetail(const TraceModel& model, Rows attributes) {
  return std::ranges::any_of(model.AttributesOf(attributes),
                             [&](const Attribute& attribute) { return IsDetail(model.Text(attribute.key)); });
}

using SpanKey = std::pair<TraceId, SpanId>;

// Spans whose exception came as a log record, as the specification now prefers.
static std::set<SpanKey> SpansWithExceptionLog(const TraceModel& model) {
  std::set<SpanKey> spans;
  for (const LogRow& log : model.logs) {
    if (HasDetail(model, log.attributes)) spans.emplace(log.trace_id, log.span_id);
  }
  return spans;
}

static bool SaysWhy(const TraceModel& model, const SpanRow& span) {
  if (span.status_message != 0 || HasDetail(model, span.attributes)) return true;
  return std::ranges::any_of(model.EventsOf(span), [&](const Event& event) {
    return model.Text(event.name) == "exception" || HasDetail(model, event.attributes);
  });
}

static std::vector<Problem> Check(const TraceModel& model, const Policy&) {
  ProblemGroups groups;
  const std::set<SpanKey> logged = SpansWithExceptionLog(model);
  for (const SpanRow& span : model.spans) {
    if (span.status != kStatusError || span.duplicate_of != kNoSpan || SaysWhy(model, span)) continue;
    if (logged.contains({span.trace_id, span.span_id})) continue;
    groups.Add(PlaceOfSpan(model, span), "error status without description, error.type or exception", {},
               "set error.type, or record the exception");
  }
  return groups.Take();
}

extern constinit const TelemetryRule kErrorWithoutDetail{
    .info = {.id = "error-without-detail",
             .severity = Severity::kWarning,
             .trust = Trust::kRecommended,
             .category = Category::kConvention,
             .summary = "Span has error status and nothing that says why",
             .reference = "https://opentelemetry.io/docs/specs/semconv/general/recording-errors/"},
    .check = &Check};

}  // namespace spangate
