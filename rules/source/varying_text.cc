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
    "action",   "api",      "category", "class",  "collection", "command",  "component", "description", "destination",
    "endpoint", "enum",     "event",    "fn",     "func",       "function", "handler",   "kind",        "label",
    "level",    "locale",   "method",   "mode",   "module",     "name",     "op",        "operation",   "pattern",
    "phase",    "pretty",   "protocol", "queue",  "route",      "rpc",      "scheme",    "service",     "stage",
    "state",    "status",   "step",     "suffix", "prefix",     "summary",  "system",    "table",       "tag",
    "task",     "template", "title",    "topic",  "type",       "verb",     "version",   "index",       "job",
};

// ... unless they name a person, a file or the like.
constexpr std::string_view kManyValued[] = {"user", "customer", "file", "host", "product", "account", "client",
                                            "item", "path",     "url",  "uri",  "id",      "tenant",  "device"};

bool HasAny(const std::vector<std::string>& words, std::span<const std::string_view> table) {
  return std::ranges::any_of(words, [&](const std::string& w) { return std::ranges::find(table, w) != table.end(); });
}

bool IsFewValued(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  return words.empty() || (HasAny(words, kFewValued) && !HasAny(words, kManyValued));
}

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
      case ExprKind::kField:
        return Leaf(at);
      case ExprKind::kCall:
        return Call(at);
      case ExprKind::kConditional:
        return Operands(at, 1);
      case ExprKind::kOperator:
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
  std::optional<std::string> Leaf(ExprRef at) {
    const Expr& expr = source_.At(at);
    if (expr.kind == ExprKind::kField && PassesTextType(expr.owner))  // pair.second: what the pair is called decides
      return Operands(at, 0);
    if (IsFewValued(expr.name) || expr.name.view().starts_with("k")) return std::nullopt;
    return fmt::format("'{}'", DisplayName(source_, at));
  }

  std::optional<std::string> Local(ExprRef at) {
    const EntityId entity = source_.At(at).entity;
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

  // A conversion varies as its input does; a getter is judged by its name; any other function may well return literals.
  std::optional<std::string> Call(ExprRef at) {
    const Expr& call = source_.At(at);
    if (PassesTextOn(call)) return Operands(at, 0);
    if (IsDefined(call)) return std::nullopt;
    if (!call.has_object || !ReadsAsGetter(call.name)) return std::nullopt;
    return Leaf(at);
  }

  bool IsDefined(const Expr& call) const { return source_.definitions.contains(call.entity); }

  const SourceModel& source_;
  std::set<std::pair<FunctionId, ExprId>> seen_;
  int work_ = 500;
};

}  // namespace

std::optional<std::string> VaryingPart(const SourceModel& source, ExprRef text) {
  return VaryingSearch(source).Find(text);
}

}  // namespace spangate
