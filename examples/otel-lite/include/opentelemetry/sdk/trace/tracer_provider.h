// The provider that an application installs.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "opentelemetry/sdk/trace/tracer.h"
#include "opentelemetry/sdk/trace/tracer_context.h"
#include "opentelemetry/trace/tracer_provider.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class TracerProvider final : public opentelemetry::trace::TracerProvider {
 public:
  explicit TracerProvider(std::unique_ptr<SpanProcessor> processor,
                          const opentelemetry::sdk::resource::Resource& resource = resource::Resource::Create({}),
                          std::unique_ptr<Sampler> sampler = std::make_unique<AlwaysOnSampler>(),
                          std::unique_ptr<IdGenerator> id_generator = std::make_unique<RandomIdGenerator>()) noexcept
      : TracerProvider(Single(std::move(processor)), resource, std::move(sampler), std::move(id_generator)) {}
  explicit TracerProvider(std::vector<std::unique_ptr<SpanProcessor>>&& processors,
                          const opentelemetry::sdk::resource::Resource& resource = resource::Resource::Create({}),
                          std::unique_ptr<Sampler> sampler = std::make_unique<AlwaysOnSampler>(),
                          std::unique_ptr<IdGenerator> id_generator = std::make_unique<RandomIdGenerator>()) noexcept
      : context_(std::make_shared<TracerContext>(std::move(processors), resource, std::move(sampler),
                                                 std::move(id_generator))) {}
  explicit TracerProvider(std::unique_ptr<TracerContext> context) noexcept : context_(std::move(context)) {}
  ~TracerProvider() override { Shutdown(); }

  using opentelemetry::trace::TracerProvider::GetTracer;
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  nostd::shared_ptr<opentelemetry::trace::Tracer> GetTracer(
      nostd::string_view name, nostd::string_view version, nostd::string_view schema_url,
      const opentelemetry::common::KeyValueIterable* attributes) noexcept override {
    return FindOrMake(name, version, schema_url, attributes);
  }
#else
  nostd::shared_ptr<opentelemetry::trace::Tracer> GetTracer(nostd::string_view name, nostd::string_view version = "",
                                                            nostd::string_view schema_url = "") noexcept override {
    return FindOrMake(name, version, schema_url, nullptr);
  }
#endif
  void AddProcessor(std::unique_ptr<SpanProcessor> processor) noexcept { context_->AddProcessor(std::move(processor)); }
  const opentelemetry::sdk::resource::Resource& GetResource() const noexcept { return context_->GetResource(); }
  bool Shutdown(std::chrono::microseconds timeout = (std::chrono::microseconds::max)()) noexcept {
    return context_->Shutdown(timeout);
  }
  bool ForceFlush(std::chrono::microseconds timeout = (std::chrono::microseconds::max)()) noexcept {
    return context_->ForceFlush(timeout);
  }

 private:
  static std::vector<std::unique_ptr<SpanProcessor>> Single(std::unique_ptr<SpanProcessor> processor) {
    std::vector<std::unique_ptr<SpanProcessor>> processors;
    processors.push_back(std::move(processor));
    return processors;
  }
  nostd::shared_ptr<opentelemetry::trace::Tracer> FindOrMake(
      nostd::string_view name, nostd::string_view version, nostd::string_view schema_url,
      const opentelemetry::common::KeyValueIterable* attributes) {
    const std::lock_guard<std::mutex> guard(lock_);
    for (const auto& tracer : tracers_) {
      const InstrumentationScope& scope = tracer->GetInstrumentationScope();
      if (name == nostd::string_view(scope.GetName()) && version == nostd::string_view(scope.GetVersion()) &&
          schema_url == nostd::string_view(scope.GetSchemaURL()) && attributes == nullptr) {
        return std::shared_ptr<opentelemetry::trace::Tracer>(tracer);
      }
    }
    tracers_.push_back(std::make_shared<Tracer>(
        context_, InstrumentationScope::Create(name, version, schema_url, InstrumentationScopeAttributes(attributes))));
    return std::shared_ptr<opentelemetry::trace::Tracer>(tracers_.back());
  }

  std::mutex lock_;
  std::shared_ptr<TracerContext> context_;
  std::vector<std::shared_ptr<Tracer>> tracers_;
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
