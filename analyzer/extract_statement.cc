// Statements of a body. libclang lists the parts of if, for and switch by position and leaves absent ones out, so the
// source text between them (`else`, `;`) decides which part is which.
#include <algorithm>

#include "analyzer/extract_body.h"

namespace spangate {
namespace {

constexpr int kMaxNesting = 200;

bool EndsWithWord(std::string_view text, std::string_view word) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  if (text.ends_with("*/")) {  // else /* why */
    const size_t start = text.rfind("/*");
    if (start != std::string_view::npos) return EndsWithWord(text.substr(0, start), word);
  }
  const size_t line = text.rfind('\n');
  const size_t comment = text.find("//", line == std::string_view::npos ? 0 : line);
  if (comment != std::string_view::npos) return EndsWithWord(text.substr(0, comment), word);
  if (!text.ends_with(word)) return false;
  text.remove_suffix(word.size());
  return text.empty() || !(text.back() == '_' || (text.back() >= 'a' && text.back() <= 'z'));
}

// Semicolons of a for header before a part: 0 in front of the init, 1 of the condition, 2 of the increment.
int TopLevelSemicolons(std::string_view text) {
  int depth = 0;
  int count = 0;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '"' || c == '\'') quote = c;
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    if (c == ';' && depth == 1) ++count;
  }
  return count;
}

}  // namespace

Stmt BodyBuilder::MakeStmt(StmtKind kind, CXCursor cursor) {
  Stmt stmt;
  stmt.kind = kind;
  stmt.where = names_.Where(cursor);
  return stmt;
}

StmtId BodyBuilder::AddStmt(Stmt stmt, const Ids& children) {
  if (children.size() > UINT16_MAX) CutShort();
  stmt.first_child = static_cast<uint32_t>(f_.children.size());
  stmt.child_count = static_cast<uint16_t>(std::min<size_t>(children.size(), UINT16_MAX));
  f_.children.insert(f_.children.end(), children.begin(), children.begin() + stmt.child_count);
  f_.stmts.push_back(stmt);
  return static_cast<StmtId>(f_.stmts.size() - 1);
}

StmtId BodyBuilder::Block(CXCursor cursor, const Ids& children) {
  return AddStmt(MakeStmt(StmtKind::kBlock, cursor), children);
}

StmtId BodyBuilder::Single(CXCursor cursor) {
  Ids out;
  Statement(cursor, out);
  if (out.size() == 1) return out[0];
  return Block(cursor, out);
}

void BodyBuilder::Statement(CXCursor cursor, Ids& out) {
  const CXCursorKind kind = x_.clang.clang_getCursorKind(cursor);
  if (depth_ >= kMaxNesting) {
    CutShort();
    return;
  }
  ++depth_;
  switch (kind) {
    case CXCursor_CompoundStmt: {
      Ids children;
      for (const CXCursor child : names_.Children(cursor)) Statement(child, children);
      out.push_back(Block(cursor, children));
      break;
    }
    case CXCursor_DeclStmt:
      Declaration(cursor, out);
      break;
    case CXCursor_IfStmt:
      If(cursor, out);
      break;
    case CXCursor_ForStmt:
      For(cursor, out);
      break;
    case CXCursor_WhileStmt:
    case CXCursor_DoStmt:
      Loop(cursor, kind, out);
      break;
    case CXCursor_CXXForRangeStmt:
      RangeFor(cursor, out);
      break;
    case CXCursor_SwitchStmt:
      Switch(cursor, out);
      break;
    case CXCursor_CaseStmt:
    case CXCursor_DefaultStmt:
      Case(cursor, kind, out);
      break;
    case CXCursor_CXXTryStmt:
      Try(cursor, out);
      break;
    case CXCursor_ReturnStmt: {
      Stmt stmt = MakeStmt(StmtKind::kReturn, cursor);
      for (const CXCursor child : names_.Children(cursor)) stmt.expr = Expression(child);
      out.push_back(AddStmt(stmt));
      break;
    }
    case CXCursor_BreakStmt:
      out.push_back(AddStmt(MakeStmt(StmtKind::kBreak, cursor)));
      break;
    case CXCursor_ContinueStmt:
      out.push_back(AddStmt(MakeStmt(StmtKind::kContinue, cursor)));
      break;
    case CXCursor_GotoStmt:
    case CXCursor_IndirectGotoStmt:
      out.push_back(AddStmt(MakeStmt(StmtKind::kFlowUnknown, cursor)));
      break;
    case CXCursor_LabelStmt:
      out.push_back(AddStmt(MakeStmt(StmtKind::kFlowUnknown, cursor)));
      for (const CXCursor child : names_.Children(cursor)) Statement(child, out);
      break;
    case CXCursor_NullStmt:
      break;
    default:
      if (IsExpression(cursor)) {
        FullExpression(cursor, out);
      } else if (f_.is_coroutine && names_.TextOf(cursor).starts_with("co_return")) {
        Stmt stmt = MakeStmt(StmtKind::kReturn, cursor);
        const std::vector<CXCursor> children = names_.Children(cursor);
        if (!children.empty() && IsExpression(children[0])) stmt.expr = Expression(children[0]);
        out.push_back(AddStmt(stmt));
      } else if (x_.clang.clang_isStatement(kind) != 0) {  // an attribute's statement, or one that we do not model
        for (const CXCursor child : names_.Children(cursor)) {
          if (x_.clang.clang_isStatement(x_.clang.clang_getCursorKind(child)) != 0 || IsExpression(child)) {
            Statement(child, out);
          }
        }
      }
  }
  --depth_;
}

