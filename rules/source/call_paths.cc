#include "rules/source/call_paths.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace spangate {
namespace {

constexpr std::string_view kTracer = "opentelemetry::trace::Tracer";
constexpr int kMaxDelegation = 3;

bool IsWrapperStart(const SourceModel& source, const SpanStart& start) {
  return source.At(start.call).owner != kTracer;
}

// Gives bits to everything in one function that makes a span active, and takes them back where it ends.
class ActivityRules {
 public:
  explicit ActivityRules(const FunctionFacts& facts) : f_(facts) {}

  void Declares(StmtId stmt) {
    const uint64_t bit = NewBit();
    by_declare_[stmt] |= bit;
    by_variable_[f_.stmts[stmt].entity] |= bit;
  }

  void Calls(ExprId call, EntityId variable) {
    if (const auto held = by_variable_.find(variable); variable != 0 && held != by_variable_.end()) return;
    const uint64_t bit = NewBit();
    by_call_[call] |= bit;
    if (variable != 0) by_variable_[variable] |= bit;
  }

  bool overflow() const { return overflow_; }

  FlowRules Rules() const {
    return {.after_expr = [this](ExprId id) { return AfterExpr(id); },
            .after_declare = [this](StmtId id) { return FlowEffect{.set = Find(by_declare_, id)}; },
            .lifetime = [this](StmtId id) { return Find(by_variable_, f_.stmts[id].entity); }};
  }

 private:
  template <class Map, class Key>
  static uint64_t Find(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? 0 : found->second;
  }

  uint64_t NewBit() {
    if (used_ == 64) overflow_ = true;
    return overflow_ ? 0 : uint64_t{1} << used_++;
  }

  FlowEffect AfterExpr(ExprId id) const {
    const Expr& expr = f_.exprs[id];
    FlowEffect effect{.set = Find(by_call_, id)};
    if (expr.kind != ExprKind::kCall) return effect;
    // scope.reset(); scope = nullptr; RuntimeContext::Detach(*token)
    const bool ends = expr.name == "reset" || expr.name == "operator=" || expr.name == "Detach";
    const ExprId kept = expr.name == "Detach" ? ArgumentOf(f_, expr, 0) : ObjectOf(f_, expr);
    if (ends && kept != kNone && f_.exprs[kept].entity != 0) {
      const bool refilled = !(expr.name == "Detach") && ArgumentOf(f_, expr, 0) != kNone && !IsNull(expr);
      if (!refilled) effect.clear = Find(by_variable_, f_.exprs[kept].entity);
    }
    return effect;
  }

  bool IsNull(const Expr& call) const {
    const ExprId value = ArgumentOf(f_, call, 0);
    return value != kNone && f_.exprs[value].text == "nullptr";
  }

  const FunctionFacts& f_;
  std::unordered_map<StmtId, uint64_t> by_declare_;
  std::unordered_map<ExprId, uint64_t> by_call_;
  std::unordered_map<EntityId, uint64_t> by_variable_;
  int used_ = 0;
  bool overflow_ = false;
};

}  // namespace

CallPaths::CallPaths(const SourceModel& source) : source_(source), rows_(source) {
  FindGuards();
  FindStarters();
  for (FunctionId id = 0; id < source.functions.size(); ++id) {
    const FunctionFacts& facts = source.functions[id].facts;
    if (facts.is_lambda) lambdas_[facts.enclosing].push_back(id);
  }
}

// RAII classes of the project: a Scope, or another such class, as a member or base.
void CallPaths::FindGuards() {
  for (bool grown = true; grown;) {
    grown = false;
    for (const RecordFacts& record : source_.records) {
      if (guards_.contains(record.qualified_name)) continue;
      const bool by_field = std::ranges::any_of(record.fields, [this](const RecordFacts::Field& field) {
        return IsOwned(field.form) && (IsScopeType(field.type) || guards_.contains(field.type.view()));
      });
      const bool by_base =
          std::ranges::any_of(record.bases, [this](Symbol base) { return guards_.contains(base.view()); });
      if (by_field || by_base) grown = guards_.insert(record.qualified_name.view()).second;
    }
  }
}

