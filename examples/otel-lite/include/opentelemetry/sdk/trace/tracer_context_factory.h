// Makes a TracerContext.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "opentelemetry/sdk/trace/tracer_context.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class TracerContextFactory {
 public:
  template <class... Rest>
  static std::unique_ptr<TracerContext> Create(std::vector<std::unique_ptr<SpanProcessor>>&& processors,
                                               Rest&&... rest) {
    return std::make_unique<TracerContext>(std::move(processors), std::forward<Rest>(rest)...);
  }
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