void BodyBuilder::Declaration(CXCursor cursor, Ids& out) {
  for (const CXCursor child : names_.Children(cursor)) {
    const CXCursorKind kind = x_.clang.clang_getCursorKind(child);
    if (kind == CXCursor_StructDecl || kind == CXCursor_ClassDecl || kind == CXCursor_UnionDecl) {
      x_.local_classes.push_back(child);
    } else if (kind == CXCursor_VarDecl || kind == CXCursor_UnexposedDecl) {
      Variables(child, kNone, out);
    }
  }
}

// One variable, or the names of a structured binding. `given` replaces the initialiser of a range loop's variable,
// which would be an iterator that nobody wrote.
void BodyBuilder::Variables(CXCursor cursor, ExprId given, Ids& out) {
  Ids ids;
  ExprId value = given;
  if (x_.clang.clang_getCursorKind(cursor) == CXCursor_VarDecl) {
    Stmt stmt = MakeStmt(StmtKind::kDeclare, cursor);
    stmt.entity = names_.Entity(cursor);
    declared_.insert(stmt.entity);
    const CXCursor initialiser = x_.clang.clang_Cursor_getVarDeclInitializer(cursor);
    if (value == kNone && x_.clang.clang_Cursor_isNull(initialiser) == 0) value = Expression(initialiser);
    const CXType type = x_.clang.clang_getCursorType(cursor);
    const TypeName name = names_.Type(type);
    stmt.name = names_.Name(cursor);
    stmt.type = name.name;
    stmt.form = name.form;
    stmt.is_const = x_.clang.clang_isConstQualifiedType(type) != 0;
    stmt.is_static = x_.clang.clang_Cursor_hasVarDeclGlobalStorage(cursor) != 0;
    stmt.expr = value;
    out.push_back(AddStmt(stmt));
    return;
  }
  std::vector<CXCursor> bindings;
  for (const CXCursor child : names_.Children(cursor)) {
    if (x_.clang.clang_getCursorKind(child) == CXCursor_UnexposedDecl) bindings.push_back(child);
    if (value == kNone && IsExpression(child)) value = Expression(child);
  }
  for (const CXCursor binding : bindings) {
    Stmt stmt = MakeStmt(StmtKind::kDeclare, binding);
    stmt.entity = names_.Entity(binding);
    declared_.insert(stmt.entity);
    const TypeName name = names_.Type(x_.clang.clang_getCursorType(binding));
    stmt.name = names_.Name(binding);
    stmt.type = name.name;
    stmt.form = name.form;
    stmt.is_binding = true;
    stmt.expr = value;
    out.push_back(AddStmt(stmt));
  }
}

// What stands between the parentheses of if, while and switch: [init] [variable] condition.
void BodyBuilder::Header(const std::vector<CXCursor>& parts, Ids& out, ExprId& condition) {
  for (size_t i = 0; i < parts.size(); ++i) {
    const CXCursorKind kind = x_.clang.clang_getCursorKind(parts[i]);
    if (kind == CXCursor_VarDecl || kind == CXCursor_UnexposedDecl) {
      Variables(parts[i], kNone, out);
    } else if (kind == CXCursor_DeclStmt) {
      Declaration(parts[i], out);
    } else if (i + 1 == parts.size() && IsExpression(parts[i])) {
      condition = Expression(parts[i]);
    } else {
      Statement(parts[i], out);
    }
  }
}

