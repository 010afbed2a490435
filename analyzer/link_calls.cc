// The call graph: who may run whom, and how the active span travels with it.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "analyzer/link.h"

namespace spangate {
namespace {

using How = CallEdge::How;

constexpr int kMaxDepth = 6;  // of a callable inside std::bind inside std::function ...

// Classes whose constructor runs its argument on another thread.
constexpr std::array<std::string_view, 3> kThreads = {"std::thread", "std::jthread", "boost::thread"};
// Functions that run an argument later or elsewhere, by the names that executors, pools and event loops use.
constexpr std::array<std::string_view, 20> kHandOffs = {
    "async",    "post",     "submit",     "enqueue",   "dispatch",    "defer",      "then",
    "schedule", "execute",  "spawn",      "co_spawn",  "submit_task", "push_task",  "add_task",
    "addtask",  "posttask", "async_wait", "run_async", "runasync",    "detach_task"};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsHandOff(const Expr& call) {
  if (call.kind == ExprKind::kConstruct) {
    return std::find(kThreads.begin(), kThreads.end(), call.owner.view()) != kThreads.end();
  }
  // std::ranges and std::execution aside, of std only async runs elsewhere.
  if (call.owner == "std" && call.name != "async") return false;
  const std::string name = Lower(call.name.view());
  return std::find(kHandOffs.begin(), kHandOffs.end(), name) != kHandOffs.end();
}

bool IsMaker(const Expr& call) {
  return call.kind == ExprKind::kCall && (call.name == "make_unique" || call.name == "make_shared");
}

class Calls {
 public:
  explicit Calls(SourceModel& model) : model_(model) {
    for (FunctionId id = 0; id < model.functions.size(); ++id) {
      const FunctionFacts& facts = model.functions[id].facts;
      if (!facts.is_definition || facts.root == kNone) continue;
      for (const Overridden& base : facts.overrides) overriders_[base.entity].push_back(id);
      if (facts.is_constructor) constructors_[facts.owner].push_back(id);
    }
    for (const RecordFacts& record : model.records) classes_.insert(record.qualified_name);
  }

  void Link() {
    for (FunctionId id = 0; id < model_.functions.size(); ++id) Caller(id);
    std::stable_sort(edges_.begin(), edges_.end(), [](const CallEdge& a, const CallEdge& b) {
      return std::tie(a.caller, a.call, a.callee, a.how) < std::tie(b.caller, b.call, b.callee, b.how);
    });
    edges_.erase(std::unique(edges_.begin(), edges_.end(), &Same), edges_.end());
    edges_.shrink_to_fit();
    model_.edges = std::move(edges_);
    for (uint32_t index = 0; index < model_.edges.size(); ++index) {
      const CallEdge& edge = model_.edges[index];
      model_.functions[edge.caller].calls.push_back(index);
      model_.functions[edge.callee].callers.push_back(index);
    }
    UnknownCallers();
  }

 private:
  static bool Same(const CallEdge& a, const CallEdge& b) {
    return a.caller == b.caller && a.callee == b.callee && a.call == b.call && a.how == b.how;
  }

  bool IsDefined(EntityId entity) const {
    const auto found = model_.definitions.find(entity);
    return found != model_.definitions.end() && !found->second.empty();
  }

  // The instantiations of a template where there are any: its uninstantiated body knows names only.
  void Edge(FunctionId caller, EntityId callee, ExprId call, How how) {
    const auto found = model_.definitions.find(callee);
    if (found == model_.definitions.end()) return;
    const auto resolved = [this](FunctionId id) { return !model_.functions[id].facts.is_template; };
    const bool any = std::any_of(found->second.begin(), found->second.end(), resolved);
    for (const FunctionId id : found->second) {
      if (!any || resolved(id)) edges_.push_back({caller, id, call, how});
    }
  }

  void Caller(FunctionId id) {
    const FunctionFacts& facts = model_.functions[id].facts;
    handed_.clear();
    for (ExprId expr = 0; expr < facts.exprs.size(); ++expr) {
      const ExprKind kind = facts.exprs[expr].kind;
      if (kind == ExprKind::kCall || kind == ExprKind::kConstruct) Call(id, facts, expr);
    }
    for (ExprId expr = 0; expr < facts.exprs.size(); ++expr) {
      const Expr& value = facts.exprs[expr];
      if (value.kind == ExprKind::kLambda && !handed_.contains(value.entity)) {
        Edge(id, value.entity, expr, How::kIndirect);
      }
    }
    for (const Stmt& stmt : facts.stmts) Kept(facts, stmt);
    for (ExprId expr = 0; expr < facts.exprs.size(); ++expr) {
      const Expr& value = facts.exprs[expr];
      if (value.kind == ExprKind::kOperator && value.name == "=") Escapes(facts, OperandOf(facts, expr, 1), 0);
    }
  }

  // A callable that is returned or put into a member runs whenever somebody else likes.
  void Kept(const FunctionFacts& facts, const Stmt& stmt) {
    if (stmt.kind == StmtKind::kReturn || stmt.kind == StmtKind::kMemberInit) Escapes(facts, stmt.expr, 0);
    if (stmt.kind == StmtKind::kDeclare && facts.is_global_initialiser) Escapes(facts, stmt.expr, 0);
  }

  void Escapes(const FunctionFacts& facts, ExprId expr, int depth) {
    std::vector<EntityId> callables;
    Callables(facts, expr, depth, callables);
    escaped_.insert(callables.begin(), callables.end());
  }

