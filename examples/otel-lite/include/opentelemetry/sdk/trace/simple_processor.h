// Exports each span on the thread that ends it.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

#include "opentelemetry/sdk/trace/exporter.h"
#include "opentelemetry/sdk/trace/processor.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class SimpleSpanProcessor : public SpanProcessor {
 public:
  explicit SimpleSpanProcessor(std::unique_ptr<SpanExporter>&& exporter) noexcept : exporter_(std::move(exporter)) {}
  ~SimpleSpanProcessor() override { Shutdown(); }

  std::unique_ptr<Recordable> MakeRecordable() noexcept override { return exporter_->MakeRecordable(); }
  void OnStart(Recordable&, const opentelemetry::trace::SpanContext&) noexcept override {}
  void OnEnd(std::unique_ptr<Recordable>&& span) noexcept override {
    std::unique_ptr<Recordable> ended = std::move(span);
    const std::lock_guard<std::mutex> guard(lock_);
    exporter_->Export(nostd::span<std::unique_ptr<Recordable>>(&ended, 1));
  }
  bool ForceFlush(std::chrono::microseconds timeout = (std::chrono::microseconds::max)()) noexcept override {
    return exporter_->ForceFlush(timeout);
  }
  bool Shutdown(std::chrono::microseconds timeout = (std::chrono::microseconds::max)()) noexcept override {
    return shut_down_.exchange(true) || exporter_->Shutdown(timeout);
  }

 private:
  std::unique_ptr<SpanExporter> exporter_;
  std::mutex lock_;
  std::atomic<bool> shut_down_{false};
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
