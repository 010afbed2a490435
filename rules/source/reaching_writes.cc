#include "rules/source/reaching_writes.h"

#include <algorithm>
#include <unordered_map>

#include "rules/source/expressions.h"

namespace spangate {
namespace {

constexpr uint64_t kOverwritten = uint64_t{1} << 63;
constexpr size_t kMaxWrites = 63;

using Write = SourceModel::Write;

std::unordered_map<ExprId, StmtId> DeclaresByValue(const FunctionFacts& facts) {
  std::unordered_map<ExprId, StmtId> declares;
  for (StmtId id = 0; id < facts.stmts.size(); ++id) {
    const StmtKind kind = facts.stmts[id].kind;
    if (kind == StmtKind::kDeclare || kind == StmtKind::kMemberInit) declares.emplace(facts.stmts[id].expr, id);
  }
  return declares;
}

}  // namespace

const ReachingWrites::Solved& ReachingWrites::Solve(FunctionId function, EntityId variable,
                                                    const std::vector<Write>& writes) {
  Key key{function, {}};
  for (const Write& write : writes) key.second.push_back(write.value.expr);
  const auto [entry, is_new] = solved_.try_emplace(std::move(key));
  Solved& solved = entry->second;
  if (!is_new) return solved;
  for (const Write& write : writes) solved.writes.push_back(write.value);
  const FunctionFacts& facts = source_.functions[function].facts;
  const std::vector<ExprId> parents = ParentsOf(facts);
  const std::unordered_map<ExprId, StmtId> declares = DeclaresByValue(facts);
  std::unordered_map<ExprId, FlowEffect> at_expr;
  std::unordered_map<StmtId, FlowEffect> at_declare;
  const uint64_t every = (uint64_t{1} << writes.size()) - 1;
  for (size_t i = 0; i < writes.size(); ++i) {
    const ExprId value = writes[i].value.expr;
    const auto declare = declares.find(value);
    const bool initial = writes[i].how == Write::How::kInitial && declare != declares.end();
    // A write takes effect in the assignment, call or declaration around the value.
    FlowEffect& effect =
        initial ? at_declare[declare->second] : at_expr[parents[value] == kNone ? value : parents[value]];
    effect.set |= uint64_t{1} << i;
    if (writes[i].how != Write::How::kInitial && writes[i].how != Write::How::kAssign) continue;
    effect.set |= kOverwritten;
    effect.clear |= every;
  }
  for (ExprId id = 0; id < facts.exprs.size(); ++id) {
    const Expr& expr = facts.exprs[id];
    if (expr.kind != ExprKind::kCall || expr.name != "clear") continue;
    const ExprId object = ObjectOf(facts, expr);
    if (object != kNone && facts.exprs[object].entity == variable) at_expr[id] = {.set = kOverwritten, .clear = every};
  }
  const auto find = [](const auto& map, uint32_t id) {
    const auto found = map.find(id);
    return found == map.end() ? FlowEffect{} : found->second;
  };
  solved.flow = RunFlow(facts, {.after_expr = [&](ExprId id) { return find(at_expr, id); },
                                .after_declare = [&](StmtId id) { return find(at_declare, id); }});
  return solved;
}

Reaching ReachingWrites::At(ExprRef use, EntityId variable, const std::vector<Write>& all) {
  Reaching reaching;
  for (const Write& write : all) reaching.writes.push_back(write.value);
  const bool elsewhere =
      std::ranges::any_of(all, [&use](const Write& write) { return write.value.function != use.function; });
  if (elsewhere || all.empty() || all.size() > kMaxWrites) return reaching;
  const Solved& solved = Solve(use.function, variable, all);
  if (!solved.flow.known || use.expr >= solved.flow.before_expr.size()) return reaching;
  const FlowState& state = solved.flow.before_expr[use.expr];
  if (!state.reachable) return reaching;
  reaching.writes.clear();
  for (size_t i = 0; i < solved.writes.size(); ++i) {
    if ((state.may >> i & 1) != 0) reaching.writes.push_back(solved.writes[i]);
  }
  reaching.entry = (state.must & kOverwritten) == 0;
  return reaching;
}

}  // namespace spangate
