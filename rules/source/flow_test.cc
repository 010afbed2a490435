// Flow over bodies built by hand. Bit 0 is "span active", set by a call named "set" and cleared by one named "clear".
#include "rules/source/flow.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace spangate {
namespace {

/// A body, bottom up: every function returns the id to hand on.
class Body {
 public:
  StmtId Call(std::string_view name, bool noreturn = false) {
    return Add({.kind = StmtKind::kExpr, .expr = CallExpr(name, noreturn)});
  }
  ExprId CallExpr(std::string_view name, bool noreturn = false) {
    return AddExpr({.kind = ExprKind::kCall, .noreturn = noreturn, .name = Symbol(name)}, {});
  }
  ExprId And(ExprId left, ExprId right) {
    return AddExpr({.kind = ExprKind::kOperator, .name = Symbol("&&")}, {left, right});
  }
  ExprId Number(std::string_view text) { return AddExpr({.kind = ExprKind::kNumber, .text = Symbol(text)}, {}); }
  StmtId Declare(EntityId entity) { return Add({.kind = StmtKind::kDeclare, .entity = entity}); }
  StmtId Block(const std::vector<StmtId>& children) { return Add({.kind = StmtKind::kBlock}, children); }
  StmtId If(ExprId condition, StmtId then, StmtId other = kNone) {
    return Add({.kind = StmtKind::kIf, .expr = condition}, {then, other});
  }
  StmtId Loop(std::string_view name, ExprId condition, StmtId body) {
    return Add({.kind = StmtKind::kLoop, .expr = condition, .name = Symbol(name)}, {body, kNone});
  }
  StmtId Switch(StmtId body) { return Add({.kind = StmtKind::kSwitch}, {body}); }
  StmtId Case(ExprId value, StmtId next) { return Add({.kind = StmtKind::kCase, .expr = value}, {next}); }
  StmtId Try(StmtId block, StmtId handler) {
    return Add({.kind = StmtKind::kTry}, {block, Add({.kind = StmtKind::kCatch}, {handler})});
  }
  StmtId Jump(StmtKind kind) { return Add({.kind = kind}); }

  FlowResult Run(StmtId root) {
    f.root = root;
    return RunFlow(f, {.after_expr =
                           [this](ExprId id) {
                             return FlowEffect{.set = f.exprs[id].name == "set" ? uint64_t{1} : 0,
                                               .clear = f.exprs[id].name == "clear" ? uint64_t{1} : 0};
                           },
                       .after_declare = [this](StmtId id) { return FlowEffect{.set = f.stmts[id].entity}; },
                       .lifetime = [this](StmtId id) { return f.stmts[id].entity; }});
  }

  /// State before the only call named "probe".
  FlowState Probe(StmtId root) {
    const FlowResult result = Run(root);
    EXPECT_TRUE(result.known);
    for (ExprId id = 0; id < f.exprs.size(); ++id) {
      if (f.exprs[id].name == "probe") return result.before_expr[id];
    }
    ADD_FAILURE() << "no probe";
    return {};
  }

  FunctionFacts f;

