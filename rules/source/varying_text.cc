#include "rules/source/varying_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "rules/knowledge/words.h"
#include "rules/source/expressions.h"
#include "rules/source/value_names.h"
#include "rules/source/value_sources.h"

namespace spangate {
namespace {

// Values that come from a fixed, small set by what they are. The semantic conventions build names from them:
// "{method} {route}", "{operation} {collection}", "{operation} {destination}".
constexpr std::string_view kFewValued[] = {
    "action",   "api",     "category",  "class",    "collection", "command",  "component", "destination", "enum",
    "event",    "fn",      "func",      "function", "handler",    "kind",     "level",     "method",      "mode",
    "module",   "op",      "operation", "pattern",  "phase",      "protocol", "queue",     "route",       "rpc",
    "scheme",   "service", "stage",     "state",    "status",     "step",     "summary",   "system",      "table",
    "template", "topic",   "type",      "verb",     "version",
};

// Words for a whole span name: `StartSpan(name)` in a helper says nothing about the name, "greet " + name does.
constexpr std::string_view kWholeName[] = {"description", "endpoint", "job", "label", "name", "tag", "task", "title"};

// ... unless they name a person, a file or the like.
constexpr std::string_view kManyValued[] = {"user", "customer", "file", "host", "product", "account", "client",
                                            "item", "path",     "url",  "uri",  "id",      "tenant",  "device"};

bool HasAny(const std::vector<std::string>& words, std::span<const std::string_view> table) {
  return std::ranges::any_of(words, [&](const std::string& w) { return std::ranges::find(table, w) != table.end(); });
}

// What it gives is made of more than its operand: the operand is only a part of the name.
bool Joins(const Expr& call) {
  constexpr std::string_view kJoining[] = {
      "Append",     "StrAppend",  "StrCat",  "StrFormat", "StrJoin",   "Substitute", "append",
      "cat",        "concat",     "format",  "format_to", "insert",    "join",       "operator+",
      "operator+=", "operator<<", "sprintf", "snprintf",  "to_string", "vformat"};
  return std::ranges::find(kJoining, call.name.view()) != std::end(kJoining);
}

// `whole`: the variable is all of the name, not a part of it.
bool IsFewValued(std::string_view name, bool whole) {
  const std::vector<std::string> words = WordsOf(name);
  if (words.empty()) return true;
  return (HasAny(words, kFewValued) || (whole && HasAny(words, kWholeName))) && !HasAny(words, kManyValued);
}

// A counter: something adds to it. Its text is another one at every turn.
bool IsCounted(const FunctionFacts& facts, EntityId variable) {
  return std::ranges::any_of(facts.exprs, [&](const Expr& expr) {
    if (expr.kind != ExprKind::kOperator || expr.operand_count == 0) return false;
    if (expr.name != "++" && expr.name != "--" && expr.name != "+=") return false;
    const ExprId operand = OperandOf(facts, expr, 0);
    return operand != kNone && facts.exprs[operand].entity == variable &&
           !facts.exprs[operand].type.view().starts_with("std::");
  });
}

// Whether everything that is ever written there is constant text: members that constructors fill, and the like.
class ConstantSearch {
 public:
  explicit ConstantSearch(const SourceModel& source) : source_(source) {}

