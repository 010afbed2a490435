// What can be chosen when a span starts.
#pragma once

#include "opentelemetry/common/timestamp.h"
#include "opentelemetry/context/context.h"
#include "opentelemetry/nostd/variant.h"
#include "opentelemetry/trace/span_context.h"
#include "opentelemetry/trace/span_metadata.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {
struct StartSpanOptions {
  common::SystemTimestamp start_system_time;
  common::SteadyTimestamp start_steady_time;
  /// A valid SpanContext, or a Context that holds a span, wins over the span that is active on this thread.
  nostd::variant<SpanContext, context::Context> parent = context::Context{};
  SpanKind kind = SpanKind::kInternal;
};
}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
