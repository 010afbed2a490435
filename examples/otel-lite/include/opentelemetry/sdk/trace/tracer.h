// The tracer and the span that record.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "opentelemetry/sdk/instrumentationscope/instrumentation_scope.h"
#include "opentelemetry/sdk/trace/tracer_context.h"
#include "opentelemetry/trace/noop.h"
#include "opentelemetry/trace/tracer.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class Tracer;

namespace detail {
/// Records into one recordable per processor. After End() there is none, and every setter is dropped.
class RecordingSpan final : public opentelemetry::trace::Span {
 public:
  RecordingSpan(std::shared_ptr<Tracer> tracer, std::shared_ptr<TracerContext> context,
                opentelemetry::trace::SpanContext span_context)
      : tracer_(std::move(tracer)), context_(std::move(context)), span_context_(std::move(span_context)) {}
  ~RecordingSpan() override { End(); }

  void Start(const InstrumentationScope& scope, nostd::string_view name,
             const opentelemetry::common::KeyValueIterable& attributes,
             const opentelemetry::trace::SpanContextKeyValueIterable& links,
             const opentelemetry::trace::StartSpanOptions& options, const opentelemetry::trace::SpanContext& parent) {
    using std::chrono::steady_clock;
    using std::chrono::system_clock;
    const bool own_start = options.start_system_time == opentelemetry::common::SystemTimestamp();
    start_steady_ = options.start_steady_time == opentelemetry::common::SteadyTimestamp()
                        ? opentelemetry::common::SteadyTimestamp(steady_clock::now())
                        : options.start_steady_time;
    const opentelemetry::common::SystemTimestamp start =
        own_start ? opentelemetry::common::SystemTimestamp(system_clock::now()) : options.start_system_time;
    for (const auto& processor : context_->GetProcessors()) {
      std::unique_ptr<Recordable> recordable = processor->MakeRecordable();
      recordable->SetIdentity(span_context_, parent.IsValid() ? parent.span_id() : opentelemetry::trace::SpanId());
      recordable->SetTraceFlags(span_context_.trace_flags());
      recordable->SetName(name);
      recordable->SetSpanKind(options.kind);
      recordable->SetStartTime(start);
      recordable->SetResource(context_->GetResource());
      recordable->SetInstrumentationScope(scope);
      SetAll(*recordable, attributes);
      AddAll(*recordable, links);
      processor->OnStart(*recordable, parent);
      recordables_.push_back(std::move(recordable));
    }
  }

  void SetAttribute(nostd::string_view key, const opentelemetry::common::AttributeValue& value) noexcept override {
    ForEach([&](Recordable& recordable) { recordable.SetAttribute(key, value); });
  }
  void AddEvent(nostd::string_view name) noexcept override { AddEvent(name, std::chrono::system_clock::now()); }
  void AddEvent(nostd::string_view name, opentelemetry::common::SystemTimestamp timestamp) noexcept override {
    AddEvent(name, timestamp, opentelemetry::common::NoopKeyValueIterable());
  }
  void AddEvent(nostd::string_view name, opentelemetry::common::SystemTimestamp timestamp,
                const opentelemetry::common::KeyValueIterable& attributes) noexcept override {
    ForEach([&](Recordable& recordable) { recordable.AddEvent(name, timestamp, attributes); });
  }
  void AddEvent(nostd::string_view name, const opentelemetry::common::KeyValueIterable& attributes) noexcept override {
    AddEvent(name, std::chrono::system_clock::now(), attributes);
  }
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  void AddLink(const opentelemetry::trace::SpanContext& target,
               const opentelemetry::common::KeyValueIterable& attrs) noexcept override {
    ForEach([&](Recordable& recordable) { recordable.AddLink(target, attrs); });
  }
  void AddLinks(const opentelemetry::trace::SpanContextKeyValueIterable& links) noexcept override {
    ForEach([&](Recordable& recordable) { AddAll(recordable, links); });
  }
#endif
  void SetStatus(opentelemetry::trace::StatusCode code, nostd::string_view description) noexcept override {
    ForEach([&](Recordable& recordable) { recordable.SetStatus(code, description); });
  }
  void UpdateName(nostd::string_view name) noexcept override {
    ForEach([&](Recordable& recordable) { recordable.SetName(name); });
  }
  void End(const opentelemetry::trace::EndSpanOptions& options = {}) noexcept override {
    const bool own_end = options.end_steady_time == opentelemetry::common::SteadyTimestamp();
    const std::chrono::nanoseconds end =
        own_end ? std::chrono::nanoseconds(Now()) : options.end_steady_time.time_since_epoch();
    std::vector<std::unique_ptr<Recordable>> ended;
    {
      const std::lock_guard<std::mutex> guard(lock_);
      ended.swap(recordables_);
    }
    for (size_t i = 0; i < ended.size(); ++i) {
      ended[i]->SetDuration(end - start_steady_.time_since_epoch());
      context_->GetProcessors()[i]->OnEnd(std::move(ended[i]));
    }
  }
  opentelemetry::trace::SpanContext GetContext() const noexcept override { return span_context_; }
  bool IsRecording() const noexcept override {
    const std::lock_guard<std::mutex> guard(lock_);
    return !recordables_.empty();
  }

