// Makes an exporter that prints each span, as OTLP/JSON on one line.
#pragma once

#include <iostream>
#include <memory>

#include "opentelemetry/exporters/otlp/detail/json.h"
#include "opentelemetry/sdk/trace/exporter.h"
#include "opentelemetry/sdk/trace/span_data.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace exporter {
namespace trace {
class OStreamSpanExporter final : public opentelemetry::sdk::trace::SpanExporter {
 public:
  explicit OStreamSpanExporter(std::ostream& out = std::cout) noexcept : out_(out) {}
  std::unique_ptr<opentelemetry::sdk::trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<opentelemetry::sdk::trace::SpanData>();
  }
  opentelemetry::sdk::common::ExportResult Export(
      const nostd::span<std::unique_ptr<opentelemetry::sdk::trace::Recordable>>& spans) noexcept override {
    for (const auto& recordable : spans) {
      if (const auto* span = static_cast<opentelemetry::sdk::trace::SpanData*>(*recordable)) {
        out_ << otlp::detail::JsonSpan(*span) << "\n";
      }
    }
    return opentelemetry::sdk::common::ExportResult::kSuccess;
  }
  bool ForceFlush(std::chrono::microseconds = (std::chrono::microseconds::max)()) noexcept override {
    out_.flush();
    return true;
  }
  bool Shutdown(std::chrono::microseconds = (std::chrono::microseconds::max)()) noexcept override { return true; }

 private:
  std::ostream& out_;
};

class OStreamSpanExporterFactory {
 public:
  static std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> Create() {
    return std::make_unique<OStreamSpanExporter>();
  }
  static std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> Create(std::ostream& sout) {
    return std::make_unique<OStreamSpanExporter>(sout);
  }
};
}  // namespace trace
}  // namespace exporter
OPENTELEMETRY_END_NAMESPACE
