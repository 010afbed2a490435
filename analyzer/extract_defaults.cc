// Expressions that stand outside of any body yet run: default arguments. Each that calls something becomes a function
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

}  // namespace

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

}  // namespace spangate
