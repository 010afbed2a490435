// Expressions that stand outside of any body yet run: default arguments, initialisers of
// members. Each default argument that calls something becomes a function
// of its own that returns it, so that what it starts is seen and counts as handed on.
#include <algorithm>

#include "analyzer/extract_body.h"

namespace spangate {
namespace {

// Most defaults are numbers and names, which no rule asks about.
bool DoesSomething(const FunctionFacts& facts) {
  return std::any_of(facts.exprs.begin(), facts.exprs.end(),
                     [](const Expr& expr) { return expr.kind == ExprKind::kCall || expr.kind == ExprKind::kLambda; });
}

FunctionFacts Unnamed(const FunctionFacts& function, std::string_view name) {
  FunctionFacts facts;
  facts.name = Symbol(name);
  facts.owner = function.qualified_name;
  facts.qualified_name = Symbol(std::string(function.qualified_name.view()).append("::").append(name));
  facts.file = function.file;
  facts.is_definition = true;
  facts.is_template = function.is_template;
  facts.is_global_initialiser = true;  // nothing calls it by name
  facts.internal_linkage = true;
  return facts;
}

// The width of a bit field and the size of an array are expressions of a field too.
bool IsInitialiser(Extraction& x, CXCursor field, CXCursor value) {
  if (x.clang.clang_isExpression(x.clang.clang_getCursorKind(value)) == 0) return false;
  std::string_view before = x.names.TextBefore(field, value);
  const size_t end = before.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return false;
  if (before[end] == '=') return true;
  return x.names.TextOf(value).starts_with('{') && before[end] != '[' && before[end] != ':';
}

}  // namespace

void BodyBuilder::MemberInitialiser(CXCursor field, CXCursor value) {
  const TypeName type = names_.Type(x_.clang.clang_getCursorType(field));
  Stmt stmt = MakeStmt(StmtKind::kMemberInit, field);
  stmt.entity = names_.Entity(field);
  stmt.name = names_.Name(field);
  stmt.type = type.name;
  stmt.form = type.form;
  stmt.expr = Expression(value);
  members_.push_back(AddStmt(stmt));
}

void BodyBuilder::Finish(CXCursor place) {
  f_.body = names_.Where(place);
  f_.root = Block(place, members_);
}

void BodyBuilder::Value(CXCursor expression) {
  f_.body = names_.Where(expression);
  Stmt stmt = MakeStmt(StmtKind::kReturn, expression);
  stmt.expr = Expression(expression);
  f_.root = Block(expression, {AddStmt(stmt)});
}

void AddDefaultArguments(Extraction& x, const std::vector<CXCursor>& children, const FunctionFacts& function) {
  if (function.is_instantiation) return;
  for (const CXCursor child : children) {
    if (x.clang.clang_getCursorKind(child) != CXCursor_ParmDecl) continue;
    for (const CXCursor value : x.names.Children(child)) {
      if (x.clang.clang_isExpression(x.clang.clang_getCursorKind(value)) == 0) continue;
      if (!x.defaults.insert(value.data[1]).second) continue;  // a redeclaration inherits it
      FunctionFacts facts = Unnamed(function, "(default argument)");
      facts.entity = x.names.Entity(child);
      facts.where = x.names.WhereName(child);
      BodyBuilder(x, facts).Value(value);
      if (DoesSomething(facts)) x.facts.functions.push_back(std::move(facts));
    }
  }
}

// One function for a class, not a part of each constructor: most classes have none of their own.
void AddMemberInitialisers(Extraction& x, const std::vector<CXCursor>& children, const RecordFacts& record,
                           bool is_template) {
  FunctionFacts facts =
      Unnamed({.qualified_name = record.qualified_name, .file = record.file, .is_template = is_template},
              "(member initialisers)");
  facts.entity = record.entity;
  facts.where = record.where;
  BodyBuilder body(x, facts);
  for (const CXCursor field : children) {
    if (x.clang.clang_getCursorKind(field) != CXCursor_FieldDecl) continue;
    for (const CXCursor value : x.names.Children(field)) {
      if (IsInitialiser(x, field, value)) body.MemberInitialiser(field, value);
    }
  }
  if (facts.stmts.empty()) return;
  body.Finish(children.front());
  x.facts.functions.push_back(std::move(facts));
}

}  // namespace spangate
