// A Scope that nobody keeps ends in the same statement: the span was never active for what follows.
#include "rules/rule.h"

#include <string>
#include <string_view>
#include <vector>

#include "rules/source/expressions.h"

namespace spangate {
namespace {

// `(void)Scope(span)` and `std::ignore = WithActiveSpan(span)` are as dead as `Scope{span}`.
ExprId Dropped(const FunctionFacts& facts, const Stmt& stmt) {
  ExprId made = stmt.expr;
  while (facts.exprs[made].kind == ExprKind::kCast && OperandOf(facts, facts.exprs[made], 0) != kNone)
    made = OperandOf(facts, facts.exprs[made], 0);
  const Expr& expr = facts.exprs[made];
  if (expr.name == "operator=" || expr.name == "=") {
    const ExprId target = OperandOf(facts, expr, 0);
    const bool ignores = target != kNone && facts.exprs[target].name == "ignore";
    return ignores ? OperandOf(facts, expr, 1) : kNone;
  }
  return stmt.discarded || expr.kind == ExprKind::kNew ? made : kNone;
}

std::string_view MessageFor(const Expr& made) {
  if (made.kind == ExprKind::kNew) return "scope is made by new and kept by nobody: the span stays active for ever";
  if (made.type == "opentelemetry::context::Token")
    return "token of the attached context is discarded: it is detached at once";
  return "scope is discarded: the span is active only in this statement";
}

std::vector<Problem> Check(const SourceModel& source, const Policy&) {
  std::vector<Problem> problems;
  for (FunctionId id = 0; id < source.functions.size(); ++id) {
    const FunctionFacts& facts = source.functions[id].facts;
    if (facts.is_template) continue;
    for (const Stmt& stmt : facts.stmts) {
      if (stmt.kind != StmtKind::kExpr || stmt.expr >= facts.exprs.size()) continue;
      const ExprId made = Dropped(facts, stmt);
      if (made == kNone) continue;
      const Expr& expr = facts.exprs[made];
      const bool owned = IsOwned(expr.form) || expr.kind == ExprKind::kNew;
      const bool makes =
          expr.kind == ExprKind::kCall || expr.kind == ExprKind::kConstruct || expr.kind == ExprKind::kNew;
      if (!IsScopeType(expr.type) || !owned || !makes) continue;
      problems.push_back({.source = source.PlaceOf({id, made}),
                          .message = std::string(MessageFor(expr)),
                          .hint = "keep it: auto scope = ..."});
    }
  }
  return problems;
}

}  // namespace

extern constinit const SourceRule kDiscardedScope{
    .info = {.id = "discarded-scope",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kLifecycleScope,
             .summary = "Scope or context token is dropped in the statement that makes it",
             .reference = "https://opentelemetry.io/docs/languages/cpp/instrumentation/#mark-a-span-as-active"},
    .check = &Check};

}  // namespace spangate
