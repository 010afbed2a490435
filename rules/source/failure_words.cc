#include "rules/source/failure_words.h"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string>

#include "rules/knowledge/words.h"
#include "rules/source/expressions.h"

namespace spangate {
namespace {

constexpr std::string_view kFailure[] = {"error",      "err",     "fail",        "failed",  "failure",
                                         "internal",   "fatal",   "unavailable", "aborted", "abort",
                                         "unexpected", "invalid", "exception"};
constexpr std::string_view kControl[] = {"cancelled", "canceled", "cancellation", "cancel", "interrupted",
                                         "interrupt", "stop",     "exit",         "quit",   "shutdown",
                                         "abort",     "end",      "eof",          "done"};
constexpr std::string_view kTelling[] = {
    "log",   "error", "warn",  "warning", "print", "println",  "printf",  "fprintf", "cerr",  "fatal", "debug",  "info",
    "trace", "puts",  "fputs", "perror",  "write", "critical", "message", "report",  "flush", "endl",  "syslog", "<<"};
constexpr std::string_view kAlarming[] = {"error", "err",      "cerr", "fail",      "failed", "failure",
                                          "fatal", "critical", "what", "exception", "perror", "severe"};
constexpr std::string_view kPredicates[] = {"is",     "has",      "can",    "contains", "contain",  "find",   "exists",
                                            "exist",  "empty",    "try",    "should",   "validate", "check",  "matches",
                                            "match",  "supports", "equals", "allow",    "allowed",  "verify", "parse",
                                            "accept", "ping",     "needs",  "was",      "probe"};

bool HasAny(std::string_view name, std::span<const std::string_view> table) {
  const std::vector<std::string> words = WordsOf(name);
  return std::ranges::any_of(words, [&](const std::string& w) { return std::ranges::find(table, w) != table.end(); });
}

bool IsPredicate(std::string_view function_name) {
  const std::vector<std::string> words = WordsOf(function_name);
  return words.empty() || std::ranges::find(kPredicates, words.front()) != std::end(kPredicates);
}

bool IsApi(const Expr& expr) { return expr.owner.view().starts_with("opentelemetry::"); }

}  // namespace

bool SoundsLikeRecording(std::string_view function_name) {
  constexpr std::string_view kRecording[] = {"record", "set", "mark", "note", "capture", "handle", "finish", "end"};
  constexpr std::string_view kWhat[] = {"error", "exception", "fail", "failed", "failure", "status", "err"};
  return HasAny(function_name, kRecording) && HasAny(function_name, kWhat);
}

FailureReader::FailureReader(const SourceModel& source, FunctionId function, const std::vector<StmtId>& stmt_parents)
    : f_(source.functions[function].facts), parents_(stmt_parents) {}

bool FailureReader::IsInside(StmtId stmt, StmtId ancestor) const {
  while (stmt != kNone && stmt != ancestor) stmt = parents_[stmt];
  return stmt == ancestor;
}

bool FailureReader::IsControlFlow(StmtId handler) const {
  const std::string_view type = f_.stmts[handler].type;
  return HasAny(type.substr(type.rfind(':') + 1), kControl);
}

bool FailureReader::LeavesInFailure(StmtId exit, StmtId handler) const {
  const Stmt& stmt = f_.stmts[exit];
  if (stmt.kind == StmtKind::kThrow) return true;
  if (stmt.kind != StmtKind::kReturn) return false;
  if (stmt.expr != kNone) return IsFailureValue(stmt.expr);
  // `return;` gives up only if work is left undone and the handler calls it an error.
  return !IsLastWork(parents_[handler]) && TellsAboutError(handler);
}

bool FailureReader::ReturnsZeroElsewhere() const {
  return std::ranges::any_of(f_.stmts, [this](const Stmt& stmt) {
    return stmt.kind == StmtKind::kReturn && stmt.expr < f_.exprs.size() && f_.exprs[stmt.expr].text == "0";
  });
}

bool FailureReader::IsFailureNumber(const Expr& number) const {
  const std::string text(number.text.view());
  if (text == "nullptr") return true;
  if (text == "false") return !IsPredicate(f_.name);
  if (text.starts_with('-')) return true;
  const long value = std::strtol(text.c_str(), nullptr, 10);
  if (value == 0) return HasAny(text, kFailure);  // an enumerator by its name
  const bool is_http_error = value >= 400 && value <= 599;
  return is_http_error || (value > 0 && value < 256 && (f_.name == "main" || ReturnsZeroElsewhere()));
}

bool FailureReader::IsFailureValue(ExprId value) const {
  const Expr& expr = f_.exprs[value];
  if (expr.kind == ExprKind::kNumber) return IsFailureNumber(expr);
  if (expr.kind == ExprKind::kOperator && expr.name == "-" && expr.operand_count == 1) return true;
  if (expr.kind == ExprKind::kConditional) return false;
  return NamesFailure(value, 0);
}

// Status(StatusCode::INTERNAL, ...), absl::InternalError(...), Result{Error{...}}, std::unexpected(...)
bool FailureReader::NamesFailure(ExprId at, int depth) const {
  if (at == kNone || depth > 6) return false;
  const Expr& expr = f_.exprs[at];
  const bool by_name = expr.kind == ExprKind::kCall || expr.kind == ExprKind::kGlobal;
  if (by_name && HasAny(expr.name, kFailure)) return true;
  const bool by_type = expr.kind == ExprKind::kConstruct;
  if (by_type && HasAny(expr.type.view().substr(expr.type.view().rfind(':') + 1), kFailure)) return true;
  if (expr.kind == ExprKind::kNumber) return expr.type != "bool" && HasAny(expr.text, kFailure);
  if (expr.kind != ExprKind::kConstruct && expr.kind != ExprKind::kCall && expr.kind != ExprKind::kList) return false;
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    if (NamesFailure(OperandOf(f_, expr, i), depth + 1)) return true;
  }
  return false;
}