  bool IsConstant(ExprRef at, int depth = 0) {
    if (!at.known() || depth == kMaxDepth || work_ == 0) return false;
    --work_;
    const TextValue text = source_.Fold(at);
    if (text.constant()) return true;
    const Expr& expr = source_.At(at);
    if (expr.kind == ExprKind::kParameter) {
      std::vector<ExprRef> given;
      for (const Argument& argument : ArgumentsFor(source_, at.function, expr.parameter))
        given.push_back(argument.value);
      return AllConstant(given, depth);
    }
    if (expr.kind == ExprKind::kLocal || expr.kind == ExprKind::kField)
      return AllConstant(source_.WritesTo(expr.entity, at.function), depth);
    const bool passes = (expr.kind == ExprKind::kCall && PassesTextOn(expr)) || expr.kind == ExprKind::kCast ||
                        expr.kind == ExprKind::kOperator || expr.kind == ExprKind::kList ||
                        (expr.kind == ExprKind::kConstruct && PassesTextType(expr.type));
    if (!passes) return expr.kind == ExprKind::kCall && OnlyMeasures(expr);
    std::vector<ExprRef> operands;
    for (uint32_t i = 0; i < expr.operand_count; ++i) operands.push_back(source_.OperandRef(at, i));
    return AllConstant(operands, depth);
  }

 private:
  static constexpr int kMaxDepth = 8;

  bool AllConstant(const std::vector<ExprRef>& values, int depth) {
    return !values.empty() && std::ranges::all_of(values, [&](ExprRef value) { return IsConstant(value, depth + 1); });
  }

  const SourceModel& source_;
  int work_ = 300;
};

class VaryingSearch {
 public:
  explicit VaryingSearch(const SourceModel& source) : source_(source) {}

  std::optional<std::string> Find(ExprRef at) {
    if (!at.known() || work_ == 0 || !seen_.emplace(at.function, at.expr).second) return std::nullopt;
    --work_;
    if (source_.Fold(at).constant()) return std::nullopt;
    const Expr& expr = source_.At(at);
    switch (expr.kind) {
      case ExprKind::kLocal:
        return Local(at);
      case ExprKind::kParameter:
        return Parameter(at);
      case ExprKind::kField:
        return IsFixedMember(at) ? std::nullopt : Leaf(at);
      case ExprKind::kCall:
        return Call(at);
      case ExprKind::kConditional:
        return Operands(at, 1);
      case ExprKind::kOperator:
        inside_ = true;
        return Operands(at, 0);
      case ExprKind::kConstruct:
        return PassesTextType(expr.type) ? Operands(at, 0) : std::nullopt;
      case ExprKind::kCast:
      case ExprKind::kSuspend:
        return Operands(at, 0);
      default:  // a global table, a lambda, a dependent expression: nobody knows
        return std::nullopt;
    }
  }

 private:
  struct Frame {  // the call whose result is searched
    FunctionId function = kNone;
    ExprRef call;
    const Frame* caller = nullptr;
    int depth = 1;
  };
  static constexpr int kMaxCallsDown = 3;

  // Inside a function that builds names, what this call gives it decides.
  std::optional<std::string> Parameter(ExprRef at) {
    if (frame_ == nullptr || frame_->function != at.function) return Leaf(at);
    const Frame* const here = frame_;
    const FunctionFacts& caller = source_.functions[here->call.function].facts;
    const ExprId given = ArgumentOf(caller, source_.At(here->call), source_.At(at).parameter);
    if (given == kNone) return std::nullopt;
    frame_ = here->caller;
    auto found = Find({here->call.function, given});
    frame_ = here;
    return found;
  }

  // The function called builds the text: from literals alone, or from what it is given here.
  std::optional<std::string> Returns(ExprRef call) {
    const int depth = frame_ == nullptr ? 1 : frame_->depth + 1;
    if (depth > kMaxCallsDown) return std::nullopt;
    for (const uint32_t row : source_.functions[call.function].calls) {
      const CallEdge& edge = source_.edges[row];
      if (edge.call != call.expr || edge.how != CallEdge::How::kDirect) continue;
      const FunctionFacts& callee = source_.functions[edge.callee].facts;
      if (!BodyIsWhole(callee)) continue;
      const Frame inner{.function = edge.callee, .call = call, .caller = frame_, .depth = depth};
      for (const Stmt& stmt : callee.stmts) {
        if (stmt.kind != StmtKind::kReturn || stmt.expr == kNone) continue;
        frame_ = &inner;
        auto found = Find({edge.callee, stmt.expr});
        frame_ = inner.caller;
        if (found) return found;
      }
    }
    return std::nullopt;
  }

