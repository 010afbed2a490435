// Kinds, status codes and the context keys that spans use.
#pragma once

#include <cstdint>

#include "opentelemetry/common/timestamp.h"
#include "opentelemetry/version.h"

#if OPENTELEMETRY_ABI_VERSION_NO >= 2
#define OPENTELEMETRY_LITE_ENUM_BASE : std::uint8_t
#else
#define OPENTELEMETRY_LITE_ENUM_BASE
#endif

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {
enum class SpanKind OPENTELEMETRY_LITE_ENUM_BASE { kInternal, kServer, kClient, kProducer, kConsumer };
enum class StatusCode OPENTELEMETRY_LITE_ENUM_BASE { kUnset, kOk, kError };

constexpr char kSpanKey[] = "active_span";
constexpr char kIsRootSpanKey[] = "is_root_span";

struct EndSpanOptions {
  common::SteadyTimestamp end_steady_time;
};
}  // namespace trace
OPENTELEMETRY_END_NAMESPACE

#undef OPENTELEMETRY_LITE_ENUM_BASE
