// Abstract interpretation by the shape of the statements; see flow.h.
#include "rules/source/flow.h"

#include <string_view>

namespace spangate {
namespace {

// Compilers stop at 256 levels of nesting; facts read from a file may claim more.
constexpr int kMaxDepth = 1000;

bool SameState(const FlowState& a, const FlowState& b) {
  return a.reachable == b.reachable && (!a.reachable || (a.must == b.must && a.may == b.may));
}

class Interpreter {
 public:
  Interpreter(const FunctionFacts& function, const FlowRules& rules) : f_(function), rules_(rules) {}

  FlowResult Run() {
    result_.before_expr.resize(f_.exprs.size());
    result_.at_catch.resize(f_.stmts.size());
    // Each loop runs its body at most twice more; nested loops multiply, so the total work is capped.
    budget_ = 4096 + 64 * (f_.exprs.size() + f_.stmts.size());
    ok_ = !f_.is_coroutine && f_.root < f_.stmts.size();
    if (ok_) {
      state_.reachable = true;
      Statement(f_.root);
      Leave(kNone);
    }
    result_.known = ok_;
    return std::move(result_);
  }

 private:
  bool Spend(int depth) {
    if (budget_ == 0 || depth > kMaxDepth) ok_ = false;
    if (ok_) --budget_;
    return ok_;
  }

  void Apply(const FlowEffect& effect) {
    state_.must = (state_.must & ~effect.clear) | effect.set;
    state_.may = (state_.may & ~effect.clear) | effect.set;
  }

  void Kill() { state_.reachable = false; }

  void Leave(StmtId stmt) {
    if (!state_.reachable) return;
    for (FlowExit& exit : result_.exits) {
      if (exit.stmt != stmt) continue;
      exit.state = Join(exit.state, state_);
      return;
    }
    result_.exits.push_back(FlowExit{stmt, state_});
  }

  // An exception may leave here: the handlers of the innermost try block see this state.
  void MayThrow() {
    if (handler_ != nullptr) *handler_ = Join(*handler_, state_);
  }

  void Expression(ExprId id) {
    if (id == kNone || id >= f_.exprs.size()) return;
    ++depth_;
    if (Spend(depth_)) Evaluate(id, f_.exprs[id]);
    --depth_;
  }

  ExprId OperandOf(const Expr& expr, uint32_t i) const {
    const size_t at = size_t{expr.first_operand} + i;
    return i < expr.operand_count && at < f_.operands.size() ? f_.operands[at] : kNone;
  }

  void Evaluate(ExprId id, const Expr& expr) {
    if (expr.kind == ExprKind::kConditional) {
      Expression(OperandOf(expr, 0));
      Either(OperandOf(expr, 1), OperandOf(expr, 2));
    } else if (expr.kind == ExprKind::kOperator && (expr.name == "&&" || expr.name == "||")) {
      Expression(OperandOf(expr, 0));
      Either(OperandOf(expr, 1), kNone);
    } else {
      for (uint32_t i = 0; i < expr.operand_count; ++i) Expression(OperandOf(expr, i));
    }
    if (!ok_) return;
    FlowState& before = result_.before_expr[id];
    before = Join(before, state_);
    if (expr.kind == ExprKind::kCall || expr.kind == ExprKind::kConstruct) MayThrow();
    if (rules_.after_expr) Apply(rules_.after_expr(id));
    if (expr.noreturn) Kill();
  }

  void Either(ExprId one, ExprId other) {
    const FlowState start = state_;
    Expression(one);
    const FlowState first = state_;
    state_ = start;
    Expression(other);
    state_ = Join(first, state_);
  }

  StmtId ChildOf(const Stmt& stmt, uint32_t i) const {
    const size_t at = size_t{stmt.first_child} + i;
    return i < stmt.child_count && at < f_.children.size() ? f_.children[at] : kNone;
  }

  void Statement(StmtId id) {
    if (id == kNone || id >= f_.stmts.size()) return;
    ++depth_;
    if (Spend(depth_)) Execute(id, f_.stmts[id]);
    --depth_;
  }

