// What the tracers of one provider share. It outlives the provider as long as a span is open.
#pragma once

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "opentelemetry/sdk/resource/resource.h"
#include "opentelemetry/sdk/trace/processor.h"
#include "opentelemetry/sdk/trace/random_id_generator.h"
#include "opentelemetry/sdk/trace/sampler.h"
#include "opentelemetry/sdk/trace/samplers/always_on.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class TracerContext {
 public:
  explicit TracerContext(std::vector<std::unique_ptr<SpanProcessor>>&& processors,
                         const opentelemetry::sdk::resource::Resource& resource = resource::Resource::Create({}),
                         std::unique_ptr<Sampler> sampler = std::make_unique<AlwaysOnSampler>(),
                         std::unique_ptr<IdGenerator> id_generator = std::make_unique<RandomIdGenerator>()) noexcept
      : processors_(std::move(processors)),
        resource_(resource),
        sampler_(std::move(sampler)),
        id_generator_(std::move(id_generator)) {}

  void AddProcessor(std::unique_ptr<SpanProcessor> processor) noexcept { processors_.push_back(std::move(processor)); }
  Sampler& GetSampler() const noexcept { return *sampler_; }
  const std::vector<std::unique_ptr<SpanProcessor>>& GetProcessors() const noexcept { return processors_; }
  const opentelemetry::sdk::resource::Resource& GetResource() const noexcept { return resource_; }
  opentelemetry::sdk::trace::IdGenerator& GetIdGenerator() const noexcept { return *id_generator_; }
  bool ForceFlush(std::chrono::microseconds timeout = (std::chrono::microseconds::max)()) noexcept {
    bool all = true;
    for (auto& processor : processors_) all = processor->ForceFlush(timeout) && all;
    return all;
  }
  bool Shutdown(std::chrono::microseconds timeout = (std::chrono::microseconds::max)()) noexcept {
    bool all = true;
    for (auto& processor : processors_) all = processor->Shutdown(timeout) && all;
    return all;
  }

 private:
  std::vector<std::unique_ptr<SpanProcessor>> processors_;
  resource::Resource resource_;
  std::unique_ptr<Sampler> sampler_;
  std::unique_ptr<IdGenerator> id_generator_;
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
