// Batching limits, read from the OTEL_BSP_* variables.
#pragma once

#include <chrono>
#include <cstddef>

#include "opentelemetry/sdk/common/env_variables.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
struct BatchSpanProcessorOptions {
  size_t max_queue_size = static_cast<size_t>(common::detail::PositiveNumber("OTEL_BSP_MAX_QUEUE_SIZE", 2048));
  std::chrono::milliseconds schedule_delay_millis{common::detail::PositiveNumber("OTEL_BSP_SCHEDULE_DELAY", 5000)};
  std::chrono::milliseconds export_timeout{common::detail::PositiveNumber("OTEL_BSP_EXPORT_TIMEOUT", 30000)};
  size_t max_export_batch_size =
      static_cast<size_t>(common::detail::PositiveNumber("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512));
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
