// What a rule asks of the linked model. Everything was computed by LinkSource; these functions only look it up.
#include "analyzer/source_model.h"

#include <algorithm>
#include <cassert>

#include "analyzer/link.h"

namespace spangate {
namespace {

constexpr int kMaxLambdaDepth = 16;

std::string_view RelativePath(std::string_view path, std::string_view root) {
  while (!root.empty() && root.back() == '/') root.remove_suffix(1);
  const bool below = path.size() > root.size() && path.starts_with(root) && path[root.size()] == '/';
  return below ? path.substr(root.size() + 1) : path;
}

// Whether `inner` is the function itself or a lambda somewhere inside it.
bool StandsIn(const SourceModel& model, FunctionId inner, FunctionId outer) {
  const FunctionFacts& around = model.functions[outer].facts;
  FunctionId current = inner;
  for (int depth = 0; depth < kMaxLambdaDepth; ++depth) {
    if (current == outer) return true;
    const FunctionFacts& facts = model.functions[current].facts;
    if (facts.enclosing == 0) return false;
    if (facts.enclosing == around.entity && facts.file == around.file) return true;
    const auto found = model.definitions.find(facts.enclosing);
    if (found == model.definitions.end() || found->second.empty()) return false;
    current = found->second.front();
  }
  return false;
}

}  // namespace

ExprRef SourceModel::OperandRef(ExprRef ref, uint32_t i) const {
  const FunctionFacts& facts = functions[ref.function].facts;
  const Expr& expr = facts.exprs[ref.expr];
  assert(i < expr.operand_count);
  return {ref.function, facts.operands[expr.first_operand + i]};
}

const Expr& SourceModel::Operand(ExprRef ref, uint32_t i) const { return At(OperandRef(ref, i)); }

Location SourceModel::LocationOf(FunctionId function, const Extent& extent) const {
  Location location;
  location.path = RelativePath(functions[function].facts.file.view(), project_root);
  location.line = extent.line;
  location.column = extent.column;
  location.end_line = extent.end_line;
  location.end_column = extent.end_column;
  return location;
}

SourcePlace SourceModel::PlaceOf(ExprRef ref) const {
  SourcePlace place;
  place.where = LocationOf(ref.function, At(ref).where);
  const FunctionFacts& facts = functions[ref.function].facts;
  if (!facts.is_global_initialiser) place.function = facts.qualified_name.view();
  return place;
}

SourcePlace SourceModel::PlaceOfStmt(FunctionId function, StmtId stmt) const {
  SourcePlace place;
  const FunctionFacts& facts = functions[function].facts;
  place.where = LocationOf(function, facts.stmts[stmt].where);
  if (!facts.is_global_initialiser) place.function = facts.qualified_name.view();
  return place;
}

std::vector<SourceModel::Write> SourceModel::WritesIn(EntityId variable, FunctionId in_function) const {
  auto next = std::lower_bound(writes.begin(), writes.end(), variable,
                               [](const Write& write, EntityId entity) { return write.target < entity; });
  std::vector<Write> result;
  for (; next != writes.end() && next->target == variable; ++next) {
    const Write& write = *next;
    // A local of a header's inline function has one identity in all its copies; only this copy is meant.
    const bool elsewhere = write.value.function != in_function && in_function != kNone &&
                           functions[write.value.function].facts.entity == functions[in_function].facts.entity;
    const bool related = in_function == kNone || StandsIn(*this, write.value.function, in_function) ||
                         StandsIn(*this, in_function, write.value.function);
    if (elsewhere || (write.local && !related)) continue;
    result.push_back(write);
  }
  return result;
}

std::vector<ExprRef> SourceModel::WritesTo(EntityId variable, FunctionId in_function) const {
  std::vector<ExprRef> values;
  for (const Write& write : WritesIn(variable, in_function)) values.push_back(write.value);
  return values;
}

std::vector<ExprRef> SourceModel::WritesToField(EntityId object, EntityId field, FunctionId in_function) const {
  std::vector<ExprRef> values;
  for (const Write& write : WritesIn(field, in_function)) {
    if (write.object == object) values.push_back(write.value);
  }
  return values;
}

}  // namespace spangate
