#include "rules/checks/bound.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "common/text.h"

namespace spangate::checks {
namespace {

using traceql::Op;
using traceql::Token;
using traceql::TokenKind;

Error Wrong(std::string_view text, Unit unit) {
  constexpr std::array<std::string_view, 3> kExamples{"a number or a comparison such as '>= 1'",
                                                      "a comparison with a duration such as '< 25ms'",
                                                      "a comparison such as '<= 1%' or '<= 0.01'"};
  return {ErrorKind::kUsage,
          fmt::format("expected {}, found '{}'", kExamples[static_cast<size_t>(unit)], Printable(text.substr(0, 80)))};
}

bool IsComparison(Op op) { return op >= Op::kEqual && op <= Op::kGreaterEqual; }

}  // namespace

bool Bound::Holds(double found) const {
  switch (op) {
    case Op::kEqual:
      return found == value;
    case Op::kNotEqual:
      return found != value;
    case Op::kLess:
      return found < value;
    case Op::kLessEqual:
      return found <= value;
    case Op::kGreater:
      return found > value;
    default:
      return found >= value;
  }
}

Result<Bound> ParseBound(std::string_view text, Unit unit) {
  const Result<std::vector<Token>> tokens = traceql::Tokenize(text);
  if (!tokens.has_value()) return Wrong(text, unit);
  auto token = tokens.value().begin();
  Bound bound;
  if (token->kind == TokenKind::kOperator) {
    if (!IsComparison(token->op)) return Wrong(text, unit);
    bound.op = token++->op;
  }
  const Token& number = *token;
  if (number.kind != TokenKind::kInt && number.kind != TokenKind::kFloat && number.kind != TokenKind::kDuration)
    return Wrong(text, unit);
  if ((number.kind == TokenKind::kDuration) != (unit == Unit::kDuration)) return Wrong(text, unit);
  if (unit == Unit::kCount && number.kind != TokenKind::kInt) return Wrong(text, unit);
  bound.value = number.kind == TokenKind::kFloat ? number.number : static_cast<double>(number.integer);
  ++token;
  const bool percent = token->kind == TokenKind::kOperator && token->op == Op::kModulo && unit == Unit::kRatio;
  if (percent) {
    bound.value /= 100;
    ++token;
  }
  if (token->kind != TokenKind::kEnd) return Wrong(text, unit);
  if (unit == Unit::kRatio && bound.value > 1)
    return Error{ErrorKind::kUsage, fmt::format("a ratio is at most 1 or 100%, found '{}'", Printable(text))};
  bound.text = fmt::format("{} {}{}", traceql::Spelling(bound.op), text.substr(number.begin, number.end - number.begin),
                           percent ? "%" : "");
  return bound;
}

std::string ShowDuration(double ns) {
  struct Scale {
    double ns;
    std::string_view unit;
  };
  constexpr std::array<Scale, 4> kScales{{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};
  for (const Scale& scale : kScales) {
    if (std::fabs(ns) < scale.ns && scale.ns != 1) continue;
    std::string text = fmt::format("{:.3f}", ns / scale.ns);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return fmt::format("{}{}", text, scale.unit);
  }
  return "0ns";
}

}  // namespace spangate::checks
