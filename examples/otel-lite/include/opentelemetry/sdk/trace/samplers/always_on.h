// Records every span.
#pragma once

#include "opentelemetry/sdk/trace/sampler.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class AlwaysOnSampler : public Sampler {
 public:
  SamplingResult ShouldSample(const opentelemetry::trace::SpanContext& parent_context, opentelemetry::trace::TraceId,
                              nostd::string_view, opentelemetry::trace::SpanKind,
                              const opentelemetry::common::KeyValueIterable&,
                              const opentelemetry::trace::SpanContextKeyValueIterable&) noexcept override {
    return {Decision::RECORD_AND_SAMPLE, nullptr, parent_context.trace_state()};
  }
  nostd::string_view GetDescription() const noexcept override { return "AlwaysOnSampler"; }
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
