// Sees every recorded span at its start and its end.
#pragma once

#include <chrono>
#include <memory>

#include "opentelemetry/sdk/trace/recordable.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class SpanProcessor {
 public:
  SpanProcessor() = default;
  SpanProcessor(const SpanProcessor&) = delete;
  SpanProcessor& operator=(const SpanProcessor&) = delete;
  virtual ~SpanProcessor() = default;
  virtual std::unique_ptr<Recordable> MakeRecordable() noexcept = 0;
  virtual void OnStart(Recordable& span, const opentelemetry::trace::SpanContext& parent_context) noexcept = 0;
  virtual void OnEnd(std::unique_ptr<Recordable>&& span) noexcept = 0;
  virtual bool ForceFlush(std::chrono::microseconds timeout = (std::chrono::microseconds::max)()) noexcept = 0;
  virtual bool Shutdown(std::chrono::microseconds timeout = (std::chrono::microseconds::max)()) noexcept = 0;
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