  // What a called function takes from its own object or makes by itself is its own affair: it may be few-valued.
  bool IsCalleesOwn(ExprRef at) const {
    if (frame_ == nullptr || frame_->function != at.function) return false;
    const FunctionFacts& facts = source_.functions[at.function].facts;
    ExprId root = at.expr;
    for (ExprId object = ObjectOf(facts, facts.exprs[root]); object != kNone;
         object = ObjectOf(facts, facts.exprs[root]))
      root = object;
    return facts.exprs[root].kind != ExprKind::kParameter;
  }

  // A worker's own label: set once, from constants, or by an initialiser in the class (which is no known write).
  bool IsFixedMember(ExprRef at) const {
    const Expr& expr = source_.At(at);
    if (HasAny(WordsOf(expr.name), kManyValued)) return false;
    if (!source_.WritesTo(expr.entity, at.function).empty()) return ConstantSearch(source_).IsConstant(at);
    const FunctionFacts& facts = source_.functions[at.function].facts;
    const ExprId object = ObjectOf(facts, expr);
    return !inside_ && object != kNone && facts.exprs[object].kind == ExprKind::kThis;
  }

  std::optional<std::string> Leaf(ExprRef at) {
    const Expr& expr = source_.At(at);
    if (IsCalleesOwn(at)) return std::nullopt;
    if (expr.kind == ExprKind::kField && PassesTextType(expr.owner))  // pair.second: what the pair is called decides
      return Operands(at, 0);
    if (IsFewValued(expr.name, !inside_) || expr.name.view().starts_with("k")) return std::nullopt;
    return fmt::format("'{}'", DisplayName(source_, at));
  }

  std::optional<std::string> Local(ExprRef at) {
    const EntityId entity = source_.At(at).entity;
    if (inside_ && IsCounted(source_.functions[at.function].facts, entity)) return Leaf(at);
    const std::vector<ExprRef> writes = source_.WritesTo(entity, at.function);
    if (writes.empty()) return Leaf(at);
    for (const ExprRef& write : writes) {
      if (auto found = Find(write)) return found;
    }
    return std::nullopt;
  }

  std::optional<std::string> Operands(ExprRef at, uint32_t first) {
    const FunctionFacts& facts = source_.functions[at.function].facts;
    const Expr& expr = source_.At(at);
    for (uint32_t i = first; i < expr.operand_count; ++i) {
      const ExprId operand = OperandOf(facts, expr, i);
      if (operand == kNone) continue;
      if (auto found = Find({at.function, operand})) return found;
    }
    return std::nullopt;
  }

  // A conversion varies as its input does; a function of the project is looked into; a getter is judged by its name;
  // any other function may well return literals.
  std::optional<std::string> Call(ExprRef at) {
    const Expr& call = source_.At(at);
    if (OnlyMeasures(call)) return std::nullopt;
    if (IsDefined(call)) {
      if (auto found = Returns(at)) return found;
    }
    if (PassesTextOn(call)) {
      inside_ = inside_ || Joins(call);
      return Operands(at, 0);
    }
    if (IsDefined(call)) return std::nullopt;
    if (!call.has_object || !ReadsAsGetter(call.name)) return std::nullopt;
    return Leaf(at);
  }

  bool IsDefined(const Expr& call) const { return source_.definitions.contains(call.entity); }

  const SourceModel& source_;
  std::set<std::pair<FunctionId, ExprId>> seen_;
  const Frame* frame_ = nullptr;
  bool inside_ = false;  // below a concatenation or a formatting call: what is found is a part of the name
  int work_ = 500;
};

}  // namespace

std::optional<std::string> VaryingPart(const SourceModel& source, ExprRef text) {
  return VaryingSearch(source).Find(text);
}

}  // namespace spangate
