#include "rules/source/error_paths.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "rules/knowledge/words.h"
#include "rules/source/failure_words.h"

namespace spangate {
namespace {

// The 64 bits of a flow state: two for each span, two for each handler.
constexpr size_t kMaxSpans = 12;
constexpr size_t kMaxHandlers = 20;

bool IsErrorStatus(const Operation& operation) {
  // An empty detail is a status computed at run time: it may be the error.
  return operation.kind == OperationKind::kSetStatus && (operation.detail.empty() || operation.detail == "kError");
}

bool IsApi(const Expr& expr) { return expr.owner.view().starts_with("opentelemetry::"); }

}  // namespace

struct ErrorPaths::Body {
  FunctionId id = kNone;
  const FunctionFacts& facts;
  std::vector<ExprId> parents;
  std::vector<StmtId> stmt_parents;
  std::vector<uint32_t> spans;    // rows of span_starts; bit i
  std::vector<EntityId> keepers;  // by span: the variable that keeps it
  std::vector<StmtId> handlers;   // bits kMaxSpans + 2i (entered) and + 2i + 1 (status set since)

  uint64_t SpanBits() const { return (uint64_t{1} << spans.size()) - 1; }
  static uint64_t HasError(size_t span) { return uint64_t{1} << (kMaxSpans + 2 * kMaxHandlers + span); }
  static uint64_t Entered(size_t i) { return uint64_t{1} << (kMaxSpans + 2 * i); }
  static uint64_t StatusSet(size_t i) { return uint64_t{1} << (kMaxSpans + 2 * i + 1); }
  bool IsInside(StmtId stmt, StmtId ancestor) const {
    while (stmt != kNone && stmt != ancestor) stmt = stmt_parents[stmt];
    return stmt == ancestor;
  }
};

ErrorPaths::ErrorPaths(const SourceModel& source) : source_(source), rows_(source) { FindSetters(); }

void ErrorPaths::FindSetters() {
  std::vector<FunctionId> pending;
  for (const Operation& operation : source_.operations) {
    if (!IsErrorStatus(operation)) continue;
    const FunctionId function = operation.call.function;
    const bool own = operation.span.kind == SpanRef::Kind::kStart ||
                     (operation.span.kind == SpanRef::Kind::kVariable &&
                      std::ranges::any_of(rows_.starts[function], [&](uint32_t row) {
                        return source_.span_starts[row].variable == operation.span.entity;
                      }));
    if (!own && setters_.insert(function).second) pending.push_back(function);
  }
  while (!pending.empty()) {
    const FunctionId callee = pending.back();
    pending.pop_back();
    for (const uint32_t row : source_.functions[callee].callers) {
      const FunctionId caller = source_.edges[row].caller;
      if (setters_.insert(caller).second) pending.push_back(caller);
    }
  }
}

// The local that keeps the span alive, or the Scope that does: Scope scope(tracer->StartSpan("x")).
EntityId ErrorPaths::KeeperOf(FunctionId function, const SpanStart& start) const {
  if (start.variable != 0) return start.variable;
  for (const uint32_t row : rows_.scopes[function]) {
    const ScopeStart& scope = source_.scopes[row];
    if (scope.span.kind == SpanRef::Kind::kStart && scope.span.start.expr == start.call.expr) return scope.variable;
  }
  return 0;
}

namespace {

bool Mentions(const FunctionFacts& facts, ExprId at, EntityId variable, int depth = 0) {
  if (at == kNone || depth > 30) return false;
  const Expr& expr = facts.exprs[at];
  if (expr.entity == variable && expr.kind == ExprKind::kLocal) return true;
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    if (Mentions(facts, OperandOf(facts, expr, i), variable, depth + 1)) return true;
  }
  return false;
}

}  // namespace

