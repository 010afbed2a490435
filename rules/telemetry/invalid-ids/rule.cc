// Trace and span ids that the specification forbids, or that two spans share.
#include "rules/rule.h"

#include <algorithm>

#include "rules/telemetry/places.h"

namespace spangate {

struct FaultText {
  uint16_t fault;
  const char* message;
};

// A zero parent id is left out: by meaning it is a root, and SDKs in use send it.
static constexpr FaultText kSpanFaults[] = {
    {kBadTraceId, "trace id is missing or not 16 bytes long"}, {kZeroTraceId, "trace id is all zero"},
    {kBadSpanId, "span id is missing or not 8 bytes long"},    {kZeroSpanId, "span id is all zero"},
    {kBadParentId, "parent span id is not 8 bytes long"},      {kParentCycle, "span is its own ancestor"},
};
static constexpr FaultText kLinkFaults[] = {
    {kBadTraceId, "linked trace id is missing or not 16 bytes long"},
    {kZeroTraceId, "linked trace id is all zero"},
    {kBadSpanId, "linked span id is missing or not 8 bytes long"},
    {kZeroSpanId, "linked span id is all zero"},
};

// A batch that is sent again after a lost answer repeats spans exactly; that is no fault.
static bool IsOtherSpan(const SpanRow& span, const SpanRow& original) {
  return span.name != original.name || span.start != original.start || span.parent_span_id != original.parent_span_id ||
         span.kind != original.kind;
}

static std::vector<Problem> Check(const TraceModel& model, const Policy&) {
  ProblemGroups groups;
  for (const SpanRow& span : model.spans) {
    for (const FaultText& row : kSpanFaults) {
      if ((span.faults & row.fault) != 0) groups.Add(PlaceOfSpan(model, span), row.message);
    }
    for (const Link& link : model.LinksOf(span)) {
      for (const FaultText& row : kLinkFaults) {
        if ((link.faults & row.fault) != 0) groups.Add(PlaceOfSpan(model, span), row.message);
      }
    }
    if (span.duplicate_of != kNoSpan && IsOtherSpan(span, model.spans[span.duplicate_of])) {
      groups.Add(PlaceOfSpan(model, span), "two different spans have the same span id");
    }
  }
  return groups.Take();
}

extern constinit const TelemetryRule kInvalidIds{
    .info = {.id = "invalid-ids",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kIdentity,
             .summary = "Trace or span id is missing, malformed or used twice",
             .reference = "https://opentelemetry.io/docs/specs/otel/trace/api/#spancontext"},
    .check = &Check};

}  // namespace spangate