 private:
  StmtId Add(Stmt stmt, const std::vector<StmtId>& children = {}) {
    stmt.first_child = static_cast<uint32_t>(f.children.size());
    stmt.child_count = static_cast<uint16_t>(children.size());
    f.children.insert(f.children.end(), children.begin(), children.end());
    f.stmts.push_back(stmt);
    return static_cast<StmtId>(f.stmts.size() - 1);
  }
  ExprId AddExpr(Expr expr, const std::vector<ExprId>& operands) {
    expr.first_operand = static_cast<uint32_t>(f.operands.size());
    expr.operand_count = static_cast<uint16_t>(operands.size());
    f.operands.insert(f.operands.end(), operands.begin(), operands.end());
    f.exprs.push_back(expr);
    return static_cast<ExprId>(f.exprs.size() - 1);
  }
};

enum class Holds { kNever, kSometimes, kAlways, kUnreachable };

Holds Of(const FlowState& state) {
  if (!state.reachable) return Holds::kUnreachable;
  if ((state.must & 1) != 0) return Holds::kAlways;
  return (state.may & 1) != 0 ? Holds::kSometimes : Holds::kNever;
}

struct Case {
  StmtId (*build)(Body&);
  Holds expected;
  const char* why;
};

const Case kCases[] = {
    {[](Body& b) {
       return b.Block({b.Call("probe"), b.Call("set")});
     },
     Holds::kNever, "nothing before"},
    {[](Body& b) {
       return b.Block({b.Call("set"), b.Call("probe")});
     },
     Holds::kAlways, "straight"},
    {[](Body& b) {
       return b.Block({b.Call("set"), b.Call("clear"), b.Call("probe")});
     },
     Holds::kNever, "taken back"},
    {[](Body& b) {
       return b.Block({b.If(b.Number("x"), b.Call("set")), b.Call("probe")});
     },
     Holds::kSometimes, "one branch"},
    {[](Body& b) {
       return b.Block({b.If(b.Number("x"), b.Call("set"), b.Call("set")), b.Call("probe")});
     },
     Holds::kAlways, "both branches"},
    {[](Body& b) {
       return b.Block({b.If(b.Number("x"), b.Jump(StmtKind::kReturn), b.Call("set")), b.Call("probe")});
     },
     Holds::kAlways, "the other branch left"},
    {[](Body& b) {
       return b.Block({b.If(b.And(b.Number("x"), b.CallExpr("set")), kNone), b.Call("probe")});
     },
     Holds::kSometimes, "&& may stop early"},
    {[](Body& b) {
       return b.Block({b.Loop("while", b.Number("x"), b.Call("set")), b.Call("probe")});
     },
     Holds::kSometimes, "a loop may run no times"},
    {[](Body& b) {
       return b.Block({b.Loop("do", b.Number("x"), b.Call("set")), b.Call("probe")});
     },
     Holds::kAlways, "do runs once"},
    {[](Body& b) {
       return b.Loop("while", b.Number("x"), b.Block({b.Call("probe"), b.Call("set")}));
     },
     Holds::kSometimes, "the second turn sees the first"},
    {[](Body& b) {
       return b.Block(
           {b.Loop("while", b.Number("true"), b.Block({b.Call("set"), b.Jump(StmtKind::kBreak)})), b.Call("probe")});
     },
     Holds::kAlways, "only break leaves an endless loop"},
    {[](Body& b) {
       return b.Block({b.Loop("for", kNone, b.Call("set")), b.Call("probe")});
     },
     Holds::kUnreachable, "an endless loop without break"},
    {[](Body& b) {
       return b.Block(
           {b.Loop("while", b.Number("x"), b.Block({b.If(b.Number("y"), b.Jump(StmtKind::kContinue)), b.Call("set")})),
            b.Call("probe")});
     },
     Holds::kSometimes, "continue passes by"},
    {[](Body& b) {
       return b.Block({b.Switch(b.Block({b.Case(b.Number("1"), b.Call("set")), b.Jump(StmtKind::kBreak),
                                         b.Case(kNone, b.Call("set"))})),
                       b.Call("probe")});
     },
     Holds::kAlways, "every case and the default"},
    {[](Body& b) {
       return b.Block({b.Switch(b.Block({b.Case(b.Number("1"), b.Call("set"))})), b.Call("probe")});
     },
     Holds::kSometimes, "no default"},
    {[](Body& b) {
       return b.Switch(b.Block({b.Case(b.Number("1"), b.Call("set")), b.Case(b.Number("2"), b.Call("probe"))}));
     },
     Holds::kSometimes, "a case falls through"},
    {[](Body& b) {
       return b.Try(b.Block({b.Call("set"), b.Call("work")}), b.Call("probe"));
     },
     Holds::kSometimes, "any call may throw"},
    {[](Body& b) {
       return b.Block({b.Call("set"), b.Try(b.Call("work"), b.Call("probe"))});
     },
     Holds::kAlways, "set before the try block"},
    {[](Body& b) {
       return b.Block({b.Try(b.Block({b.Call("set"), b.Jump(StmtKind::kThrow)}), b.Call("work")), b.Call("probe")});
     },
     Holds::kSometimes, "a throw is taken by the handler"},
    {[](Body& b) {
       return b.Block({b.Call("abort", true), b.Call("probe")});
     },
     Holds::kUnreachable, "noreturn"},
    {[](Body& b) {
       return b.Block({b.Declare(1), b.Call("probe")});
     },
     Holds::kAlways, "a variable lives in its block"},
    {[](Body& b) {
       return b.Block({b.Block({b.Declare(1), b.Call("work")}), b.Call("probe")});
     },
     Holds::kNever, "and dies with it"},
    {[](Body& b) {
       return b.Try(b.Block({b.Declare(1), b.Call("work")}), b.Call("probe"));
     },
     Holds::kNever, "an exception destroys it too"},
    {[](Body& b) {
       return b.Block(
           {b.Loop("while", b.Number("true"), b.Block({b.Declare(1), b.Jump(StmtKind::kBreak)})), b.Call("probe")});
     },
     Holds::kNever, "break destroys it too"},
};

TEST(Flow, JoinsWhatHoldsOnEachPath) {
  for (const Case& row : kCases) {
    Body body;
    EXPECT_EQ(Of(body.Probe(row.build(body))), row.expected) << row.why;
  }
}

TEST(Flow, NamesEveryWayOutOfTheFunction) {
  Body b;
  const StmtId early = b.Jump(StmtKind::kReturn);
  const StmtId thrown = b.Jump(StmtKind::kThrow);
  const StmtId taken = b.Jump(StmtKind::kThrow);
  const FlowResult result = b.Run(
      b.Block({b.If(b.Number("x"), early), b.Try(taken, b.Call("work")), b.Call("set"), b.If(b.Number("y"), thrown)}));
  ASSERT_EQ(result.exits.size(), 3u) << "the throw inside the try block is no exit";
  EXPECT_EQ(result.exits[0].stmt, early);
  EXPECT_EQ(result.exits[0].state.may, 0u);
  EXPECT_EQ(result.exits[1].stmt, thrown);
  EXPECT_EQ(result.exits[2].stmt, kNone) << "past the end";
  EXPECT_EQ(result.exits[2].state.must, 1u);
}

TEST(Flow, KnowsWhenItDoesNotKnow) {
  Body jump;
  EXPECT_FALSE(jump.Run(jump.Block({jump.Jump(StmtKind::kFlowUnknown)})).known) << "goto";
  Body coroutine;
  coroutine.f.is_coroutine = true;
  EXPECT_FALSE(coroutine.Run(coroutine.Block({})).known);
  Body empty;
  EXPECT_FALSE(empty.Run(kNone).known) << "a declaration";
  Body stray;
  EXPECT_FALSE(stray.Run(stray.Block({stray.Jump(StmtKind::kBreak)})).known) << "break outside of a loop";
}

TEST(Flow, StopsOnHostileNesting) {
  Body deep;
  StmtId at = deep.Block({});
  for (int i = 0; i < 5000; ++i) at = deep.Block({at});
  EXPECT_FALSE(deep.Run(at).known);

  Body cycle;
  const StmtId self = cycle.Block({0});
  EXPECT_FALSE(cycle.Run(self).known) << "a tree that holds itself";

  Body loops;  // every level would run its body three times
  at = loops.Call("set");
  for (int i = 0; i < 60; ++i) {
    at = loops.Loop("while", loops.Number("x"), loops.Block({loops.Call(i % 2 == 0 ? "clear" : "set"), at}));
  }
  loops.Run(at);
}

}  // namespace
}  // namespace spangate
