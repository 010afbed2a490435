// Exports spans with OTLP over plain HTTP. A failed batch is reported on stderr and dropped, without retries.
#pragma once

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "opentelemetry/exporters/otlp/detail/http_post.h"
#include "opentelemetry/exporters/otlp/detail/json.h"
#include "opentelemetry/exporters/otlp/detail/protobuf.h"
#include "opentelemetry/exporters/otlp/otlp_http_exporter_options.h"
#include "opentelemetry/sdk/trace/exporter.h"
#include "opentelemetry/sdk/trace/span_data.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace exporter {
namespace otlp {
class OtlpHttpExporter final : public opentelemetry::sdk::trace::SpanExporter {
 public:
  OtlpHttpExporter() = default;
  explicit OtlpHttpExporter(const OtlpHttpExporterOptions& options) : options_(options) {}

  std::unique_ptr<opentelemetry::sdk::trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<opentelemetry::sdk::trace::SpanData>();
  }
  opentelemetry::sdk::common::ExportResult Export(
      const nostd::span<std::unique_ptr<opentelemetry::sdk::trace::Recordable>>& spans) noexcept override {
    std::vector<const opentelemetry::sdk::trace::SpanData*> sampled;
    for (const auto& recordable : spans) {
      const auto* span = static_cast<opentelemetry::sdk::trace::SpanData*>(*recordable);
      if (span != nullptr && span->GetFlags().IsSampled()) sampled.push_back(span);
    }
    if (sampled.empty()) return opentelemetry::sdk::common::ExportResult::kSuccess;
    const bool json = options_.content_type == HttpRequestContentType::kJson;
    const std::string body = json ? detail::JsonRequest(sampled) : detail::ProtobufRequest(sampled);
    const int status = detail::HttpPost(options_.url, json ? "application/json" : "application/x-protobuf",
                                        options_.http_headers, body, options_.timeout);
    if (status >= 200 && status < 300) return opentelemetry::sdk::common::ExportResult::kSuccess;
    std::cerr << "[otel-lite] export of " << sampled.size() << " spans to " << options_.url
              << " failed: " << (status == 0 ? std::string("no answer") : "status " + std::to_string(status)) << "\n";
    return opentelemetry::sdk::common::ExportResult::kFailure;
  }
  bool ForceFlush(std::chrono::microseconds = (std::chrono::microseconds::max)()) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds = (std::chrono::microseconds::max)()) noexcept override { return true; }

 private:
  OtlpHttpExporterOptions options_;
};
}  // namespace otlp
}  // namespace exporter
OPENTELEMETRY_END_NAMESPACE
