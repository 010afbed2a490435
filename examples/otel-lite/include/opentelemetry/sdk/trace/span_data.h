// A recordable that keeps the span in plain members. Every exporter here uses it.
#pragma once

#include <chrono>
#include <string>
#include <unordered_map>
#include <vector>

#include "opentelemetry/sdk/common/attribute_utils.h"
#include "opentelemetry/sdk/trace/recordable.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class SpanDataEvent {
 public:
  SpanDataEvent(std::string name, opentelemetry::common::SystemTimestamp timestamp,
                const opentelemetry::common::KeyValueIterable& attributes)
      : name_(std::move(name)), timestamp_(timestamp), attribute_map_(attributes) {}
  std::string GetName() const noexcept { return name_; }
  opentelemetry::common::SystemTimestamp GetTimestamp() const noexcept { return timestamp_; }
  const std::unordered_map<std::string, common::OwnedAttributeValue>& GetAttributes() const noexcept {
    return attribute_map_;
  }

 private:
  std::string name_;
  opentelemetry::common::SystemTimestamp timestamp_;
  common::AttributeMap attribute_map_;
};

class SpanDataLink {
 public:
  SpanDataLink(opentelemetry::trace::SpanContext span_context,
               const opentelemetry::common::KeyValueIterable& attributes)
      : span_context_(std::move(span_context)), attribute_map_(attributes) {}
  const opentelemetry::trace::SpanContext& GetSpanContext() const noexcept { return span_context_; }
  const std::unordered_map<std::string, common::OwnedAttributeValue>& GetAttributes() const noexcept {
    return attribute_map_;
  }

 private:
  opentelemetry::trace::SpanContext span_context_;
  common::AttributeMap attribute_map_;
};

class SpanData final : public Recordable {
 public:
  opentelemetry::trace::TraceId GetTraceId() const noexcept { return span_context_.trace_id(); }
  opentelemetry::trace::SpanId GetSpanId() const noexcept { return span_context_.span_id(); }
  const opentelemetry::trace::SpanContext& GetSpanContext() const noexcept { return span_context_; }
  opentelemetry::trace::SpanId GetParentSpanId() const noexcept { return parent_span_id_; }
  nostd::string_view GetName() const noexcept { return name_; }
  opentelemetry::trace::SpanKind GetSpanKind() const noexcept { return span_kind_; }
  opentelemetry::trace::StatusCode GetStatus() const noexcept { return status_code_; }
  nostd::string_view GetDescription() const noexcept { return status_description_; }
  const opentelemetry::sdk::resource::Resource& GetResource() const noexcept {
    return resource_ != nullptr ? *resource_ : resource::Resource::GetEmpty();
  }
  /// Null only for a span that no tracer started.
  const InstrumentationScope* GetScopeOrNull() const noexcept { return scope_; }
  opentelemetry::common::SystemTimestamp GetStartTime() const noexcept { return start_time_; }
  std::chrono::nanoseconds GetDuration() const noexcept { return duration_; }
  const std::unordered_map<std::string, common::OwnedAttributeValue>& GetAttributes() const noexcept {
    return attributes_;
  }
  const std::vector<SpanDataEvent>& GetEvents() const noexcept { return events_; }
  const std::vector<SpanDataLink>& GetLinks() const noexcept { return links_; }
  opentelemetry::trace::TraceFlags GetFlags() const noexcept { return flags_; }

  void SetIdentity(const opentelemetry::trace::SpanContext& span_context,
                   opentelemetry::trace::SpanId parent_span_id) noexcept override {
    span_context_ = span_context;
    parent_span_id_ = parent_span_id;
  }
  void SetAttribute(nostd::string_view key, const opentelemetry::common::AttributeValue& value) noexcept override {
    attributes_.SetAttribute(key, value);
  }
  void AddEvent(nostd::string_view name, opentelemetry::common::SystemTimestamp timestamp,
                const opentelemetry::common::KeyValueIterable& attributes) noexcept override {
    events_.emplace_back(std::string(name.data(), name.size()), timestamp, attributes);
  }
  void AddLink(const opentelemetry::trace::SpanContext& span_context,
               const opentelemetry::common::KeyValueIterable& attributes) noexcept override {
    links_.emplace_back(span_context, attributes);
  }
  void SetStatus(opentelemetry::trace::StatusCode code, nostd::string_view description) noexcept override {
    status_code_ = code;
    status_description_.assign(description.data(), description.size());
  }
  void SetName(nostd::string_view name) noexcept override { name_.assign(name.data(), name.size()); }
  void SetTraceFlags(opentelemetry::trace::TraceFlags flags) noexcept override { flags_ = flags; }
  void SetSpanKind(opentelemetry::trace::SpanKind span_kind) noexcept override { span_kind_ = span_kind; }
  void SetResource(const opentelemetry::sdk::resource::Resource& resource) noexcept override { resource_ = &resource; }
  void SetStartTime(opentelemetry::common::SystemTimestamp start_time) noexcept override { start_time_ = start_time; }
  void SetDuration(std::chrono::nanoseconds duration) noexcept override { duration_ = duration; }
  void SetInstrumentationScope(const InstrumentationScope& scope) noexcept override { scope_ = &scope; }
  explicit operator SpanData*() const override { return const_cast<SpanData*>(this); }

 private:
  opentelemetry::trace::SpanContext span_context_{false, false};
  opentelemetry::trace::SpanId parent_span_id_;
  std::string name_;
  opentelemetry::trace::SpanKind span_kind_ = opentelemetry::trace::SpanKind::kInternal;
  opentelemetry::trace::StatusCode status_code_ = opentelemetry::trace::StatusCode::kUnset;
  std::string status_description_;
  opentelemetry::common::SystemTimestamp start_time_;
  std::chrono::nanoseconds duration_{0};
  opentelemetry::trace::TraceFlags flags_;
  common::AttributeMap attributes_;
  std::vector<SpanDataEvent> events_;
  std::vector<SpanDataLink> links_;
  const opentelemetry::sdk::resource::Resource* resource_ = nullptr;
  const InstrumentationScope* scope_ = nullptr;
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