 private:
  static std::chrono::nanoseconds Now() { return std::chrono::steady_clock::now().time_since_epoch(); }
  static void SetAll(Recordable& recordable, const opentelemetry::common::KeyValueIterable& attributes) {
    attributes.ForEachKeyValue([&](nostd::string_view key, opentelemetry::common::AttributeValue value) {
      recordable.SetAttribute(key, value);
      return true;
    });
  }
  static void AddAll(Recordable& recordable, const opentelemetry::trace::SpanContextKeyValueIterable& links) {
    links.ForEachKeyValue(
        [&](opentelemetry::trace::SpanContext target, const opentelemetry::common::KeyValueIterable& attributes) {
          recordable.AddLink(target, attributes);
          return true;
        });
  }
  template <class F>
  void ForEach(F&& f) {
    const std::lock_guard<std::mutex> guard(lock_);
    for (auto& recordable : recordables_) f(*recordable);
  }

  std::shared_ptr<Tracer> tracer_;  // keeps the instrumentation scope alive
  std::shared_ptr<TracerContext> context_;
  opentelemetry::trace::SpanContext span_context_;
  opentelemetry::common::SteadyTimestamp start_steady_;
  mutable std::mutex lock_;
  std::vector<std::unique_ptr<Recordable>> recordables_;
};
}  // namespace detail

class Tracer final : public opentelemetry::trace::Tracer, public std::enable_shared_from_this<Tracer> {
 public:
  explicit Tracer(std::shared_ptr<TracerContext> context, std::unique_ptr<InstrumentationScope> scope) noexcept
      : context_(std::move(context)), scope_(std::move(scope)) {}

  using opentelemetry::trace::Tracer::StartSpan;
  nostd::shared_ptr<opentelemetry::trace::Span> StartSpan(
      nostd::string_view name, const opentelemetry::common::KeyValueIterable& attributes,
      const opentelemetry::trace::SpanContextKeyValueIterable& links,
      const opentelemetry::trace::StartSpanOptions& options = {}) noexcept override {
    const opentelemetry::trace::SpanContext parent = ParentOf(options);
    IdGenerator& ids = context_->GetIdGenerator();
    const opentelemetry::trace::TraceId trace_id = parent.IsValid() ? parent.trace_id() : ids.GenerateTraceId();
    const SamplingResult sampling =
        context_->GetSampler().ShouldSample(parent, trace_id, name, options.kind, attributes, links);
    const opentelemetry::trace::TraceFlags flags(sampling.IsSampled() ? opentelemetry::trace::TraceFlags::kIsSampled
                                                                      : uint8_t{0});
    opentelemetry::trace::SpanContext span_context(
        trace_id, ids.GenerateSpanId(), flags, false,
        sampling.trace_state ? sampling.trace_state : opentelemetry::trace::TraceState::GetDefault());
    if (!sampling.IsRecording()) {
      return nostd::shared_ptr<opentelemetry::trace::Span>(new opentelemetry::trace::DefaultSpan(span_context));
    }
    auto* span = new detail::RecordingSpan(this->shared_from_this(), context_, span_context);
    nostd::shared_ptr<opentelemetry::trace::Span> owned(span);
    span->Start(*scope_, name, attributes, links, options, parent);
    return owned;
  }
#if OPENTELEMETRY_ABI_VERSION_NO == 1
  void ForceFlushWithMicroseconds(uint64_t timeout) noexcept override {
    context_->ForceFlush(std::chrono::microseconds(timeout));
  }
  void CloseWithMicroseconds(uint64_t timeout) noexcept override {
    context_->ForceFlush(std::chrono::microseconds(timeout));
  }
#endif
  const InstrumentationScope& GetInstrumentationScope() const noexcept { return *scope_; }

 private:
  // Order of the specification: what the caller names, then "make it a root", then what is active on this thread.
  static opentelemetry::trace::SpanContext ParentOf(const opentelemetry::trace::StartSpanOptions& options) {
    using opentelemetry::trace::SpanContext;
    if (const auto* named = nostd::get_if<SpanContext>(&options.parent)) {
      if (named->IsValid()) return *named;
    }
    if (const auto* context = nostd::get_if<opentelemetry::context::Context>(&options.parent)) {
      const SpanContext inside = opentelemetry::trace::GetSpanContext(*context);
      if (inside.IsValid()) return inside;
      if (opentelemetry::trace::IsRootSpan(*context)) return SpanContext::GetInvalid();
    }
    return opentelemetry::trace::GetSpanContext(opentelemetry::context::RuntimeContext::GetCurrent());
  }

  std::shared_ptr<TracerContext> context_;
  std::unique_ptr<InstrumentationScope> scope_;
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
