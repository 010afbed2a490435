// Ended spans as the protobuf bytes of an ExportTraceServiceRequest. Field numbers: opentelemetry-proto,
// trace/v1/trace.proto and common/v1/common.proto.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "opentelemetry/sdk/trace/span_data.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace exporter {
namespace otlp {
namespace detail {
class ProtobufMessage {
 public:
  void Varint(int field, uint64_t value) {
    Tag(field, 0);
    Raw(value);
  }
  void Fixed64(int field, uint64_t value) {
    Tag(field, 1);
    Little(value, 8);
  }
  void Fixed32(int field, uint32_t value) {
    Tag(field, 5);
    Little(value, 4);
  }
  void Bytes(int field, const void* data, size_t size) {
    Tag(field, 2);
    Raw(size);
    bytes_.append(static_cast<const char*>(data), size);
  }
  void Text(int field, nostd::string_view text) {
    if (!text.empty()) Bytes(field, text.data(), text.size());
  }
  void Message(int field, const ProtobufMessage& inner) { Bytes(field, inner.bytes_.data(), inner.bytes_.size()); }
  const std::string& bytes() const { return bytes_; }

 private:
  void Tag(int field, unsigned wire_type) { Raw(static_cast<uint64_t>(field) << 3 | wire_type); }
  void Raw(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  void Little(uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes_ += static_cast<char>(value >> (8 * i));
  }

  std::string bytes_;
};

/// An AnyValue message.
struct ProtobufValue {
  ProtobufMessage operator()(bool value) const { return Number(2, value ? 1 : 0); }
  ProtobufMessage operator()(int32_t value) const { return Number(3, static_cast<uint64_t>(int64_t{value})); }
  ProtobufMessage operator()(uint32_t value) const { return Number(3, value); }
  ProtobufMessage operator()(int64_t value) const { return Number(3, static_cast<uint64_t>(value)); }
  // OTLP has no unsigned integers: beyond the signed range the digits are sent as text.
  ProtobufMessage operator()(uint64_t value) const {
    return value > INT64_MAX ? (*this)(std::to_string(value)) : Number(3, value);
  }
  ProtobufMessage operator()(double value) const {
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(bits));
    ProtobufMessage message;
    message.Fixed64(4, bits);
    return message;
  }
  ProtobufMessage operator()(const std::string& value) const {
    ProtobufMessage message;
    message.Bytes(1, value.data(), value.size());
    return message;
  }
  ProtobufMessage operator()(const std::vector<uint8_t>& value) const {
    ProtobufMessage message;
    message.Bytes(7, value.data(), value.size());
    return message;
  }
  template <class T>
  ProtobufMessage operator()(const std::vector<T>& values) const {
    ProtobufMessage array;
    for (const T& value : values) array.Message(1, (*this)(value));
    ProtobufMessage message;
    message.Message(5, array);
    return message;
  }

 private:
  static ProtobufMessage Number(int field, uint64_t value) {
    ProtobufMessage message;
    message.Varint(field, value);
    return message;
  }
};

using AttributeTable = std::unordered_map<std::string, sdk::common::OwnedAttributeValue>;

inline void PutAttributes(ProtobufMessage& message, int field, const AttributeTable& attributes) {
  for (const auto& attribute : attributes) {
    ProtobufMessage pair;
    pair.Text(1, attribute.first);
    pair.Message(2, nostd::visit(ProtobufValue(), attribute.second));
    message.Message(field, pair);
  }
}

inline uint64_t Nanoseconds(std::chrono::nanoseconds time) { return static_cast<uint64_t>(time.count()); }

inline ProtobufMessage ProtobufSpan(const sdk::trace::SpanData& span) {
  ProtobufMessage message;
  message.Bytes(1, span.GetTraceId().Id().data(), opentelemetry::trace::TraceId::kSize);
  message.Bytes(2, span.GetSpanId().Id().data(), opentelemetry::trace::SpanId::kSize);
  message.Text(3, span.GetSpanContext().trace_state()->ToHeader());
  if (span.GetParentSpanId().IsValid()) message.Bytes(4, span.GetParentSpanId().Id().data(), 8);
  message.Text(5, span.GetName());
  message.Varint(6, static_cast<uint64_t>(span.GetSpanKind()) + 1);  // 0 on the wire means "unspecified"
  message.Fixed64(7, Nanoseconds(span.GetStartTime().time_since_epoch()));
  message.Fixed64(8, Nanoseconds(span.GetStartTime().time_since_epoch() + span.GetDuration()));
  PutAttributes(message, 9, span.GetAttributes());
  for (const auto& event : span.GetEvents()) {
    ProtobufMessage inner;
    inner.Fixed64(1, Nanoseconds(event.GetTimestamp().time_since_epoch()));
    inner.Text(2, event.GetName());
    PutAttributes(inner, 3, event.GetAttributes());
    message.Message(11, inner);
  }
  for (const auto& link : span.GetLinks()) {
    ProtobufMessage inner;
    inner.Bytes(1, link.GetSpanContext().trace_id().Id().data(), opentelemetry::trace::TraceId::kSize);
    inner.Bytes(2, link.GetSpanContext().span_id().Id().data(), opentelemetry::trace::SpanId::kSize);
    inner.Text(3, link.GetSpanContext().trace_state()->ToHeader());
    PutAttributes(inner, 4, link.GetAttributes());
    message.Message(13, inner);
  }
  ProtobufMessage status;
  status.Text(2, span.GetDescription());
  if (span.GetStatus() != opentelemetry::trace::StatusCode::kUnset) {
    status.Varint(3, static_cast<uint64_t>(span.GetStatus()));
  }
  message.Message(15, status);
  message.Fixed32(16, span.GetFlags().flags());
  return message;
}

/// One ScopeSpans per span: the receiver groups anyway, and the batches here are small.
inline std::string ProtobufRequest(const std::vector<const sdk::trace::SpanData*>& spans) {
  ProtobufMessage request;
  for (const sdk::trace::SpanData* span : spans) {
    ProtobufMessage scope_spans;
    if (const auto* library = span->GetScopeOrNull()) {
      ProtobufMessage scope;
      scope.Text(1, library->GetName());
      scope.Text(2, library->GetVersion());
      PutAttributes(scope, 3, library->GetAttributes());
      scope_spans.Message(1, scope);
      scope_spans.Text(3, library->GetSchemaURL());
    }
    scope_spans.Message(2, ProtobufSpan(*span));
    ProtobufMessage resource;
    PutAttributes(resource, 1, span->GetResource().GetAttributes());
    ProtobufMessage resource_spans;
    resource_spans.Message(1, resource);
    resource_spans.Message(2, scope_spans);
    resource_spans.Text(3, span->GetResource().GetSchemaURL());
    request.Message(1, resource_spans);
  }
  return request.bytes();
}
}  // namespace detail
}  // namespace otlp
}  // namespace exporter
OPENTELEMETRY_END_NAMESPACE