  void Execute(StmtId id, const Stmt& stmt) {
    switch (stmt.kind) {
      case StmtKind::kBlock:
        return Block(stmt);
      case StmtKind::kExpr:
        return Expression(stmt.expr);
      case StmtKind::kDeclare:
      case StmtKind::kMemberInit:
        Expression(stmt.expr);
        if (rules_.after_declare) Apply(rules_.after_declare(id));
        return;
      case StmtKind::kIf:
        return If(stmt);
      case StmtKind::kLoop:
        return Loop(stmt);
      case StmtKind::kSwitch:
        return Switch(stmt);
      case StmtKind::kCase:
        return Case(stmt);
      case StmtKind::kTry:
        return Try(stmt);
      case StmtKind::kCatch:
        return Statement(ChildOf(stmt, 0));
      case StmtKind::kReturn:
        Expression(stmt.expr);
        Leave(id);
        return Kill();
      case StmtKind::kThrow:
        return Throw(id, stmt);
      case StmtKind::kBreak:
        return Jump(break_);
      case StmtKind::kContinue:
        return Jump(continue_);
      case StmtKind::kFlowUnknown:
        ok_ = false;
        return;
    }
  }

  // Bits of the variables that die with the block, wherever control goes next.
  uint64_t DyingIn(const Stmt& block) const {
    uint64_t bits = 0;
    if (!rules_.lifetime) return bits;
    for (uint32_t i = 0; i < block.child_count; ++i) {
      const StmtId child = ChildOf(block, i);
      if (child < f_.stmts.size() && f_.stmts[child].kind == StmtKind::kDeclare) bits |= rules_.lifetime(child);
    }
    return bits;
  }

  void Block(const Stmt& stmt) {
    const uint64_t dying = DyingIn(stmt);
    // Jumps and exceptions leave through the block's end as well: what they carry out loses the same bits.
    FlowState breaks, continues, thrown;
    FlowState* const outer_break = break_;
    FlowState* const outer_continue = continue_;
    FlowState* const outer_handler = handler_;
    if (dying != 0) {
      if (break_ != nullptr) break_ = &breaks;
      if (continue_ != nullptr) continue_ = &continues;
      if (handler_ != nullptr) handler_ = &thrown;
    }
    for (uint32_t i = 0; i < stmt.child_count && ok_; ++i) Statement(ChildOf(stmt, i));
    if (dying == 0) return;
    break_ = outer_break;
    continue_ = outer_continue;
    handler_ = outer_handler;
    Apply({.clear = dying});
    CarryOut(breaks, dying, outer_break);
    CarryOut(continues, dying, outer_continue);
    CarryOut(thrown, dying, outer_handler);
  }

  static void CarryOut(FlowState state, uint64_t dying, FlowState* target) {
    if (target == nullptr || !state.reachable) return;
    state.must &= ~dying;
    state.may &= ~dying;
    *target = Join(*target, state);
  }

  void If(const Stmt& stmt) {
    Expression(stmt.expr);
    const FlowState start = state_;
    Statement(ChildOf(stmt, 0));
    const FlowState then = state_;
    state_ = start;
    Statement(ChildOf(stmt, 1));
    state_ = Join(then, state_);
  }

  bool IsEndless(const Stmt& stmt) const {
    if (stmt.name == "range") return false;
    if (stmt.expr == kNone) return true;
    if (stmt.expr >= f_.exprs.size()) return false;
    const Expr& condition = f_.exprs[stmt.expr];
    return condition.kind == ExprKind::kNumber && (condition.text == "true" || condition.text == "1");
  }

  void Loop(const Stmt& stmt) {
    const bool body_first = stmt.name == "do";
    if (stmt.name == "range") Expression(stmt.expr);
    FlowState head = state_;
    FlowState after;
    for (int pass = 0; pass < 3 && ok_; ++pass) {  // one bit needs one pass to travel round, one more to be seen
      state_ = head;
      const FlowState end = LoopOnce(stmt, body_first, after);
      const FlowState next = Join(head, end);
      if (SameState(next, head)) break;
      head = next;
    }
    state_ = after;
  }