// In a lambda, a guard object, a member, a container or the caller's hands: someone else may set the status.
bool ErrorPaths::IsShared(const Body& body, const SpanStart& start) const {
  const EntityId variable = KeeperOf(body.id, start);
  if (start.variable == 0) return false;  // only the Scope has it
  const FunctionFacts& facts = body.facts;
  for (ExprId id = 0; id < facts.exprs.size(); ++id) {
    const Expr& use = facts.exprs[id];
    if (use.kind != ExprKind::kLocal || use.entity != variable) continue;
    ExprId by = body.parents[id];
    while (by != kNone && (facts.exprs[by].kind == ExprKind::kOperator || facts.exprs[by].kind == ExprKind::kCast ||
                           facts.exprs[by].name == "move"))
      by = body.parents[by];
    if (by == kNone) continue;
    const Expr& user = facts.exprs[by];
    if (user.kind == ExprKind::kLambda) return true;
    const bool harmless_class = IsScopeType(user.type) || IsSpanType(user.type);
    if (user.kind == ExprKind::kConstruct && !harmless_class) return true;
    if (user.kind != ExprKind::kCall || IsApi(user)) continue;
    const bool is_object = user.has_object && OperandOf(facts, user, 0) == id;
    const bool known = source_.definitions.contains(user.entity);
    if (!is_object && !known) return true;  // whoever got it may keep it
  }
  return std::ranges::any_of(facts.stmts, [&](const Stmt& stmt) {
    const bool returned =
        stmt.kind == StmtKind::kReturn && stmt.expr != kNone && facts.exprs[stmt.expr].entity == variable;
    const bool alias = stmt.kind == StmtKind::kDeclare && stmt.expr != kNone && stmt.entity != variable &&
                       IsSpanType(stmt.type) && Mentions(facts, stmt.expr, variable);
    return returned || alias;
  });
}

bool ErrorPaths::SetsStatus(const Body& body, ExprId id) const {
  const Expr& call = body.facts.exprs[id];
  if (call.kind == ExprKind::kLambda) return false;
  if (call.kind != ExprKind::kCall && call.kind != ExprKind::kConstruct) return false;
  for (const uint32_t row : rows_.operations[body.id]) {
    const Operation& operation = source_.operations[row];
    if (operation.call.expr == id && IsErrorStatus(operation)) return true;
  }
  for (const uint32_t row : source_.functions[body.id].calls) {
    const CallEdge& edge = source_.edges[row];
    if (edge.call == id && setters_.contains(edge.callee)) return true;
  }
  if (IsApi(call) || source_.definitions.contains(call.entity)) return false;
  if (call.kind == ExprKind::kCall && SoundsLikeRecording(call.name)) return true;
  return std::ranges::any_of(body.keepers, [&](EntityId keeper) {
    return Mentions(body.facts, id, keeper) && !(call.has_object && call.operand_count == 1);
  });
}

// Some start with the worst, SetStatus(kError), and take it back at the end: every handler finds the status set.
void ErrorPaths::AddStatuses(const Body& body, std::unordered_map<ExprId, FlowEffect>& effects) const {
  for (const uint32_t row : rows_.operations[body.id]) {
    const Operation& operation = source_.operations[row];
    if (operation.kind != OperationKind::kSetStatus) continue;
    const bool is_error = IsErrorStatus(operation);
    for (size_t i = 0; i < body.spans.size(); ++i) {
      const bool is_its = operation.span.kind == SpanRef::Kind::kVariable && operation.span.entity == body.keepers[i];
      const bool unclear =
          operation.span.kind == SpanRef::Kind::kCurrent || operation.span.kind == SpanRef::Kind::kUnknown;
      FlowEffect& effect = effects[operation.call.expr];
      if (is_error && (is_its || unclear)) effect.set |= Body::HasError(i);
      if (!is_error && is_its) effect.clear |= Body::HasError(i);
    }
  }
}

