// The type checker: what Tempo's validation refuses, refused before any span is seen.
#pragma once

#include <string_view>

#include "common/result.h"
#include "rules/checks/traceql/ast.h"

namespace spangate::traceql {

/// Sets the types of a field and compiles its patterns. Errors: kUsage "column 9: cannot compare a duration with ...".
Status CheckField(Field& field, std::string_view query);

/// The same for a query: filters are boolean, aggregates are of numbers, by() speaks about the span.
Status CheckNode(Node& node, std::string_view query);

/// Whether the field reads anything of a span.
bool ReadsSpan(const Field& field);

bool IsNumeric(Type type);  // int, float, duration or kAny

}  // namespace spangate::traceql