  void Call(FunctionId caller, const FunctionFacts& facts, ExprId expr) {
    const Expr& call = facts.exprs[expr];
    if (call.entity != 0) {
      Edge(caller, call.entity, expr, call.dynamic ? How::kVirtual : How::kDirect);
      if (call.dynamic) {
        const auto found = overriders_.find(call.entity);
        if (found != overriders_.end()) {
          for (const FunctionId id : found->second) edges_.push_back({caller, id, expr, How::kVirtual});
        }
      }
    }
    if (IsMaker(call)) Made(caller, call, expr);
    const bool hand_off = IsHandOff(call) && !IsDeferred(facts, expr);
    const How how = hand_off ? How::kHandOff : How::kIndirect;
    const bool through_object = call.has_object && call.name == "operator()";
    for (uint32_t i = call.has_object && !through_object ? 1 : 0; i < call.operand_count; ++i) {
      std::vector<EntityId> callables;
      Callables(facts, OperandOf(facts, expr, i), 0, callables);
      for (const EntityId entity : callables) {
        if (entity == call.entity) continue;  // lambda();
        handed_.insert(entity);
        if (!through_object && !call.owner.view().starts_with("std") && !IsDefined(call.entity))
          escaped_.insert(entity);
        Edge(caller, entity, expr, how);
      }
    }
    // A call through a variable that holds a function pointer.
    if (!call.has_object && call.owner.empty() && !IsDefined(call.entity)) {
      std::vector<EntityId> callables;
      Held(facts, call.entity, callables);
      for (const EntityId entity : callables) Edge(caller, entity, expr, How::kIndirect);
    }
  }

  static bool IsDeferred(const FunctionFacts& facts, ExprId call) {
    const ExprId first = OperandOf(facts, call, 0);
    return first != kNone && facts.exprs[first].kind == ExprKind::kNumber && facts.exprs[first].name == "deferred";
  }

  // make_unique<T>(a, b) runs a constructor of T with as many parameters.
  void Made(FunctionId caller, const Expr& call, ExprId expr) {
    const auto found = constructors_.find(call.type);
    if (found == constructors_.end()) return;
    const auto fits = [&](FunctionId id) { return model_.functions[id].facts.parameters.size() == call.operand_count; };
    const bool any = std::any_of(found->second.begin(), found->second.end(), fits);
    for (const FunctionId id : found->second) {
      if (!any || fits(id)) edges_.push_back({caller, id, expr, How::kDirect});
    }
  }

  // Lambdas and functions that an expression carries: itself, bound, wrapped, or held by a local.
  void Callables(const FunctionFacts& facts, ExprId id, int depth, std::vector<EntityId>& out) const {
    if (id == kNone || depth > kMaxDepth) return;
    id = Bare(facts, id);
    if (id == kNone) return;
    const Expr& expr = facts.exprs[id];
    if (expr.kind == ExprKind::kLambda || expr.kind == ExprKind::kFunction) {
      out.push_back(expr.entity);
    } else if (expr.kind == ExprKind::kLocal) {
      Held(facts, expr.entity, out);
    } else if (expr.kind == ExprKind::kConditional || expr.kind == ExprKind::kList ||
               (expr.kind == ExprKind::kConstruct && expr.owner.view().starts_with("std::")) ||
               (expr.kind == ExprKind::kCall &&
                (expr.name == "bind" || expr.name == "bind_front" || expr.name == "make_shared" ||
                 expr.name == "make_unique" || expr.name == "bind_executor"))) {
      for (uint32_t i = 0; i < expr.operand_count; ++i) Callables(facts, OperandOf(facts, id, i), depth + 1, out);
    }
  }

  void Held(const FunctionFacts& facts, EntityId variable, std::vector<EntityId>& out) const {
    for (const Stmt& stmt : facts.stmts) {
      if (stmt.kind != StmtKind::kDeclare || stmt.entity != variable || stmt.expr == kNone) continue;
      const ExprId value = Bare(facts, stmt.expr);
      if (value == kNone) continue;
      const Expr& expr = facts.exprs[value];
      if (expr.kind == ExprKind::kLambda || expr.kind == ExprKind::kFunction) out.push_back(expr.entity);
      if (expr.kind != ExprKind::kConstruct && expr.kind != ExprKind::kCall) continue;
      Callables(facts, value, 1, out);
    }
  }

  void UnknownCallers() {
    std::set<EntityId> named;
    for (const Function& function : model_.functions) {
      for (const Expr& expr : function.facts.exprs) {
        if (expr.kind == ExprKind::kFunction) named.insert(expr.entity);
      }
    }
    for (Function& function : model_.functions) {
      const FunctionFacts& facts = function.facts;
      bool outside = facts.qualified_name == "main";
      for (const Overridden& base : facts.overrides) {
        const std::string_view name = base.qualified_name.view();
        const size_t end = name.rfind("::");
        const Symbol owner(end == std::string_view::npos ? "" : name.substr(0, end));
        outside = outside || !classes_.contains(owner);  // a framework's class calls it
      }
      function.has_unknown_callers = outside || named.contains(facts.entity) || escaped_.contains(facts.entity);
    }
  }

  SourceModel& model_;
  std::vector<CallEdge> edges_;
  std::map<EntityId, std::vector<FunctionId>> overriders_;
  std::map<Symbol, std::vector<FunctionId>> constructors_;
  std::set<Symbol> classes_;
  std::set<EntityId> handed_;   // callables that the function under way gives to a call
  std::set<EntityId> escaped_;  // callables that outlive the function that made them
};

}  // namespace

void LinkCalls(SourceModel& model) { Calls(model).Link(); }

}  // namespace spangate
