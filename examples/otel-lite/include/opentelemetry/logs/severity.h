// Severity numbers of the log data model.
#pragma once

#include <cstdint>

#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace logs {
// clang-format off
enum class Severity : uint8_t {
  kInvalid,
  kTrace, kTrace2, kTrace3, kTrace4,
  kDebug, kDebug2, kDebug3, kDebug4,
  kInfo, kInfo2, kInfo3, kInfo4,
  kWarn, kWarn2, kWarn3, kWarn4,
  kError, kError2, kError3, kError4,
  kFatal, kFatal2, kFatal3, kFatal4
};

const uint8_t kMaxSeverity = 255;

const nostd::string_view SeverityNumToText[25] = {
    "INVALID",
    "TRACE", "TRACE2", "TRACE3", "TRACE4",
    "DEBUG", "DEBUG2", "DEBUG3", "DEBUG4",
    "INFO", "INFO2", "INFO3", "INFO4",
    "WARN", "WARN2", "WARN3", "WARN4",
    "ERROR", "ERROR2", "ERROR3", "ERROR4",
    "FATAL", "FATAL2", "FATAL3", "FATAL4"};
// clang-format on
}  // namespace logs
OPENTELEMETRY_END_NAMESPACE
