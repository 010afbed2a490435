// Who writes to what: assignments in all their forms, indexed by the variable or field that receives the value.
#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "analyzer/link.h"

namespace spangate {
namespace {

using Write = SourceModel::Write;
using How = SourceModel::Write::How;

constexpr int kMaxDepth = 64;

struct Method {
  std::string_view name;
  How how;
};
// Members of strings, containers and streams that take their arguments in.
constexpr std::array<Method, 16> kMethods = {{{"operator=", How::kAssign},
                                              {"assign", How::kAssign},
                                              {"operator+=", How::kAppend},
                                              {"append", How::kAppend},
                                              {"operator<<", How::kAppend},
                                              {"write", How::kAppend},
                                              {"push_back", How::kPart},
                                              {"emplace_back", How::kPart},
                                              {"push", How::kPart},
                                              {"insert", How::kPart},
                                              {"emplace", How::kPart},
                                              {"try_emplace", How::kPart},
                                              {"insert_or_assign", How::kPart},
                                              {"push_front", How::kPart},
                                              {"emplace_front", How::kPart},
                                              {"reset", How::kAssign}}};
// C functions that write later arguments through the first.
constexpr std::array<std::string_view, 10> kWriters = {"snprintf", "sprintf", "vsnprintf", "strcpy",  "strncpy",
                                                       "strcat",   "strncat", "memcpy",    "memmove", "stpcpy"};

bool IsVariable(ExprKind kind) {
  return kind == ExprKind::kLocal || kind == ExprKind::kParameter || kind == ExprKind::kGlobal ||
         kind == ExprKind::kField;
}

class Writes {
 public:
  Writes(SourceModel& model, FunctionId function)
      : model_(model), function_(function), f_(model.functions[function].facts) {}

  void Collect() {
    for (const Stmt& stmt : f_.stmts) {
      const bool initial = stmt.kind == StmtKind::kDeclare || stmt.kind == StmtKind::kMemberInit;
      const bool local = stmt.kind == StmtKind::kDeclare && !f_.is_global_initialiser;
      if (initial && stmt.entity != 0 && stmt.expr != kNone) Add(stmt.entity, stmt.expr, How::kInitial, local, 0);
    }
    for (ExprId id = 0; id < f_.exprs.size(); ++id) Expression(id);
  }

 private:
  void Add(EntityId target, ExprId value, How how, bool local, EntityId object) {
    if (target == 0 || value == kNone) return;
    model_.writes.push_back({.value = {function_, value},
                             .how = how,
                             .local = local,
                             .order = static_cast<uint32_t>(model_.writes.size()),
                             .object = object,
                             .target = target});
  }

  // `a.b = v` writes to the field b of a, and to a part of a.
  void To(ExprId target, ExprId value, How how) {
    target = Bare(f_, target);
    for (int depth = 0; depth < kMaxDepth && target != kNone; ++depth) {
      const Expr& expr = f_.exprs[target];
      if (expr.kind == ExprKind::kField) {
        const ExprId object = Bare(f_, OperandOf(f_, target, 0));
        const bool named = object != kNone && IsVariable(f_.exprs[object].kind);
        Add(expr.entity, value, how, false, named ? f_.exprs[object].entity : 0);
        how = How::kPart;
        target = object;
      } else if (IsVariable(expr.kind)) {
        Add(expr.entity, value, how, expr.kind != ExprKind::kGlobal, 0);
        return;
      } else if (expr.kind == ExprKind::kOperator && expr.name == "[]") {
        how = How::kPart;
        target = Bare(f_, OperandOf(f_, target, 0));
      } else if (expr.kind == ExprKind::kCall && expr.operand_count > 0 &&
                 (expr.name == "operator[]" || expr.name == "at" || expr.name == "data")) {
        if (expr.name != "data") how = How::kPart;
        target = Bare(f_, OperandOf(f_, target, 0));
      } else if (expr.kind == ExprKind::kCall && (expr.name == "operator<<" || expr.name == "append")) {
        target = Bare(f_, OperandOf(f_, target, 0));  // out << a << b; text.append(a).append(b)
      } else {
        return;
      }
    }
  }

