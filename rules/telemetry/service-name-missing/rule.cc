// Telemetry that says of no service where it comes from.
#include "rules/rule.h"

#include <fmt/format.h>

#include <vector>

#include "rules/telemetry/places.h"

namespace spangate {

// Telemetry items by resource: a resource without any is not worth a finding.
static std::vector<uint64_t> ItemsByResource(const TraceModel& model) {
  std::vector<uint64_t> items(model.resources.size());
  for (const SpanRow& span : model.spans) ++items[model.scopes[span.scope].resource];
  for (const LogRow& log : model.logs) ++items[model.scopes[log.scope].resource];
  for (const MetricPointRow& point : model.points) ++items[model.scopes[point.scope].resource];
  return items;
}

static std::vector<Problem> Check(const TraceModel& model, const Policy&) {
  ProblemGroups groups;
  const std::vector<uint64_t> items = ItemsByResource(model);
  for (size_t i = 0; i < model.resources.size(); ++i) {
    const ResourceRow& resource = model.resources[i];
    const std::string_view name = model.Text(resource.service_name);
    // "unknown_service", with or without ":process": what SDKs put where nobody set a name.
    const bool made_up = name == "unknown_service" || name.starts_with("unknown_service:");
    if (items[i] == 0 || (!name.empty() && !made_up)) continue;
    const char* message = made_up ? "service.name is the SDK's stopgap" : "resource has no service.name";
    groups.Add(PlaceOfResource(model, resource, "service.name"), message,
               fmt::format("{} spans, logs and points came with it", items[i]),
               "set OTEL_SERVICE_NAME, or service.name in the Resource of the provider");
  }
  return groups.Take();
}

extern constinit const TelemetryRule kServiceNameMissing{
    .info = {.id = "service-name-missing",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kIdentity,
             .summary = "Telemetry comes from a resource without service.name",
             .reference = "https://opentelemetry.io/docs/specs/semconv/resource/#service"},
    .check = &Check};

}  // namespace spangate
