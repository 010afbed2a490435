// Records a share of traces, chosen by trace id so that every service of a trace decides alike.
#pragma once

#include <cstdint>
#include <string>

#include "opentelemetry/sdk/trace/sampler.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class TraceIdRatioBasedSampler : public Sampler {
 public:
  explicit TraceIdRatioBasedSampler(double ratio)
      : description_("TraceIdRatioBasedSampler{" + std::to_string(ratio) + "}"),
        threshold_(ratio >= 1.0   ? UINT64_MAX
                   : ratio <= 0.0 ? 0
                                  : static_cast<uint64_t>(ratio * 18446744073709549568.0)) {}
  SamplingResult ShouldSample(const opentelemetry::trace::SpanContext& parent_context,
                              opentelemetry::trace::TraceId trace_id, nostd::string_view,
                              opentelemetry::trace::SpanKind, const opentelemetry::common::KeyValueIterable&,
                              const opentelemetry::trace::SpanContextKeyValueIterable&) noexcept override {
    uint64_t position = 0;
    for (size_t i = 0; i < 8; ++i) position = position << 8 | trace_id.Id()[i];
    const bool sampled = threshold_ != 0 && position <= threshold_;
    return {sampled ? Decision::RECORD_AND_SAMPLE : Decision::DROP, nullptr, parent_context.trace_state()};
  }
  nostd::string_view GetDescription() const noexcept override { return description_; }

 private:
  const std::string description_;
  const uint64_t threshold_;
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
