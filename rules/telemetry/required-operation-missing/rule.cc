// An operation that the project requires was not seen in the run.
#include "rules/rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "common/glob.h"
#include "common/text.h"
#include "rules/knowledge/mask.h"

namespace spangate {

static bool Matches(const std::string& glob, std::string_view text) {
  return glob.empty() || glob == text || GlobMatches(glob, text);
}

static bool IsOperation(const TraceModel& model, const SpanRow& span, const RequiredOperation& operation) {
  return Matches(operation.service, model.ServiceOf(span)) && Matches(operation.name, model.Text(span.name)) &&
         (operation.kind.empty() || operation.kind == SpanKindName(span.kind));
}

// What was seen instead: other kinds of that name, the nearest name of the service, or that the service is silent.
static std::string NearMiss(const TraceModel& model, const RequiredOperation& operation) {
  std::set<std::string_view> names;
  for (const SpanRow& span : model.spans) {
    if (!Matches(operation.service, model.ServiceOf(span))) continue;
    if (Matches(operation.name, model.Text(span.name))) {
      return fmt::format("seen with kind '{}' only", SpanKindName(span.kind));
    }
    names.insert(model.Text(span.name));
  }
  if (names.empty()) return operation.service.empty() ? "no spans arrived" : "no spans of this service arrived";
  const std::string_view near = DidYouMean(operation.name, {names.begin(), names.end()});
  if (!near.empty()) return fmt::format("nearest name: '{}'", Redacted(near));
  return fmt::format("{} other span names arrived from there", names.size());
}

static std::vector<Problem> Check(const TraceModel& model, const Policy& policy) {
  std::vector<Problem> problems;
  for (const RequiredOperation& operation : policy.operations) {
    const bool seen =
        std::ranges::any_of(model.spans, [&](const SpanRow& span) { return IsOperation(model, span, operation); });
    if (seen) continue;
    problems.push_back(
        {.telemetry =
             TelemetryPlace{.service_name = operation.service, .span_name = operation.name, .kind = operation.kind},
         .message = fmt::format("required operation '{}' was not seen", operation.name),
         .evidence = {NearMiss(model, operation)}});
  }
  return problems;
}

extern constinit const TelemetryRule kRequiredOperationMissing{
    .info = {.id = "required-operation-missing",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kCoverage,
             .summary = "Required operation was not seen in the run",
             .reference = "https://opentelemetry.io/docs/specs/otel/trace/api/#span"},
    .check = &Check};

}  // namespace spangate
