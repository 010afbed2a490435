// A Scope that nobody keeps ends in the same statement: the span was never active for what follows.
#include "rules/rule.h"

#include <vector>

#include "rules/source/expressions.h"

namespace spangate {
namespace {

std::vector<Problem> Check(const SourceModel& source, const Policy&) {
  std::vector<Problem> problems;
  for (FunctionId id = 0; id < source.functions.size(); ++id) {
    const FunctionFacts& facts = source.functions[id].facts;
    if (facts.is_template) continue;
    for (const Stmt& stmt : facts.stmts) {
      if (stmt.kind != StmtKind::kExpr || !stmt.discarded || stmt.expr >= facts.exprs.size()) continue;
      // `(void)Scope(span)` is as dead as `Scope{span}`.
      ExprId made = stmt.expr;
      while (facts.exprs[made].kind == ExprKind::kCast && OperandOf(facts, facts.exprs[made], 0) != kNone)
        made = OperandOf(facts, facts.exprs[made], 0);
      const Expr& expr = facts.exprs[made];
      if (!IsScopeType(expr.type) || !IsOwned(expr.form)) continue;
      const bool is_token = expr.type == "opentelemetry::context::Token";
      problems.push_back({.source = source.PlaceOf({id, made}),
                          .message = is_token ? "token of the attached context is discarded: it is detached at once"
                                              : "scope is discarded: the span is active only in this statement",
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
