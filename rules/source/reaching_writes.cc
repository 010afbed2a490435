#include "rules/source/reaching_writes.h"

#include <algorithm>
#include <unordered_map>

#include "rules/source/expressions.h"

namespace spangate {
namespace {

constexpr uint64_t kOverwritten = uint64_t{1} << 63;
constexpr size_t kMaxWrites = 63;

// The expression or declaration by which a write takes effect, and whether it replaces what was there.
struct WriteSite {
  ExprId expr = kNone;
  StmtId declare = kNone;
  bool replaces = false;
};

WriteSite SiteOf(const FunctionFacts& facts, const std::vector<ExprId>& parents,
                 const std::unordered_map<ExprId, StmtId>& declares, ExprId value) {
  if (const auto found = declares.find(value); found != declares.end())
    return {.declare = found->second, .replaces = true};
  const ExprId parent = parents[value];
  if (parent == kNone) return {.expr = value};
  const Expr& by = facts.exprs[parent];
  const bool assigns = by.name == "=" || by.name == "operator=" || by.name == "assign";
  return {.expr = parent, .replaces = assigns};
}

}  // namespace

const ReachingWrites::Solved& ReachingWrites::Solve(FunctionId function, EntityId variable,
                                                    const std::vector<ExprRef>& writes) {
  Key key{function, {}};
  for (const ExprRef& write : writes) key.second.push_back(write.expr);
  const auto [entry, is_new] = solved_.try_emplace(std::move(key));
  Solved& solved = entry->second;
  if (!is_new) return solved;
  solved.writes = writes;
  const FunctionFacts& facts = source_.functions[function].facts;
  const std::vector<ExprId> parents = ParentsOf(facts);
  std::unordered_map<ExprId, StmtId> declares;
  for (StmtId id = 0; id < facts.stmts.size(); ++id) {
    const StmtKind kind = facts.stmts[id].kind;
    if (kind == StmtKind::kDeclare || kind == StmtKind::kMemberInit) declares.emplace(facts.stmts[id].expr, id);
  }
  std::unordered_map<ExprId, FlowEffect> at_expr;
  std::unordered_map<StmtId, FlowEffect> at_declare;
  const uint64_t every = (uint64_t{1} << writes.size()) - 1;
  for (size_t i = 0; i < writes.size(); ++i) {
    const WriteSite site = SiteOf(facts, parents, declares, writes[i].expr);
    FlowEffect& effect = site.declare != kNone ? at_declare[site.declare] : at_expr[site.expr];
    effect.set |= uint64_t{1} << i;
    if (!site.replaces) continue;
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

Reaching ReachingWrites::At(ExprRef use, EntityId variable, const std::vector<ExprRef>& all) {
  Reaching reaching;
  for (const ExprRef& write : all) {
    if (write.function == use.function && write.expr != use.expr) reaching.writes.push_back(write);
  }
  const bool everywhere = reaching.writes.size() != all.size() || reaching.writes.size() > kMaxWrites;
  if (everywhere || reaching.writes.empty()) {
    reaching.writes = all;
    return reaching;
  }
  const Solved& solved = Solve(use.function, variable, reaching.writes);
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
