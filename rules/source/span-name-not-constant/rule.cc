// A span name computed at run time puts every request into a group of its own.
#include "rules/rule.h"

#include <fmt/core.h>

#include <vector>

#include "rules/knowledge/mask.h"
#include "rules/source/expressions.h"
#include "rules/source/varying_text.h"

namespace spangate {
namespace {

bool IsJudged(const SourceModel& source, ExprRef at) {
  const FunctionFacts& facts = source.functions[at.function].facts;
  // A declared wrapper's body only hands the name on; a template's dependent names say nothing.
  return !facts.is_template && !facts.incomplete;
}

std::string Printed(const TextValue& text) {
  std::string shown = text.values.empty() ? std::string() : text.values.front();
  for (char& c : shown) {
    if (c == kRunTimePart) c = '*';
  }
  return shown;
}

void JudgeName(const SourceModel& source, ExprRef name, std::vector<Problem>& problems) {
  for (DecidedText& decided : DecideText(source, name, "span name")) {
    if (decided.text.constant() || !IsJudged(source, decided.at)) continue;
    const auto part = VaryingPart(source, decided.at);
    if (!part) continue;
    Problem problem{.source = source.PlaceOf(decided.at),
                    .message = fmt::format("span name is not a constant: {} differs between requests", *part),
                    .flow = std::move(decided.flow),
                    .hint = "give the span a fixed name and put the value into an attribute"};
    if (decided.text.kind == TextValue::Kind::kPattern)
      problem.evidence.push_back(fmt::format("name pattern: {}", Redacted(Printed(decided.text))));
    problems.push_back(std::move(problem));
  }
}

std::vector<Problem> Check(const SourceModel& source, const Policy&) {
  std::vector<Problem> problems;
  for (const SpanStart& start : source.span_starts) {
    if (start.is_wrapper_body || start.in_template || !start.name_expr.known()) continue;
    JudgeName(source, start.name_expr, problems);
  }
  for (const Sink& sink : source.sinks) {
    // StartSpan's names are rows of span_starts; what remains is UpdateName.
    if (sink.kind != SinkKind::kSpanName || source.At(sink.call).name != "UpdateName") continue;
    JudgeName(source, sink.value, problems);
  }
  return problems;
}

}  // namespace

extern constinit const SourceRule kSpanNameNotConstant{
    .info = {.id = "span-name-not-constant",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kSpanName,
             .summary = "Span name is computed at run time",
             .reference = "https://opentelemetry.io/docs/specs/otel/trace/api/#span"},
    .check = &Check};

}  // namespace spangate
