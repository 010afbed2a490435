#include "rules/source/value_flow.h"

#include <fmt/core.h>

#include <algorithm>

#include "common/glob.h"
#include "rules/source/expressions.h"
#include "rules/source/value_names.h"
#include "rules/source/value_sources.h"

namespace spangate {
namespace {

constexpr int kMaxCalls = 5;       // functions between source and sink; beyond, names are coincidence
constexpr size_t kMaxWork = 3000;  // expressions per question
constexpr size_t kMaxCallSites = 200;

}  // namespace

ValueFlow::ValueFlow(const SourceModel& source, const Policy& policy)
    : source_(source), policy_(policy), writes_(source) {}

std::optional<PersonalFlow> ValueFlow::FindSource(ExprRef value, bool whole_maps) {
  if (!value.known()) return std::nullopt;
  budget_ = kMaxWork;
  calls_up_ = 0;
  active_.clear();
  whole_maps_ = whole_maps;
  Traced traced = Trace(value, nullptr);
  if (traced.verdict != Verdict::kPersonal) return std::nullopt;
  return std::move(traced.flow);
}

bool ValueFlow::IsClean(ExprRef value) {
  if (!value.known()) return false;
  budget_ = kMaxWork;
  calls_up_ = 0;
  active_.clear();
  whole_maps_ = false;
  return Trace(value, nullptr).verdict == Verdict::kClean;
}

ValueFlow::Traced ValueFlow::Personal(ExprRef at, const std::string& source) const {
  PersonalFlow flow{.source = source};
  flow.steps.push_back(StepAt(source_, at, fmt::format("{} starts here", source)));
  return {Verdict::kPersonal, std::move(flow)};
}

ValueFlow::Traced ValueFlow::Trace(ExprRef at, const Frame* frame) {
  if (at.expr == kNone || budget_ == 0) return {};
  --budget_;
  if (!active_.emplace(at.function, at.expr).second) return {};
  Traced traced = TraceKind(at, frame);
  active_.erase({at.function, at.expr});
  return traced;
}

ValueFlow::Traced ValueFlow::TraceKind(ExprRef at, const Frame* frame) {
  const Expr& expr = source_.At(at);
  switch (expr.kind) {
    case ExprKind::kString:
      return TraceText(at, expr.text);
    case ExprKind::kNumber:
      return {Verdict::kClean, {}};
    case ExprKind::kLocal:
    case ExprKind::kParameter:
    case ExprKind::kGlobal:
      if (expr.folded) return TraceText(at, expr.text);
      return TraceVariable(at, frame);
    case ExprKind::kField:
      return TraceField(at, frame);
    case ExprKind::kCall:
      return TraceCall(at, frame);
    case ExprKind::kConstruct:
      if (IsSanitizerName(expr.type)) return {Verdict::kClean, {}};
      return PassesTextType(expr.type) ? TraceOperands(at, frame) : Traced{};
    case ExprKind::kConditional:
      return TraceOperands(at, frame, 1);  // the condition decides, it does not flow
    case ExprKind::kOperator:
      return TraceOperator(at, frame);
    case ExprKind::kCast:
    case ExprKind::kList:
    case ExprKind::kNew:
    case ExprKind::kSuspend:
    case ExprKind::kUnknown:
      return TraceOperands(at, frame);
    case ExprKind::kFunction:
    case ExprKind::kLambda:
    case ExprKind::kThis:
      return {};
  }
  return {};
}

ValueFlow::Traced ValueFlow::TraceText(ExprRef at, std::string_view text) {
  const std::optional<std::string> secret =
      SensitiveLiteral(text, IsTestFile(source_, source_.functions[at.function].facts.file));
  if (!secret) return {Verdict::kClean, {}};
  Traced traced = Personal(at, fmt::format("a literal {}", *secret));
  traced.flow.literal = true;
  return traced;
}

// Clean only when every operand is: one unknown part may be anything.
ValueFlow::Traced ValueFlow::TraceOperands(ExprRef at, const Frame* frame, uint32_t first) {
  const FunctionFacts& facts = source_.functions[at.function].facts;
  const Expr& expr = source_.At(at);
  bool clean = expr.operand_count > first;
  for (uint32_t i = first; i < expr.operand_count; ++i) {
    const ExprId operand = OperandOf(facts, expr, i);
    if (operand == kNone) continue;
    Traced traced = Trace({at.function, operand}, frame);
    if (traced.verdict == Verdict::kPersonal) return traced;
    clean = clean && traced.verdict == Verdict::kClean;
  }
  return {clean ? Verdict::kClean : Verdict::kUnknown, {}};
}

ValueFlow::Traced ValueFlow::TraceOperator(ExprRef at, const Frame* frame) {
  const Expr& expr = source_.At(at);
  const std::string_view name = expr.name.view();
  if (name == "[]") {
    if (const auto looked_up = PersonalByLookup(at)) return Personal(at, *looked_up);
  }
  const FunctionFacts& facts = source_.functions[at.function].facts;
  if (name == "[]" || name == "*" || name == "&" || name == "capture" || name == "++" || name == "--")
    return Trace({at.function, OperandOf(facts, expr, 0)}, frame);
  if (name == "," || name == "=") return Trace({at.function, OperandOf(facts, expr, 1)}, frame);
  if (name == "+" || name == "+=") return TraceOperands(at, frame);
  return {Verdict::kClean, {}};  // comparisons and arithmetic keep no text
}

FunctionId ValueFlow::DeclaringFunction(ExprRef variable) const {
  const EntityId entity = source_.At(variable).entity;
  FunctionId function = variable.function;
  for (int level = 0; level < 16; ++level) {
    const FunctionFacts& facts = source_.functions[function].facts;
    const auto declares = [entity](const auto& row) { return row.entity == entity; };
    if (std::ranges::any_of(facts.parameters, declares) || std::ranges::any_of(facts.stmts, declares)) return function;
    const auto outer = source_.definitions.find(facts.enclosing);
    if (!facts.is_lambda || outer == source_.definitions.end() || outer->second.empty()) return variable.function;
    function = outer->second.front();
  }
  return variable.function;
}

ValueFlow::Traced ValueFlow::TraceWrites(ExprRef at, const std::vector<ExprRef>& writes, const Frame* frame,
                                         std::string_view name) {
  bool clean = !writes.empty();
  for (const ExprRef& write : writes) {
    Traced traced = Trace(write, write.function == at.function ? frame : nullptr);
    if (traced.verdict == Verdict::kPersonal) {
      traced.flow.steps.push_back(StepAt(source_, write, fmt::format("kept in '{}'", name)));
      return traced;
    }
    clean = clean && traced.verdict == Verdict::kClean;
  }
  return {clean ? Verdict::kClean : Verdict::kUnknown, {}};
}

// What was written decides before the name does: `email = Redact(email)` is no e-mail address any more.
ValueFlow::Traced ValueFlow::TraceVariable(ExprRef at, const Frame* frame) {
  const Expr& expr = source_.At(at);
  const FunctionId owner = DeclaringFunction(at);
  const Reaching reaching = writes_.At(at, expr.entity, source_.WritesIn(expr.entity, owner));
  const bool is_binding = IsBinding(source_.functions[owner].facts, expr.entity);
  if (is_binding) {
    if (const auto field = BoundField(source_, source_.functions[owner].facts, expr.entity))
      return Personal(at, *field);
  }
  if (!is_binding && !reaching.writes.empty()) {
    Traced traced = TraceWrites(at, reaching.writes, frame, expr.name);
    if (traced.verdict == Verdict::kPersonal) return traced;
    const bool replaced = !reaching.entry || expr.kind != ExprKind::kParameter;
    if (traced.verdict == Verdict::kClean && replaced) return traced;
  }
  if (whole_maps_) {
    if (const auto map = WholeMap(at)) return Personal(at, *map);
  }
  return TraceEntryValue(at, frame);
}

ValueFlow::Traced ValueFlow::TraceEntryValue(ExprRef at, const Frame* frame) {
  const Expr& expr = source_.At(at);
  const bool is_parameter = expr.kind == ExprKind::kParameter;
  if (is_parameter && frame != nullptr && frame->function == at.function) {
    const ExprRef call = frame->call;
    const FunctionFacts& caller = source_.functions[call.function].facts;
    const ExprId value = ArgumentOf(caller, source_.At(call), expr.parameter);
    if (value == kNone) return {};
    return Trace({call.function, value}, frame->caller);
  }
  if (const auto named = PersonalByDeclaration(at)) return Personal(at, *named);
  const FunctionId owner = DeclaringFunction(at);
  Traced above;
  if (is_parameter && frame == nullptr) {
    above = TraceCallers({owner, at.expr}, expr.parameter);
    if (above.verdict == Verdict::kPersonal) return above;
  }
  const bool always_clean = above.verdict == Verdict::kClean && !source_.functions[owner].has_unknown_callers;
  if (always_clean) return above;
  if (const auto named = PersonalByName(at)) return Personal(at, *named);
  return above.verdict == Verdict::kClean ? Traced{} : above;
}

ValueFlow::Traced ValueFlow::TraceCallers(ExprRef at, uint16_t parameter) {
  if (calls_up_ == kMaxCalls) return {};
  ++calls_up_;
  const std::vector<Argument> arguments = ArgumentsFor(source_, at.function, parameter);
  bool clean = !arguments.empty();
  const FunctionFacts& callee = source_.functions[at.function].facts;
  const std::string_view name =
      parameter < callee.parameters.size() ? callee.parameters[parameter].name.view() : std::string_view();
  Traced result;
  for (size_t i = 0; i < arguments.size() && i < kMaxCallSites; ++i) {
    Traced traced = Trace(arguments[i].value, nullptr);
    if (traced.verdict == Verdict::kPersonal) {
      traced.flow.steps.push_back(
          StepAt(source_, arguments[i].call, fmt::format("given to '{}' as '{}'", callee.qualified_name.view(), name)));
      result = std::move(traced);
      break;
    }
    clean = clean && traced.verdict == Verdict::kClean;
  }
  --calls_up_;
  if (result.verdict != Verdict::kPersonal && clean) result.verdict = Verdict::kClean;
  return result;
}

ValueFlow::Traced ValueFlow::TraceField(ExprRef at, const Frame* frame) {
  const FunctionFacts& facts = source_.functions[at.function].facts;
  const Expr& expr = source_.At(at);
  const ExprId object = ObjectOf(facts, expr);
  if (object == kNone) return {};
  const Expr& base = facts.exprs[object];
  const bool of_variable = base.kind == ExprKind::kLocal || base.kind == ExprKind::kParameter;
  std::vector<ExprRef> writes;
  if (of_variable) {
    const FunctionId owner = DeclaringFunction({at.function, object});
    std::vector<SourceModel::Write> to_object = source_.WritesIn(expr.entity, owner);
    std::erase_if(to_object, [&base](const SourceModel::Write& write) { return write.object != base.entity; });
    const Reaching reaching = writes_.At(at, expr.entity, to_object);
    writes = reaching.writes;
    if (!writes.empty()) {
      Traced traced = TraceWrites(at, writes, frame, DisplayName(source_, at));
      const bool decided = traced.verdict == Verdict::kClean && !reaching.entry;
      if (decided || traced.verdict == Verdict::kPersonal) return traced;
    }
  }
  if (const auto named = PersonalByDeclaration(at)) return Personal(at, *named);
  if (const auto named = PersonalByName(at)) return Personal(at, *named);
  if (whole_maps_) {
    if (const auto map = WholeMap(at)) return Personal(at, *map);
  }
  if (PassesTextType(expr.owner)) return Trace({at.function, object}, frame);  // pair.second
  if (!writes.empty()) return {};
  // One object's write may be another object's read: only `this` and aggregates are followed.
  if (base.kind == ExprKind::kThis)
    return TraceWrites(at, source_.WritesTo(expr.entity, at.function), frame, expr.name);
  return {};
}

bool ValueFlow::IsSanitizer(const Expr& call) const {
  const std::string name = QualifiedName(call);
  if (IsSanitizerName(name)) return true;
  for (const std::string& glob : policy_.personal_sanitizers) {
    if (GlobMatches(glob, name)) return true;
  }
  const auto found = source_.definitions.find(call.entity);
  if (found == source_.definitions.end() || found->second.empty()) return false;
  return IsAnnotated(source_.functions[found->second.front()].facts.annotations, kSanitizerAnnotations);
}

ValueFlow::Traced ValueFlow::TraceCall(ExprRef at, const Frame* frame) {
  const Expr& call = source_.At(at);
  if (IsSanitizer(call) || OnlyMeasures(call)) return {Verdict::kClean, {}};
  if (const auto named = PersonalByDeclaration(at)) return Personal(at, *named);
  if (const auto looked_up = PersonalByLookup(at)) return Personal(at, *looked_up);
  Traced inside = TraceReturns(at, frame);
  if (inside.verdict != Verdict::kUnknown) return inside;
  if (ReadsAsGetter(call.name) && !PassesTextOn(call)) {
    if (const auto named = PersonalByName(at)) return Personal(at, *named);
    if (whole_maps_) {
      if (const auto map = WholeMap(at)) return Personal(at, *map);
    }
  }
  if (IsNumeric(call.type) && call.form == TypeForm::kValue) return {Verdict::kClean, {}};
  return PassesTextOn(call) || KeepsMeaning(call.name) ? TraceOperands(at, frame) : Traced{};
}

ValueFlow::Traced ValueFlow::TraceReturns(ExprRef call, const Frame* frame) {
  const int depth = frame == nullptr ? 1 : frame->depth + 1;
  if (depth > kMaxCalls) return {};
  bool clean = true;
  bool any = false;
  for (const uint32_t row : source_.functions[call.function].calls) {
    const CallEdge& edge = source_.edges[row];
    const bool runs = edge.how == CallEdge::How::kDirect || edge.how == CallEdge::How::kVirtual;
    if (edge.call != call.expr || !runs) continue;
    const FunctionFacts& callee = source_.functions[edge.callee].facts;
    const Frame inner{.function = edge.callee, .call = call, .caller = frame, .depth = depth};
    if (!BodyIsWhole(callee)) return {};
    for (const Stmt& stmt : callee.stmts) {
      if (stmt.kind != StmtKind::kReturn || stmt.expr == kNone) continue;
      any = true;
      Traced traced = Trace({edge.callee, stmt.expr}, &inner);
      if (traced.verdict == Verdict::kPersonal) {
        traced.flow.steps.push_back(
            StepAt(source_, call, fmt::format("returned by '{}'", callee.qualified_name.view())));
        return traced;
      }
      clean = clean && traced.verdict == Verdict::kClean;
    }
  }
  return {any && clean ? Verdict::kClean : Verdict::kUnknown, {}};
}

std::optional<std::string> ValueFlow::PersonalByName(ExprRef at) const { return NamedSource(source_, at); }

std::optional<std::string> ValueFlow::PersonalByDeclaration(ExprRef at) const {
  return DeclaredSource(source_, policy_, at, DeclaringFunction(at));
}

std::optional<std::string> ValueFlow::PersonalByLookup(ExprRef at) const { return LookedUpSource(source_, at); }

std::optional<std::string> ValueFlow::WholeMap(ExprRef at) const { return WholeMapSource(source_, at); }

}  // namespace spangate
