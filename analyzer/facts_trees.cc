// Whether the trees of read facts can be walked unchecked.
#include "analyzer/facts_trees.h"

#include <span>
#include <utility>
#include <vector>

namespace spangate {
namespace {

// Trees by index: a child or operand always exists, and the ranges lie inside their arrays. Rules walk them unchecked.
bool IndicesHold(const FunctionFacts& function) {
  const size_t exprs = function.exprs.size();
  const size_t stmts = function.stmts.size();
  const auto below = [](uint32_t index, size_t size) { return index == kNone || index < size; };
  for (ExprId operand : function.operands) {
    if (!below(operand, exprs)) return false;
  }
  for (StmtId child : function.children) {
    if (!below(child, stmts)) return false;
  }
  for (const Expr& expr : function.exprs) {
    if (size_t{expr.first_operand} + expr.operand_count > function.operands.size() && expr.operand_count != 0)
      return false;
  }
  for (const Stmt& stmt : function.stmts) {
    if (size_t{stmt.first_child} + stmt.child_count > function.children.size() && stmt.child_count != 0) return false;
    if (!below(stmt.expr, exprs)) return false;
  }
  return below(function.root, stmts);
}

// `edges(i)` lists what node i points to. A cycle would send every walk over the tree round for ever.
template <class Edges>
bool IsAcyclic(size_t nodes, const Edges& edges) {
  enum class Mark : uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(nodes, Mark::kNew);
  std::vector<std::pair<size_t, size_t>> path;  // node and its next edge; a stack of our own: depth is hostile too
  for (size_t start = 0; start < nodes; ++start) {
    if (marks[start] == Mark::kNew) path.emplace_back(start, 0);
    while (!path.empty()) {
      auto& [node, next] = path.back();
      marks[node] = Mark::kOpen;
      const std::span<const uint32_t> targets = edges(node);
      if (next == targets.size()) {
        marks[node] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const uint32_t target = targets[next++];
      if (target == kNone || marks[target] == Mark::kDone) continue;
      if (marks[target] == Mark::kOpen) return false;
      path.emplace_back(target, 0);
    }
  }
  return true;
}

}  // namespace

bool TreesHold(const FunctionFacts& f) {
  const auto operands = [&](size_t i) {
    return std::span(f.operands)
        .subspan(f.exprs[i].operand_count == 0 ? 0 : f.exprs[i].first_operand, f.exprs[i].operand_count);
  };
  const auto children = [&](size_t i) {
    return std::span(f.children)
        .subspan(f.stmts[i].child_count == 0 ? 0 : f.stmts[i].first_child, f.stmts[i].child_count);
  };
  return IndicesHold(f) && IsAcyclic(f.exprs.size(), operands) && IsAcyclic(f.stmts.size(), children);
}

}  // namespace spangate
