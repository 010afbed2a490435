// Statements and expressions are shown as the trees that they are: indices would differ in every line after the first
// difference.
#include "facts_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "common/text.h"

namespace spangate {
namespace {

constexpr std::array<std::string_view, 18> kExprNames = {
    "unknown",   "string",      "number",   "local", "parameter", "global", "field", "function", "call",
    "construct", "conditional", "operator", "cast",  "list",      "lambda", "new",   "suspend",  "this"};
static_assert(kExprNames.size() == static_cast<size_t>(ExprKind::kThis) + 1);

constexpr std::array<std::string_view, 14> kStmtNames = {"block",  "expr",   "declare", "member-init", "if",
                                                         "loop",   "switch", "case",    "try",         "catch",
                                                         "return", "throw",  "break",   "continue"};
static_assert(kStmtNames.size() == static_cast<size_t>(StmtKind::kFlowUnknown));

constexpr std::array<std::string_view, 9> kFormNames = {"",       "&",      "const&", "&&",      "*",
                                                        "unique", "shared", "weak",   "optional"};
static_assert(kFormNames.size() == static_cast<size_t>(TypeForm::kOptional) + 1);

struct Mark {
  bool set;
  std::string_view word;
};

std::string Marks(std::initializer_list<Mark> marks) {
  std::string text;
  for (const Mark& mark : marks) {
    if (mark.set) text += fmt::format(" {}", mark.word);
  }
  return text;
}

std::string At(const Extent& where) {
  return fmt::format(" {}:{}-{}:{}", where.line, where.column, where.end_line, where.end_column);
}

std::string Named(std::string_view key, std::string_view value) {
  return value.empty() ? std::string() : fmt::format(" {}={}", key, Printable(value));
}

std::string All(std::string_view key, const std::vector<Symbol>& values) {
  std::string text;
  for (const Symbol value : values) text += Named(key, value.view());
  return text;
}

// Writes one section. Entities are numbered per section, so that a section reads the same wherever it stands.
class SectionWriter {
 public:
  SectionWriter(FactsDetail detail, std::string head) : detail_(detail), section_{std::move(head), {}} {}

  void Line(size_t depth, std::string text) { section_.lines.push_back(std::string(2 * depth, ' ') + std::move(text)); }

  std::string Entity(EntityId entity) {
    if (entity == 0) return {};
    if (detail_ == FactsDetail::kAll) return fmt::format(" #{:016x}", entity);
    const auto [known, fresh] = numbers_.try_emplace(entity, numbers_.size() + 1);
    return fmt::format(" #{}", known->second);
  }

  std::string Type(Symbol type, TypeForm form) const {
    const std::string_view shown = kFormNames[static_cast<size_t>(form)];
    const std::string spelling = detail_ == FactsDetail::kAll ? Named("type", type.view()) : std::string();
    return spelling + Named("form", shown);
  }

  std::string ResultType(Symbol type) const { return Type(type, TypeForm::kValue); }

  void Function(const FunctionFacts& f) {
    const Mark marks[] = {{f.is_definition, "definition"},
                          {f.is_virtual, "virtual"},
                          {f.is_lambda, "lambda"},
                          {f.is_constructor, "constructor"},
                          {f.is_destructor, "destructor"},
                          {f.is_template, "template"},
                          {f.is_instantiation, "instantiation"},
                          {f.is_operator_or_conversion, "operator"},
                          {f.is_noreturn, "noreturn"},
                          {f.is_coroutine, "coroutine"},
                          {f.is_global_initialiser, "initialiser"},
                          {f.internal_linkage, "internal"},
                          {f.incomplete, "incomplete"}};
    std::string text = fmt::format("is{}{}{}{}", Entity(f.entity), Named("name", f.name.view()),
                                   Named("owner", f.owner.view()), ResultType(f.result_type));
    for (const Mark& mark : marks) text += Marks({mark});
    text += f.enclosing == 0 ? "" : " in" + Entity(f.enclosing);
    Line(1, text + " body" + At(f.body) + All("annotation", f.annotations));
    for (const Overridden& o : f.overrides) {
      Line(1, fmt::format("overrides{}{}", Entity(o.entity), Named("name", o.qualified_name.view())));
    }
    for (const Parameter& p : f.parameters) {
      Line(1, fmt::format("parameter{}{}{}{}", Entity(p.entity), Named("name", p.name.view()), Type(p.type, p.form),
                          All("annotation", p.annotations)));
    }
    if (f.root != kNone) Statement(f, f.root, 1);
  }

  void Record(const RecordFacts& r) {
    Line(1, fmt::format("is{}{}{}", Entity(r.entity), All("base", r.bases), All("annotation", r.annotations)));
    for (const RecordFacts::Field& field : r.fields) {
      Line(1, fmt::format("field{}{}{}{}", Entity(field.entity), Named("name", field.name.view()),
                          Type(field.type, field.form), All("annotation", field.annotations)));
    }
  }

  void Global(const GlobalFacts& g) {
    Line(1, fmt::format("is{}{}", Entity(g.entity), Type(g.type, g.form)));
    Function(g.initialiser);
  }

  FactsSection Finish() { return std::move(section_); }

 private:
  // Ranges and depth are sound: facts that were read are checked (analyzer/facts_trees.h).
  void Statement(const FunctionFacts& f, StmtId id, size_t depth) {
    if (id == kNone) return Line(depth, "(none)");
    const Stmt& s = f.stmts[id];
    const auto kind = static_cast<size_t>(s.kind);
    std::string text(kind < kStmtNames.size() ? kStmtNames[kind] : "flow-unknown");
    text += Entity(s.entity) + Named("name", s.name.view()) + Type(s.type, s.form);
    text +=
        Marks({{s.discarded, "discarded"}, {s.is_const, "const"}, {s.is_static, "static"}, {s.is_binding, "binding"}});
    Line(depth, text + At(s.where));
    if (s.expr != kNone) Expression(f, s.expr, depth + 2);
    for (size_t i = 0; i < s.child_count; ++i) Statement(f, f.children[s.first_child + i], depth + 1);
  }

