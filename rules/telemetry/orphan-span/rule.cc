// A span names a parent that never arrived: the trace is cut there.
#include "rules/rule.h"

#include "rules/telemetry/places.h"

namespace spangate {

// opentelemetry-proto, SpanFlags: whether the SDK says, and what it says.
static constexpr uint32_t kHasIsRemote = 1U << 8;
static constexpr uint32_t kIsRemote = 1U << 9;

static bool IsOrphan(const SpanRow& span) {
  const bool has_parent_id = span.parent_span_id != SpanId{};
  const bool cut_cycle = (span.faults & kParentCycle) != 0;  // its parent did arrive; invalid-ids reports it
  return has_parent_id && span.parent == kNoSpan && span.duplicate_of == kNoSpan && !cut_cycle &&
         span.trace != UINT32_MAX;
}

static std::vector<Problem> Check(const TraceModel& model, const Policy&) {
  ProblemGroups groups;
  for (const SpanRow& span : model.spans) {
    if (!IsOrphan(span)) continue;
    const bool remote = (span.flags & kHasIsRemote) != 0 && (span.flags & kIsRemote) != 0;
    if (remote) {
      groups.Add(PlaceOfSpan(model, span), "parent span in another process never arrived", {},
                 "export the caller's spans too, or stop it from sending a traceparent");
    } else {
      groups.Add(PlaceOfSpan(model, span), "parent span never arrived", {},
                 "end the parent span, and flush the provider before the process exits");
    }
  }
  return groups.Take();
}

extern constinit const TelemetryRule kOrphanSpan{
    .info = {.id = "orphan-span",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kStructure,
             .summary = "Span names a parent that never arrived",
             .reference = "https://github.com/instrumentation-score/spec/blob/main/rules/SPA-002.md"},
    .check = &Check};

}  // namespace spangate
