// What text an expression can be at run time. Flow-insensitive: a variable can be any value that is ever assigned to
// it. Everything is bounded, because a program may be generated to be hostile: depth, steps, number and size of values.
#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/link.h"
#include "analyzer/source_model.h"

namespace spangate {
namespace {

constexpr int kMaxDepth = 16;
constexpr int kMaxSteps = 400;
constexpr size_t kMaxValues = 16;
constexpr size_t kMaxText = 2000;

using Kind = TextValue::Kind;
using How = SourceModel::Write::How;

// Members of string classes that give the same text.
constexpr std::array<std::string_view, 6> kSameText = {"c_str", "data", "str", "operator*", "value", "get"};
// Functions whose result is the text of all their arguments.
constexpr std::array<std::string_view, 4> kJoins = {"StrCat", "operator+", "Join", "strcat"};

TextValue Constant(std::string text) { return {.kind = Kind::kConstant, .values = {std::move(text)}}; }

// Printf and {} placeholders become run-time parts.
std::string FormatPattern(std::string_view format, bool braces) {
  std::string text;
  for (size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    const bool doubled = i + 1 < format.size() && format[i + 1] == c;
    if (braces && (c == '{' || c == '}')) {
      if (doubled) {
        text.push_back(c);
        ++i;
        continue;
      }
      const size_t end = format.find('}', i);
      if (c == '}' || end == std::string_view::npos) continue;
      i = end;
      if (text.empty() || text.back() != kRunTimePart) text.push_back(kRunTimePart);
    } else if (!braces && c == '%') {
      if (doubled) {
        text.push_back(c);
        ++i;
        continue;
      }
      const size_t end = format.find_first_of("diouxXeEfFgGaAcspn", i + 1);
      if (end == std::string_view::npos) break;
      i = end;
      if (text.empty() || text.back() != kRunTimePart) text.push_back(kRunTimePart);
    } else {
      text.push_back(c);
    }
  }
  return text;
}

class Folder {
 public:
  explicit Folder(const SourceModel& model) : model_(model) {}

  TextValue Fold(ExprRef ref, int depth) {
    if (!ref.known() || depth > kMaxDepth || ++steps_ > kMaxSteps) return {};
    const Expr& expr = model_.At(ref);
    switch (expr.kind) {
      case ExprKind::kString:
      case ExprKind::kNumber:
        return Constant(std::string(expr.text.view()));
      case ExprKind::kLocal:
      case ExprKind::kGlobal:
        if (expr.folded) return Constant(std::string(expr.text.view()));
        return Variable(ref, expr, depth);
      case ExprKind::kParameter:
        return Parameter(ref, expr);
      case ExprKind::kCall:
        return Call(ref, expr, depth);
      case ExprKind::kConstruct:
        return Construct(ref, expr, depth);
      case ExprKind::kConditional:
        return Either(Fold(Sub(ref, 1), depth + 1), Fold(Sub(ref, 2), depth + 1));
      case ExprKind::kCast:
        return Fold(Sub(ref, 0), depth + 1);
      case ExprKind::kList:
        return expr.operand_count == 1 ? Fold(Sub(ref, 0), depth + 1) : TextValue{};
      case ExprKind::kOperator:
        return Operator(ref, expr, depth);
      default:
        return {};
    }
  }

 private:
  ExprRef Sub(ExprRef ref, uint32_t i) const {
    if (i >= model_.At(ref).operand_count) return {};
    return model_.OperandRef(ref, i);
  }

  static TextValue Either(const TextValue& a, const TextValue& b) {
    const bool known = a.kind != Kind::kUnknown && b.kind != Kind::kUnknown;
    if (!known || (a.kind == Kind::kParameter) != (b.kind == Kind::kParameter)) return {};
    if (a.kind == Kind::kParameter) return a.parameter == b.parameter ? a : TextValue{};
    TextValue both = a;
    for (const std::string& value : b.values) {
      if (std::find(both.values.begin(), both.values.end(), value) == both.values.end()) both.values.push_back(value);
    }
    if (both.values.size() > kMaxValues) return {};
    const bool pattern = a.kind == Kind::kPattern || b.kind == Kind::kPattern;
    both.kind = pattern ? Kind::kPattern : both.values.size() == 1 ? Kind::kConstant : Kind::kOneOf;
    return both;
  }