  void Expression(const FunctionFacts& f, ExprId id, size_t depth) {
    if (id == kNone) return Line(depth, "(none)");
    const Expr& e = f.exprs[id];
    std::string text(kExprNames[static_cast<size_t>(e.kind)]);
    text += Entity(e.entity) + Named("name", e.name.view()) + Named("owner", e.owner.view()) + Type(e.type, e.form);
    text += Named("text", e.text.view());
    if (e.kind == ExprKind::kParameter) text += fmt::format(" index={}", e.parameter);
    text += Marks({{e.dynamic, "dynamic"},
                   {e.has_object, "has-object"},
                   {e.folded, "folded"},
                   {e.by_reference, "by-reference"},
                   {e.noreturn, "noreturn"},
                   {e.in_macro, "in-macro"}});
    Line(depth, text + At(e.where));
    for (size_t i = 0; i < e.operand_count; ++i) Expression(f, f.operands[e.first_operand + i], depth + 1);
  }

  FactsDetail detail_;
  FactsSection section_;
  std::unordered_map<EntityId, size_t> numbers_;
};

std::string HeadOf(std::string_view what, Symbol name, Symbol file, const Extent& where) {
  return fmt::format("{} {} {}{}", what, Printable(name.view()), Printable(file.view()), At(where));
}

constexpr std::array<std::string_view, 3> kOutcomes = {"clean", "recovered", "failed"};

FactsSection Unit(const TuFacts& facts, FactsDetail detail) {
  SectionWriter to(detail, "unit " + Printable(facts.main_file.view()));
  to.Line(1, fmt::format("outcome={} sites={}/{}{}", kOutcomes[static_cast<size_t>(facts.outcome)], facts.sites_seen,
                         facts.sites_expected, Named("schema", facts.schema_url)));
  for (const MissedSite& site : facts.missed) {
    to.Line(1, fmt::format("missed {} in line {}", site.what.view(), site.line));
  }
  for (const Symbol path : facts.includes) to.Line(1, "includes " + Printable(path.view()));
  if (detail == FactsDetail::kNormalised) return to.Finish();
  to.Line(1, "libclang " + Printable(facts.libclang.view()));
  if (!facts.reason.empty()) to.Line(1, "because " + Printable(facts.reason));
  for (const Diagnostic& d : facts.diagnostics) {
    to.Line(1, fmt::format("diagnostic {}:{}:{} {}", Printable(d.file.view()), d.line, d.column, Printable(d.message)));
  }
  return to.Finish();
}

void AppendDifference(const FactsSection* first, const FactsSection* second, std::vector<std::string>& out) {
  static const std::vector<std::string> kNothing;
  const std::vector<std::string>& a = first != nullptr ? first->lines : kNothing;
  const std::vector<std::string>& b = second != nullptr ? second->lines : kNothing;
  const auto [a_differs, b_differs] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  auto a_end = a.end(), b_end = b.end();
  while (a_end != a_differs && b_end != b_differs && *std::prev(a_end) == *std::prev(b_end)) --a_end, --b_end;
  const char* only = first == nullptr ? "+ " : second == nullptr ? "- " : "  ";
  out.push_back(only + (first != nullptr ? first : second)->head);
  for (auto line = a_differs; line != a_end; ++line) out.push_back("- " + *line);
  for (auto line = b_differs; line != b_end; ++line) out.push_back("+ " + *line);
}

}  // namespace

std::vector<FactsSection> FactsAsText(const TuFacts& facts, FactsDetail detail) {
  std::vector<FactsSection> sections;
  for (const FunctionFacts& f : facts.functions) {
    SectionWriter to(detail, HeadOf("function", f.qualified_name, f.file, f.where));
    to.Function(f);
    sections.push_back(to.Finish());
  }
  for (const RecordFacts& r : facts.records) {
    SectionWriter to(detail, HeadOf("record", r.qualified_name, r.file, r.where));
    to.Record(r);
    sections.push_back(to.Finish());
  }
  for (const GlobalFacts& g : facts.globals) {
    SectionWriter to(detail, HeadOf("global", g.qualified_name, g.initialiser.file, g.initialiser.where));
    to.Global(g);
    sections.push_back(to.Finish());
  }
  sections.push_back(Unit(facts, detail));
  std::sort(sections.begin(), sections.end());
  return sections;
}

std::vector<std::string> DifferencesOf(const std::vector<FactsSection>& first,
                                       const std::vector<FactsSection>& second) {
  std::vector<FactsSection> only_first, only_second;
  std::set_difference(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(only_first));
  std::set_difference(second.begin(), second.end(), first.begin(), first.end(), std::back_inserter(only_second));
  std::vector<std::string> lines;
  auto a = only_first.begin();
  auto b = only_second.begin();
  while (a != only_first.end() || b != only_second.end()) {
    const bool take_a = b == only_second.end() || (a != only_first.end() && a->head <= b->head);
    const bool take_b = a == only_first.end() || (b != only_second.end() && b->head <= a->head);
    AppendDifference(take_a ? &*a : nullptr, take_b ? &*b : nullptr, lines);
    if (take_a) ++a;
    if (take_b) ++b;
  }
  return lines;
}

}  // namespace spangate