FlowResult ErrorPaths::Run(const Body& body) const {
  std::unordered_map<ExprId, FlowEffect> effects;
  uint64_t all_status = 0;
  for (size_t i = 0; i < body.handlers.size(); ++i) all_status |= Body::StatusSet(i);
  for (ExprId id = 0; id < body.facts.exprs.size(); ++id) {
    if (SetsStatus(body, id)) effects[id].set |= all_status;
  }
  for (size_t i = 0; i < body.spans.size(); ++i) {
    FlowEffect& effect = effects[source_.span_starts[body.spans[i]].call.expr];
    effect.set |= uint64_t{1} << i;
    effect.clear |= Body::HasError(i);
  }
  AddStatuses(body, effects);
  for (const uint32_t row : rows_.operations[body.id]) {
    const Operation& operation = source_.operations[row];
    if (operation.kind != OperationKind::kEnd) continue;
    const auto keeper = std::ranges::find(body.keepers, operation.span.entity);
    const bool one = operation.span.kind == SpanRef::Kind::kVariable && keeper != body.keepers.end();
    const bool other = operation.span.kind == SpanRef::Kind::kVariable || operation.span.kind == SpanRef::Kind::kStart;
    if (one) effects[operation.call.expr].clear |= uint64_t{1} << (keeper - body.keepers.begin());
    if (!one && !other) effects[operation.call.expr].clear |= body.SpanBits();
  }
  return RunFlow(body.facts,
                 {.after_expr =
                      [&](ExprId id) {
                        const auto found = effects.find(id);
                        return found == effects.end() ? FlowEffect{} : found->second;
                      },
                  .at_catch =
                      [&](StmtId handler) {
                        const auto at = std::ranges::find(body.handlers, handler);
                        if (at == body.handlers.end()) return FlowEffect{};
                        const size_t i = static_cast<size_t>(at - body.handlers.begin());
                        return FlowEffect{.set = Body::Entered(i), .clear = Body::StatusSet(i)};
                      },
                  .lifetime =
                      [&](StmtId declare) {
                        const auto keeper = std::ranges::find(body.keepers, body.facts.stmts[declare].entity);
                        return keeper == body.keepers.end() ? 0 : uint64_t{1} << (keeper - body.keepers.begin());
                      }});
}

// catch (...) { rc = -1; } return rc; where nothing else looks at rc.
bool ErrorPaths::KeepsFailure(const Body& body, const FailureReader& reader, StmtId exit, StmtId handler) const {
  const FunctionFacts& facts = body.facts;
  if (exit == kNone || facts.stmts[exit].kind != StmtKind::kReturn || !reader.IsOutsideLoops(handler)) return false;
  const ExprId returned = facts.stmts[exit].expr;
  if (returned == kNone || facts.exprs[returned].kind != ExprKind::kLocal) return false;
  const EntityId variable = facts.exprs[returned].entity;
  const auto is_assigned = [&](ExprId use) {
    const ExprId by = body.parents[use];
    return by != kNone && facts.exprs[by].name == "=" && OperandOf(facts, facts.exprs[by], 0) == use;
  };
  for (ExprId id = 0; id < facts.exprs.size(); ++id) {
    const Expr& use = facts.exprs[id];
    if (use.kind != ExprKind::kLocal || use.entity != variable || is_assigned(id)) continue;
    const bool is_returned = body.parents[id] == kNone && std::ranges::any_of(facts.stmts, [id](const Stmt& stmt) {
                               return stmt.kind == StmtKind::kReturn && stmt.expr == id;
                             });
    if (!is_returned) return false;
  }
  bool fails = false;
  for (StmtId id = 0; id < facts.stmts.size(); ++id) {
    const Stmt& stmt = facts.stmts[id];
    const StmtId block = body.stmt_parents[id];
    const bool directly = block != kNone && body.stmt_parents[block] == handler;
    if (!directly || stmt.kind != StmtKind::kExpr || stmt.expr == kNone) continue;
    const Expr& assignment = facts.exprs[stmt.expr];
    if (assignment.name != "=" || assignment.kind != ExprKind::kOperator) continue;
    const ExprId target = OperandOf(facts, assignment, 0);
    const ExprId value = OperandOf(facts, assignment, 1);
    if (target != kNone && value != kNone && facts.exprs[target].entity == variable)
      fails = reader.IsFailureValue(value);
  }
  return fails && ReachesUnchanged(body, variable, handler);
}

