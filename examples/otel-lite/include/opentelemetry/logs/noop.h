// Loggers while no SDK is installed.
#pragma once

#include "opentelemetry/logs/logger.h"
#include "opentelemetry/logs/logger_provider.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace logs {
class NoopLogger final : public Logger {
 public:
  const nostd::string_view GetName() noexcept override { return "noop logger"; }
  using Logger::CreateLogRecord;
  nostd::unique_ptr<LogRecord> CreateLogRecord() noexcept override {
    return nostd::unique_ptr<LogRecord>(new NoopLogRecord());
  }
  using Logger::EmitLogRecord;
  void EmitLogRecord(nostd::unique_ptr<LogRecord>&& log_record) noexcept override { log_record.reset(); }

 private:
  class NoopLogRecord : public LogRecord {
   public:
    void SetTimestamp(common::SystemTimestamp) noexcept override {}
    void SetObservedTimestamp(common::SystemTimestamp) noexcept override {}
    void SetSeverity(logs::Severity) noexcept override {}
    void SetBody(const common::AttributeValue&) noexcept override {}
    void SetAttribute(nostd::string_view, const common::AttributeValue&) noexcept override {}
    void SetEventId(int64_t, nostd::string_view) noexcept override {}
    void SetTraceId(const trace::TraceId&) noexcept override {}
    void SetSpanId(const trace::SpanId&) noexcept override {}
    void SetTraceFlags(const trace::TraceFlags&) noexcept override {}
  };
};

class NoopLoggerProvider final : public LoggerProvider {
 public:
  using LoggerProvider::GetLogger;
  nostd::shared_ptr<Logger> GetLogger(nostd::string_view, nostd::string_view, nostd::string_view, nostd::string_view,
                                      const common::KeyValueIterable&) override {
    return nostd::shared_ptr<Logger>(new NoopLogger());
  }
};
}  // namespace logs
OPENTELEMETRY_END_NAMESPACE
