// A key that promises personal data will hold it sooner or later; telemetry is no place for it.
#include "rules/rule.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "common/glob.h"
#include "rules/knowledge/mask.h"
#include "rules/knowledge/personal_keys.h"
#include "rules/source/personal_sinks.h"
#include "rules/source/value_flow.h"

namespace spangate {
namespace {

std::vector<Problem> Check(const SourceModel& source, const Policy& policy) {
  std::vector<Problem> problems;
  ValueFlow values(source, policy);
  const SpanKinds kinds(source);
  for (const Sink& sink : source.sinks) {
    if (!HasKey(sink.kind) || source.functions[sink.call.function].facts.is_template) continue;
    for (const DecidedText& key : DecideText(source, sink.key_expr, "key")) {
      const auto match = PersonalKey(source, policy, kinds, sink, key);
      if (!match || IsHarmlessValue(source, values, ValueFor(source, sink, key))) continue;
      problems.push_back({.source = source.PlaceOf(key.at),
                          .message = fmt::format("{} '{}' stands for {}", What(sink.kind), Redacted(match->key),
                                                 Name(match->name.kind)),
                          .flow = key.flow,
                          .evidence = {fmt::format("matched: {}", match->name.words)},
                          .hint = "leave it out, or send a hash or a surrogate id under another key"});
    }
  }
  return problems;
}

}  // namespace

extern constinit const SourceRule kPersonalDataKey{
    .info = {.id = "personal-data-key",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kPiiKey,
             .summary = "Attribute key stands for personal data or a secret",
             .reference = "https://opentelemetry.io/docs/security/handling-sensitive-data/"},
    .check = &Check};

}  // namespace spangate
