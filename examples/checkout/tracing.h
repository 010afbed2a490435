// What the three services share: setting up OpenTelemetry, and carrying the trace context in HTTP headers.
#pragma once

#include <httplib.h>

#include <memory>
#include <string>
#include <utility>

#include "opentelemetry/context/propagation/global_propagator.h"
#include "opentelemetry/context/propagation/text_map_propagator.h"
#include "opentelemetry/context/runtime_context.h"
#include "opentelemetry/exporters/otlp/otlp_http_exporter_factory.h"
#include "opentelemetry/sdk/resource/resource.h"
#include "opentelemetry/sdk/trace/batch_span_processor_factory.h"
#include "opentelemetry/sdk/trace/batch_span_processor_options.h"
#include "opentelemetry/sdk/trace/provider.h"
#include "opentelemetry/sdk/trace/samplers/always_on_factory.h"
#include "opentelemetry/sdk/trace/samplers/parent_factory.h"
#include "opentelemetry/sdk/trace/tracer_provider.h"
#include "opentelemetry/sdk/trace/tracer_provider_factory.h"
#include "opentelemetry/semconv/service_attributes.h"
#include "opentelemetry/trace/propagation/http_trace_context.h"
#include "opentelemetry/trace/provider.h"
#include "opentelemetry/trace/span_startoptions.h"
#include "opentelemetry/trace/tracer.h"

namespace shop::tracing {

namespace api = opentelemetry;

/// Installs the SDK for as long as it lives. The exporter reads its endpoint from the OTEL_EXPORTER_OTLP_* variables.
class Tracing {
 public:
  explicit Tracing(const std::string& service) {
    namespace sdk = api::sdk::trace;
    // A service in the middle must not overrule the sampling decision that came with the request.
    std::shared_ptr<sdk::Sampler> root = sdk::AlwaysOnSamplerFactory::Create();
    provider_ = sdk::TracerProviderFactory::Create(
        sdk::BatchSpanProcessorFactory::Create(api::exporter::otlp::OtlpHttpExporterFactory::Create(),
                                               sdk::BatchSpanProcessorOptions()),
        api::sdk::resource::Resource::Create(
            {{api::semconv::service::kServiceName, service}, {api::semconv::service::kServiceVersion, "1.0.0"}}),
        sdk::ParentBasedSamplerFactory::Create(root));
    sdk::Provider::SetTracerProvider(std::shared_ptr<api::trace::TracerProvider>(provider_));
    // Without this line Inject writes nothing, silently.
    api::context::propagation::GlobalTextMapPropagator::SetGlobalPropagator(
        api::nostd::shared_ptr<api::context::propagation::TextMapPropagator>(
            new api::trace::propagation::HttpTraceContext()));
  }

  /// Spans that still wait in the batch are sent before the process ends.
  ~Tracing() {
    provider_->ForceFlush();
    provider_->Shutdown();
    api::sdk::trace::Provider::SetTracerProvider(std::shared_ptr<api::trace::TracerProvider>());
  }

  Tracing(const Tracing&) = delete;
  Tracing& operator=(const Tracing&) = delete;

 private:
  std::shared_ptr<api::sdk::trace::TracerProvider> provider_;
};

/// Fetched at each use: a tracer that was fetched before the SDK was installed records nothing for good.
inline api::nostd::shared_ptr<api::trace::Tracer> GetTracer() {
  return api::trace::Provider::GetTracerProvider()->GetTracer("shop", "1.0.0");
}

/// HTTP headers as a propagation carrier.
class HeaderCarrier : public api::context::propagation::TextMapCarrier {
 public:
  explicit HeaderCarrier(httplib::Headers headers = {}) : headers_(std::move(headers)) {}
  api::nostd::string_view Get(api::nostd::string_view key) const noexcept override {
    const auto found = headers_.find(std::string(key));
    return found == headers_.end() ? api::nostd::string_view() : api::nostd::string_view(found->second);
  }
  void Set(api::nostd::string_view key, api::nostd::string_view value) noexcept override {
    headers_.emplace(std::string(key), std::string(value));
  }
  const httplib::Headers& headers() const { return headers_; }

 private:
  httplib::Headers headers_;
};

/// A server span continues the trace that the caller's headers name.
inline api::trace::StartSpanOptions ServerOptions(const httplib::Request& request) {
  const HeaderCarrier carrier(request.headers);
  api::context::Context current = api::context::RuntimeContext::GetCurrent();
  api::trace::StartSpanOptions options;
  options.kind = api::trace::SpanKind::kServer;
  options.parent = api::context::propagation::GlobalTextMapPropagator::GetGlobalPropagator()->Extract(carrier, current);
  return options;
}

inline api::trace::StartSpanOptions ClientOptions() {
  api::trace::StartSpanOptions options;
  options.kind = api::trace::SpanKind::kClient;
  return options;
}

/// Headers for an outgoing request: they name the span that is active now as the parent.
inline httplib::Headers OutgoingHeaders() {
  HeaderCarrier carrier;
  api::context::propagation::GlobalTextMapPropagator::GetGlobalPropagator()->Inject(
      carrier, api::context::RuntimeContext::GetCurrent());
  return carrier.headers();
}

}  // namespace shop::tracing
