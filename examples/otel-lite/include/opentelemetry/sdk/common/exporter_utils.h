// What an export came to.
#pragma once

#include <cstdint>

#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace common {
enum class ExportResult : std::uint8_t { kSuccess, kFailure, kFailureFull, kFailureInvalidArgument };
}
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
