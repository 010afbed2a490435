// Makes a SimpleSpanProcessor.
#pragma once

#include <memory>
#include <utility>

#include "opentelemetry/sdk/trace/simple_processor.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class SimpleSpanProcessorFactory {
 public:
  static std::unique_ptr<SpanProcessor> Create(std::unique_ptr<SpanExporter>&& exporter) {
    return std::make_unique<SimpleSpanProcessor>(std::move(exporter));
  }
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
