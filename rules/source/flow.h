// Structured flow over one function body: which of up to 64 named conditions hold on some or on every path to a place.
//
// Facts keep `if`, loops, `switch`, `try` as a tree, so no control-flow graph is needed: states are joined where the
// tree joins. Exceptions may leave any call of a try block. Lambdas are functions of their own and are not entered.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "analyzer/facts.h"

namespace spangate {

/// What holds when control stands at a place. Bits are given their meaning by FlowRules.
struct FlowState {
  uint64_t must = 0;       // on every path
  uint64_t may = 0;        // on some path
  bool reachable = false;  // when false the other two say nothing
};

struct FlowEffect {
  uint64_t set = 0;
  uint64_t clear = 0;  // before `set`
};

/// What changes the conditions. An absent function changes nothing.
struct FlowRules {
  std::function<FlowEffect(ExprId)> after_expr;     // a call, an operator... has been evaluated
  std::function<FlowEffect(StmtId)> after_declare;  // a kDeclare or kMemberInit has taken effect
  std::function<FlowEffect(StmtId)> at_catch;       // a handler (kCatch) is entered
  std::function<uint64_t(StmtId)> lifetime;         // bits that end with the variable that this kDeclare makes
};

/// How control leaves the function.
struct FlowExit {
  StmtId stmt = kNone;  // kReturn or kThrow; kNone = past the end of the body
  FlowState state;
};

struct FlowResult {
  bool known = false;                  // false: goto, a coroutine, hostile nesting: draw no conclusion
  std::vector<FlowState> before_expr;  // by ExprId: just before its own effect, operands done
  std::vector<FlowState> at_catch;     // by StmtId of a kCatch: before at_catch's effect
  std::vector<FlowExit> exits;         // in order of first visit; a throw that a handler of this function takes is none
};

FlowResult RunFlow(const FunctionFacts& function, const FlowRules& rules);

/// The state of two paths that meet.
FlowState Join(const FlowState& a, const FlowState& b);

}  // namespace spangate
