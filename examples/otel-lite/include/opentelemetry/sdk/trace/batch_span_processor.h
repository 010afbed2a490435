// Exports spans in batches from a thread of its own. A full queue drops the newest span, as upstream.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "opentelemetry/sdk/trace/batch_span_processor_options.h"
#include "opentelemetry/sdk/trace/exporter.h"
#include "opentelemetry/sdk/trace/processor.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class BatchSpanProcessor : public SpanProcessor {
 public:
  explicit BatchSpanProcessor(std::unique_ptr<SpanExporter>&& exporter,
                              const BatchSpanProcessorOptions& options = BatchSpanProcessorOptions())
      : exporter_(std::move(exporter)), options_(options), worker_([this] { Work(); }) {}
  ~BatchSpanProcessor() override { Shutdown(); }

  std::unique_ptr<Recordable> MakeRecordable() noexcept override { return exporter_->MakeRecordable(); }
  void OnStart(Recordable&, const opentelemetry::trace::SpanContext&) noexcept override {}
  void OnEnd(std::unique_ptr<Recordable>&& span) noexcept override {
    const std::lock_guard<std::mutex> guard(lock_);
    if (stopping_ || queue_.size() >= options_.max_queue_size) return;
    queue_.push_back(std::move(span));
    if (queue_.size() >= options_.max_export_batch_size) wake_.notify_all();
  }
  bool ForceFlush(std::chrono::microseconds timeout = (std::chrono::microseconds::max)()) noexcept override {
    std::unique_lock<std::mutex> guard(lock_);
    flush_ = true;
    wake_.notify_all();
    const auto idle = [this] { return queue_.empty() && !exporting_; };
    // wait_for overflows on the default timeout, which means "as long as it takes".
    if (timeout > std::chrono::hours(24)) {
      idle_.wait(guard, idle);
      return true;
    }
    return idle_.wait_for(guard, timeout, idle);
  }
  bool Shutdown(std::chrono::microseconds timeout = (std::chrono::microseconds::max)()) noexcept override {
    {
      const std::lock_guard<std::mutex> guard(lock_);
      if (stopping_) return true;
      stopping_ = true;
      wake_.notify_all();
    }
    worker_.join();
    return exporter_->Shutdown(timeout);
  }

 private:
  // Ends only when the queue is empty, so that Shutdown loses nothing.
  void Work() {
    std::unique_lock<std::mutex> guard(lock_);
    while (true) {
      const auto due = [this] { return stopping_ || flush_ || queue_.size() >= options_.max_export_batch_size; };
      wake_.wait_for(guard, options_.schedule_delay_millis, due);
      while (!queue_.empty()) ExportBatch(guard);
      flush_ = false;
      idle_.notify_all();
      if (stopping_) return;
    }
  }
  void ExportBatch(std::unique_lock<std::mutex>& guard) {
    const size_t size = (std::min)(queue_.size(), options_.max_export_batch_size);
    std::vector<std::unique_ptr<Recordable>> batch;
    for (size_t i = 0; i < size; ++i) batch.push_back(std::move(queue_[i]));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(size));
    exporting_ = true;
    guard.unlock();
    exporter_->Export(nostd::span<std::unique_ptr<Recordable>>(batch.data(), batch.size()));
    batch.clear();
    guard.lock();
    exporting_ = false;
  }

  std::unique_ptr<SpanExporter> exporter_;
  const BatchSpanProcessorOptions options_;
  std::mutex lock_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::vector<std::unique_ptr<Recordable>> queue_;
  bool stopping_ = false;
  bool flush_ = false;
  bool exporting_ = false;
  std::thread worker_;  // last: it uses all of the above
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
