// Makes a TracerProvider; what is left out takes the SDK's default.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "opentelemetry/sdk/trace/tracer_provider.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class TracerProviderFactory {
 public:
  static std::unique_ptr<opentelemetry::sdk::trace::TracerProvider> Create(std::unique_ptr<SpanProcessor> processor) {
    return std::make_unique<TracerProvider>(std::move(processor));
  }
  static std::unique_ptr<opentelemetry::sdk::trace::TracerProvider> Create(
      std::unique_ptr<SpanProcessor> processor, const opentelemetry::sdk::resource::Resource& resource) {
    return std::make_unique<TracerProvider>(std::move(processor), resource);
  }
  static std::unique_ptr<opentelemetry::sdk::trace::TracerProvider> Create(
      std::unique_ptr<SpanProcessor> processor, const opentelemetry::sdk::resource::Resource& resource,
      std::unique_ptr<Sampler> sampler) {
    return std::make_unique<TracerProvider>(std::move(processor), resource, std::move(sampler));
  }
  static std::unique_ptr<opentelemetry::sdk::trace::TracerProvider> Create(
      std::unique_ptr<SpanProcessor> processor, const opentelemetry::sdk::resource::Resource& resource,
      std::unique_ptr<Sampler> sampler, std::unique_ptr<IdGenerator> id_generator) {
    return std::make_unique<TracerProvider>(std::move(processor), resource, std::move(sampler),
                                            std::move(id_generator));
  }
  static std::unique_ptr<opentelemetry::sdk::trace::TracerProvider> Create(
      std::vector<std::unique_ptr<SpanProcessor>>&& processors) {
    return std::make_unique<TracerProvider>(std::move(processors));
  }
  static std::unique_ptr<opentelemetry::sdk::trace::TracerProvider> Create(
      std::vector<std::unique_ptr<SpanProcessor>>&& processors,
      const opentelemetry::sdk::resource::Resource& resource) {
    return std::make_unique<TracerProvider>(std::move(processors), resource);
  }
  static std::unique_ptr<opentelemetry::sdk::trace::TracerProvider> Create(
      std::vector<std::unique_ptr<SpanProcessor>>&& processors, const opentelemetry::sdk::resource::Resource& resource,
      std::unique_ptr<Sampler> sampler) {
    return std::make_unique<TracerProvider>(std::move(processors), resource, std::move(sampler));
  }
  static std::unique_ptr<opentelemetry::sdk::trace::TracerProvider> Create(
      std::vector<std::unique_ptr<SpanProcessor>>&& processors, const opentelemetry::sdk::resource::Resource& resource,
      std::unique_ptr<Sampler> sampler, std::unique_ptr<IdGenerator> id_generator) {
    return std::make_unique<TracerProvider>(std::move(processors), resource, std::move(sampler),
                                            std::move(id_generator));
  }
  static std::unique_ptr<opentelemetry::sdk::trace::TracerProvider> Create(std::unique_ptr<TracerContext> context) {
    return std::make_unique<TracerProvider>(std::move(context));
  }
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
