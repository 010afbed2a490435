// Makes a BatchSpanProcessor.
#pragma once

#include <memory>
#include <utility>

#include "opentelemetry/sdk/trace/batch_span_processor.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class BatchSpanProcessorFactory {
 public:
  static std::unique_ptr<SpanProcessor> Create(std::unique_ptr<SpanExporter>&& exporter,
                                               const BatchSpanProcessorOptions& options) {
    return std::make_unique<BatchSpanProcessor>(std::move(exporter), options);
  }
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
