// Decides at the start of a span whether it is recorded.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "opentelemetry/common/attribute_value.h"
#include "opentelemetry/common/key_value_iterable.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/trace/span_context.h"
#include "opentelemetry/trace/span_context_kv_iterable.h"
#include "opentelemetry/trace/span_metadata.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
enum class Decision : std::uint8_t { DROP, RECORD_ONLY, RECORD_AND_SAMPLE };

struct SamplingResult {
  Decision decision{Decision::DROP};
  std::unique_ptr<const std::map<std::string, opentelemetry::common::AttributeValue>> attributes;
  nostd::shared_ptr<opentelemetry::trace::TraceState> trace_state;

  bool IsRecording() const noexcept { return decision != Decision::DROP; }
  bool IsSampled() const noexcept { return decision == Decision::RECORD_AND_SAMPLE; }
};

class Sampler {
 public:
  virtual ~Sampler() = default;
  virtual SamplingResult ShouldSample(const opentelemetry::trace::SpanContext& parent_context,
                                      opentelemetry::trace::TraceId trace_id, nostd::string_view name,
                                      opentelemetry::trace::SpanKind span_kind,
                                      const opentelemetry::common::KeyValueIterable& attributes,
                                      const opentelemetry::trace::SpanContextKeyValueIterable& links) noexcept = 0;
  virtual nostd::string_view GetDescription() const noexcept = 0;
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
