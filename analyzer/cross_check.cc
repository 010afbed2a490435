// Sites of the text joined with calls of the facts by name and line.
#include "analyzer/cross_check.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "analyzer/site_scanner.h"

namespace spangate {
namespace {

struct SeenCall {
  LineRange lines;
  bool resolved = true;  // false: the facts know only a name, as in an uninstantiated template or after an error
};

using LinesByName = std::unordered_map<std::string_view, std::vector<SeenCall>>;

constexpr std::string_view kScopeType = "opentelemetry::trace::Scope";

void AddCalls(const FunctionFacts& function, LinesByName& lines) {
  for (const Expr& expr : function.exprs) {
    const LineRange range{expr.where.line, std::max(expr.where.line, expr.where.end_line)};
    if (expr.kind == ExprKind::kCall) lines[expr.name.view()].push_back({range, expr.entity != 0});
    if (expr.kind == ExprKind::kConstruct && expr.type == kScopeType) lines["Scope"].push_back({range});
  }
  for (const Stmt& stmt : function.stmts) {
    if (stmt.kind != StmtKind::kDeclare || stmt.type != kScopeType) continue;
    lines["Scope"].push_back({{stmt.where.line, std::max(stmt.where.line, stmt.where.end_line)}});
  }
}

LinesByName CallsOf(const TuFacts& facts) {
  LinesByName lines;
  for (const FunctionFacts& function : facts.functions) {
    if (function.file == facts.main_file) AddCalls(function, lines);
  }
  for (const GlobalFacts& global : facts.globals) {
    if (global.initialiser.file == facts.main_file) AddCalls(global.initialiser, lines);
  }
  return lines;
}

// Other libraries have SetStatus and AddEvent too. Where nothing speaks of OpenTelemetry, such a call is not ours.
bool SpeaksOfOpenTelemetry(std::string_view text, const std::vector<TextSite>& sites, const TuFacts& facts) {
  constexpr std::string_view kName = "opentelemetry";
  if (text.find(kName) != std::string_view::npos) return true;
  const auto ours = [](const TextSite& site) { return site.what == "StartSpan" || site.what == "WithActiveSpan"; };
  if (std::any_of(sites.begin(), sites.end(), ours)) return true;
  const auto in_message = [&](const Diagnostic& d) { return d.message.find(kName) != std::string::npos; };
  if (std::any_of(facts.diagnostics.begin(), facts.diagnostics.end(), in_message)) return true;
  return std::any_of(facts.files_read.begin(), facts.files_read.end(),
                     [](const std::string& path) { return path.find("/opentelemetry/") != std::string::npos; });
}

bool Contains(const std::vector<LineRange>& ranges, uint32_t line) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const LineRange& range) { return range.first <= line && line <= range.last; });
}

bool InTemplate(const TextSite& site, const TuFacts& facts) {
  if (site.in_template) return true;
  return std::any_of(facts.functions.begin(), facts.functions.end(), [&](const FunctionFacts& function) {
    return function.is_template && function.file == facts.main_file && function.body.line <= site.line &&
           site.line <= function.body.end_line;
  });
}

// After errors a bare name is what is left of a lost call: no rule can work with it.
bool IsSeen(const TextSite& site, const LinesByName& calls, const TuFacts& facts) {
  const auto found = calls.find(site.what);
  if (found == calls.end()) return false;
  const bool name_is_enough = facts.outcome == TuOutcome::kClean || InTemplate(site, facts);
  return std::any_of(found->second.begin(), found->second.end(), [&](const SeenCall& call) {
    return call.lines.first <= site.line && call.lines.last >= site.first_line && (call.resolved || name_is_enough);
  });
}

bool IsExcused(const TextSite& site, bool skipped_known, const TuFacts& facts) {
  if (site.uncertain || (site.conditional && !skipped_known)) return true;
  return facts.outcome == TuOutcome::kClean && InTemplate(site, facts);
}

}  // namespace

void CrossCheck(std::string_view text, const std::vector<LineRange>* skipped, TuFacts& facts) {
  facts.sites_expected = 0;
  facts.sites_seen = 0;
  facts.missed.clear();
  const std::vector<TextSite> sites = FindSites(text);
  if (!SpeaksOfOpenTelemetry(text, sites, facts)) return;
  const LinesByName calls = CallsOf(facts);
  for (const TextSite& site : sites) {
    if (skipped != nullptr && Contains(*skipped, site.line)) continue;
    const bool seen = IsSeen(site, calls, facts);
    if (!seen && IsExcused(site, skipped != nullptr, facts)) continue;
    ++facts.sites_expected;
    if (seen) {
      ++facts.sites_seen;
    } else {
      facts.missed.push_back({facts.main_file, site.line, Symbol(site.what)});
    }
  }
}

}  // namespace spangate
