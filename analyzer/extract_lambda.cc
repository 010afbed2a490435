// Lambdas: each is a function of its own, and a value that holds what it captures.
#include <algorithm>

#include "analyzer/extract_body.h"

namespace spangate {
namespace {

struct Introducer {
  bool by_reference = false;  // [&]
  bool names_this = false;
  bool copies_this = false;  // [*this]
};

// Reads "[&, x, this]"; a macro hides the text, and then a capture counts as by reference, the riskier reading.
Introducer ReadIntroducer(std::string_view text) {
  Introducer result;
  const size_t end = text.find(']');
  if (text.empty() || text.front() != '[' || end == std::string_view::npos) {
    result.by_reference = true;
    return result;
  }
  text = text.substr(1, end - 1);
  const size_t first = text.find_first_not_of(" \t\n");
  if (first != std::string_view::npos && text[first] == '&') {
    const size_t next = text.find_first_not_of(" \t\n", first + 1);
    result.by_reference = next == std::string_view::npos || text[next] == ',';
  }
  const size_t self = text.find("this");
  result.names_this = self != std::string_view::npos;
  result.copies_this = result.names_this && self > 0 && text[self - 1] == '*';
  return result;
}

}  // namespace

ExprId BodyBuilder::LambdaValue(CXCursor cursor) {
  const CXCursor record = x_.clang.clang_getTypeDeclaration(x_.clang.clang_getCursorType(cursor));
  const std::vector<CXCursor> children = names_.Children(cursor);
  FunctionFacts facts;
  facts.is_template = f_.is_template;
  for (const CXCursor member : names_.Children(record)) {
    const CXCursorKind kind = x_.clang.clang_getCursorKind(member);
    const bool method = kind == CXCursor_CXXMethod || kind == CXCursor_FunctionTemplate;
    if (!method || x_.clang.Take(x_.clang.clang_getCursorSpelling(member)) != "operator()") continue;
    facts = DescribeFunction(x_, member);
    facts.is_template = facts.is_template || f_.is_template || kind == CXCursor_FunctionTemplate;
    break;
  }
  facts.is_lambda = true;
  facts.is_definition = true;
  facts.is_instantiation = f_.is_instantiation;
  facts.name = Symbol("(lambda)");
  facts.owner = f_.qualified_name;
  facts.qualified_name = Symbol(std::string(f_.qualified_name.view()) + "::(lambda)");
  facts.is_operator_or_conversion = false;
  facts.file = f_.file;
  facts.enclosing = f_.entity;
  facts.where = names_.Where(cursor);
  facts.where.end_line = facts.where.line;
  facts.where.end_column = facts.where.column + 1;
  facts.internal_linkage = true;
  facts.parameters.clear();
  AddParameters(x_, children, facts);
  AddDefaultArguments(x_, children, facts);

  BodyBuilder body(x_, facts);
  body.depth_ = depth_;  // lambdas in lambdas are one nesting
  body.Lambda(children);
  const Ids operands = Captures(cursor, children, body);
  Expr expr = Make(ExprKind::kLambda, cursor);
  expr.entity = facts.entity;
  x_.facts.functions.push_back(std::move(facts));
  return Add(expr, operands);
}

BodyBuilder::Ids BodyBuilder::Captures(CXCursor cursor, const std::vector<CXCursor>& children,
                                       const BodyBuilder& body) {
  const std::string_view text = names_.TextOf(cursor);
  const Introducer introducer = ReadIntroducer(text);
  const SourceOffset start = names_.At(x_.clang.clang_getRangeStart(x_.clang.clang_getCursorExtent(cursor)));
  Ids operands;
  std::unordered_set<EntityId> done;
  for (const CXCursor child : children) {
    if (x_.clang.clang_getCursorKind(child) != CXCursor_VariableRef) continue;
    const CXCursor variable = x_.clang.clang_getCursorReferenced(child);
    const SourceOffset at = names_.At(x_.clang.clang_getCursorLocation(child));
    const SourceOffset declared = names_.At(x_.clang.clang_getCursorLocation(variable));
    const bool by_reference = at.file == start.file && at.offset > start.offset &&
                              at.offset - start.offset <= text.size() && text[at.offset - start.offset - 1] == '&';
    const bool has_initialiser = declared.file == at.file && declared.offset == at.offset;
    done.insert(names_.Entity(variable));
    if (has_initialiser) {
      const CXCursor value = x_.clang.clang_Cursor_getVarDeclInitializer(variable);
      Expr expr = Make(ExprKind::kOperator, child);
      SetType(expr, x_.clang.clang_getCursorType(variable));
      expr.name = Symbol("capture");
      expr.text = names_.Name(variable);
      expr.entity = names_.Entity(variable);
      expr.by_reference = by_reference;
      Ids inner;
      if (x_.clang.clang_Cursor_isNull(value) == 0) inner.push_back(Expression(value));
      operands.push_back(Add(expr, inner));
      continue;
    }
    const ExprId id = Variable(child, variable);
    f_.exprs[id].by_reference = by_reference;
    operands.push_back(id);
  }
  bool has_this = introducer.names_this;
  for (Expr outer : body.outer()) {
    if (outer.kind == ExprKind::kThis) {
      has_this = true;
      continue;
    }
    if (IsOuter(outer.entity) && named_.insert(outer.entity).second) outer_.push_back(outer);
    if (done.contains(outer.entity)) continue;
    outer.by_reference = introducer.by_reference;
    operands.push_back(Add(outer));
  }
  if (has_this) {
    Expr self = Make(ExprKind::kThis, cursor);
    self.by_reference = !introducer.copies_this;
    if (is_lambda_ && named_.insert(0).second) outer_.push_back(self);
    operands.push_back(Add(self));
  }
  return operands;
}

void BodyBuilder::Lambda(const std::vector<CXCursor>& children) {
  is_lambda_ = true;
  Ids statements;
  for (const CXCursor child : children) {
    const CXCursorKind kind = x_.clang.clang_getCursorKind(child);
    if (kind == CXCursor_ParmDecl) declared_.insert(names_.Entity(child));
    if (kind == CXCursor_VariableRef) {
      const CXCursor variable = x_.clang.clang_getCursorReferenced(child);
      const SourceOffset at = names_.At(x_.clang.clang_getCursorLocation(child));
      const SourceOffset declared = names_.At(x_.clang.clang_getCursorLocation(variable));
      if (at.file == declared.file && at.offset == declared.offset) declared_.insert(names_.Entity(variable));
    }
    if (x_.clang.clang_isStatement(kind) == 0) continue;
    f_.body = names_.Where(child);
    f_.is_coroutine = kind == CXCursor_UnexposedStmt;
    if (kind != CXCursor_UnexposedStmt) {
      f_.root = Single(child);
      continue;
    }
    for (const CXCursor inner : names_.Children(child)) {
      if (x_.clang.clang_getCursorKind(inner) == CXCursor_CompoundStmt) f_.root = Single(inner);
    }
  }
}

}  // namespace spangate
