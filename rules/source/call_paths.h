// Where spans are active, and which call paths reach a function without one.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/source_model.h"
#include "rules/source/expressions.h"
#include "rules/source/flow.h"

namespace spangate {

/// One call on a path, outermost first.
struct PathStep {
  ExprRef call;
  FunctionId callee = kNone;  // kNone: a function that the project calls and does not define
};

/// Answers about the active span, each function examined once. Where the model cannot tell, a span counts as active.
class CallPaths {
 public:
  explicit CallPaths(const SourceModel& source);

  /// Whether some path to the call has a span that this function itself keeps active there.
  bool MayBeActiveAt(ExprRef call);
  /// Whether every path does.
  bool IsActiveAt(ExprRef call);

  /// Whether the function starts a span, makes one active, is handed one, or calls something that does it for it.
  bool HasOwnSpan(FunctionId function) const;

  /// A call that the function makes inside its span on one way and outside any on another, where that call is all that
  /// the span covers; kNone when there is none or the model cannot tell.
  ExprId WorkOutsideSpan(FunctionId function) const;

  /// A shortest call path to the function on which nothing keeps a span active; a lone function without callers gives
  /// an empty path; nullopt when every known path is covered.
  std::optional<std::vector<PathStep>> UncoveredPathTo(FunctionId function);

  /// For each function or call that `is_target` names (by qualified name) and that `entry` reaches outside any active
  /// span: a shortest path from `entry`, one per call site of the target.
  std::vector<std::vector<PathStep>> UncoveredPathsFrom(FunctionId entry,
                                                        const std::function<bool(const std::string&)>& is_target);

 private:
  const FlowResult& ActivityOf(FunctionId function);
  void FindGuards();
  FlowResult CoverageOf(FunctionId function) const;
  static bool IsPartOfStart(const FunctionFacts& facts, ExprId id, const std::set<ExprId>& starts);
  void FindStarters();
  bool KeepsActive(const Stmt& declare) const;
  bool HasRows(FunctionId function) const;
  bool StartsForCaller(const CallEdge& edge) const;
  bool OnlyDelegates(FunctionId function, int depth) const;
  bool HasOwnSpan(FunctionId function, int depth) const;
  bool IsCovered(const CallEdge& edge);
  bool CalleeCovers(const CallEdge& edge) const;
  bool LambdasHaveRows(FunctionId function) const;
  bool OnlyStores(FunctionId function) const;
  bool CountsAsCaller(const CallEdge& edge) const;

  const SourceModel& source_;
  RowsByFunction rows_;
  std::set<std::string_view> guards_;    // classes that hold a Scope as a member, however deep
  std::set<std::string_view> starters_;  // classes whose construction starts a span that they keep
  std::unordered_map<EntityId, std::vector<FunctionId>> lambdas_;  // by enclosing function
  std::unordered_map<FunctionId, FlowResult> activities_;
};

}  // namespace spangate
