// Writes log records. Each level takes its parts in any order: body, attributes, event id, span context, time.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "opentelemetry/common/key_value_iterable.h"
#include "opentelemetry/logs/event_id.h"
#include "opentelemetry/logs/log_record.h"
#include "opentelemetry/logs/logger_type_traits.h"
#include "opentelemetry/logs/severity.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/nostd/unique_ptr.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace logs {
class Logger {
 public:
  virtual ~Logger() = default;
  virtual const nostd::string_view GetName() noexcept = 0;
  virtual nostd::unique_ptr<LogRecord> CreateLogRecord() noexcept = 0;
  virtual void EmitLogRecord(nostd::unique_ptr<LogRecord>&& log_record) noexcept = 0;

  template <class... ArgumentType>
  void EmitLogRecord(nostd::unique_ptr<LogRecord>&& log_record, ArgumentType&&... args) {
    if (!log_record) return;
    (detail::SetPart(*log_record, args), ...);
    EmitLogRecord(std::move(log_record));
  }
  template <class... ArgumentType>
  void EmitLogRecord(ArgumentType&&... args) {
    EmitLogRecord(CreateLogRecord(), std::forward<ArgumentType>(args)...);
  }

  template <class... ArgumentType>
  void Trace(ArgumentType&&... args) noexcept {
    static_assert(!detail::LogRecordHasType<Severity, std::decay_t<ArgumentType>...>::value,
                  "Severity is already set.");
    this->EmitLogRecord(Severity::kTrace, std::forward<ArgumentType>(args)...);
  }
  template <class... ArgumentType>
  void Debug(ArgumentType&&... args) noexcept {
    static_assert(!detail::LogRecordHasType<Severity, std::decay_t<ArgumentType>...>::value,
                  "Severity is already set.");
    this->EmitLogRecord(Severity::kDebug, std::forward<ArgumentType>(args)...);
  }
  template <class... ArgumentType>
  void Info(ArgumentType&&... args) noexcept {
    static_assert(!detail::LogRecordHasType<Severity, std::decay_t<ArgumentType>...>::value,
                  "Severity is already set.");
    this->EmitLogRecord(Severity::kInfo, std::forward<ArgumentType>(args)...);
  }
  template <class... ArgumentType>
  void Warn(ArgumentType&&... args) noexcept {
    static_assert(!detail::LogRecordHasType<Severity, std::decay_t<ArgumentType>...>::value,
                  "Severity is already set.");
    this->EmitLogRecord(Severity::kWarn, std::forward<ArgumentType>(args)...);
  }
  template <class... ArgumentType>
  void Error(ArgumentType&&... args) noexcept {
    static_assert(!detail::LogRecordHasType<Severity, std::decay_t<ArgumentType>...>::value,
                  "Severity is already set.");
    this->EmitLogRecord(Severity::kError, std::forward<ArgumentType>(args)...);
  }
  template <class... ArgumentType>
  void Fatal(ArgumentType&&... args) noexcept {
    static_assert(!detail::LogRecordHasType<Severity, std::decay_t<ArgumentType>...>::value,
                  "Severity is already set.");
    this->EmitLogRecord(Severity::kFatal, std::forward<ArgumentType>(args)...);
  }

  bool Enabled(Severity severity) const noexcept { return static_cast<uint8_t>(severity) >= minimum_severity_; }
  bool Enabled(Severity severity, const EventId&) const noexcept { return Enabled(severity); }
  bool Enabled(Severity severity, int64_t) const noexcept { return Enabled(severity); }

  virtual void Log(Severity severity, const EventId& event_id, nostd::string_view format,
                   const common::KeyValueIterable& attributes) noexcept {
    this->EmitLogRecord(severity, event_id, format, attributes);
  }
  virtual void Log(Severity severity, int64_t event_id, nostd::string_view format,
                   const common::KeyValueIterable& attributes) noexcept {
    this->EmitLogRecord(severity, EventId{event_id}, format, attributes);
  }
  virtual void Log(Severity severity, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->EmitLogRecord(severity, format, attributes);
  }
  virtual void Log(Severity severity, nostd::string_view message) noexcept { this->EmitLogRecord(severity, message); }

  void Trace(const EventId& event_id, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kTrace, event_id, format, attributes);
  }
  void Trace(int64_t event_id, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kTrace, EventId{event_id}, format, attributes);
  }
  void Trace(nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kTrace, format, attributes);
  }
  void Trace(nostd::string_view message) noexcept { this->Log(Severity::kTrace, message); }
  void Debug(const EventId& event_id, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kDebug, event_id, format, attributes);
  }
  void Debug(int64_t event_id, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kDebug, EventId{event_id}, format, attributes);
  }
  void Debug(nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kDebug, format, attributes);
  }
  void Debug(nostd::string_view message) noexcept { this->Log(Severity::kDebug, message); }
  void Info(const EventId& event_id, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kInfo, event_id, format, attributes);
  }
  void Info(int64_t event_id, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kInfo, EventId{event_id}, format, attributes);
  }
  void Info(nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kInfo, format, attributes);
  }
  void Info(nostd::string_view message) noexcept { this->Log(Severity::kInfo, message); }
  void Warn(const EventId& event_id, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kWarn, event_id, format, attributes);
  }
  void Warn(int64_t event_id, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kWarn, EventId{event_id}, format, attributes);
  }
  void Warn(nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kWarn, format, attributes);
  }
  void Warn(nostd::string_view message) noexcept { this->Log(Severity::kWarn, message); }
  void Error(const EventId& event_id, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kError, event_id, format, attributes);
  }
  void Error(int64_t event_id, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kError, EventId{event_id}, format, attributes);
  }
  void Error(nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kError, format, attributes);
  }
  void Error(nostd::string_view message) noexcept { this->Log(Severity::kError, message); }
  void Fatal(const EventId& event_id, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kFatal, event_id, format, attributes);
  }
  void Fatal(int64_t event_id, nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kFatal, EventId{event_id}, format, attributes);
  }
  void Fatal(nostd::string_view format, const common::KeyValueIterable& attributes) noexcept {
    this->Log(Severity::kFatal, format, attributes);
  }
  void Fatal(nostd::string_view message) noexcept { this->Log(Severity::kFatal, message); }

 protected:
  void SetMinimumSeverity(uint8_t severity_or_max) noexcept { minimum_severity_ = severity_or_max; }

 private:
  // Nothing is enabled until an SDK says so.
  uint8_t minimum_severity_ = kMaxSeverity;
};
}  // namespace logs
OPENTELEMETRY_END_NAMESPACE
