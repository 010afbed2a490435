// Keys in two styles are two attributes to every query.
#include "rules/rule.h"

#include <fmt/core.h>

#include <vector>

#include "rules/knowledge/mask.h"
#include "rules/knowledge/naming.h"
#include "rules/source/expressions.h"

namespace spangate {
namespace {

bool IsAttribute(SinkKind kind) {
  switch (kind) {
    case SinkKind::kSpanAttribute:
    case SinkKind::kEventAttribute:
    case SinkKind::kLinkAttribute:
    case SinkKind::kLogAttribute:
    case SinkKind::kMetricAttribute:
    case SinkKind::kResourceAttribute:
      return true;
    default:  // baggage and tracestate have grammars of their own
      return false;
  }
}

bool IsGeneratedConstant(const Expr& key) {
  return key.kind == ExprKind::kGlobal && key.owner.view().starts_with("opentelemetry::semconv");
}

void JudgeKey(const SourceModel& source, const DecidedText& key, std::vector<Problem>& problems) {
  if (!key.text.constant() || IsGeneratedConstant(source.At(key.at))) return;
  for (const std::string& text : key.text.values) {
    if (IsWellFormedKey(text)) continue;
    const std::string message =
        text.empty() ? std::string("attribute key is empty")
                     : fmt::format("attribute key '{}' is not lower-case words joined by '.' and '_'", Redacted(text));
    problems.push_back({.source = source.PlaceOf(key.at),
                        .message = message,
                        .flow = key.flow,
                        .hint = "write keys as the semantic conventions do: order.item_count"});
  }
}

std::vector<Problem> Check(const SourceModel& source, const Policy&) {
  std::vector<Problem> problems;
  for (const Sink& sink : source.sinks) {
    if (!IsAttribute(sink.kind) || source.functions[sink.call.function].facts.is_template) continue;
    for (const DecidedText& key : DecideText(source, sink.key_expr, "attribute key")) JudgeKey(source, key, problems);
  }
  return problems;
}

}  // namespace

extern constinit const SourceRule kAttributeKeyFormat{
    .info = {.id = "attribute-key-format",
             .severity = Severity::kWarning,
             .trust = Trust::kRecommended,
             .category = Category::kAttrKey,
             .summary = "Attribute key is not lower-case words joined by dots and underscores",
             .reference = "https://opentelemetry.io/docs/specs/semconv/general/naming/"},
    .check = &Check};

}  // namespace spangate
