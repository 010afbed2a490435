// Attribute lists in the forms that the API takes: braced lists, pairs, containers, and views of them.
#include "analyzer/link.h"
#include "analyzer/operation_table.h"

namespace spangate {
namespace {

constexpr int kMaxDepth = 12;
constexpr size_t kMaxPairs = 1000;  // a span keeps 128; a generated table must not grow without bound

class Collector {
 public:
  explicit Collector(const SourceModel& model) : model_(model) {}

  void Collect(ExprRef ref, int depth) {
    if (!ref.known() || depth > kMaxDepth || pairs_.size() >= kMaxPairs) return;
    const FunctionFacts& facts = model_.functions[ref.function].facts;
    ref.expr = Bare(facts, ref.expr);
    if (!ref.known()) return;
    const Expr& value = model_.At(ref);
    if (IsPair(ref, value)) {
      pairs_.push_back({model_.OperandRef(ref, 0), model_.OperandRef(ref, 1)});
      return;
    }
    const bool holds = value.kind == ExprKind::kList || value.kind == ExprKind::kConstruct ||
                       (value.kind == ExprKind::kCall && value.name == "MakeAttributes");
    if (holds) {
      for (uint32_t i = 0; i < value.operand_count; ++i) Collect(model_.OperandRef(ref, i), depth + 1);
    } else if (value.kind == ExprKind::kLocal || value.kind == ExprKind::kGlobal || value.kind == ExprKind::kField) {
      Container(ref, depth);
    }
  }

  std::vector<KeyAndValue> Take() { return std::move(pairs_); }

 private:
  // {"k", v}, but not {{...}, {...}}: a key is no list.
  bool IsPair(ExprRef ref, const Expr& value) const {
    if (value.operand_count != 2) return false;
    if (value.kind == ExprKind::kCall) return value.name == "make_pair";
    if (value.kind != ExprKind::kList && value.type != "std::pair") return false;
    const ExprRef key = model_.OperandRef(ref, 0);
    return key.known() && model_.At(key).kind != ExprKind::kList && model_.At(key).type != "std::pair";
  }

  void Container(ExprRef variable, int depth) {
    for (const SourceModel::Write& write : model_.WritesIn(model_.At(variable).entity, variable.function)) {
      if (write.how == SourceModel::Write::How::kPart) {
        Part(write.value, depth);
      } else {
        Collect(write.value, depth + 1);
      }
    }
  }

  // attributes["k"] = v, attributes.emplace("k", v), attributes.push_back({"k", v}): the call whose last operand is v.
  void Part(ExprRef value, int depth) {
    const FunctionFacts& facts = model_.functions[value.function].facts;
    for (ExprId id = 0; id < facts.exprs.size(); ++id) {
      const Expr& expr = facts.exprs[id];
      const bool takes = expr.operand_count > 1 && (expr.kind == ExprKind::kCall || expr.kind == ExprKind::kOperator);
      if (!takes || OperandOf(facts, id, expr.operand_count - 1U) != value.expr) continue;
      const ExprId target = Bare(facts, OperandOf(facts, id, 0));
      if (target == kNone) continue;
      const Expr& element = facts.exprs[target];
      const bool indexed = element.operand_count == 2 && (element.name == "operator[]" || element.name == "[]");
      if (indexed) {
        pairs_.push_back({{value.function, OperandOf(facts, target, 1)}, value});
      } else if (expr.operand_count == 3 && expr.has_object) {
        pairs_.push_back({{value.function, OperandOf(facts, id, 1)}, value});
      } else {
        Collect(value, depth + 1);
      }
    }
  }

  const SourceModel& model_;
  std::vector<KeyAndValue> pairs_;
};

}  // namespace

std::vector<KeyAndValue> AttributesIn(const SourceModel& model, ExprRef attributes) {
  Collector collector(model);
  collector.Collect(attributes, 0);
  return collector.Take();
}

}  // namespace spangate