  static std::vector<std::string> Parts(const TextValue& value) {
    if (value.constant() || value.kind == Kind::kPattern) return value.values;
    return {std::string(1, kRunTimePart)};
  }

  static TextValue Join(const TextValue& a, const TextValue& b) {
    if (!a.constant() && !b.constant() && a.kind != Kind::kPattern && b.kind != Kind::kPattern) return {};
    TextValue joined;
    joined.kind = a.constant() && b.constant() ? Kind::kConstant : Kind::kPattern;
    for (const std::string& left : Parts(a)) {
      for (const std::string& right : Parts(b)) {
        std::string text = left;
        const bool adjacent =
            !left.empty() && !right.empty() && left.back() == kRunTimePart && right.front() == kRunTimePart;
        text.append(adjacent ? std::string_view(right).substr(1) : std::string_view(right));
        if (text.size() > kMaxText || joined.values.size() >= kMaxValues) return {};
        joined.values.push_back(std::move(text));
      }
    }
    if (joined.kind == Kind::kConstant && joined.values.size() > 1) joined.kind = Kind::kOneOf;
    return joined;
  }

  TextValue Parameter(ExprRef ref, const Expr& expr) const {
    const std::vector<struct Parameter>& own = model_.functions[ref.function].facts.parameters;
    const bool is_own = expr.parameter < own.size() && own[expr.parameter].entity == expr.entity;
    // A parameter that is assigned to is a variable like any other, and one of its values is unknown.
    if (!is_own || !model_.WritesIn(expr.entity, ref.function).empty()) return {};
    return {.kind = Kind::kParameter, .parameter = expr.parameter};
  }

  TextValue Variable(ExprRef ref, const Expr& expr, int depth) {
    const std::vector<SourceModel::Write> writes = model_.WritesIn(expr.entity, ref.function);
    if (writes.empty() || writes.size() > kMaxValues) return {};
    TextValue result;
    bool first = true;
    bool appended = false;
    const bool has_others = writes.size() > 1;
    for (const SourceModel::Write& write : writes) {
      if (write.how == How::kPart) return {};
      if (write.how == How::kAppend) {
        appended = true;
        continue;
      }
      // `std::string name;` that every branch sets: the empty text is never what is used.
      const Expr& value = model_.At(write.value);
      if (has_others && value.kind == ExprKind::kConstruct && value.operand_count == 0) continue;
      const TextValue one = Fold(write.value, depth + 1);
      result = first ? one : Either(result, one);
      first = false;
      if (result.kind == Kind::kUnknown) return {};
    }
    if (!appended) return result;
    return result.kind == Kind::kUnknown ? Appended(writes) : Join(result, {});
  }

  // Only written through, never set: `char b[9]; snprintf(b, 9, "u=%s", u)`, `ss << "a" << b`.
  TextValue Appended(const std::vector<SourceModel::Write>& writes) const {
    for (const SourceModel::Write& write : writes) {
      if (write.how != How::kAppend) continue;
      const Expr& value = model_.At(write.value);
      if (value.kind != ExprKind::kString) continue;
      const std::string text = FormatPattern(value.text.view(), false);
      if (!text.empty())
        return {.kind = Kind::kPattern,
                .values = {text + (text.back() == kRunTimePart ? "" : std::string(1, kRunTimePart))}};
    }
    return {};
  }

  TextValue Construct(ExprRef ref, const Expr& expr, int depth) {
    const bool text = expr.type == "std::string" || expr.type == "std::string_view" ||
                      expr.type == "opentelemetry::nostd::string_view" || expr.type == "absl::string_view" ||
                      expr.type.view().ends_with("::variant");
    if (!text) return {};
    if (expr.operand_count == 0) return Constant("");
    TextValue first = Fold(Sub(ref, 0), depth + 1);
    if (expr.operand_count == 1 || first.kind != Kind::kConstant) return first;
    const Expr& size = model_.Operand(ref, 1);
    const bool sized = size.kind == ExprKind::kNumber && !size.text.empty() && size.text.view().size() < 6 &&
                       size.text.view().find_first_not_of("0123456789") == std::string_view::npos;
    if (!sized) return {};
    return Constant(first.values[0].substr(0, std::stoul(std::string(size.text.view()))));
  }

