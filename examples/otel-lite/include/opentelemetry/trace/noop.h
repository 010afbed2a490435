// What instrumentation gets while no SDK is installed: everything compiles and runs, nothing is recorded.
#pragma once

#include <memory>
#include <utility>

#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/nostd/unique_ptr.h"
#include "opentelemetry/trace/default_span.h"
#include "opentelemetry/trace/tracer.h"
#include "opentelemetry/trace/tracer_provider.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {
class NoopSpan final : public DefaultSpan {
 public:
  explicit NoopSpan(const std::shared_ptr<Tracer>& tracer) noexcept
      : DefaultSpan(SpanContext(false, false)), tracer_(tracer) {}
  explicit NoopSpan(const std::shared_ptr<Tracer>& tracer, nostd::unique_ptr<SpanContext> span_context) noexcept
      : DefaultSpan(*span_context), tracer_(tracer) {}

 private:
  std::shared_ptr<Tracer> tracer_;
};

class NoopTracer final : public Tracer, public std::enable_shared_from_this<NoopTracer> {
 public:
  NoopTracer() {
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
    UpdateEnabled(false);
#endif
  }
  using Tracer::StartSpan;
  nostd::shared_ptr<Span> StartSpan(nostd::string_view, const common::KeyValueIterable&,
                                    const SpanContextKeyValueIterable&, const StartSpanOptions&) noexcept override {
    return nostd::shared_ptr<Span>(new NoopSpan(nullptr));
  }
#if OPENTELEMETRY_ABI_VERSION_NO == 1
  void ForceFlushWithMicroseconds(uint64_t) noexcept override {}
  void CloseWithMicroseconds(uint64_t) noexcept override {}
#endif
};

class NoopTracerProvider final : public TracerProvider {
 public:
  NoopTracerProvider() noexcept : tracer_(nostd::shared_ptr<NoopTracer>(new NoopTracer)) {}
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  nostd::shared_ptr<Tracer> GetTracer(nostd::string_view, nostd::string_view, nostd::string_view,
                                      const common::KeyValueIterable*) noexcept override {
    return tracer_;
  }
#else
  nostd::shared_ptr<Tracer> GetTracer(nostd::string_view, nostd::string_view, nostd::string_view) noexcept override {
    return tracer_;
  }
#endif

 private:
  nostd::shared_ptr<Tracer> tracer_;
};
}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
