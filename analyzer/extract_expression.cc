// Expressions of a body. What the compiler adds without the author's doing (implicit casts, temporaries, conversions to
// string_view or AttributeValue) is looked through, so that an operand is the expression that the author wrote.
#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/extract_body.h"

namespace spangate {
namespace {

constexpr int kMaxDepth = 200;  // nesting of one expression; deeper is generated code that no rule understands

struct CastKind {
  CXCursorKind kind;
  std::string_view name;
};
constexpr std::array<CastKind, 6> kCasts = {{{CXCursor_CStyleCastExpr, "c"},
                                             {CXCursor_CXXStaticCastExpr, "static_cast"},
                                             {CXCursor_CXXDynamicCastExpr, "dynamic_cast"},
                                             {CXCursor_CXXReinterpretCastExpr, "reinterpret_cast"},
                                             {CXCursor_CXXConstCastExpr, "const_cast"},
                                             {CXCursor_CXXFunctionalCastExpr, "functional"}}};

bool IsCast(CXCursorKind kind) {
  return std::any_of(kCasts.begin(), kCasts.end(), [kind](const CastKind& row) { return row.kind == kind; });
}

constexpr std::string_view kOperatorCharacters = "+-*/%^&|~!=<>,.";

// Blanks and comments in front of an operator.
std::string_view SkipBlanks(std::string_view text) {
  while (!text.empty()) {
    if (text.front() == ' ' || text.front() == '\t' || text.front() == '\n' || text.front() == '\r') {
      text.remove_prefix(1);
    } else if (text.starts_with("/*")) {
      const size_t end = text.find("*/", 2);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    } else if (text.starts_with("//")) {
      const size_t end = text.find('\n');
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    } else {
      break;
    }
  }
  return text;
}

std::string OperatorIn(std::string_view text) {
  text = SkipBlanks(text);
  size_t size = 0;
  while (size < text.size() && size < 3 && kOperatorCharacters.find(text[size]) != std::string_view::npos &&
         !text.substr(size).starts_with("/*") && !text.substr(size).starts_with("//")) {
    ++size;
  }
  return std::string(text.substr(0, size));
}

bool IsSuspension(std::string_view text) { return text.starts_with("co_await") || text.starts_with("co_yield"); }

}  // namespace

bool BodyBuilder::IsExpression(CXCursor cursor) const {
  return x_.clang.clang_isExpression(x_.clang.clang_getCursorKind(cursor)) != 0;
}

Expr BodyBuilder::Make(ExprKind kind, CXCursor cursor) {
  Expr expr;
  expr.kind = kind;
  expr.where = names_.Where(cursor);
  expr.in_macro = names_.InMacro(cursor);
  SetType(expr, x_.clang.clang_getCursorType(cursor));
  return expr;
}

void BodyBuilder::SetType(Expr& expr, CXType type) {
  const TypeName name = names_.Type(type);
  expr.type = name.name;
  expr.form = name.form;
}

void BodyBuilder::CutShort() {
  f_.incomplete = true;
  if (std::exchange(cut_, true)) return;
  if (x_.cut_functions++ == 0) x_.cut_function = f_.qualified_name;
}

ExprId BodyBuilder::Add(Expr expr, const Ids& operands) {
  if (operands.size() > UINT16_MAX) CutShort();
  expr.first_operand = static_cast<uint32_t>(f_.operands.size());
  expr.operand_count = static_cast<uint16_t>(std::min<size_t>(operands.size(), UINT16_MAX));
  f_.operands.insert(f_.operands.end(), operands.begin(), operands.begin() + expr.operand_count);
  f_.exprs.push_back(expr);
  return static_cast<ExprId>(f_.exprs.size() - 1);
}

// The first cursor below that is more than a wrapper of the compiler's.
CXCursor BodyBuilder::LookThrough(CXCursor cursor) {
  for (int i = 0; i < kMaxDepth; ++i) {
    const CXCursorKind kind = x_.clang.clang_getCursorKind(cursor);
    if (kind != CXCursor_UnexposedExpr && kind != CXCursor_ParenExpr) return cursor;
    if (f_.is_coroutine && IsSuspension(names_.TextOf(cursor))) return cursor;
    CXCursor only = cursor;
    int expressions = 0;
    for (const CXCursor child : names_.Children(cursor)) {
      if (!IsExpression(child)) continue;
      only = child;
      ++expressions;
    }
    if (expressions != 1) return cursor;
    cursor = only;
  }
  return cursor;
}

ExprId BodyBuilder::Expression(CXCursor cursor) {
  if (depth_ >= kMaxDepth) {
    CutShort();
    return Add(Make(ExprKind::kUnknown, cursor));
  }
  ++depth_;
  const ExprId id = Translate(LookThrough(cursor));
  --depth_;
  return id;
}

ExprId BodyBuilder::Translate(CXCursor cursor) {
  const CXCursorKind kind = x_.clang.clang_getCursorKind(cursor);
  if (IsCast(kind)) return Cast(cursor, kind);
  switch (kind) {
    case CXCursor_CallExpr:
      return Call(cursor);
    case CXCursor_DeclRefExpr:
      return Reference(cursor);
    case CXCursor_MemberRefExpr:
      return Member(cursor);
    case CXCursor_StringLiteral:
    case CXCursor_IntegerLiteral:
    case CXCursor_FloatingLiteral:
    case CXCursor_CharacterLiteral:
    case CXCursor_CXXBoolLiteralExpr:
    case CXCursor_CXXNullPtrLiteralExpr:
      return Literal(cursor, kind);
    case CXCursor_UnaryOperator:
    case CXCursor_BinaryOperator:
    case CXCursor_CompoundAssignOperator:
    case CXCursor_ArraySubscriptExpr:
    case CXCursor_CXXDeleteExpr:
    case CXCursor_CXXThrowExpr:
    case CXCursor_ConditionalOperator:
      return Operator(cursor, kind);
    case CXCursor_InitListExpr:
      return List(cursor);
    case CXCursor_LambdaExpr:
      return LambdaValue(cursor);
    case CXCursor_CXXNewExpr:
      return New(cursor);
    case CXCursor_CXXThisExpr:
      if (is_lambda_ && named_.insert(0).second) outer_.push_back(Make(ExprKind::kThis, cursor));
      return Add(Make(ExprKind::kThis, cursor));
    case CXCursor_UnaryExpr:  // sizeof and its like evaluate nothing
      return Add(Make(ExprKind::kUnknown, cursor));
    default:
      return Unknown(cursor);
  }
}

ExprId BodyBuilder::Literal(CXCursor cursor, CXCursorKind kind) {
  Expr expr = Make(kind == CXCursor_StringLiteral ? ExprKind::kString : ExprKind::kNumber, cursor);
  const std::optional<std::string> text =
      kind == CXCursor_StringLiteral ? LiteralText(x_.clang, cursor) : NumberText(x_.clang, cursor);
  if (!text) expr.kind = ExprKind::kUnknown;
  expr.text = Symbol(text.value_or(""));
  if (expr.kind == ExprKind::kString) {
    expr.type = Symbol("char");
    expr.form = TypeForm::kPointer;
  }
  return Add(expr);
}

ExprId BodyBuilder::Cast(CXCursor cursor, CXCursorKind kind) {
  CXCursor inner = cursor;
  bool found = false;
  for (const CXCursor child : names_.Children(cursor)) {
    if (!IsExpression(child)) continue;
    inner = child;
    found = true;
  }
  if (!found) return Add(Make(ExprKind::kUnknown, cursor));
  const CXCursor call = LookThrough(inner);
  // T(x) of a class is its construction, not a cast.
  if (kind == CXCursor_CXXFunctionalCastExpr && x_.clang.clang_getCursorKind(call) == CXCursor_CallExpr) {
    const CXCursor callee = x_.clang.clang_getCursorReferenced(call);
    const CXCursorKind callee_kind = x_.clang.clang_getCursorKind(callee);
    if (callee_kind == CXCursor_Constructor || callee_kind == CXCursor_ConversionFunction) return Expression(inner);
  }
  if (kind == CXCursor_CXXFunctionalCastExpr && x_.clang.clang_getCursorKind(call) == CXCursor_InitListExpr) {
    return Expression(inner);
  }
  Expr expr = Make(ExprKind::kCast, cursor);
  const auto* const row =
      std::find_if(kCasts.begin(), kCasts.end(), [kind](const CastKind& candidate) { return candidate.kind == kind; });
  expr.name = Symbol(row->name);
  return Add(expr, {Expression(inner)});
}

std::string BodyBuilder::UnaryName(CXCursor cursor, CXCursor operand) {
  if (x_.clang.clang_getCursorUnaryOperatorKind != nullptr && x_.clang.clang_getUnaryOperatorKindSpelling != nullptr) {
    const auto kind = x_.clang.clang_getCursorUnaryOperatorKind(cursor);
    return x_.clang.Take(x_.clang.clang_getUnaryOperatorKindSpelling(kind));
  }
  const std::string prefix = OperatorIn(names_.TextBefore(cursor, operand));
  return prefix.empty() ? OperatorIn(names_.TextAfter(cursor, operand)) : prefix;
}

std::string BodyBuilder::BinaryName(CXCursor cursor, CXCursor left, CXCursor right) {
  if (x_.clang.clang_getCursorBinaryOperatorKind != nullptr &&
      x_.clang.clang_getBinaryOperatorKindSpelling != nullptr) {
    const auto kind = x_.clang.clang_getCursorBinaryOperatorKind(cursor);
    return x_.clang.Take(x_.clang.clang_getBinaryOperatorKindSpelling(kind));
  }
  return OperatorIn(names_.TextBetween(left, right));
}

ExprId BodyBuilder::Operator(CXCursor cursor, CXCursorKind kind) {
  std::vector<CXCursor> parts;
  for (const CXCursor child : names_.Children(cursor)) {
    if (IsExpression(child)) parts.push_back(child);
  }
  if (kind == CXCursor_ConditionalOperator) {
    if (parts.size() == 2) parts.insert(parts.begin(), parts.front());  // a ?: b
    Expr expr = Make(ExprKind::kConditional, cursor);
    Ids operands;
    for (const CXCursor part : parts) operands.push_back(Expression(part));
    return Add(expr, operands);
  }
  Expr expr = Make(ExprKind::kOperator, cursor);
  std::string name;
  if (kind == CXCursor_ArraySubscriptExpr) name = "[]";
  if (kind == CXCursor_CXXDeleteExpr) name = "delete";
  if (kind == CXCursor_CXXThrowExpr) name = "throw";
  if (name.empty() && parts.size() == 1) name = UnaryName(cursor, parts[0]);
  if (name.empty() && parts.size() == 2) name = BinaryName(cursor, parts[0], parts[1]);
  expr.name = Symbol(name);
  Ids operands;
  for (const CXCursor part : parts) operands.push_back(Expression(part));
  if (name == "-" && operands.size() == 1 && f_.exprs[operands[0]].kind == ExprKind::kNumber) {
    Expr number = f_.exprs[operands[0]];
    number.text = Symbol("-" + std::string(number.text.view()));
    number.where = expr.where;
    return Add(number);
  }
  return Add(expr, operands);
}

ExprId BodyBuilder::Reference(CXCursor cursor) {
  const CXCursor target = x_.clang.clang_getCursorReferenced(cursor);
  if (x_.clang.clang_Cursor_isNull(target) != 0) {
    Expr expr = Make(ExprKind::kUnknown, cursor);
    expr.name = Symbol(LastIdentifier(names_.TextOf(cursor)));
    return Add(expr);
  }
  switch (x_.clang.clang_getCursorKind(target)) {
    case CXCursor_VarDecl:
    case CXCursor_ParmDecl:
    case CXCursor_UnexposedDecl:  // a name of a structured binding
      return Variable(cursor, target);
    case CXCursor_FieldDecl:
      return Member(cursor);
    case CXCursor_EnumConstantDecl: {
      Expr expr = Make(ExprKind::kNumber, cursor);
      expr.name = expr.text = names_.Name(target);
      expr.owner = names_.Owner(target);
      return Add(expr);
    }
    case CXCursor_FunctionDecl:
    case CXCursor_CXXMethod:
    case CXCursor_FunctionTemplate:
    case CXCursor_OverloadedDeclRef:
      return FunctionName(cursor, target);
    default: {
      Expr expr = Make(ExprKind::kUnknown, cursor);
      expr.name = names_.Name(target);
      return Add(expr);
    }
  }
}

ExprId BodyBuilder::FunctionName(CXCursor cursor, CXCursor function) {
  Expr expr = Make(ExprKind::kFunction, cursor);
  expr.entity = names_.Entity(function);
  expr.name = names_.Name(function);
  expr.owner = names_.Owner(function);
  AskFor(function);
  return Add(expr);
}

ExprId BodyBuilder::Variable(CXCursor cursor, CXCursor variable) {
  const CXCursorKind kind = x_.clang.clang_getCursorKind(variable);
  Expr expr = Make(ExprKind::kLocal, cursor);
  SetType(expr, x_.clang.clang_getCursorType(variable));
  expr.entity = names_.Entity(variable);
  expr.name = names_.Name(variable);
  if (kind == CXCursor_ParmDecl) {
    expr.kind = ExprKind::kParameter;
    if (const auto index = x_.parameters.find(expr.entity); index != x_.parameters.end()) {
      expr.parameter = index->second;
    }
  } else if (kind == CXCursor_VarDecl) {
    const CXCursorKind parent = x_.clang.clang_getCursorKind(x_.clang.clang_getCursorSemanticParent(variable));
    const bool at_scope = parent == CXCursor_Namespace || x_.clang.clang_isTranslationUnit(parent) != 0 ||
                          parent == CXCursor_StructDecl || parent == CXCursor_ClassDecl ||
                          parent == CXCursor_UnionDecl || parent == CXCursor_ClassTemplate ||
                          parent == CXCursor_ClassTemplatePartialSpecialization || parent == CXCursor_LinkageSpec ||
                          parent == CXCursor_UnexposedDecl;
    if (at_scope) {
      expr.kind = ExprKind::kGlobal;
      expr.owner = names_.Owner(variable);
    }
    if (const std::optional<std::string> text = ConstantOf(x_, variable)) {
      expr.folded = true;
      expr.text = Symbol(*text);
    }
  }
  const bool automatic = kind != CXCursor_VarDecl || x_.clang.clang_Cursor_hasVarDeclGlobalStorage(variable) == 0;
  if (expr.kind != ExprKind::kGlobal && automatic && IsOuter(expr.entity) && named_.insert(expr.entity).second) {
    outer_.push_back(expr);
  }
  return Add(expr);
}

ExprId BodyBuilder::Member(CXCursor cursor) {
  const CXCursor target = x_.clang.clang_getCursorReferenced(cursor);
  const CXCursorKind kind = x_.clang.clang_getCursorKind(target);
  if (kind == CXCursor_VarDecl) return Variable(cursor, target);
  if (kind == CXCursor_CXXMethod || kind == CXCursor_FunctionTemplate) return FunctionName(cursor, target);
  if (kind == CXCursor_EnumConstantDecl) return Reference(cursor);
  Ids operands;
  for (const CXCursor child : names_.Children(cursor)) {
    if (IsExpression(child)) operands.push_back(Expression(child));
  }
  Expr expr = Make(kind == CXCursor_FieldDecl ? ExprKind::kField : ExprKind::kUnknown, cursor);
  if (kind != CXCursor_FieldDecl) {  // dependent
    expr.name = Symbol(LastIdentifier(names_.TextOf(cursor)));
    return Add(expr, operands);
  }
  SetType(expr, x_.clang.clang_getCursorType(target));
  expr.entity = names_.Entity(target);
  expr.name = names_.Name(target);
  expr.owner = names_.Owner(target);
  if (operands.empty()) {
    if (is_lambda_ && named_.insert(0).second) outer_.push_back(Make(ExprKind::kThis, cursor));
    Expr self = Make(ExprKind::kThis, cursor);
    self.type = expr.owner;
    self.form = TypeForm::kPointer;
    operands.push_back(Add(self));
  }
  return Add(expr, operands);
}

ExprId BodyBuilder::New(CXCursor cursor) {
  Ids operands;
  for (const CXCursor child : names_.Children(cursor)) {
    if (IsExpression(child)) operands.assign(1, Expression(child));  // placement arguments come first
  }
  Expr expr = Make(ExprKind::kNew, cursor);
  return Add(expr, operands);
}

ExprId BodyBuilder::List(CXCursor cursor) {
  const CXType type = x_.clang.clang_getCanonicalType(x_.clang.clang_getCursorType(cursor));
  Expr expr = Make(type.kind == CXType_Record ? ExprKind::kConstruct : ExprKind::kList, cursor);
  std::vector<CXCursor> fields;
  if (type.kind == CXType_Record) {
    for (const CXCursor child : names_.Children(x_.clang.clang_getTypeDeclaration(type))) {
      if (x_.clang.clang_getCursorKind(child) == CXCursor_FieldDecl) fields.push_back(child);
    }
    expr.owner = expr.type;
  }
  Ids operands;
  for (const CXCursor child : names_.Children(cursor)) {
    if (!IsExpression(child)) continue;
    size_t place = operands.size();
    CXCursor value = child;
    for (const CXCursor part : names_.Children(child)) {  // .kind = value
      if (x_.clang.clang_getCursorKind(part) == CXCursor_MemberRef) {
        const CXCursor field = x_.clang.clang_getCursorReferenced(part);
        for (size_t i = 0; i < fields.size(); ++i) {
          if (x_.clang.clang_equalCursors(fields[i], field) != 0) place = i;
        }
      } else if (IsExpression(part) && x_.clang.clang_getCursorKind(child) == CXCursor_UnexposedExpr) {
        value = part;
      }
    }
    if (operands.size() <= place) operands.resize(place + 1, kNone);
    operands[place] = Expression(value);
  }
  return Add(expr, operands);
}

ExprId BodyBuilder::Unknown(CXCursor cursor) {
  if (f_.is_coroutine && IsSuspension(names_.TextOf(cursor))) {
    // The wrappers of a suspension share its text; its operand is what follows the keyword.
    for (int i = 0; i < kMaxDepth; ++i) {
      const std::vector<CXCursor> children = names_.Children(cursor);
      const auto first = std::find_if(children.begin(), children.end(), [this](CXCursor c) { return IsExpression(c); });
      if (first == children.end()) break;
      if (IsSuspension(names_.TextOf(*first))) {
        cursor = *first;
        continue;
      }
      const ExprId operand = Expression(*first);
      return Add(Make(ExprKind::kSuspend, cursor), {operand});
    }
    return Add(Make(ExprKind::kSuspend, cursor));
  }
  Ids operands;
  CollectExpressions(cursor, operands, 0);
  return Add(Make(ExprKind::kUnknown, cursor), operands);
}

void BodyBuilder::CollectExpressions(CXCursor cursor, Ids& out, int depth) {
  if (depth > kMaxDepth) return CutShort();
  for (const CXCursor child : names_.Children(cursor)) {
    const CXCursorKind kind = x_.clang.clang_getCursorKind(child);
    if (IsExpression(child)) {
      out.push_back(Expression(child));
    } else if (x_.clang.clang_isStatement(kind) != 0 || kind == CXCursor_VarDecl) {
      CollectExpressions(child, out, depth + 1);
    }
  }
}

}  // namespace spangate
