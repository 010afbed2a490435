#include "rules/source/value_sources.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "common/glob.h"
#include "rules/knowledge/detectors.h"
#include "rules/knowledge/personal_data.h"
#include "rules/knowledge/words.h"
#include "rules/source/expressions.h"
#include "rules/source/value_names.h"

namespace spangate {
namespace {

std::string Describe(std::string_view what, const PersonalName& match) {
  return fmt::format("'{}' ({}: {})", what, Name(match.kind), match.words);
}

bool CountsByItself(const PersonalName& match) { return SeverityOf(match.kind) == Severity::kError; }

// An address that names a role of the company and no person.
bool IsRoleAddress(std::string_view address) {
  const std::vector<std::string> words = WordsOf(address.substr(0, address.find('@')));
  constexpr std::string_view kRoles[] = {"support",  "info",    "noreply",    "reply",     "team",    "admin",  "ops",
                                         "security", "contact", "help",       "sales",     "hello",   "dev",    "test",
                                         "office",   "billing", "postmaster", "webmaster", "service", "system", "root"};
  return std::ranges::any_of(words,
                             [&](const std::string& w) { return std::ranges::find(kRoles, w) != std::end(kRoles); });
}

bool MatchesAnyGlob(const std::vector<std::string>& globs, std::string_view name) {
  return !name.empty() && std::ranges::any_of(globs, [name](const std::string& g) { return GlobMatches(g, name); });
}

const std::vector<Symbol>* AnnotationsOf(const SourceModel& source, ExprRef at, FunctionId declared_in) {
  const Expr& expr = source.At(at);
  if (expr.kind == ExprKind::kField) {
    const auto field = source.fields.find(expr.entity);
    return field == source.fields.end() ? nullptr : &field->second.annotations;
  }
  if (expr.kind == ExprKind::kCall) {
    const auto callee = source.definitions.find(expr.entity);
    if (callee == source.definitions.end() || callee->second.empty()) return nullptr;
    return &source.functions[callee->second.front()].facts.annotations;
  }
  if (expr.kind != ExprKind::kParameter) return nullptr;
  for (const Parameter& parameter : source.functions[declared_in].facts.parameters) {
    if (parameter.entity == expr.entity) return &parameter.annotations;
  }
  return nullptr;
}

bool IsAnnotatedClass(const SourceModel& source, std::string_view qualified_name) {
  return std::ranges::any_of(source.records, [&](const RecordFacts& record) {
    return record.qualified_name == qualified_name && IsAnnotated(record.annotations, kPersonalAnnotations);
  });
}

}  // namespace

bool IsAnnotated(const std::vector<Symbol>& annotations, std::span<const std::string_view> any_of) {
  return std::ranges::any_of(annotations,
                             [&](Symbol a) { return std::ranges::find(any_of, a.view()) != any_of.end(); });
}

std::string DisplayName(const SourceModel& source, ExprRef at) {
  const FunctionFacts& facts = source.functions[at.function].facts;
  const Expr& expr = source.At(at);
  std::string name(expr.name.view());
  if (expr.kind == ExprKind::kCall) name += "()";
  const ExprId object = ObjectOf(facts, expr);
  if (object == kNone) return name;
  const Expr& base = facts.exprs[object];
  const bool plain = base.kind == ExprKind::kLocal || base.kind == ExprKind::kParameter ||
                     base.kind == ExprKind::kGlobal || base.kind == ExprKind::kField;
  return plain ? fmt::format("{}.{}", base.name.view(), name) : name;
}

namespace {

// customer.address.zip: the part belongs to whom the whole belongs to. customer.service.name does not.
bool IsPartOfPerson(std::string_view name) {
  constexpr std::string_view kParts[] = {"address", "billing", "home", "identity", "profile", "shipping"};
  const std::vector<std::string> words = WordsOf(name);
  return !words.empty() && std::ranges::find(kParts, words.back()) != std::end(kParts);
}

std::vector<std::string_view> ContextOf(const FunctionFacts& facts, const Expr& expr) {
  std::vector<std::string_view> context;
  const auto add = [&context](std::string_view name) {
    if (!name.empty()) context.push_back(name);
  };
  const bool is_member = expr.kind == ExprKind::kField || expr.kind == ExprKind::kCall;
  if (is_member) add(expr.owner);
  ExprId object = ObjectOf(facts, expr);
  for (int level = 0; level < 3 && object != kNone; ++level) {
    const Expr& base = facts.exprs[object];
    add(base.name);
    if (!IsPartOfPerson(base.name)) break;
    add(base.owner);
    object = ObjectOf(facts, base);
  }
  return context;
}

// Card::number, account.number: the member alone says nothing, with its owner it does.
std::optional<PersonalName> MatchWithOwner(const Expr& expr, std::span<const std::string_view> context) {
  std::vector<std::string> words = WordsOf(expr.name);
  if (words.size() == 2 && words.front() == "get") words.erase(words.begin());
  if (words != std::vector<std::string>{"number"} || !IsStringType(expr.type)) return std::nullopt;
  for (std::string_view owner : context) {
    owner = owner.substr(owner.rfind(':') + 1);
    if (auto match = MatchPersonalName(fmt::format("{}_number", owner))) return match;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> NamedSource(const SourceModel& source, ExprRef at) {
  const FunctionFacts& facts = source.functions[at.function].facts;
  const Expr& expr = source.At(at);
  const std::vector<std::string_view> context = ContextOf(facts, expr);
  auto match = MatchPersonalName(expr.name, context, expr.type);
  if (!match) match = MatchWithOwner(expr, context);
  if (!match || !CountsByItself(*match)) return std::nullopt;
  return Describe(DisplayName(source, at), *match);
}

std::optional<std::string> DeclaredSource(const SourceModel& source, const Policy& policy, ExprRef at,
                                          FunctionId declared_in) {
  const Expr& expr = source.At(at);
  const std::vector<Symbol>* annotations = AnnotationsOf(source, at, declared_in);
  const bool is_field = expr.kind == ExprKind::kField;
  const bool annotated = (annotations != nullptr && IsAnnotated(*annotations, kPersonalAnnotations)) ||
                         (is_field && IsAnnotatedClass(source, expr.owner));
  if (annotated) return fmt::format("'{}' (annotated as personal data)", DisplayName(source, at));
  const bool is_member = is_field || expr.kind == ExprKind::kCall;
  const std::string name = is_member ? QualifiedName(expr) : std::string(expr.type.view());
  if (!MatchesAnyGlob(policy.personal_fields, name)) return std::nullopt;
  return fmt::format("'{}' (configured as personal data)", DisplayName(source, at));
}

std::optional<std::string> LookedUpSource(const SourceModel& source, ExprRef at) {
  const FunctionFacts& facts = source.functions[at.function].facts;
  const Expr& expr = source.At(at);
  const bool is_index = expr.kind == ExprKind::kOperator;
  if (!is_index && !LooksUpByName(expr)) return std::nullopt;
  const uint32_t first = is_index || expr.has_object ? 1 : 0;
  for (uint32_t i = first; i < expr.operand_count; ++i) {
    const ExprId operand = OperandOf(facts, expr, i);
    if (operand == kNone) continue;
    const TextValue key = source.Fold({at.function, operand});
    if (key.kind != TextValue::Kind::kConstant || key.values.empty()) continue;
    const auto match = MatchPersonalName(key.values.front());
    if (match && CountsByItself(*match)) return Describe(key.values.front(), *match);
  }
  return std::nullopt;
}

std::optional<std::string> WholeMapSource(const SourceModel& source, ExprRef at) {
  const Expr& expr = source.At(at);
  const std::string display = DisplayName(source, at);
  if (NamesWholeMap(expr.name) && !IsStringType(expr.type) && !IsNumeric(expr.type))
    return fmt::format("every entry of '{}'", display);
  if (expr.kind != ExprKind::kParameter) return std::nullopt;
  // response.ForEachHeader([](name, value) { ... }): the callback is given every header.
  const Function& function = source.functions[at.function];
  if (!function.facts.is_lambda) return std::nullopt;
  for (const uint32_t row : function.callers) {
    const CallEdge& edge = source.edges[row];
    if (edge.how != CallEdge::How::kIndirect) continue;
    const Expr& call = source.At({edge.caller, edge.call});
    const std::vector<std::string> words = WordsOf(call.name);
    const bool each = std::ranges::find(words, "each") != words.end();
    const bool of_headers =
        std::ranges::any_of(words, [](const std::string& w) { return w == "header" || w == "cookie"; });
    if (each && of_headers) return fmt::format("every entry of '{}()'", call.name.view());
  }
  return std::nullopt;
}

std::optional<std::string> SensitiveLiteral(std::string_view text, bool in_test) {
  for (const Detection& detection : Detect(text)) {
    // Whoever tries his code with 4111 1111 1111 1111 tries the next line with a customer's.
    const bool is_card = detection.detector == Detector::kCard;
    if (detection.example && (in_test || !is_card)) continue;
    const std::string_view part = text.substr(detection.offset, detection.length);
    if (detection.detector == Detector::kEmail && IsRoleAddress(part)) continue;
    return std::string(Name(detection.detector));
  }
  return std::nullopt;
}

bool PassesTextType(std::string_view type) {
  return IsStringType(type) || type.starts_with("std::") || type.starts_with("opentelemetry::nostd::") ||
         type.starts_with("absl::") || type.starts_with("boost::") || type.starts_with("fmt::");
}

std::optional<std::string> BoundField(const SourceModel& source, const FunctionFacts& function, EntityId variable) {
  const auto names = [variable](const Stmt& stmt) { return stmt.is_binding && stmt.entity == variable; };
  const auto declare = std::ranges::find_if(function.stmts, names);
  if (declare == function.stmts.end() || declare->expr >= function.exprs.size()) return std::nullopt;
  const Symbol type = function.exprs[declare->expr].type;
  size_t place = 0;
  size_t count = 0;
  for (const Stmt& stmt : function.stmts) {
    if (!stmt.is_binding || stmt.expr != declare->expr) continue;
    if (stmt.entity == variable) place = count;
    ++count;
  }
  for (const RecordFacts& record : source.records) {
    if (record.qualified_name != type || record.fields.size() != count) continue;
    const RecordFacts::Field& field = record.fields[place];
    if (IsAnnotated(field.annotations, kPersonalAnnotations) || IsAnnotated(record.annotations, kPersonalAnnotations))
      return fmt::format("'{}' (annotated as personal data)", declare->name.view());
    const std::array<std::string_view, 1> context = {record.qualified_name.view()};
    const auto match = MatchPersonalName(field.name, context, field.type);
    if (match && CountsByItself(*match)) return Describe(declare->name, *match);
  }
  return std::nullopt;
}

bool IsBinding(const FunctionFacts& function, EntityId variable) {
  return std::ranges::any_of(function.stmts, [variable](const Stmt& stmt) {
    return stmt.kind == StmtKind::kDeclare && stmt.is_binding && stmt.entity == variable;
  });
}

}  // namespace spangate
