// One function body into expressions and statements. Private to the extraction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/extract_names.h"

namespace spangate {

/// What the bodies of one translation unit share.
struct Extraction {
  Extraction(const Libclang& library, CXTranslationUnit unit, const std::string& project_root, TuFacts& out)
      : clang(library), names(library, unit, project_root), facts(out) {}

  const Libclang& clang;
  ExtractNames names;
  TuFacts& facts;
  std::vector<CXCursor> pending;  // definitions of template instantiations that bodies call
  std::unordered_set<const void*> asked;
  std::unordered_map<EntityId, uint16_t> parameters;  // index of every parameter met so far
  std::unordered_map<const void*, std::optional<std::string>> constants;
  std::unordered_map<const void*, bool> noreturn;
  std::unordered_set<const void*> defaults;  // default arguments that are done
  int constant_depth = 0;
  Symbol cut_function;  // the first function whose body nests deeper than it is read
  size_t cut_functions = 0;
  std::vector<CXCursor> local_classes;  // declared inside bodies; their methods are functions too
};

/// The value of a const or constexpr variable, an enumerator or a literal; nullopt when it is computed.
std::optional<std::string> ConstantOf(Extraction& extraction, CXCursor variable);
std::optional<std::string> LiteralText(const Libclang& clang, CXCursor literal);
std::optional<std::string> NumberText(const Libclang& clang, CXCursor literal);

/// "b" of "a.template b<int>(c)".
std::string_view LastIdentifier(std::string_view text);

/// By attribute or by a well-known name.
bool IsNoreturn(Extraction& extraction, CXCursor function);

/// Identity, names, parameters and flags of a function; not its body.
FunctionFacts DescribeFunction(Extraction& extraction, CXCursor function);
void AddParameters(Extraction& extraction, const std::vector<CXCursor>& children, FunctionFacts& facts);
/// A function for each default argument among the parameters of `function` that calls something.
void AddDefaultArguments(Extraction& extraction, const std::vector<CXCursor>& children, const FunctionFacts& function);

/// A function that initialises the members of a class that say how.
void AddMemberInitialisers(Extraction& extraction, const std::vector<CXCursor>& children, const RecordFacts& record,
                           bool is_template);

class BodyBuilder {
 public:
  BodyBuilder(Extraction& extraction, FunctionFacts& facts) : x_(extraction), names_(extraction.names), f_(facts) {}

  void Function(CXCursor definition);   // member initialisers and body
  void Initialiser(CXCursor variable);  // a body that declares the variable
  void Value(CXCursor expression);      // a body that returns it
  void MemberInitialiser(CXCursor field, CXCursor value);
  void Finish(CXCursor place);  // the initialisers so far as a body
  void Lambda(const std::vector<CXCursor>& children);

  /// Variables of enclosing functions that the body names, in order: what a default capture takes.
  const std::vector<Expr>& outer() const { return outer_; }

 private:
  using Ids = std::vector<uint32_t>;

  // extract_expression.cc
  ExprId Expression(CXCursor cursor);
  ExprId Translate(CXCursor cursor);
  ExprId Call(CXCursor cursor);
  ExprId Construct(CXCursor cursor, CXCursor constructor);
  ExprId DependentCall(CXCursor cursor);
  ExprId Reference(CXCursor cursor);
  ExprId Variable(CXCursor cursor, CXCursor variable);
  ExprId Member(CXCursor cursor);
  ExprId FunctionName(CXCursor cursor, CXCursor function);
  ExprId Operator(CXCursor cursor, CXCursorKind kind);
  ExprId Literal(CXCursor cursor, CXCursorKind kind);
  ExprId List(CXCursor cursor);
  ExprId LambdaValue(CXCursor cursor);
  Ids Captures(CXCursor cursor, const std::vector<CXCursor>& children, const BodyBuilder& body);
  ExprId New(CXCursor cursor);
  ExprId Cast(CXCursor cursor, CXCursorKind kind);
  ExprId Unknown(CXCursor cursor);
  void CollectExpressions(CXCursor cursor, Ids& out, int depth);
  CXCursor LookThrough(CXCursor cursor);
  std::optional<ExprId> LookThroughCall(CXCursor cursor, CXCursor callee);
  Ids Arguments(CXCursor call);
  std::string UnaryName(CXCursor cursor, CXCursor operand);
  std::string BinaryName(CXCursor cursor, CXCursor left, CXCursor right);
  Expr Make(ExprKind kind, CXCursor cursor);
  void SetType(Expr& expr, CXType type);
  ExprId Add(Expr expr, const Ids& operands = {});
  void AskFor(CXCursor callee);
  bool IsOuter(EntityId variable) const { return is_lambda_ && !declared_.contains(variable); }

  // extract_statement.cc
  StmtId Single(CXCursor cursor);
  void Statement(CXCursor cursor, Ids& out);
  void Declaration(CXCursor cursor, Ids& out);
  void Variables(CXCursor cursor, ExprId given, Ids& out);
  void If(CXCursor cursor, Ids& out);
  void Loop(CXCursor cursor, CXCursorKind kind, Ids& out);
  void For(CXCursor cursor, Ids& out);
  void RangeFor(CXCursor cursor, Ids& out);
  void Switch(CXCursor cursor, Ids& out);
  void Case(CXCursor cursor, CXCursorKind kind, Ids& out);
  void Try(CXCursor cursor, Ids& out);
  StmtId Catch(CXCursor cursor);
  void FullExpression(CXCursor cursor, Ids& out);
  bool IsDiscarded(CXCursor cursor);
  void MemberInitialisers(CXCursor constructor, const std::vector<CXCursor>& children, Ids& out);
  void Header(const std::vector<CXCursor>& parts, Ids& out, ExprId& condition);
  StmtId AddStmt(Stmt stmt, const Ids& children = {});
  StmtId Block(CXCursor cursor, const Ids& children);
  Stmt MakeStmt(StmtKind kind, CXCursor cursor);
  bool IsExpression(CXCursor cursor) const;
  void CutShort();  // the body holds more than its facts

  Extraction& x_;
  ExtractNames& names_;
  FunctionFacts& f_;
  bool is_lambda_ = false;
  int depth_ = 0;
  bool cut_ = false;
  Ids members_;
  std::unordered_set<EntityId> declared_;  // variables of this body, parameters included
  std::unordered_set<EntityId> named_;     // those of outer_
  std::vector<Expr> outer_;
};

}  // namespace spangate
