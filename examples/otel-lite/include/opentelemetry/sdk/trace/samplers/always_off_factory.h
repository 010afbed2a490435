// Makes an AlwaysOffSampler.
#pragma once

#include <memory>

#include "opentelemetry/sdk/trace/samplers/always_off.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class AlwaysOffSamplerFactory {
 public:
  static std::unique_ptr<Sampler> Create() { return std::make_unique<AlwaysOffSampler>(); }
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
