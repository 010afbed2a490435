// A span that records nothing and only carries a context, for example one that came in a header.
#pragma once

#include <utility>

#include "opentelemetry/trace/span.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {
class DefaultSpan : public Span {
 public:
  DefaultSpan(SpanContext span_context) noexcept : span_context_(std::move(span_context)) {}
  DefaultSpan(const DefaultSpan& other) noexcept : span_context_(other.span_context_) {}
  static DefaultSpan GetInvalid() { return DefaultSpan(SpanContext::GetInvalid()); }

  void SetAttribute(nostd::string_view, const common::AttributeValue&) noexcept override {}
  void AddEvent(nostd::string_view) noexcept override {}
  void AddEvent(nostd::string_view, common::SystemTimestamp) noexcept override {}
  void AddEvent(nostd::string_view, const common::KeyValueIterable&) noexcept override {}
  void AddEvent(nostd::string_view, common::SystemTimestamp, const common::KeyValueIterable&) noexcept override {}
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  void AddLink(const SpanContext&, const common::KeyValueIterable&) noexcept override {}
  void AddLinks(const SpanContextKeyValueIterable&) noexcept override {}
#endif
  void SetStatus(StatusCode, nostd::string_view) noexcept override {}
  void UpdateName(nostd::string_view) noexcept override {}
  void End(const EndSpanOptions&) noexcept override {}
  trace::SpanContext GetContext() const noexcept override { return span_context_; }
  bool IsRecording() const noexcept override { return false; }
  nostd::string_view ToString() const noexcept { return "DefaultSpan"; }

 private:
  SpanContext span_context_;
};
}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
