// Expressions about one span, read from the model.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "rules/checks/traceql/ast.h"
#include "rules/checks/traceql/trace_index.h"
#include "rules/checks/traceql/value.h"

namespace spangate::traceql {

/// Reads the fields of one query (or expression). Keys are looked up in the string table once.
class FieldReader {
 public:
  FieldReader(const TraceIndex& index, const Query& query);
  FieldReader(const TraceIndex& index, const Expression& expression);

  /// The value for a span. Texts in it are valid until the next call.
  Datum Value(const Field& field, uint32_t span);
  bool Holds(const Field& field, uint32_t span) { return Value(field, span).is_true(); }

 private:
  void Resolve(const Node& node);
  void Resolve(const Field& field);
  Datum Read(const Field& field, uint32_t span);
  Datum ReadBinary(const Field& field, uint32_t span);
  Datum ReadAttribute(const Field& field, uint32_t span);
  Datum ReadScope(Scope scope, StringTable::Id key, const SpanRow& span);
  Datum ReadIntrinsic(Intrinsic intrinsic, uint32_t row);
  Datum ReadEventsOrLinks(Intrinsic intrinsic, const SpanRow& span);
  Datum ReadNestedSet(Intrinsic intrinsic, uint32_t row) const;
  std::optional<Datum> FindIn(Rows attributes, StringTable::Id key) const;
  Datum OfValue(const spangate::Value& value, int depth = 0) const;
  Datum Kept(std::string text);

  const TraceIndex& index_;
  const TraceModel& model_;
  std::vector<std::optional<StringTable::Id>> keys_;  // by slot; nothing: no attribute has that key
  std::deque<std::string> kept_;                      // texts that the model does not hold, ids in hex
};

}  // namespace spangate::traceql
