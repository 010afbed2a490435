// What holds for every body, of any encoding.
#pragma once

#include <cstdlib>
#include <string_view>

#include "mock-collector/decode.h"

namespace spangate {

inline void Require(bool holds) {
  if (!holds) std::abort();
}

/// Reads everything that rows point to, so that a row out of range is seen by the sanitizers.
inline size_t Touch(const TraceModel& model, Rows rows);
inline size_t Touch(const TraceModel& model, const Value& value) {
  size_t sum = 0;
  if (value.type == ValueType::kString || value.type == ValueType::kBytes) sum += model.Text(value.text).size();
  if (value.type == ValueType::kMap) sum += Touch(model, value.rows);
  if (value.type != ValueType::kArray) return sum;
  for (uint32_t i = 0; i < value.rows.count; ++i) sum += Touch(model, model.array_values.at(value.rows.first + i));
  return sum;
}
inline size_t Touch(const TraceModel& model, Rows rows) {
  size_t sum = 0;
  for (uint32_t i = 0; i < rows.count; ++i) {
    const Attribute& attribute = model.attributes.at(rows.first + i);
    sum += model.Text(attribute.key).size() + Touch(model, attribute.value);
  }
  return sum;
}

/// A decoded body gives rows that are whole and can be joined and built; a rejected one gives none.
inline void CheckDecode(Encoding encoding, std::string_view body) {
  for (const Signal signal : {Signal::kTraces, Signal::kMetrics, Signal::kLogs}) {
    TraceModel batch;
    const bool accepted = DecodeOtlp(signal, encoding, body, batch).has_value();
    Require(batch.requests.size() == (accepted ? 1 : 0));
    Require(accepted || (batch.strings.size() == 1 && batch.resources.empty() && batch.attributes.empty()));
    TraceModel model;
    model.Append(batch);
    model.Append(batch);
    model.BuildTraces();
    Require(model.spans.size() == 2 * batch.spans.size());
    for (const SpanRow& span : model.spans) {
      Touch(model, span.attributes);
      Require(model.ServiceOf(span) == batch.ServiceOf(batch.spans.front()) || batch.resources.size() > 1);
      for (const Event& event : model.EventsOf(span)) Touch(model, event.attributes);
      for (const Link& link : model.LinksOf(span)) Touch(model, link.attributes);
      uint32_t steps = 0;
      for (uint32_t at = span.parent; at != kNoSpan; at = model.spans[at].parent)
        Require(++steps <= model.spans.size());
    }
    for (const LogRow& log : model.logs) Touch(model, log.body);
    for (const MetricPointRow& point : model.points) Touch(model, point.attributes);
  }
}

}  // namespace spangate
