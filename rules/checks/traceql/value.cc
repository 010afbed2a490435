#include "rules/checks/traceql/value.h"

#include <fmt/format.h>

#include <cmath>

namespace spangate::traceql {
namespace {

template <class T>
bool Holds(Op op, const T& left, const T& right) {
  switch (op) {
    case Op::kEqual:
      return left == right;
    case Op::kNotEqual:
      return left != right;
    case Op::kLess:
      return left < right;
    case Op::kLessEqual:
      return left <= right;
    case Op::kGreater:
      return left > right;
    case Op::kGreaterEqual:
      return left >= right;
    default:
      return false;
  }
}

bool CompareOne(Op op, const Datum& left, const Datum& right, const Pattern* pattern) {
  if (op == Op::kRegex || op == Op::kNotRegex) {
    if (left.type != Type::kString || pattern == nullptr) return false;
    return Matches(*pattern, left.text) == (op == Op::kRegex);
  }
  if (left.is_number() && right.is_number()) {
    // Integers beyond 2^53 would lose their last digits as doubles.
    if (left.type != Type::kFloat && right.type != Type::kFloat) return Holds(op, left.integer, right.integer);
    return Holds(op, left.as_number(), right.as_number());
  }
  if (left.type != right.type || left.type == Type::kNil || left.type == Type::kAny) return false;
  return left.type == Type::kString ? Holds(op, left.text, right.text) : Holds(op, left.integer, right.integer);
}

bool AnyMatches(Op op, const Datum& left, const Datum& right, const Pattern* pattern) {
  if (left.many) {
    for (const Datum& item : left.items) {
      if (AnyMatches(op, item, right, pattern)) return true;
    }
    return false;
  }
  if (right.many) {
    for (const Datum& item : right.items) {
      if (AnyMatches(op, left, item, pattern)) return true;
    }
    return false;
  }
  return CompareOne(op, left, right, pattern);
}

}  // namespace

Datum Datum::Integer(int64_t value, Type type) {
  Datum datum;
  datum.type = type;
  datum.integer = value;
  return datum;
}
Datum Datum::Float(double value) {
  Datum datum;
  datum.type = Type::kFloat;
  datum.number = value;
  return datum;
}
Datum Datum::Text(std::string_view value) {
  Datum datum;
  datum.type = Type::kString;
  datum.text = value;
  return datum;
}
Datum Datum::Bool(bool value) { return Integer(value ? 1 : 0, Type::kBool); }

bool Compare(Op op, const Datum& left, const Datum& right, const Pattern* pattern) {
  if (!left.many && !right.many) return CompareOne(op, left, right, pattern);
  if (!left.present() || !right.present()) return false;
  if (op == Op::kNotEqual) return !AnyMatches(Op::kEqual, left, right, pattern);
  if (op == Op::kNotRegex) return !AnyMatches(Op::kRegex, left, right, pattern);
  return AnyMatches(op, left, right, pattern);
}

namespace {

// Nothing where the result leaves 64 bits: the caller then falls back on doubles.
bool CalculateExactly(Op op, int64_t left, int64_t right, int64_t& out) {
  switch (op) {
    case Op::kAdd:
      return !__builtin_add_overflow(left, right, &out);
    case Op::kSubtract:
      return !__builtin_sub_overflow(left, right, &out);
    case Op::kMultiply:
      return !__builtin_mul_overflow(left, right, &out);
    case Op::kModulo:
      if (right == 0 || right == -1) return false;
      out = left % right;
      return true;
    default:
      return false;
  }
}

double CalculateDouble(Op op, double left, double right) {
  switch (op) {
    case Op::kAdd:
      return left + right;
    case Op::kSubtract:
      return left - right;
    case Op::kMultiply:
      return left * right;
    case Op::kDivide:
      return right == 0 ? NAN : left / right;
    case Op::kModulo:
      return right == 0 ? NAN : std::fmod(left, right);
    case Op::kPower:
      return std::pow(left, right);
    default:
      return NAN;
  }
}

}  // namespace

Datum Calculate(Op op, const Datum& left, const Datum& right) {
  if (left.many || right.many || !left.is_number() || !right.is_number()) return {};
  const bool duration = left.type == Type::kDuration || right.type == Type::kDuration;
  int64_t exact = 0;
  if (left.type != Type::kFloat && right.type != Type::kFloat &&
      CalculateExactly(op, left.integer, right.integer, exact))
    return Datum::Integer(exact, duration ? Type::kDuration : Type::kInt);
  const double result = CalculateDouble(op, left.as_number(), right.as_number());
  return std::isfinite(result) ? Datum::Float(result) : Datum{};
}

std::string GroupKey(const Datum& datum) {
  if (datum.many) {
    std::string key = "[";
    for (const Datum& item : datum.items) {
      const std::string inner = GroupKey(item);
      key += fmt::format("{}:{}", inner.size(), inner);
    }
    return key;
  }
  if (datum.type == Type::kString) return fmt::format("s{}", datum.text);
  if (datum.is_number()) {
    if (datum.type == Type::kFloat && datum.number != std::floor(datum.number)) return fmt::format("f{}", datum.number);
    return datum.type == Type::kFloat ? fmt::format("n{:.0f}", datum.number) : fmt::format("n{}", datum.integer);
  }
  return fmt::format("{}-{}", static_cast<int>(datum.type), datum.integer);
}

}  // namespace spangate::traceql
