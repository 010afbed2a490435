// Reading of OTEL_* environment variables: unset and empty mean the same, as the specification says.
#pragma once

#include <cstdlib>
#include <string>

#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace common {
inline bool GetStringEnvironmentVariable(const char* name, std::string& value) {
  const char* set = std::getenv(name);
  value = set == nullptr ? "" : set;
  return !value.empty();
}

namespace detail {
/// The first of the two variables that is set, else the fallback: signal-specific settings win over general ones.
inline std::string FirstSet(const char* specific, const char* general, const char* fallback = "") {
  std::string value;
  if (GetStringEnvironmentVariable(specific, value) || GetStringEnvironmentVariable(general, value)) return value;
  return fallback;
}
inline long PositiveNumber(const char* name, long fallback) {
  std::string text;
  if (!GetStringEnvironmentVariable(name, text)) return fallback;
  const long number = std::strtol(text.c_str(), nullptr, 10);
  return number > 0 ? number : fallback;
}
}  // namespace detail
}  // namespace common
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
