#include "rules/source/expressions.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

namespace spangate {

std::string QualifiedName(const Expr& expr) {
  if (expr.owner.empty()) return std::string(expr.name.view());
  return fmt::format("{}::{}", expr.owner.view(), expr.name.view());
}

bool IsSpanType(std::string_view type) { return type == "opentelemetry::trace::Span"; }

bool IsScopeType(std::string_view type) {
  return type == "opentelemetry::trace::Scope" || type == "opentelemetry::context::Token";
}

bool IsOwned(TypeForm form) {
  return form == TypeForm::kValue || form == TypeForm::kUnique || form == TypeForm::kShared ||
         form == TypeForm::kOptional;
}

bool IsStringType(std::string_view type) {
  return type == "char" || type == "std::string" || type == "std::string_view" || type.ends_with("::string_view") ||
         type.starts_with("std::basic_string") || type == "opentelemetry::common::AttributeValue";
}

ExprId OperandOf(const FunctionFacts& function, const Expr& expr, uint32_t i) {
  const size_t at = size_t{expr.first_operand} + i;
  if (i >= expr.operand_count || at >= function.operands.size()) return kNone;
  const ExprId id = function.operands[at];
  return id < function.exprs.size() ? id : kNone;
}

ExprId ArgumentOf(const FunctionFacts& function, const Expr& call, uint32_t i) {
  return OperandOf(function, call, i + (call.has_object ? 1 : 0));
}

ExprId ObjectOf(const FunctionFacts& function, const Expr& expr) {
  const bool has_object = expr.kind == ExprKind::kField || (expr.kind == ExprKind::kCall && expr.has_object);
  return has_object ? OperandOf(function, expr, 0) : kNone;
}

std::vector<ExprId> ParentsOf(const FunctionFacts& function) {
  std::vector<ExprId> parents(function.exprs.size(), kNone);
  for (ExprId id = 0; id < function.exprs.size(); ++id) {
    const Expr& expr = function.exprs[id];
    for (uint32_t i = 0; i < expr.operand_count; ++i) {
      const ExprId operand = OperandOf(function, expr, i);
      if (operand != kNone) parents[operand] = id;
    }
  }
  return parents;
}

std::vector<StmtId> StmtParentsOf(const FunctionFacts& function) {
  std::vector<StmtId> parents(function.stmts.size(), kNone);
  for (StmtId id = 0; id < function.stmts.size(); ++id) {
    const Stmt& stmt = function.stmts[id];
    for (uint32_t i = 0; i < stmt.child_count; ++i) {
      const size_t at = size_t{stmt.first_child} + i;
      if (at < function.children.size() && function.children[at] < parents.size()) parents[function.children[at]] = id;
    }
  }
  return parents;
}

std::vector<StmtId> StatementsOf(const FunctionFacts& function, const std::vector<ExprId>& parents) {
  std::vector<StmtId> statements(function.exprs.size(), kNone);
  for (StmtId id = 0; id < function.stmts.size(); ++id) {
    if (function.stmts[id].expr < statements.size()) statements[function.stmts[id].expr] = id;
  }
  for (ExprId id = 0; id < function.exprs.size(); ++id) {
    ExprId top = id;
    for (int hops = 0; hops < 1000 && statements[top] == kNone && parents[top] != kNone; ++hops) top = parents[top];
    statements[id] = statements[top];
  }
  return statements;
}

SourcePlace PlaceOfFunction(const SourceModel& source, FunctionId function) {
  const FunctionFacts& facts = source.functions[function].facts;
  return {.where = source.LocationOf(function, facts.where), .function = std::string(facts.qualified_name.view())};
}

FlowStep StepAt(const SourceModel& source, ExprRef at, std::string message) {
  return {.where = source.LocationOf(at.function, source.At(at).where), .message = std::move(message)};
}

bool BodyIsWhole(const FunctionFacts& function) {
  return function.is_definition && !function.incomplete && !function.is_template && function.root != kNone;
}

bool IsTestFile(const SourceModel& source, std::string_view path) {
  if (path.starts_with(source.project_root)) path.remove_prefix(source.project_root.size());
  for (const std::string_view folder : {"/test/", "/tests/", "/testing/", "/mock/", "/mocks/"}) {
    if (path.find(folder) != std::string_view::npos || path.starts_with(folder.substr(1))) return true;
  }
  const std::string_view file = path.substr(path.rfind('/') + 1);
  const std::string_view stem = file.substr(0, file.rfind('.'));
  return stem.ends_with("_test") || stem.ends_with("_unittest") || stem.starts_with("test_") ||
         stem.ends_with("Test") || stem.starts_with("mock_");
}

std::vector<Argument> ArgumentsFor(const SourceModel& source, FunctionId function, uint16_t parameter) {
  std::vector<Argument> arguments;
  for (const uint32_t row : source.functions[function].callers) {
    const CallEdge& edge = source.edges[row];
    if (edge.how != CallEdge::How::kDirect && edge.how != CallEdge::How::kVirtual) continue;
    const FunctionFacts& caller = source.functions[edge.caller].facts;
    if (edge.call >= caller.exprs.size() || caller.is_template) continue;
    const Expr& call = caller.exprs[edge.call];
    if (call.kind != ExprKind::kCall && call.kind != ExprKind::kConstruct) continue;
    const ExprId value = ArgumentOf(caller, call, parameter);
    if (value != kNone) arguments.push_back({{edge.caller, edge.call}, {edge.caller, value}});
  }
  return arguments;
}

RowsByFunction::RowsByFunction(const SourceModel& source) {
  const auto fill = [&source](auto& lists, const auto& rows) {
    lists.resize(source.functions.size());
    for (uint32_t i = 0; i < rows.size(); ++i) {
      if (rows[i].call.function < lists.size()) lists[rows[i].call.function].push_back(i);
    }
  };
  fill(starts, source.span_starts);
  fill(scopes, source.scopes);
  fill(operations, source.operations);
  fill(sinks, source.sinks);
}

namespace {

constexpr size_t kMaxDecided = 200;  // call sites of one wrapper that are worth a finding each
constexpr int kMaxCallsUp = 5;

struct TextSearch {
  const SourceModel& source;
  std::string_view what;
  std::vector<DecidedText>& decided;
  std::set<std::pair<FunctionId, uint16_t>> seen;  // recursion through wrappers ends

  void Visit(ExprRef at, ExprRef call, FunctionId callee, const std::vector<FlowStep>& flow, int calls_up) {
    const TextValue text = source.Fold(at);
    if (text.kind != TextValue::Kind::kParameter) {
      decided.push_back({at, text, flow, call, callee});
      return;
    }
    if (calls_up == kMaxCallsUp || !seen.emplace(at.function, text.parameter).second) return;
    for (const Argument& argument : ArgumentsFor(source, at.function, text.parameter)) {
      if (decided.size() >= kMaxDecided) return;
      std::vector<FlowStep> longer = {StepAt(
          source, argument.value, fmt::format("given to '{}' here", source.functions[at.function].facts.name.view()))};
      if (flow.empty()) longer.push_back(StepAt(source, at, fmt::format("becomes the {} here", what)));
      longer.insert(longer.end(), flow.begin(), flow.end());
      Visit(argument.value, argument.call, at.function, longer, calls_up + 1);
    }
  }
};

}  // namespace

std::vector<DecidedText> DecideText(const SourceModel& source, ExprRef text, std::string_view what) {
  std::vector<DecidedText> decided;
  if (!text.known()) return decided;
  TextSearch{source, what, decided, {}}.Visit(text, {}, kNone, {}, 0);
  return decided;
}

}  // namespace spangate