void BodyBuilder::If(CXCursor cursor, Ids& out) {
  std::vector<CXCursor> parts = names_.Children(cursor);
  if (parts.empty()) return;
  bool has_else = false;
  if (parts.size() > 1) {
    const CXCursor before = parts[parts.size() - 2];
    const std::string_view between = names_.TextBetween(before, parts.back());
    has_else = EndsWithWord(between, "else");
    // A macro hides the text. Then a third part is the else branch unless the first one is an init.
    if (between.empty() && names_.InMacro(parts.back()) && parts.size() == 3) {
      const CXCursorKind first = x_.clang.clang_getCursorKind(parts[0]);
      has_else = first != CXCursor_DeclStmt && first != CXCursor_VarDecl;
    }
  }
  const CXCursor otherwise = parts.back();
  if (has_else) parts.pop_back();
  const CXCursor then = parts.back();
  parts.pop_back();
  Ids before;
  Stmt stmt = MakeStmt(StmtKind::kIf, cursor);
  Header(parts, before, stmt.expr);
  const StmtId then_id = Single(then);
  const StmtId else_id = has_else ? Single(otherwise) : kNone;
  const StmtId id = AddStmt(stmt, {then_id, else_id});
  if (before.empty()) {
    out.push_back(id);
    return;
  }
  before.push_back(id);
  out.push_back(Block(cursor, before));  // its variables end with the statement
}

void BodyBuilder::Loop(CXCursor cursor, CXCursorKind kind, Ids& out) {
  std::vector<CXCursor> parts = names_.Children(cursor);
  if (parts.empty()) return;
  const bool is_do = kind == CXCursor_DoStmt;
  const CXCursor body = is_do ? parts.front() : parts.back();
  parts.erase(is_do ? parts.begin() : parts.end() - 1);
  Ids before;
  Stmt stmt = MakeStmt(StmtKind::kLoop, cursor);
  stmt.name = Symbol(is_do ? "do" : "while");
  Header(parts, before, stmt.expr);
  const StmtId id = AddStmt(stmt, {Single(body), kNone});
  if (before.empty()) {
    out.push_back(id);
    return;
  }
  before.push_back(id);
  out.push_back(Block(cursor, before));
}

void BodyBuilder::For(CXCursor cursor, Ids& out) {
  std::vector<CXCursor> parts = names_.Children(cursor);
  if (parts.empty()) return;
  const CXCursor body = parts.back();
  parts.pop_back();
  Ids before;
  Stmt stmt = MakeStmt(StmtKind::kLoop, cursor);
  stmt.name = Symbol("for");
  StmtId increment = kNone;
  for (size_t i = 0; i < parts.size(); ++i) {
    const CXCursorKind kind = x_.clang.clang_getCursorKind(parts[i]);
    const std::string_view text = names_.TextBefore(cursor, parts[i]);
    const int place = text.empty() ? static_cast<int>(i) : TopLevelSemicolons(text);
    if (kind == CXCursor_VarDecl || kind == CXCursor_DeclStmt || place == 0) {
      if (kind == CXCursor_VarDecl) {
        Variables(parts[i], kNone, before);
      } else {
        Statement(parts[i], before);
      }
    } else if (place == 1) {
      stmt.expr = Expression(parts[i]);
    } else {
      increment = Single(parts[i]);
    }
  }
  const StmtId id = AddStmt(stmt, {Single(body), increment});
  if (before.empty()) {
    out.push_back(id);
    return;
  }
  before.push_back(id);
  out.push_back(Block(cursor, before));
}

void BodyBuilder::RangeFor(CXCursor cursor, Ids& out) {
  const std::vector<CXCursor> parts = names_.Children(cursor);
  if (parts.size() < 3) {
    f_.incomplete = true;
    return;
  }
  Ids before;
  for (size_t i = 0; i + 3 < parts.size(); ++i) Statement(parts[i], before);  // C++20 init
  Stmt stmt = MakeStmt(StmtKind::kLoop, cursor);
  stmt.name = Symbol("range");
  stmt.expr = Expression(parts[parts.size() - 2]);
  Ids body;
  Variables(parts[parts.size() - 3], stmt.expr, body);
  body.push_back(Single(parts.back()));
  before.push_back(AddStmt(stmt, {Block(parts.back(), body), kNone}));
  out.push_back(before.size() == 1 ? before[0] : Block(cursor, before));
}