  TextValue Operator(ExprRef ref, const Expr& expr, int depth) {
    if (expr.operand_count == 1 && (expr.name == "*" || expr.name == "&")) return Fold(Sub(ref, 0), depth + 1);
    if (expr.operand_count == 2 && expr.name == ",") return Fold(Sub(ref, 1), depth + 1);
    if (expr.operand_count == 2 && expr.name == "[]") return Element(Sub(ref, 0), depth);
    return {};
  }

  // kNames[i]: any element of a table that nobody changes.
  TextValue Element(ExprRef table, int depth) {
    if (!table.known()) return {};
    const Expr& expr = model_.At(table);
    if (expr.kind != ExprKind::kGlobal && expr.kind != ExprKind::kLocal) return {};
    const std::vector<SourceModel::Write> writes = model_.WritesIn(expr.entity, table.function);
    if (writes.size() != 1 || !writes[0].value.known()) return {};
    ExprRef list = writes[0].value;
    for (int i = 0; i < 2 && model_.At(list).operand_count == 1; ++i) list = Sub(list, 0);  // std::array{{...}}
    const Expr& values = model_.At(list);
    const bool is_list = values.kind == ExprKind::kList || values.kind == ExprKind::kConstruct;
    if (!is_list || values.operand_count == 0 || values.operand_count > kMaxValues) return {};
    TextValue result = Fold(Sub(list, 0), depth + 1);
    for (uint32_t i = 1; i < values.operand_count; ++i) result = Either(result, Fold(Sub(list, i), depth + 1));
    return result;
  }

  TextValue Call(ExprRef ref, const Expr& expr, int depth) {
    const std::string_view name = expr.name.view();
    if (expr.operand_count == 1) {
      const bool same = std::find(kSameText.begin(), kSameText.end(), name) != kSameText.end();
      const bool moves = expr.owner == "std" && (name == "move" || name == "forward" || name == "as_const");
      if ((same && expr.has_object) || moves) return Fold(Sub(ref, 0), depth + 1);
    }
    if (expr.has_object && name == "operator[]") return Element(Sub(ref, 0), depth);
    if (std::find(kJoins.begin(), kJoins.end(), name) != kJoins.end() && expr.operand_count > 1) {
      TextValue text = Fold(Sub(ref, 0), depth + 1);
      for (uint32_t i = 1; i < expr.operand_count; ++i) text = Join(text, Fold(Sub(ref, i), depth + 1));
      return text;
    }
    const bool formats = name == "format" || name == "StrFormat" || name == "str_format" || name == "sprintf";
    if (formats && expr.operand_count > 0) return Format(ref, name == "format", depth);
    return Returned(ref, expr, depth);
  }

  TextValue Format(ExprRef ref, bool braces, int depth) {
    const TextValue format = Fold(Sub(ref, 0), depth + 1);
    if (format.kind != Kind::kConstant) return {};
    const std::string text = FormatPattern(format.values[0], braces);
    if (text.find(kRunTimePart) == std::string::npos) return Constant(text);
    if (text.size() == 1) return {};
    return {.kind = Kind::kPattern, .values = {text}};
  }

  // A function whose every return is known: the union of them, its parameters replaced by this call's arguments.
  TextValue Returned(ExprRef ref, const Expr& expr, int depth) {
    if (expr.dynamic) return {};
    const auto found = model_.definitions.find(expr.entity);
    if (found == model_.definitions.end() || found->second.empty()) return {};
    TextValue result;
    bool first = true;
    for (const FunctionId callee : found->second) {
      const FunctionFacts& facts = model_.functions[callee].facts;
      if (facts.incomplete || facts.is_template) return {};
      for (const Stmt& stmt : facts.stmts) {
        if (stmt.kind != StmtKind::kReturn || stmt.expr == kNone) continue;
        TextValue value = Fold({callee, stmt.expr}, depth + 2);
        if (value.kind == Kind::kParameter) {
          const uint32_t place = value.parameter + (expr.has_object ? 1U : 0U);
          value = Fold(Sub(ref, place), depth + 1);
        }
        result = first ? value : Either(result, value);
        first = false;
        if (result.kind == Kind::kUnknown) return {};
      }
    }
    return result;
  }

  const SourceModel& model_;
  int steps_ = 0;
};

}  // namespace

TextValue SourceModel::Fold(ExprRef ref) const { return Folder(*this).Fold(ref, 0); }

}  // namespace spangate
