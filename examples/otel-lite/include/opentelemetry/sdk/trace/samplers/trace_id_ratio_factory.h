// Makes a TraceIdRatioBasedSampler.
#pragma once

#include <memory>

#include "opentelemetry/sdk/trace/samplers/trace_id_ratio.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class TraceIdRatioBasedSamplerFactory {
 public:
  static std::unique_ptr<Sampler> Create(double ratio) { return std::make_unique<TraceIdRatioBasedSampler>(ratio); }
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
