// Values at run time: what an attribute, an intrinsic or an expression is for one span.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/checks/traceql/ast.h"

namespace spangate::traceql {

/// A value of one of the static types. kNil: missing. kAny: there, but of a type that TraceQL does not compare (a map).
/// `text` points into the model, the query or the reader that made the value (FieldReader).
struct Datum {
  Type type = Type::kNil;
  bool many = false;    // an array, or the values of several events or links: `items`
  int64_t integer = 0;  // bool, int, duration (ns), status, kind
  double number = 0;
  std::string_view text;
  std::vector<Datum> items;

  bool present() const { return type != Type::kNil || many; }
  bool is_true() const { return type == Type::kBool && integer != 0; }
  bool is_number() const { return type == Type::kInt || type == Type::kFloat || type == Type::kDuration; }
  double as_number() const { return type == Type::kFloat ? number : static_cast<double>(integer); }

  static Datum Integer(int64_t value, Type type = Type::kInt);
  static Datum Float(double value);
  static Datum Text(std::string_view value);
  static Datum Bool(bool value);
};

/// A comparison. Missing values and values of different types are never equal and never unequal. An array matches when
/// an element does; with != and !~, when no element matches the positive form. `pattern` serves =~ and !~.
bool Compare(Op op, const Datum& left, const Datum& right, const Pattern* pattern = nullptr);

/// + - * / % ^ on numbers; missing where an operand is none, on division by zero and beyond the range of numbers.
Datum Calculate(Op op, const Datum& left, const Datum& right);

/// The same text for values that are equal, for grouping.
std::string GroupKey(const Datum& datum);

}  // namespace spangate::traceql