bool FailureReader::TellsAboutError(StmtId handler) const {
  const Extent& where = f_.stmts[handler].where;
  return std::ranges::any_of(f_.exprs, [&](const Expr& expr) {
    const bool inside = expr.where.line >= where.line && expr.where.end_line <= where.end_line &&
                        (expr.where.line > where.line || expr.where.column >= where.column);
    const bool named = expr.kind == ExprKind::kCall || expr.kind == ExprKind::kGlobal;
    return inside && named && !IsApi(expr) && HasAny(expr.name, kAlarming);
  });
}

bool FailureReader::IsTelling(const Stmt& stmt) const {
  if (stmt.kind != StmtKind::kExpr || stmt.expr == kNone) return false;
  const Expr& expr = f_.exprs[stmt.expr];
  if (expr.kind == ExprKind::kOperator && expr.name == "<<") return true;
  return expr.kind == ExprKind::kCall &&
         (IsApi(expr) || expr.name == "operator<<" || HasAny(expr.name, kTelling) || HasAny(expr.owner, kTelling));
}

bool FailureReader::OnlyTellsAndEnds(StmtId handler) const {
  if (f_.result_type != "void" || !TellsAboutError(handler) || !IsLastWork(parents_[handler])) return false;
  for (StmtId id = 0; id < f_.stmts.size(); ++id) {
    if (id == handler || !IsInside(id, handler)) continue;
    const Stmt& stmt = f_.stmts[id];
    const bool plain_return = stmt.kind == StmtKind::kReturn && stmt.expr == kNone;
    if (stmt.kind != StmtKind::kBlock && !plain_return && !IsTelling(stmt)) return false;
  }
  return true;
}

bool FailureReader::IsOutsideLoops(StmtId stmt) const {
  for (StmtId at = stmt; at != kNone; at = parents_[at]) {
    if (f_.stmts[at].kind == StmtKind::kLoop) return false;
  }
  return true;
}

// Nothing follows but the API's own calls and the return.
bool FailureReader::IsLastWork(StmtId stmt) const {
  for (StmtId at = stmt; parents_[at] != kNone; at = parents_[at]) {
    const Stmt& parent = f_.stmts[parents_[at]];
    if (parent.kind == StmtKind::kLoop || parent.kind == StmtKind::kTry) return false;
    if (parent.kind != StmtKind::kBlock) continue;
    bool after = false;
    for (uint32_t i = 0; i < parent.child_count; ++i) {
      const StmtId child = f_.children[parent.first_child + i];
      const bool here = child == at;
      if (after && child != kNone) {
        const Stmt& next = f_.stmts[child];
        const bool ends = next.kind == StmtKind::kReturn && next.expr == kNone;
        const bool api = next.kind == StmtKind::kExpr && next.expr != kNone && IsApi(f_.exprs[next.expr]);
        if (!ends && !api) return false;
      }
      after = after || here;
    }
  }
  return true;
}

}  // namespace spangate
