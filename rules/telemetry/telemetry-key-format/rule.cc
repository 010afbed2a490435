// Attribute keys that are not written as the naming guide asks, as they arrive at run time.
#include "rules/rule.h"

#include <fmt/format.h>

#include <string>
#include <unordered_map>

#include "rules/knowledge/naming.h"
#include "rules/telemetry/places.h"

namespace spangate {

namespace {

/// Reports keys by service and scope, not by span: a key is one decision in one place of the code.
class KeyCheck {
 public:
  explicit KeyCheck(const TraceModel& model) : model_(model) {}

  void Read(Rows rows, const ScopeRow& scope) {
    for (const Attribute& attribute : model_.AttributesOf(rows)) {
      if (!IsWrong(attribute.key)) continue;
      const TelemetryPlace place = PlaceOfScope(model_, scope, model_.Text(attribute.key));
      groups_.Add(place, fmt::format("attribute key '{}' is not lower-case words joined by dots and underscores",
                                     place.attribute_key));
    }
  }

  void ReadResource(const ResourceRow& resource) {
    for (const Attribute& attribute : model_.AttributesOf(resource.attributes)) {
      if (!IsWrong(attribute.key)) continue;
      const TelemetryPlace place = PlaceOfResource(model_, resource, model_.Text(attribute.key));
      groups_.Add(place, fmt::format("resource key '{}' is not lower-case words joined by dots and underscores",
                                     place.attribute_key));
    }
  }

  std::vector<Problem> Take() { return groups_.Take(); }

 private:
  bool IsWrong(StringTable::Id key) {
    const auto [found, is_new] = wrong_.try_emplace(key);
    if (is_new) found->second = !IsWellFormedKey(model_.Text(key));
    return found->second;
  }

  const TraceModel& model_;
  std::unordered_map<StringTable::Id, bool> wrong_;
  ProblemGroups groups_;
};

}  // namespace

static std::vector<Problem> Check(const TraceModel& model, const Policy&) {
  KeyCheck keys(model);
  for (const ResourceRow& resource : model.resources) keys.ReadResource(resource);
  for (const ScopeRow& scope : model.scopes) keys.Read(scope.attributes, scope);
  for (const SpanRow& span : model.spans) {
    const ScopeRow& scope = model.scopes[span.scope];
    keys.Read(span.attributes, scope);
    for (const Event& event : model.EventsOf(span)) keys.Read(event.attributes, scope);
    for (const Link& link : model.LinksOf(span)) keys.Read(link.attributes, scope);
  }
  for (const LogRow& log : model.logs) keys.Read(log.attributes, model.scopes[log.scope]);
  for (const MetricPointRow& point : model.points) keys.Read(point.attributes, model.scopes[point.scope]);
  return keys.Take();
}

extern constinit const TelemetryRule kTelemetryKeyFormat{
    .info = {.id = "telemetry-key-format",
             .severity = Severity::kWarning,
             .trust = Trust::kRecommended,
             .category = Category::kConvention,
             .summary = "Attribute key in telemetry is not dotted snake_case",
             .reference = "https://opentelemetry.io/docs/specs/semconv/general/naming/"},
    .check = &Check};

}  // namespace spangate