  // Runs condition and body once from state_; joins what leaves into `after`, returns what goes round.
  FlowState LoopOnce(const Stmt& stmt, bool body_first, FlowState& after) {
    const bool endless = IsEndless(stmt);
    const bool is_range = stmt.name == "range";
    FlowState breaks, continues;
    if (!body_first) {
      if (!is_range) Expression(stmt.expr);
      if (!endless) after = Join(after, state_);
    }
    FlowState* const outer_break = break_;
    FlowState* const outer_continue = continue_;
    break_ = &breaks;
    continue_ = &continues;
    Statement(ChildOf(stmt, 0));
    break_ = outer_break;
    continue_ = outer_continue;
    state_ = Join(state_, continues);
    Statement(ChildOf(stmt, 1));
    if (body_first) {
      Expression(stmt.expr);
      if (!endless) after = Join(after, state_);
    }
    after = Join(after, breaks);
    return state_;
  }

  void Switch(const Stmt& stmt) {
    Expression(stmt.expr);
    const FlowState entry = state_;
    FlowState breaks;
    FlowState* const outer_break = break_;
    const FlowState* const outer_entry = switch_entry_;
    const bool outer_default = has_default_;
    break_ = &breaks;
    switch_entry_ = &entry;
    has_default_ = false;
    Kill();  // nothing runs before the first label
    Statement(ChildOf(stmt, 0));
    if (!has_default_) state_ = Join(state_, entry);
    state_ = Join(state_, breaks);
    break_ = outer_break;
    switch_entry_ = outer_entry;
    has_default_ = outer_default;
  }

  void Case(const Stmt& stmt) {
    if (stmt.expr == kNone) has_default_ = true;
    if (switch_entry_ != nullptr) state_ = Join(state_, *switch_entry_);
    Statement(ChildOf(stmt, 0));
  }

  void Try(const Stmt& stmt) {
    FlowState thrown = state_;
    FlowState* const outer_handler = handler_;
    handler_ = &thrown;
    Statement(ChildOf(stmt, 0));
    handler_ = outer_handler;
    FlowState after = state_;
    for (uint32_t i = 1; i < stmt.child_count && ok_; ++i) {
      const StmtId handler = ChildOf(stmt, i);
      if (handler >= f_.stmts.size()) continue;
      state_ = thrown;
      FlowState& at = result_.at_catch[handler];
      at = Join(at, state_);
      if (rules_.at_catch) Apply(rules_.at_catch(handler));
      Statement(handler);
      after = Join(after, state_);
    }
    state_ = after;
  }

  void Throw(StmtId id, const Stmt& stmt) {
    Expression(stmt.expr);
    if (handler_ != nullptr) {
      MayThrow();
    } else {
      Leave(id);
    }
    Kill();
  }

  void Jump(FlowState* target) {
    if (target == nullptr) {
      ok_ = false;
      return;
    }
    *target = Join(*target, state_);
    Kill();
  }

  const FunctionFacts& f_;
  const FlowRules& rules_;
  FlowResult result_;
  FlowState state_;
  FlowState* break_ = nullptr;
  FlowState* continue_ = nullptr;
  FlowState* handler_ = nullptr;
  const FlowState* switch_entry_ = nullptr;
  bool has_default_ = false;
  bool ok_ = true;
  int depth_ = 0;
  size_t budget_ = 0;
};

}  // namespace

FlowState Join(const FlowState& a, const FlowState& b) {
  if (!a.reachable) return b;
  if (!b.reachable) return a;
  return {.must = a.must & b.must, .may = a.may | b.may, .reachable = true};
}

FlowResult RunFlow(const FunctionFacts& function, const FlowRules& rules) { return Interpreter(function, rules).Run(); }

}  // namespace spangate