// No assignment stands below the handler but those inside it.
bool ErrorPaths::ReachesUnchanged(const Body& body, EntityId variable, StmtId handler) const {
  const Extent& where = body.facts.stmts[handler].where;
  for (const SourceModel::Write& write : source_.WritesIn(variable, body.id)) {
    if (write.value.function != body.id) return false;
    const Extent& at = source_.At(write.value).where;
    const bool below = at.line > where.end_line || (at.line == where.end_line && at.column > where.end_column);
    if (below) return false;
  }
  return true;
}

std::vector<SilentCatch> ErrorPaths::Judge(const Body& body, const FlowResult& flow) const {
  std::vector<SilentCatch> found;
  const FailureReader reader(source_, body.id, body.stmt_parents);
  for (size_t i = 0; i < body.handlers.size(); ++i) {
    const StmtId handler = body.handlers[i];
    const FlowState& entry = flow.at_catch[handler];
    const uint64_t open = entry.reachable ? entry.must & body.SpanBits() : 0;
    if (open == 0 || reader.IsControlFlow(handler)) continue;
    uint32_t innermost = 0;
    for (uint32_t s = 0; s < body.spans.size(); ++s) {
      if ((open >> s & 1) != 0) innermost = s;
    }
    if ((entry.must & Body::HasError(innermost)) != 0) continue;
    for (const FlowExit& exit : flow.exits) {
      const bool from_here = (exit.state.may & Body::Entered(i)) != 0 && (exit.state.may & Body::StatusSet(i)) == 0;
      if (!from_here) continue;
      const bool inside = exit.stmt != kNone && body.IsInside(exit.stmt, handler);
      const bool keeps = !inside && KeepsFailure(body, reader, exit.stmt, handler);
      const bool fails =
          inside ? reader.LeavesInFailure(exit.stmt, handler) : keeps || reader.OnlyTellsAndEnds(handler);
      if (!fails) continue;
      found.push_back({body.id, handler, body.spans[innermost], inside || keeps ? exit.stmt : kNone});
      break;
    }
  }
  return found;
}

std::vector<SilentCatch> ErrorPaths::Find(FunctionId function) const {
  const FunctionFacts& facts = source_.functions[function].facts;
  if (!BodyIsWhole(facts) || rows_.starts[function].empty()) return {};
  Body body{.id = function, .facts = facts, .parents = ParentsOf(facts), .stmt_parents = StmtParentsOf(facts)};
  for (StmtId id = 0; id < facts.stmts.size(); ++id) {
    if (facts.stmts[id].kind == StmtKind::kCatch) body.handlers.push_back(id);
  }
  for (const uint32_t row : rows_.starts[function]) {
    const SpanStart& start = source_.span_starts[row];
    const EntityId keeper = KeeperOf(function, start);
    const bool is_local = std::ranges::any_of(facts.stmts, [keeper](const Stmt& stmt) {
      return stmt.kind == StmtKind::kDeclare && stmt.entity == keeper && !stmt.is_static;
    });
    const bool is_plain = source_.At(start.call).owner == "opentelemetry::trace::Tracer";
    if (keeper == 0 || !is_local || !is_plain || start.discarded) continue;
    if (IsShared(body, start)) return {};
    body.spans.push_back(row);
    body.keepers.push_back(keeper);
  }
  if (body.handlers.empty() || body.spans.empty()) return {};
  if (body.handlers.size() > kMaxHandlers || body.spans.size() > kMaxSpans) return {};
  const FlowResult flow = Run(body);
  return flow.known ? Judge(body, flow) : std::vector<SilentCatch>{};
}

}  // namespace spangate
