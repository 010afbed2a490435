// A span that nobody keeps ends when it starts: it measures nothing.
#include "rules/rule.h"

#include <vector>

namespace spangate {
namespace {

std::vector<Problem> Check(const SourceModel& source, const Policy&) {
  std::vector<Problem> problems;
  for (const SpanStart& start : source.span_starts) {
    if (!start.discarded || start.in_template || start.is_wrapper_body) continue;
    problems.push_back(
        {.source = start.where,
         .message = "span is discarded: it ends in the statement that starts it",
         .hint = "keep it and make it active: auto span = ...; opentelemetry::trace::Scope scope(span);"});
  }
  return problems;
}

}  // namespace

extern constinit const SourceRule kDiscardedSpan{
    .info = {.id = "discarded-span",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kLifecycleEnd,
             .summary = "Result of StartSpan is dropped, so the span covers nothing",
             .reference = "https://opentelemetry.io/docs/languages/cpp/instrumentation/#start-a-span"},
    .check = &Check};

}  // namespace spangate
