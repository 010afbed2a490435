// Calls and constructions: which function, on which object, with which arguments. What only carries a value (smart
// pointers, string conversions, elided copies) is looked through.
#include "analyzer/extract_body.h"

namespace spangate {
namespace {

bool SameExtent(const Extent& a, const Extent& b) {
  return a.line == b.line && a.column == b.column && a.end_line == b.end_line && a.end_column == b.end_column;
}

bool IsIdentifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

// A dependent name has no declaration: the identifier in front of the argument list is all there is.
std::string_view LastIdentifier(std::string_view text) {
  const size_t bracket = text.find_first_of("<(");
  if (bracket != std::string_view::npos && bracket > 0) text = text.substr(0, bracket);
  while (!text.empty() && !IsIdentifier(text.back())) text.remove_suffix(1);
  size_t start = text.size();
  while (start > 0 && IsIdentifier(text[start - 1])) --start;
  return text.substr(start);
}

BodyBuilder::Ids BodyBuilder::Arguments(CXCursor call) {
  Ids operands;
  const int count = x_.clang.clang_Cursor_getNumArguments(call);
  for (int i = 0; i < count; ++i) {
    const CXCursor argument = x_.clang.clang_Cursor_getArgument(call, static_cast<unsigned>(i));
    // A default argument stands nowhere in the text of the call.
    if (x_.clang.clang_Range_isNull(x_.clang.clang_getCursorExtent(argument)) != 0) continue;
    operands.push_back(Expression(argument));
  }
  return operands;
}

// A body made from a template is visited where it is called: only there are its calls resolved.
void BodyBuilder::AskFor(CXCursor callee) {
  if (!x_.asked.insert(callee.data[0]).second) return;
  if (x_.clang.clang_Cursor_isNull(x_.clang.clang_getSpecializedCursorTemplate(callee)) != 0) return;
  const CXCursor definition = x_.clang.clang_getCursorDefinition(callee);
  if (x_.clang.clang_Cursor_isNull(definition) != 0) return;
  if (!names_.At(x_.clang.clang_getCursorLocation(definition)).file->in_project) return;
  x_.pending.push_back(definition);
}

// operator-> of a smart pointer, conversion of a string, "x"sv: the operand stands for the call.
std::optional<ExprId> BodyBuilder::LookThroughCall(CXCursor cursor, CXCursor callee) {
  const std::string_view name = names_.Name(callee).view();
  const std::string_view owner = names_.Owner(callee).view();
  const bool opens_holder =
      (name == "operator->" || name == "operator*" || name == "get" || name == "value" || name == "operator bool") &&
      IsHolder(owner);
  const bool converts = name.starts_with("operator ") && IsStringClass(owner);
  const bool literal = name.starts_with("operator\"\"") && owner.starts_with("std");
  if (!opens_holder && !converts && !literal) return std::nullopt;
  for (const CXCursor child : names_.Children(cursor)) {
    const CXCursor inner = LookThrough(child);
    const CXCursorKind kind = x_.clang.clang_getCursorKind(inner);
    if (!IsExpression(inner)) continue;
    const CXCursor target = x_.clang.clang_getCursorReferenced(inner);
    const bool is_callee = (kind == CXCursor_MemberRefExpr || kind == CXCursor_DeclRefExpr) &&
                           x_.clang.clang_equalCursors(target, callee) != 0;
    if (!is_callee) return Expression(inner);
    if (kind == CXCursor_DeclRefExpr) continue;
    for (const CXCursor object : names_.Children(inner)) {
      if (IsExpression(object)) return Expression(object);
    }
    return std::nullopt;
  }
  return std::nullopt;
}

ExprId BodyBuilder::Call(CXCursor cursor) {
  const CXCursor callee = x_.clang.clang_getCursorReferenced(cursor);
  const CXCursorKind kind = x_.clang.clang_getCursorKind(callee);
  if (x_.clang.clang_Cursor_isNull(callee) != 0 || x_.clang.clang_isInvalid(kind) != 0) return DependentCall(cursor);
  if (kind == CXCursor_Constructor) return Construct(cursor, callee);
  if (names_.Name(callee).empty() || kind == CXCursor_OverloadedDeclRef) return DependentCall(cursor);
  if (const std::optional<ExprId> inner = LookThroughCall(cursor, callee)) return *inner;

  Ids operands;
  bool has_object = false;
  const std::vector<CXCursor> children = names_.Children(cursor);
  const bool is_method = kind == CXCursor_CXXMethod || kind == CXCursor_ConversionFunction ||
                         kind == CXCursor_Destructor || kind == CXCursor_FunctionTemplate;
  if (is_method && x_.clang.clang_CXXMethod_isStatic(callee) == 0 && !children.empty()) {
    const CXCursor first = LookThrough(children[0]);
    const bool member = x_.clang.clang_getCursorKind(first) == CXCursor_MemberRefExpr &&
                        x_.clang.clang_equalCursors(x_.clang.clang_getCursorReferenced(first), callee) != 0;
    if (member) {
      has_object = true;
      for (const CXCursor object : names_.Children(first)) {
        if (!IsExpression(object)) continue;
        operands.push_back(Expression(object));
        break;
      }
      if (operands.empty()) {
        Expr self = Make(ExprKind::kThis, first);
        self.type = names_.Owner(callee);
        self.form = TypeForm::kPointer;
        if (is_lambda_ && named_.insert(0).second) outer_.push_back(self);
        operands.push_back(Add(self));
      }
    } else {
      // a + b as a member: the object is the first argument.
      has_object = kind == CXCursor_CXXMethod && names_.Name(callee).view().starts_with("operator");
    }
  }
  const Ids arguments = Arguments(cursor);
  operands.insert(operands.end(), arguments.begin(), arguments.end());
  Expr expr = Make(ExprKind::kCall, cursor);
  const CXType result = x_.clang.clang_getResultType(x_.clang.clang_getCursorType(callee));
  if (result.kind != CXType_Invalid) SetType(expr, result);
  expr.entity = names_.Entity(callee);
  expr.name = names_.Name(callee);
  expr.owner = names_.Owner(callee);
  expr.has_object = has_object && !operands.empty();
  expr.dynamic = is_method && x_.clang.clang_Cursor_isDynamicCall(cursor) != 0;
  expr.noreturn = IsNoreturn(x_, callee);
  AskFor(callee);
  return Add(expr, operands);
}

ExprId BodyBuilder::Construct(CXCursor cursor, CXCursor constructor) {
  const bool copies = x_.clang.clang_CXXConstructor_isCopyConstructor(constructor) != 0 ||
                      x_.clang.clang_CXXConstructor_isMoveConstructor(constructor) != 0;
  const Ids operands = Arguments(cursor);
  Expr expr = Make(ExprKind::kConstruct, cursor);
  if (operands.size() == 1 && operands[0] != kNone) {
    const bool implicit = SameExtent(f_.exprs[operands[0]].where, expr.where);
    if (copies || (implicit && IsTransparent(names_.Owner(constructor).view()))) return operands[0];
  }
  expr.entity = names_.Entity(constructor);
  expr.name = names_.Name(constructor);
  expr.owner = names_.Owner(constructor);
  AskFor(constructor);
  return Add(expr, operands);
}

// No declaration behind the call: an elided copy, or a template before its instantiation.
ExprId BodyBuilder::DependentCall(CXCursor cursor) {
  std::vector<CXCursor> parts;
  for (const CXCursor child : names_.Children(cursor)) {
    if (IsExpression(child)) parts.push_back(child);
  }
  const bool elided = parts.size() == 1 && x_.clang.clang_Cursor_getNumArguments(cursor) == 1;
  if (elided) return Expression(parts[0]);
  Expr expr = Make(ExprKind::kCall, cursor);
  Ids operands;
  if (!parts.empty() && x_.clang.clang_Cursor_getNumArguments(cursor) < static_cast<int>(parts.size())) {
    const CXCursor callee = LookThrough(parts[0]);
    expr.name = Symbol(LastIdentifier(names_.TextOf(callee)));
    if (x_.clang.clang_getCursorKind(callee) == CXCursor_MemberRefExpr) {
      for (const CXCursor object : names_.Children(callee)) {
        if (!IsExpression(object)) continue;
        expr.has_object = true;
        operands.push_back(Expression(object));
        break;
      }
    }
    parts.erase(parts.begin());
  }
  for (const CXCursor part : parts) operands.push_back(Expression(part));
  return Add(expr, operands);
}

}  // namespace spangate
