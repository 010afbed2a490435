// A span name that carries an id puts every request into a group of its own.
#include "rules/rule.h"

#include <fmt/format.h>

#include <string>
#include <unordered_map>

#include "rules/knowledge/naming.h"
#include "rules/knowledge/words.h"
#include "rules/telemetry/places.h"

namespace spangate {

static std::vector<Problem> Check(const TraceModel& model, const Policy&) {
  ProblemGroups groups;
  std::unordered_map<StringTable::Id, std::optional<IdInName>> seen;  // each distinct name is read once
  for (const SpanRow& span : model.spans) {
    if (span.duplicate_of != kNoSpan) continue;
    const auto [found, is_new] = seen.try_emplace(span.name);
    if (is_new) found->second = FindIdInName(model.Text(span.name));
    if (!found->second) continue;
    const TelemetryPlace place = PlaceOfSpan(model, span);
    groups.Add(place, fmt::format("span name holds {}", WithArticle(found->second->what)),
               fmt::format("'{}'", place.span_name),
               "name the operation, for example by its route, and put the id into an attribute");
  }
  return groups.Take();
}

extern constinit const TelemetryRule kSpanNameHighCardinality{
    .info = {.id = "span-name-high-cardinality",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kCardinality,
             .summary = "Span name carries an id",
             .reference = "https://opentelemetry.io/docs/specs/otel/trace/api/#span"},
    .check = &Check};

}  // namespace spangate
