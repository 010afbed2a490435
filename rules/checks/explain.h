// Words for a failed check: which clause ruled a span out, the nearest misses, the trace as a tree.
#pragma once

#include <string>
#include <vector>

#include "rules/checks/traceql/evaluator.h"

namespace spangate::checks {

/// A check's details stay readable: lines beyond are counted, not printed.
inline constexpr size_t kMaxDetails = 40;
inline constexpr size_t kMaxSpansNamed = 5;

/// A name (of a span, service, event) for a report: printable, at most 80 bytes, personal data replaced.
std::string ShowName(std::string_view name);

/// A value for a report, as read by `field`. Texts of attributes are shown only where neither the key nor the value
/// looks personal and the value looks like one of a set ("EUR", "GET"); otherwise as their length.
std::string ShowField(const traceql::Field& field, const traceql::Datum& value);

/// A number or another value of no attribute.
std::string ShowValue(const traceql::Datum& value);

/// "span 'charge' of payment (client, 20ms, trace 4bf92f35..., span 00f067aa0ba902b7)".
std::string ShowSpan(const TraceModel& model, uint32_t span);

/// The clauses of a filter that do not hold for a span, with what the span has:
/// "duration < 200ms: duration is 230ms".
std::vector<std::string> FailingClauses(traceql::Evaluator& evaluator, const traceql::Field& filter, uint32_t span);

/// Why a query selects nothing: the part that ruled everything out and the spans that came nearest.
std::vector<std::string> NearestMisses(traceql::Evaluator& evaluator);

/// The trace as an indented tree; lines of marked spans begin with "> ". A large trace is cut to the marked spans and
/// what is around them.
std::vector<std::string> DrawTrace(const traceql::TraceIndex& index, uint32_t trace,
                                   const std::vector<uint32_t>& marked);

}  // namespace spangate::checks