// Classes whose construction starts a span that lives as long as the object, in themselves, a base or an owned member.
void CallPaths::FindStarters() {
  std::set<std::string_view> starting;
  for (FunctionId id = 0; id < source_.functions.size(); ++id) {
    const FunctionFacts& facts = source_.functions[id].facts;
    if (!facts.is_constructor) continue;
    const auto kept = [this](const auto& row) { return source_.fields.contains(row.variable); };
    const bool starts =
        std::ranges::any_of(rows_.starts[id], [&](uint32_t row) { return kept(source_.span_starts[row]); });
    if (starts) starting.insert(facts.owner.view());
  }
  starters_ = std::move(starting);
  for (bool grown = !starters_.empty(); grown;) {
    grown = false;
    for (const RecordFacts& record : source_.records) {
      if (starters_.contains(record.qualified_name.view())) continue;
      const bool by_field = std::ranges::any_of(record.fields, [this](const RecordFacts::Field& field) {
        return IsOwned(field.form) && starters_.contains(field.type.view());
      });
      const bool by_base =
          std::ranges::any_of(record.bases, [this](Symbol base) { return starters_.contains(base.view()); });
      if (by_field || by_base) grown = starters_.insert(record.qualified_name.view()).second;
    }
  }
}

bool CallPaths::KeepsActive(const Stmt& declare) const {
  if (declare.kind != StmtKind::kDeclare || declare.is_static) return false;
  if (!IsScopeType(declare.type) && !guards_.contains(declare.type.view())) return false;
  // `std::unique_ptr<Scope> scope;` keeps nothing yet; a const reference extends the life of what it is bound to.
  return declare.form == TypeForm::kValue || declare.expr != kNone;
}

const FlowResult& CallPaths::ActivityOf(FunctionId function) {
  const auto [entry, is_new] = activities_.try_emplace(function);
  if (!is_new) return entry->second;
  const FunctionFacts& facts = source_.functions[function].facts;
  if (!BodyIsWhole(facts)) return entry->second;
  ActivityRules rules(facts);
  for (StmtId id = 0; id < facts.stmts.size(); ++id) {
    if (KeepsActive(facts.stmts[id])) rules.Declares(id);
  }
  for (const uint32_t row : rows_.scopes[function]) {
    const ScopeStart& scope = source_.scopes[row];
    if (!scope.discarded) rules.Calls(scope.call.expr, scope.variable);
  }
  for (const uint32_t row : rows_.starts[function]) {
    const SpanStart& start = source_.span_starts[row];
    if (!start.discarded && IsWrapperStart(source_, start)) rules.Calls(start.call.expr, start.variable);
  }
  entry->second = RunFlow(facts, rules.Rules());
  if (rules.overflow()) entry->second.known = false;
  return entry->second;
}

// Not only where a span is active: wherever one is open, or an object that has one.
FlowResult CallPaths::CoverageOf(FunctionId function) const {
  const FunctionFacts& facts = source_.functions[function].facts;
  ActivityRules rules(facts);
  for (StmtId id = 0; id < facts.stmts.size(); ++id) {
    const Stmt& stmt = facts.stmts[id];
    const bool is_start = stmt.kind == StmtKind::kDeclare && starters_.contains(stmt.type.view());
    if (KeepsActive(stmt) || is_start) rules.Declares(id);
  }
  for (const uint32_t row : rows_.scopes[function])
    rules.Calls(source_.scopes[row].call.expr, source_.scopes[row].variable);
  for (const uint32_t row : rows_.starts[function])
    rules.Calls(source_.span_starts[row].call.expr, source_.span_starts[row].variable);
  FlowResult coverage = RunFlow(facts, rules.Rules());
  if (rules.overflow()) coverage.known = false;
  return coverage;
}

namespace {

bool IsWork(const Expr& call) {
  const std::string_view owner = call.owner.view();
  return call.kind == ExprKind::kCall && call.entity != 0 && owner != "std" && !owner.starts_with("std::") &&
         !owner.starts_with("opentelemetry::") && !call.name.view().starts_with("operator");
}

}  // namespace