  void Expression(ExprId id) {
    const Expr& expr = f_.exprs[id];
    if (expr.kind == ExprKind::kOperator) {
      const std::string_view name = expr.name.view();
      if (name == "capture") {
        Add(expr.entity, OperandOf(f_, id, 0), How::kInitial, true, 0);
      } else if (expr.operand_count == 2 && name == "=") {
        To(OperandOf(f_, id, 0), OperandOf(f_, id, 1), How::kAssign);
      } else if (expr.operand_count == 2 && name.size() >= 2 && name.back() == '=' && name != "==" && name != "!=" &&
                 name != "<=" && name != ">=") {
        To(OperandOf(f_, id, 0), OperandOf(f_, id, 1), How::kAppend);
      } else if (expr.operand_count == 1 && (name == "++" || name == "--")) {
        To(OperandOf(f_, id, 0), id, How::kAppend);
      }
      return;
    }
    if (expr.kind != ExprKind::kCall || expr.operand_count < 2) return;
    const bool writer = std::find(kWriters.begin(), kWriters.end(), expr.name.view()) != kWriters.end();
    const auto* const method =
        std::find_if(kMethods.begin(), kMethods.end(), [&](const Method& row) { return row.name == expr.name.view(); });
    const bool is_method = method != kMethods.end() && (expr.has_object || expr.name == "operator<<");
    if (!writer && !is_method) return;
    const How how = writer ? How::kAppend : method->how;
    for (uint32_t i = 1; i < expr.operand_count; ++i) To(OperandOf(f_, id, 0), OperandOf(f_, id, i), how);
  }

  SourceModel& model_;
  FunctionId function_;
  const FunctionFacts& f_;
};

}  // namespace

ExprId OperandOf(const FunctionFacts& facts, ExprId expr, uint32_t i) {
  if (expr == kNone || i >= facts.exprs[expr].operand_count) return kNone;
  return facts.operands[facts.exprs[expr].first_operand + i];
}

ExprId Bare(const FunctionFacts& facts, ExprId id) {
  for (int depth = 0; depth < kMaxDepth && id != kNone; ++depth) {
    const Expr& expr = facts.exprs[id];
    const bool pointer =
        expr.kind == ExprKind::kOperator && expr.operand_count == 1 && (expr.name == "&" || expr.name == "*");
    const bool moves = expr.kind == ExprKind::kCall && expr.owner == "std" && expr.operand_count == 1 &&
                       (expr.name == "move" || expr.name == "forward" || expr.name == "ref" || expr.name == "cref" ||
                        expr.name == "addressof" || expr.name == "as_const");
    if (!pointer && !moves && expr.kind != ExprKind::kCast) return id;
    id = OperandOf(facts, id, 0);
  }
  return id;
}

ExprId NamedBy(const FunctionFacts& facts, ExprId id) {
  id = Bare(facts, id);
  return id != kNone && IsVariable(facts.exprs[id].kind) ? id : kNone;
}

ExprId RootOf(const FunctionFacts& facts, ExprId id) {
  id = Bare(facts, id);
  for (int depth = 0; depth < kMaxDepth && id != kNone; ++depth) {
    const Expr& expr = facts.exprs[id];
    const bool member = expr.kind == ExprKind::kField;
    const bool element =
        (expr.kind == ExprKind::kOperator && expr.name == "[]") ||
        (expr.kind == ExprKind::kCall && expr.has_object && (expr.name == "operator[]" || expr.name == "at"));
    if (!member && !element) return IsVariable(expr.kind) ? id : kNone;
    const ExprId object = Bare(facts, OperandOf(facts, id, 0));
    if (member && (object == kNone || facts.exprs[object].kind == ExprKind::kThis)) return id;
    id = object;
  }
  return kNone;
}

void LinkWrites(SourceModel& model) {
  model.writes.clear();
  for (FunctionId function = 0; function < model.functions.size(); ++function) Writes(model, function).Collect();
  // In place: a stable sort would need half as much memory again.
  std::sort(model.writes.begin(), model.writes.end(), [](const Write& a, const Write& b) {
    return std::tuple(a.target, a.how != How::kInitial, a.order) <
           std::tuple(b.target, b.how != How::kInitial, b.order);
  });
  model.writes.shrink_to_fit();
}

}  // namespace spangate
