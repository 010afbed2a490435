// How EmitLogRecord finds out, argument by argument, which part of the record each value is.
#pragma once

#include <chrono>
#include <string>
#include <type_traits>
#include <utility>

#include "opentelemetry/common/key_value_iterable_view.h"
#include "opentelemetry/logs/event_id.h"
#include "opentelemetry/logs/log_record.h"
#include "opentelemetry/logs/severity.h"
#include "opentelemetry/trace/span_context.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace logs {
namespace detail {
inline void SetAttributes(LogRecord& record, const common::KeyValueIterable& attributes) noexcept {
  attributes.ForEachKeyValue([&](nostd::string_view key, common::AttributeValue value) {
    record.SetAttribute(key, value);
    return true;
  });
}

/// A type that is none of the known parts is a container of attributes or else the body.
template <class T>
void SetPart(LogRecord& record, const T& part) noexcept {
  using Type = std::decay_t<T>;
  if constexpr (std::is_same<Type, Severity>::value) {
    record.SetSeverity(part);
  } else if constexpr (std::is_same<Type, EventId>::value) {
    record.SetEventId(part.id_, part.name_ ? nostd::string_view(part.name_.get()) : nostd::string_view());
  } else if constexpr (std::is_same<Type, trace::SpanContext>::value) {
    record.SetTraceId(part.trace_id());
    record.SetSpanId(part.span_id());
    record.SetTraceFlags(part.trace_flags());
  } else if constexpr (std::is_same<Type, trace::TraceId>::value) {
    record.SetTraceId(part);
  } else if constexpr (std::is_same<Type, trace::SpanId>::value) {
    record.SetSpanId(part);
  } else if constexpr (std::is_same<Type, trace::TraceFlags>::value) {
    record.SetTraceFlags(part);
  } else if constexpr (std::is_same<Type, common::SystemTimestamp>::value ||
                       std::is_same<Type, std::chrono::system_clock::time_point>::value) {
    record.SetTimestamp(part);
  } else if constexpr (std::is_base_of<common::KeyValueIterable, Type>::value) {
    SetAttributes(record, part);
  } else if constexpr (common::detail::is_key_value_iterable<const T>::value) {
    SetAttributes(record, common::KeyValueIterableView<T>(part));
  } else {
    record.SetBody(part);
  }
}

template <class ValueType, class... ArgumentType>
struct LogRecordHasType : std::disjunction<std::is_same<ValueType, ArgumentType>...> {};
}  // namespace detail
}  // namespace logs
OPENTELEMETRY_END_NAMESPACE