// `if (fast) return Work(1);` before the span whose only content is Work(2): the span covers one way and not the other.
ExprId CallPaths::WorkOutsideSpan(FunctionId function) const {
  const FunctionFacts& facts = source_.functions[function].facts;
  if (!HasRows(function) || LambdasHaveRows(function)) return kNone;
  const bool is_helped = std::ranges::any_of(source_.functions[function].calls, [this](uint32_t row) {
    const CallEdge& edge = source_.edges[row];
    return edge.how != CallEdge::How::kDirect || HasOwnSpan(edge.callee) || StartsForCaller(edge);
  });
  const FlowResult coverage = is_helped ? FlowResult() : CoverageOf(function);
  if (!coverage.known) return kNone;
  std::set<ExprId> own_spans;
  for (const uint32_t row : rows_.starts[function]) own_spans.insert(source_.span_starts[row].call.expr);
  EntityId covered = 0;
  std::vector<ExprId> outside;
  for (ExprId id = 0; id < facts.exprs.size(); ++id) {
    const FlowState& state = coverage.before_expr[id];
    if (!IsWork(facts.exprs[id]) || !state.reachable || IsPartOfStart(facts, id, own_spans)) continue;
    if (state.may == 0) {
      outside.push_back(id);
    } else if (state.must == 0 || (covered != 0 && covered != facts.exprs[id].entity)) {
      return kNone;
    } else {
      covered = facts.exprs[id].entity;
    }
  }
  const auto same = std::ranges::find_if(outside, [&](ExprId id) {
    return covered != 0 && facts.exprs[id].entity == covered &&
           std::ranges::any_of(facts.stmts, [id](const Stmt& stmt) {
             const bool plain = stmt.kind == StmtKind::kReturn || stmt.kind == StmtKind::kExpr;
             return plain && stmt.expr == id;
           });
  });
  return same == outside.end() ? kNone : *same;
}

// GetTracer() in GetTracer()->StartSpan("x")
bool CallPaths::IsPartOfStart(const FunctionFacts& facts, ExprId id, const std::set<ExprId>& starts) {
  const Extent& inner = facts.exprs[id].where;
  return std::ranges::any_of(starts, [&](ExprId start) {
    const Extent& outer = facts.exprs[start].where;
    return std::pair(outer.line, outer.column) <= std::pair(inner.line, inner.column) &&
           std::pair(inner.end_line, inner.end_column) <= std::pair(outer.end_line, outer.end_column);
  });
}

bool CallPaths::MayBeActiveAt(ExprRef call) {
  const FlowResult& activity = ActivityOf(call.function);
  if (!activity.known || call.expr >= activity.before_expr.size()) return true;
  const FlowState& state = activity.before_expr[call.expr];
  return !state.reachable || state.may != 0;
}

bool CallPaths::IsActiveAt(ExprRef call) {
  const FlowResult& activity = ActivityOf(call.function);
  if (!activity.known || call.expr >= activity.before_expr.size()) return true;
  const FlowState& state = activity.before_expr[call.expr];
  return !state.reachable || state.must != 0;
}

bool CallPaths::HasRows(FunctionId function) const {
  const auto kept = [](const auto& row) { return !row.discarded; };
  const auto any = [&kept](const auto& rows, const std::vector<uint32_t>& indices) {
    return std::ranges::any_of(indices, [&](uint32_t i) { return kept(rows[i]); });
  };
  return any(source_.span_starts, rows_.starts[function]) || any(source_.scopes, rows_.scopes[function]);
}

// BeginSpan("x"); ... EndSpan(); and Traced("x", [&] { ... }): the callee starts the span for its caller.
bool CallPaths::StartsForCaller(const CallEdge& edge) const {
  if (edge.how != CallEdge::How::kDirect) return false;
  for (const uint32_t row : rows_.starts[edge.callee]) {
    if (source_.fields.contains(source_.span_starts[row].variable)) return true;
  }
  for (const uint32_t row : rows_.scopes[edge.callee]) {
    if (source_.fields.contains(source_.scopes[row].variable)) return true;
  }
  if (!HasRows(edge.callee)) return false;
  const FunctionFacts& caller = source_.functions[edge.caller].facts;
  const Expr& call = caller.exprs[edge.call];
  for (uint32_t i = 0; i < call.operand_count; ++i) {
    const ExprId operand = OperandOf(caller, call, i);
    if (operand == kNone) continue;
    const ExprKind kind = caller.exprs[operand].kind;
    if (kind == ExprKind::kLambda || kind == ExprKind::kFunction) return true;
  }
  return false;
}

