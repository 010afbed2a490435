// For tests: parses a snippet with each installed libclang and spells the facts as text that a test can compare.
#pragma once

#include <clang-c/Index.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/extract.h"
#include "analyzer/facts.h"
#include "analyzer/libclang.h"

namespace spangate::testing {

/// Those of the supported versions that this machine has.
inline std::vector<std::string> InstalledLibclangs() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/x86_64-linux-gnu")) {
    const std::string name = entry.path().filename().string();
    const bool library = name.starts_with("libclang-") && !name.starts_with("libclang-cpp") &&
                         name.find(".so.") != std::string::npos && !entry.is_symlink();
    if (library) found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// A folder of its own, removed with its content.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "spangate-extract-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = std::filesystem::canonical(pattern).string();
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string Write(std::string_view name, std::string_view text) const {
    const std::string file = path_ + "/" + std::string(name);
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    std::ofstream(file) << text;
    return file;
  }

 private:
  std::string path_;
};

/// Parses `file` in index mode, as the analyzer does. Errors of the compiler are in `diagnostics`.
inline TuFacts ParseFile(const Libclang& clang, const std::string& file, const std::string& root,
                         const std::vector<std::string>& flags) {
  TuFacts facts;
  facts.main_file = Symbol(file);
  std::vector<std::string> words = {"clang++", "-std=c++20", "-fsyntax-only", "-w", "-ferror-limit=0"};
  words.insert(words.end(), flags.begin(), flags.end());
  words.push_back(file);
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  CXIndex index = clang.clang_createIndex(0, 0);
  CXIndexAction action = clang.clang_IndexAction_create(index);
  IndexerCallbacks callbacks{};
  CXTranslationUnit unit = nullptr;
  clang.clang_indexSourceFileFullArgv(
      action, nullptr, &callbacks, sizeof(callbacks),
      CXIndexOpt_SkipParsedBodiesInSession | CXIndexOpt_IndexImplicitTemplateInstantiations, nullptr, argv.data(),
      static_cast<int>(argv.size()), nullptr, 0, &unit, 0);
  if (unit != nullptr) {
    facts.outcome = TuOutcome::kClean;
    for (unsigned i = 0; i < clang.clang_getNumDiagnostics(unit); ++i) {
      CXDiagnostic raw = clang.clang_getDiagnostic(unit, i);
      const CXDiagnosticSeverity severity = clang.clang_getDiagnosticSeverity(raw);
      if (severity >= CXDiagnostic_Error) {
        CXFile where = nullptr;
        Diagnostic diagnostic;
        clang.clang_getExpansionLocation(clang.clang_getDiagnosticLocation(raw), &where, &diagnostic.line,
                                         &diagnostic.column, nullptr);
        diagnostic.file = Symbol(where != nullptr ? clang.Take(clang.clang_getFileName(where)) : "");
        diagnostic.message = clang.Take(clang.clang_getDiagnosticSpelling(raw));
        facts.diagnostics.push_back(diagnostic);
        facts.outcome = TuOutcome::kRecovered;
      }
      clang.clang_disposeDiagnostic(raw);
    }
    ExtractFacts(clang, unit, {.project_root = root}, facts);
    clang.clang_disposeTranslationUnit(unit);
  }
  clang.clang_IndexAction_dispose(action);
  clang.clang_disposeIndex(index);
  return facts;
}

inline std::string Spell(const FunctionFacts& f, ExprId id);

inline std::string SpellOperands(const FunctionFacts& f, const Expr& expr, uint32_t from, std::string_view separator) {
  std::string text;
  for (uint32_t i = from; i < expr.operand_count; ++i) {
    if (i > from) text += separator;
    text += Spell(f, f.operands[expr.first_operand + i]);
  }
  return text;
}

