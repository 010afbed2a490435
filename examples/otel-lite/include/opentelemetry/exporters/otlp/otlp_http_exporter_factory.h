// Makes an OtlpHttpExporter, from the environment or from options.
#pragma once

#include <memory>

#include "opentelemetry/exporters/otlp/otlp_http_exporter.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace exporter {
namespace otlp {
class OtlpHttpExporterFactory {
 public:
  static std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> Create() {
    return std::make_unique<OtlpHttpExporter>();
  }
  static std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> Create(const OtlpHttpExporterOptions& options) {
    return std::make_unique<OtlpHttpExporter>(options);
  }
};
}  // namespace otlp
}  // namespace exporter
OPENTELEMETRY_END_NAMESPACE