void BodyBuilder::Switch(CXCursor cursor, Ids& out) {
  std::vector<CXCursor> parts = names_.Children(cursor);
  if (parts.empty()) return;
  const CXCursor body = parts.back();
  parts.pop_back();
  Ids before;
  Stmt stmt = MakeStmt(StmtKind::kSwitch, cursor);
  // `switch (auto r = f(); r)`: libclang does not list the init, but its variable is what the condition names.
  if (parts.size() == 1 && TopLevelSemicolons(names_.TextBefore(cursor, parts[0])) > 0) {
    const CXCursor value = LookThrough(parts[0]);
    const CXCursor variable = x_.clang.clang_getCursorReferenced(value);
    const bool is_variable = x_.clang.clang_Cursor_isNull(variable) == 0 &&
                             x_.clang.clang_getCursorKind(variable) == CXCursor_VarDecl &&
                             !declared_.contains(names_.Entity(variable));
    if (is_variable) Variables(variable, kNone, before);
  }
  Header(parts, before, stmt.expr);
  const StmtId id = AddStmt(stmt, {Single(body)});
  if (before.empty()) {
    out.push_back(id);
    return;
  }
  before.push_back(id);
  out.push_back(Block(cursor, before));
}

void BodyBuilder::Case(CXCursor cursor, CXCursorKind kind, Ids& out) {
  const std::vector<CXCursor> parts = names_.Children(cursor);
  if (parts.empty()) return;
  Stmt stmt = MakeStmt(StmtKind::kCase, cursor);
  if (kind == CXCursor_CaseStmt && parts.size() > 1) stmt.expr = Expression(parts[0]);
  const StmtId child = Single(parts.back());
  out.push_back(AddStmt(stmt, {child}));
}

void BodyBuilder::Try(CXCursor cursor, Ids& out) {
  Ids children;
  for (const CXCursor child : names_.Children(cursor)) {
    const bool handler = x_.clang.clang_getCursorKind(child) == CXCursor_CXXCatchStmt;
    children.push_back(handler ? Catch(child) : Single(child));
  }
  out.push_back(AddStmt(MakeStmt(StmtKind::kTry, cursor), children));
}

StmtId BodyBuilder::Catch(CXCursor cursor) {
  Stmt stmt = MakeStmt(StmtKind::kCatch, cursor);
  stmt.type = Symbol("...");
  Ids children;
  for (const CXCursor child : names_.Children(cursor)) {
    if (x_.clang.clang_getCursorKind(child) == CXCursor_VarDecl) {
      const TypeName type = names_.Type(x_.clang.clang_getCursorType(child));
      stmt.entity = names_.Entity(child);
      declared_.insert(stmt.entity);
      stmt.name = names_.Name(child);
      stmt.type = type.name;
      stmt.form = type.form;
    } else {
      children.push_back(Single(child));
    }
  }
  return AddStmt(stmt, children);
}

