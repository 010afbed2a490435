// A span that nobody keeps ends when it starts: it measures nothing.
#include "rules/rule.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "rules/source/expressions.h"

namespace spangate {
namespace {

constexpr std::string_view kMessage = "span is discarded: it ends in the statement that starts it";
constexpr std::string_view kHint =
    "keep it and make it active: auto span = ...; opentelemetry::trace::Scope scope(span);";

// Functions of the project that start a span, hand it to their caller and keep no other hold of it.
class FreshSpans {
 public:
  explicit FreshSpans(const SourceModel& source) : source_(source), rows_(source) {}

  /// Every function that the call may run gives a span that nothing else keeps.
  bool Gives(ExprRef call, int depth = 0) const {
    if (depth == kMaxDepth) return false;
    bool any = false;
    for (const uint32_t row : source_.functions[call.function].calls) {
      const CallEdge& edge = source_.edges[row];
      if (edge.call != call.expr) continue;
      if (edge.how != CallEdge::How::kDirect) continue;  // what the function is handed gives nothing back here
      if (!Returns(edge.callee, depth)) return false;
      any = true;
    }
    return any;
  }

 private:
  static constexpr int kMaxDepth = 3;

  bool Returns(FunctionId function, int depth) const {
    const FunctionFacts& facts = source_.functions[function].facts;
    if (!BodyIsWhole(facts)) return false;
    bool any = false;
    for (const Stmt& stmt : facts.stmts) {
      if (stmt.kind != StmtKind::kReturn || stmt.expr == kNone) continue;
      if (!IsFresh(function, stmt.expr, depth)) return false;
      any = true;
    }
    return any;
  }

  bool IsFresh(FunctionId function, ExprId value, int depth) const {
    const FunctionFacts& facts = source_.functions[function].facts;
    const Expr& expr = facts.exprs[value];
    for (const uint32_t row : rows_.starts[function]) {
      const SpanStart& start = source_.span_starts[row];
      if (start.call.expr == value) return true;
      const bool is_it = expr.kind == ExprKind::kLocal && start.variable == expr.entity;
      if (is_it && source_.WritesTo(expr.entity, function).size() == 1) return OnlyUsed(facts, expr.entity);
    }
    return expr.kind == ExprKind::kCall && IsSpanType(expr.type) && IsOwned(expr.form) &&
           Gives({function, value}, depth + 1);
  }

  // Called upon, made active or returned; neither copied nor handed on.
  static bool OnlyUsed(const FunctionFacts& facts, EntityId variable) {
    const std::vector<ExprId> parents = ParentsOf(facts);
    for (ExprId id = 0; id < facts.exprs.size(); ++id) {
      const Expr& use = facts.exprs[id];
      if (use.kind != ExprKind::kLocal || use.entity != variable || parents[id] == kNone) continue;
      const Expr& user = facts.exprs[parents[id]];
      const bool called = user.kind == ExprKind::kCall && user.has_object && OperandOf(facts, user, 0) == id &&
                          user.name != "operator=" && user.name != "swap";
      const bool active = user.kind == ExprKind::kConstruct && IsScopeType(user.type);
      if (!called && !active) return false;
    }
    return true;
  }

  const SourceModel& source_;
  RowsByFunction rows_;
};

bool IsRow(const SourceModel& source, const std::vector<uint32_t>& rows, ExprId call) {
  return std::ranges::any_of(rows, [&](uint32_t row) { return source.span_starts[row].call.expr == call; });
}

void JudgeHelpers(const SourceModel& source, std::vector<Problem>& problems) {
  const FreshSpans fresh(source);
  const RowsByFunction rows(source);
  for (FunctionId id = 0; id < source.functions.size(); ++id) {
    const FunctionFacts& facts = source.functions[id].facts;
    if (!BodyIsWhole(facts)) continue;
    for (const Stmt& stmt : facts.stmts) {
      if (stmt.kind != StmtKind::kExpr || !stmt.discarded || stmt.expr >= facts.exprs.size()) continue;
      ExprId call = stmt.expr;
      while (facts.exprs[call].kind == ExprKind::kCast && OperandOf(facts, facts.exprs[call], 0) != kNone)
        call = OperandOf(facts, facts.exprs[call], 0);
      const Expr& expr = facts.exprs[call];
      const bool gives_span = expr.kind == ExprKind::kCall && IsSpanType(expr.type) && IsOwned(expr.form);
      if (!gives_span || IsRow(source, rows.starts[id], call) || !fresh.Gives({id, call})) continue;
      problems.push_back(
          {.source = source.PlaceOf({id, call}), .message = std::string(kMessage), .hint = std::string(kHint)});
    }
  }
}

std::vector<Problem> Check(const SourceModel& source, const Policy&) {
  std::vector<Problem> problems;
  for (const SpanStart& start : source.span_starts) {
    if (!start.discarded || start.in_template || start.is_wrapper_body) continue;
    problems.push_back({.source = start.where, .message = std::string(kMessage), .hint = std::string(kHint)});
  }
  JudgeHelpers(source, problems);
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
