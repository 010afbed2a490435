// Personal data and secrets that reach telemetry, whatever the key says.
#include "rules/rule.h"

#include <fmt/core.h>

#include <vector>

#include "rules/knowledge/mask.h"
#include "rules/knowledge/personal_keys.h"
#include "rules/source/personal_sinks.h"
#include "rules/source/value_flow.h"

namespace spangate {
namespace {

// "attribute 'order.note'"; the key is left out where it is computed.
std::string Target(const Sink& sink) {
  if (!sink.key || !sink.key->constant() || sink.key->values.empty()) return std::string(What(sink.kind));
  return fmt::format("{} '{}'", What(sink.kind), Redacted(sink.key->values.front()));
}

// The key rule has reported this sink, or the project has allowed its key.
bool IsJudgedByKey(const SourceModel& source, const Policy& policy, ValueFlow& values, const SpanKinds& kinds,
                   const Sink& sink) {
  if (!HasKey(sink.kind) || !sink.key || !sink.key->constant()) return false;
  const DecidedText key{.at = sink.key_expr, .text = *sink.key};
  if (IsAllowedKey(policy, sink.key->values)) return true;
  return PersonalKey(source, policy, kinds, sink, key).has_value() && !IsHarmlessValue(source, values, sink.value);
}

std::vector<Problem> Check(const SourceModel& source, const Policy& policy) {
  std::vector<Problem> problems;
  ValueFlow values(source, policy);
  const SpanKinds kinds(source);
  for (const Sink& sink : source.sinks) {
    if (source.functions[sink.call.function].facts.is_template) continue;
    if (IsJudgedByKey(source, policy, values, kinds, sink)) continue;
    const bool whole_maps = HasKey(sink.kind) && IsOpenKey(source, sink);
    auto flow = values.FindSource(sink.value, whole_maps);
    if (!flow) continue;
    Problem problem{.source = source.PlaceOf(sink.value),
                    .message = fmt::format("{} reaches {}", flow->source, Target(sink)),
                    .flow = std::move(flow->steps),
                    .hint = "leave it out, or pass it through a redacting or hashing function first",
                    .sensitive_source = flow->literal};
    problem.flow.push_back(StepAt(source, sink.value, fmt::format("leaves the program as {}", Target(sink))));
    problems.push_back(std::move(problem));
  }
  return problems;
}

}  // namespace

extern constinit const SourceRule kPersonalDataValue{
    .info = {.id = "personal-data-value",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kPiiValueFlow,
             .summary = "Personal data or a secret reaches telemetry",
             .reference = "https://opentelemetry.io/docs/security/handling-sensitive-data/"},
    .check = &Check};

}  // namespace spangate
