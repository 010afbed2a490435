// Makes the ids of traces and spans.
#pragma once

#include "opentelemetry/trace/span_id.h"
#include "opentelemetry/trace/trace_id.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class IdGenerator {
 public:
  IdGenerator(bool is_random) : is_random_(is_random) {}
  virtual ~IdGenerator() = default;
  virtual opentelemetry::trace::SpanId GenerateSpanId() noexcept = 0;
  virtual opentelemetry::trace::TraceId GenerateTraceId() noexcept = 0;
  bool IsRandom() const { return is_random_; }

 private:
  bool is_random_;
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
