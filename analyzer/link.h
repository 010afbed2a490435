// The steps of LinkSource, in the order in which it takes them. Private to the analyzer.
#pragma once

#include <vector>

#include "analyzer/source_model.h"

namespace spangate {

/// Fills SourceModel::writes: who writes to each variable and field.
void LinkWrites(SourceModel& model);

/// Fills edges, calls, callers and has_unknown_callers. REQUIRES: functions, definitions, records, writes.
void LinkCalls(SourceModel& model);

/// Fills span_starts, scopes, sinks and operations. REQUIRES: all of the above.
void LinkOperations(SourceModel& model, const std::vector<SpanWrapper>& wrappers);

/// Variable, parameter, global or field that an expression names, through casts, std::move, * and &; kNone otherwise.
ExprId NamedBy(const FunctionFacts& facts, ExprId expr);
/// The variable at the root of `a.b[c].d`: a. A field of `this` is its own root.
ExprId RootOf(const FunctionFacts& facts, ExprId expr);
/// The expression inside std::move, std::forward, casts, & and *.
ExprId Bare(const FunctionFacts& facts, ExprId expr);

ExprId OperandOf(const FunctionFacts& facts, ExprId expr, uint32_t i);

}  // namespace spangate
