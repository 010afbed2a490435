// Where the SDK writes a span while it runs; the exporter chooses the class.
#pragma once

#include <chrono>

#include "opentelemetry/common/attribute_value.h"
#include "opentelemetry/common/key_value_iterable.h"
#include "opentelemetry/common/timestamp.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/sdk/instrumentationscope/instrumentation_scope.h"
#include "opentelemetry/sdk/resource/resource.h"
#include "opentelemetry/trace/span_context.h"
#include "opentelemetry/trace/span_metadata.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
using namespace opentelemetry::sdk::instrumentationscope;
class SpanData;

class Recordable {
 public:
  virtual ~Recordable() = default;
  virtual void SetIdentity(const opentelemetry::trace::SpanContext& span_context,
                           opentelemetry::trace::SpanId parent_span_id) noexcept = 0;
  virtual void SetAttribute(nostd::string_view key, const opentelemetry::common::AttributeValue& value) noexcept = 0;
  virtual void AddEvent(nostd::string_view name, opentelemetry::common::SystemTimestamp timestamp,
                        const opentelemetry::common::KeyValueIterable& attributes) noexcept = 0;
  virtual void AddLink(const opentelemetry::trace::SpanContext& span_context,
                       const opentelemetry::common::KeyValueIterable& attributes) noexcept = 0;
  virtual void SetStatus(opentelemetry::trace::StatusCode code, nostd::string_view description) noexcept = 0;
  virtual void SetName(nostd::string_view name) noexcept = 0;
  virtual void SetTraceFlags(opentelemetry::trace::TraceFlags) noexcept {}
  virtual void SetSpanKind(opentelemetry::trace::SpanKind span_kind) noexcept = 0;
  virtual void SetResource(const opentelemetry::sdk::resource::Resource& resource) noexcept = 0;
  virtual void SetStartTime(opentelemetry::common::SystemTimestamp start_time) noexcept = 0;
  virtual void SetDuration(std::chrono::nanoseconds duration) noexcept = 0;
  virtual void SetInstrumentationScope(const InstrumentationScope& instrumentation_scope) noexcept = 0;
  virtual explicit operator SpanData*() const { return nullptr; }
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