// `return PlaceOrderImpl(order);` where the callee has the span: everything the function does lies inside it.
bool CallPaths::OnlyDelegates(FunctionId function, int depth) const {
  if (depth == kMaxDelegation) return false;
  const Function& entry = source_.functions[function];
  const FunctionFacts& facts = entry.facts;
  if (facts.root >= facts.stmts.size() || facts.stmts[facts.root].child_count != 1) return false;
  const Stmt& root = facts.stmts[facts.root];
  const StmtId only = root.first_child < facts.children.size() ? facts.children[root.first_child] : kNone;
  if (only >= facts.stmts.size() || facts.stmts[only].expr == kNone) return false;
  return std::ranges::any_of(entry.calls, [&](uint32_t row) {
    const CallEdge& edge = source_.edges[row];
    return edge.call == facts.stmts[only].expr && HasOwnSpan(edge.callee, depth + 1);
  });
}

bool CallPaths::HasOwnSpan(FunctionId function) const { return HasOwnSpan(function, 0); }

bool CallPaths::HasOwnSpan(FunctionId function, int depth) const {
  if (HasRows(function)) return true;
  const Function& entry = source_.functions[function];
  const FunctionFacts& facts = entry.facts;
  const auto is_span = [this](Symbol type) {
    return IsSpanType(type) || IsScopeType(type) || guards_.contains(type.view());
  };
  if (std::ranges::any_of(facts.parameters, [&](const Parameter& parameter) { return is_span(parameter.type); }))
    return true;
  for (const Stmt& stmt : facts.stmts) {
    const bool makes = stmt.kind == StmtKind::kDeclare && !stmt.is_static && starters_.contains(stmt.type.view());
    if (makes && (stmt.form == TypeForm::kValue || stmt.expr != kNone)) return true;
    if (stmt.kind != StmtKind::kDeclare || !is_span(stmt.type) || stmt.expr >= facts.exprs.size()) continue;
    const Symbol from = facts.exprs[stmt.expr].name;
    if (from != "GetCurrentSpan" && from != "GetSpan") return true;
  }
  if (std::ranges::any_of(entry.calls, [this](uint32_t row) { return StartsForCaller(source_.edges[row]); }))
    return true;
  if (LambdasHaveRows(function)) return true;
  return OnlyDelegates(function, depth);
}

// A callback runs inside the span of the function that it is handed to, or of a declared wrapper.
bool CallPaths::CalleeCovers(const CallEdge& edge) const {
  for (const uint32_t row : rows_.starts[edge.caller]) {
    const SpanStart& start = source_.span_starts[row];
    if (start.call.expr == edge.call && IsWrapperStart(source_, start)) return true;
  }
  return std::ranges::any_of(source_.functions[edge.caller].calls, [&](uint32_t row) {
    const CallEdge& sibling = source_.edges[row];
    if (sibling.call != edge.call || sibling.callee == edge.callee) return false;
    return HasRows(sibling.callee) || LambdasHaveRows(sibling.callee) || OnlyStores(sibling.callee);
  });
}

bool CallPaths::LambdasHaveRows(FunctionId function) const {
  const auto lambdas = lambdas_.find(source_.functions[function].facts.entity);
  return lambdas != lambdas_.end() &&
         std::ranges::any_of(lambdas->second, [this](FunctionId id) { return HasRows(id); });
}

// A registration: what it is given is called some time later, by someone whom nobody knows.
bool CallPaths::OnlyStores(FunctionId function) const {
  const FunctionFacts& facts = source_.functions[function].facts;
  if (!BodyIsWhole(facts)) return true;
  constexpr std::string_view kStoring[] = {"operator=",   "operator[]", "push_back", "emplace_back",
                                           "push",        "insert",     "emplace",   "insert_or_assign",
                                           "try_emplace", "move",       "forward",   "reset"};
  return std::ranges::none_of(facts.exprs, [&](const Expr& call) {
    if (call.kind != ExprKind::kCall) return false;
    if (std::ranges::any_of(facts.parameters, [&](const Parameter& p) { return p.entity == call.entity; })) return true;
    if (std::ranges::find(kStoring, call.name.view()) != std::end(kStoring)) return false;
    for (uint32_t i = 0; i < call.operand_count; ++i) {
      const ExprId operand = OperandOf(facts, call, i);
      if (operand == kNone) continue;
      const Expr& given = facts.exprs[operand];
      const bool is_task =
          given.kind == ExprKind::kLambda || (given.kind == ExprKind::kParameter && !IsStringType(given.type));
      if (is_task) return true;
    }
    return false;
  });
}

