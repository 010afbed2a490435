// Makes an AlwaysOnSampler.
#pragma once

#include <memory>

#include "opentelemetry/sdk/trace/samplers/always_on.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class AlwaysOnSamplerFactory {
 public:
  static std::unique_ptr<Sampler> Create() { return std::make_unique<AlwaysOnSampler>(); }
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
