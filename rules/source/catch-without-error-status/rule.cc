// An operation that failed with an exception must not look successful in its trace.
#include "rules/rule.h"

#include <fmt/core.h>

#include <vector>

#include "rules/knowledge/mask.h"
#include "rules/source/error_paths.h"

namespace spangate {
namespace {

std::string SpanName(const SpanStart& start) {
  if (!start.name || start.name->kind != TextValue::Kind::kConstant || start.name->values.empty()) return "the span";
  return fmt::format("span '{}'", Redacted(start.name->values.front()));
}

std::vector<FlowStep> StepsOf(const SourceModel& source, const SilentCatch& found) {
  const auto place = [&](StmtId stmt) { return source.PlaceOfStmt(found.function, stmt).where; };
  std::vector<FlowStep> steps = {StepAt(source, source.span_starts[found.start].call, "the span starts here"),
                                 {place(found.handler), "the exception is caught here"}};
  if (found.leaves != kNone) {
    const bool throws = source.functions[found.function].facts.stmts[found.leaves].kind == StmtKind::kThrow;
    steps.push_back(
        {place(found.leaves), throws ? "leaves the function by an exception" : "reports failure to the caller"});
  }
  return steps;
}

std::vector<Problem> Check(const SourceModel& source, const Policy&) {
  std::vector<Problem> problems;
  const ErrorPaths paths(source);
  for (FunctionId id = 0; id < source.functions.size(); ++id) {
    for (const SilentCatch& found : paths.Find(id)) {
      problems.push_back(
          {.source = source.PlaceOfStmt(id, found.handler),
           .message =
               fmt::format("catch block leaves {} without error status", SpanName(source.span_starts[found.start])),
           .flow = StepsOf(source, found),
           .hint = "span->SetStatus(opentelemetry::trace::StatusCode::kError) before leaving the block"});
    }
  }
  return problems;
}

}  // namespace

extern constinit const SourceRule kCatchWithoutErrorStatus{
    .info = {.id = "catch-without-error-status",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kErrorStatus,
             .summary = "Catch block ends a failed operation and its span keeps no error status",
             .reference = "https://opentelemetry.io/docs/specs/semconv/general/recording-errors/"},
    .check = &Check};

}  // namespace spangate