bool CallPaths::IsCovered(const CallEdge& edge) {
  if (MayBeActiveAt({edge.caller, edge.call})) return true;
  return edge.how == CallEdge::How::kIndirect && CalleeCovers(edge);
}

bool CallPaths::CountsAsCaller(const CallEdge& edge) const {
  const FunctionFacts& caller = source_.functions[edge.caller].facts;
  return !caller.is_template && !IsTestFile(source_, caller.file);
}

std::optional<std::vector<PathStep>> CallPaths::UncoveredPathTo(FunctionId function) {
  std::unordered_map<FunctionId, uint32_t> down;  // the edge that leads one step back towards `function`
  std::set<FunctionId> seen = {function};
  std::deque<FunctionId> queue = {function};
  while (!queue.empty()) {
    const FunctionId at = queue.front();
    queue.pop_front();
    bool has_callers = false;
    for (const uint32_t row : source_.functions[at].callers) {
      const CallEdge& edge = source_.edges[row];
      if (!CountsAsCaller(edge) || edge.caller == at) continue;
      has_callers = true;
      // On another thread the caller's span is not active; whether a context was handed over is another rule's matter.
      const bool covered =
          edge.how == CallEdge::How::kHandOff ? !BodyIsWhole(source_.functions[edge.caller].facts) : IsCovered(edge);
      if (covered || !seen.insert(edge.caller).second) continue;
      down[edge.caller] = row;
      queue.push_back(edge.caller);
    }
    if (has_callers) continue;
    std::vector<PathStep> path;
    for (FunctionId step = at; step != function;) {
      const CallEdge& edge = source_.edges[down.at(step)];
      path.push_back({{edge.caller, edge.call}, edge.callee});
      step = edge.callee;
    }
    return path;
  }
  return std::nullopt;
}

std::vector<std::vector<PathStep>> CallPaths::UncoveredPathsFrom(
    FunctionId entry, const std::function<bool(const std::string&)>& is_target) {
  std::vector<std::vector<PathStep>> paths;
  if (!UncoveredPathTo(entry).has_value()) return paths;
  std::unordered_map<FunctionId, std::vector<PathStep>> path_to = {{entry, {}}};
  std::deque<FunctionId> queue = {entry};
  while (!queue.empty()) {
    const FunctionId at = queue.front();
    queue.pop_front();
    const Function& function = source_.functions[at];
    if (!BodyIsWhole(function.facts)) continue;
    std::set<ExprId> reported;
    const auto report = [&](ExprId call, FunctionId callee) {
      if (!reported.insert(call).second) return;
      paths.push_back(path_to[at]);
      paths.back().push_back({{at, call}, callee});
    };
    for (const uint32_t row : function.calls) {
      const CallEdge& edge = source_.edges[row];
      if (IsCovered(edge)) continue;
      const FunctionFacts& callee = source_.functions[edge.callee].facts;
      if (is_target(std::string(callee.qualified_name.view()))) {
        report(edge.call, edge.callee);
      } else if (!path_to.contains(edge.callee)) {
        path_to[edge.callee] = path_to[at];
        path_to[edge.callee].push_back({{at, edge.call}, edge.callee});
        queue.push_back(edge.callee);
      }
    }
    for (ExprId id = 0; id < function.facts.exprs.size(); ++id) {
      const Expr& expr = function.facts.exprs[id];
      if (expr.kind != ExprKind::kCall && expr.kind != ExprKind::kConstruct) continue;
      if (is_target(QualifiedName(expr)) && !MayBeActiveAt({at, id})) report(id, kNone);
    }
  }
  return paths;
}

}  // namespace spangate