// `(void)f();`, `a(), b();` and `throw e;` are taken apart here, where the position shows that nobody takes the value.
void BodyBuilder::FullExpression(CXCursor cursor, Ids& out) {
  CXCursor inner = LookThrough(cursor);
  const CXCursorKind outer_kind = x_.clang.clang_getCursorKind(inner);
  const bool to_void = (outer_kind == CXCursor_CStyleCastExpr || outer_kind == CXCursor_CXXStaticCastExpr ||
                        outer_kind == CXCursor_CXXFunctionalCastExpr) &&
                       x_.clang.clang_getCursorType(inner).kind == CXType_Void;
  if (to_void) {
    for (const CXCursor child : names_.Children(inner)) {
      if (IsExpression(child)) inner = LookThrough(child);
    }
  }
  const CXCursorKind kind = x_.clang.clang_getCursorKind(inner);
  if (kind == CXCursor_BinaryOperator) {
    std::vector<CXCursor> parts;
    for (const CXCursor child : names_.Children(inner)) parts.push_back(child);
    if (parts.size() == 2 && BinaryName(inner, parts[0], parts[1]) == ",") {
      if (depth_ >= kMaxNesting) return CutShort();
      ++depth_;
      FullExpression(parts[0], out);
      FullExpression(parts[1], out);
      --depth_;
      return;
    }
  }
  if (kind == CXCursor_CXXThrowExpr) {
    Stmt stmt = MakeStmt(StmtKind::kThrow, inner);
    for (const CXCursor child : names_.Children(inner)) stmt.expr = Expression(child);
    out.push_back(AddStmt(stmt));
    return;
  }
  Stmt stmt = MakeStmt(StmtKind::kExpr, cursor);
  stmt.expr = Expression(inner);
  stmt.discarded = IsDiscarded(inner) && [&] {
    const Expr& expr = f_.exprs[stmt.expr];
    const bool makes = expr.kind == ExprKind::kCall || expr.kind == ExprKind::kConstruct ||
                       expr.kind == ExprKind::kConditional || expr.kind == ExprKind::kCast;
    const bool owns = expr.form == TypeForm::kValue || expr.form == TypeForm::kUnique ||
                      expr.form == TypeForm::kShared || expr.form == TypeForm::kOptional;
    return makes && owns && expr.name != "operator=";
  }();
  const Symbol callee = f_.exprs[stmt.expr].name;
  if (callee == "setjmp" || callee == "_setjmp" || callee == "longjmp") stmt.kind = StmtKind::kFlowUnknown;
  out.push_back(AddStmt(stmt));
}

bool BodyBuilder::IsDiscarded(CXCursor cursor) {
  const CXType type = x_.clang.clang_getCanonicalType(x_.clang.clang_getCursorType(cursor));
  return type.kind == CXType_Record;
}

void BodyBuilder::MemberInitialisers(CXCursor constructor, const std::vector<CXCursor>& children, Ids& out) {
  CXCursor field = x_.clang.clang_getNullCursor();
  for (const CXCursor child : children) {
    const CXCursorKind kind = x_.clang.clang_getCursorKind(child);
    if (kind == CXCursor_MemberRef) field = child;
    if (x_.clang.clang_isStatement(kind) != 0) break;
    if (!IsExpression(child)) continue;
    const bool is_field = x_.clang.clang_Cursor_isNull(field) == 0;
    Stmt stmt = MakeStmt(StmtKind::kMemberInit, is_field ? field : child);
    CXType type = x_.clang.clang_getCursorType(child);
    if (is_field) {
      const CXCursor target = x_.clang.clang_getCursorReferenced(field);
      stmt.entity = names_.Entity(target);
      stmt.name = names_.Name(target);
      type = x_.clang.clang_getCursorType(target);
    }
    const TypeName name = names_.Type(type);
    stmt.type = name.name;
    stmt.form = name.form;
    if (!is_field) stmt.name = names_.Name(constructor);
    stmt.expr = Expression(child);
    out.push_back(AddStmt(stmt));
    field = x_.clang.clang_getNullCursor();
  }
}

void BodyBuilder::Function(CXCursor definition) {
  const std::vector<CXCursor> children = names_.Children(definition);
  for (const CXCursor child : children) {
    if (x_.clang.clang_getCursorKind(child) == CXCursor_ParmDecl) declared_.insert(names_.Entity(child));
  }
  Ids before;
  if (f_.is_constructor) MemberInitialisers(definition, children, before);
  for (const CXCursor child : children) {
    const CXCursorKind kind = x_.clang.clang_getCursorKind(child);
    if (x_.clang.clang_isStatement(kind) == 0) continue;
    CXCursor body = child;
    if (kind == CXCursor_UnexposedStmt) {  // a coroutine's body is wrapped
      f_.is_coroutine = true;
      for (const CXCursor inner : names_.Children(child)) {
        if (x_.clang.clang_getCursorKind(inner) == CXCursor_CompoundStmt) body = inner;
      }
    }
    f_.body = names_.Where(body);
    f_.root = Single(body);
    if (!before.empty()) {
      before.push_back(f_.root);
      f_.root = Block(body, before);
    }
  }
}

void BodyBuilder::Initialiser(CXCursor variable) {
  f_.body = names_.Where(variable);
  Ids out;
  Variables(variable, kNone, out);
  f_.root = Block(variable, out);
}

}  // namespace spangate
