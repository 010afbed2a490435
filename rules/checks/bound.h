// Comparisons that stand as values in check files: "1", ">= 1", "< 25ms", "<= 1%".
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "rules/checks/traceql/lexer.h"

namespace spangate::checks {

/// What the number of a bound measures.
enum class Unit : uint8_t { kCount, kDuration, kRatio };

struct Bound {
  traceql::Op op = traceql::Op::kEqual;
  double value = 0;  // a count, nanoseconds, or a ratio of 1
  std::string text;  // in one spelling: "= 1", "< 25ms"

  bool Holds(double found) const;
};

/// Errors: kUsage, without place.
Result<Bound> ParseBound(std::string_view text, Unit unit);

/// "25ms", "1.5s": at most three decimals in the largest unit that leaves a number of at least 1.
std::string ShowDuration(double ns);

}  // namespace spangate::checks