/// One expression, close to C++: shop::f($parameter, local, this.field, "text", [lambda: captures]).
inline std::string Spell(const FunctionFacts& f, ExprId id) {
  if (id == kNone) return "_";
  const Expr& expr = f.exprs[id];
  const std::string name(expr.name.view());
  const std::string qualified = expr.owner.empty() ? name : std::string(expr.owner.view()) + "::" + name;
  const auto all = [&](std::string_view separator) { return SpellOperands(f, expr, 0, separator); };
  switch (expr.kind) {
    case ExprKind::kUnknown:
      return "?" + name + "(" + all(", ") + ")";
    case ExprKind::kString:
      return "\"" + std::string(expr.text.view()) + "\"";
    case ExprKind::kNumber:
      return std::string(expr.text.view());
    case ExprKind::kLocal:
      return name + (expr.folded ? "=" + std::string(expr.text.view()) : "");
    case ExprKind::kParameter:
      return "$" + std::to_string(expr.parameter) + name;
    case ExprKind::kGlobal:
      return qualified + (expr.folded ? "=" + std::string(expr.text.view()) : "");
    case ExprKind::kField:
      return all("") + "." + name;
    case ExprKind::kFunction:
      return "&" + qualified;
    case ExprKind::kCall:
      if (expr.has_object) {
        return Spell(f, f.operands[expr.first_operand]) + "." + qualified + (expr.dynamic ? "^" : "") + "(" +
               SpellOperands(f, expr, 1, ", ") + ")";
      }
      return qualified + "(" + all(", ") + ")";
    case ExprKind::kConstruct:
      return std::string(expr.type.view()) + "{" + all(", ") + "}";
    case ExprKind::kConditional:
      return "(" + all(" ? ") + ")";
    case ExprKind::kOperator:
      return "(" + name + (name == "capture" ? " " + std::string(expr.text.view()) : "") + " " + all(" ") + ")";
    case ExprKind::kCast:
      return name + "<" + std::string(expr.type.view()) + ">(" + all(", ") + ")";
    case ExprKind::kList:
      return "{" + all(", ") + "}";
    case ExprKind::kLambda:
      return "[lambda: " + all(", ") + "]";
    case ExprKind::kNew:
      return "new " + all("");
    case ExprKind::kSuspend:
      return "suspend " + all("");
    case ExprKind::kThis:
      return "this";
  }
  return "";
}

inline std::string SpellStmt(const FunctionFacts& f, StmtId id) {
  if (id == kNone) return "_";
  const Stmt& stmt = f.stmts[id];
  const std::string value = stmt.expr == kNone ? "" : Spell(f, stmt.expr);
  const std::string name(stmt.name.view());
  std::string children;
  for (uint32_t i = 0; i < stmt.child_count; ++i) {
    children += (i > 0 ? " " : "") + SpellStmt(f, f.children[stmt.first_child + i]);
  }
  switch (stmt.kind) {
    case StmtKind::kBlock:
      return "{" + children + "}";
    case StmtKind::kExpr:
      return (stmt.discarded ? "drop " : "") + value + ";";
    case StmtKind::kDeclare:
      return (stmt.is_binding ? "bind " : "var ") + name + (value.empty() ? "" : " = " + value) + ";";
    case StmtKind::kMemberInit:
      return "init " + name + " = " + value + ";";
    case StmtKind::kIf:
      return "if (" + value + ") " + children;
    case StmtKind::kLoop:
      return name + " (" + value + ") " + children;
    case StmtKind::kSwitch:
      return "switch (" + value + ") " + children;
    case StmtKind::kCase:
      return "case " + value + ": " + children;
    case StmtKind::kTry:
      return "try " + children;
    case StmtKind::kCatch:
      return "catch (" + std::string(stmt.type.view()) + " " + name + ") " + children;
    case StmtKind::kReturn:
      return value.empty() ? "return;" : "return " + value + ";";
    case StmtKind::kThrow:
      return "throw " + value + ";";
    case StmtKind::kBreak:
      return "break;";
    case StmtKind::kContinue:
      return "continue;";
    case StmtKind::kFlowUnknown:
      return "flow-unknown " + value + ";";
  }
  return "";
}

inline std::string SpellBody(const FunctionFacts& f) { return f.root == kNone ? "" : SpellStmt(f, f.root); }

}  // namespace spangate::testing
