// One trace with more than one span without parent: a context was lost or made up on the way.
#include "rules/rule.h"

#include <fmt/format.h>

#include "rules/knowledge/mask.h"
#include "rules/telemetry/places.h"

namespace spangate {

static bool IsRoot(const SpanRow& span) { return span.parent_span_id == SpanId{}; }

static std::vector<Problem> Check(const TraceModel& model, const Policy&) {
  ProblemGroups groups;
  for (const Trace& trace : model.traces) {
    const SpanRow* first = nullptr;
    for (uint32_t i = 0; i < trace.spans.count; ++i) {
      const SpanRow& span = model.spans[model.trace_spans[trace.spans.first + i]];
      if (!IsRoot(span)) continue;
      if (first == nullptr) {
        first = &span;
        continue;
      }
      const TelemetryPlace place = PlaceOfSpan(model, span);
      groups.Add(place, "trace has a second root span",
                 fmt::format("{}; first root: '{}'", IdsOf(place), Redacted(model.Text(first->name))));
    }
  }
  return groups.Take();
}

extern constinit const TelemetryRule kSeveralRoots{
    .info = {.id = "several-roots",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kStructure,
             .summary = "Trace has more than one root span",
             .reference = "https://opentelemetry.io/docs/concepts/signals/traces/#spans"},
    .check = &Check};

}  // namespace spangate
