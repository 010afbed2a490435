// The OTEL_EXPORTER_OTLP_* variables that concern traces over HTTP.
#pragma once

#include <algorithm>
#include <cctype>
#include <chrono>
#include <map>
#include <string>

#include "opentelemetry/common/kv_properties.h"
#include "opentelemetry/sdk/common/env_variables.h"
#include "opentelemetry/sdk/version/version.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace exporter {
namespace otlp {
inline std::string GetOtlpDefaultUserAgent() { return "OTel-OTLP-Exporter-Cpp/" OPENTELEMETRY_SDK_VERSION; }

/// The traces variable is the whole URL; the general one is a base that gets the path appended as plain text.
inline std::string GetOtlpDefaultHttpTracesEndpoint() {
  std::string value;
  if (sdk::common::GetStringEnvironmentVariable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", value)) return value;
  if (sdk::common::GetStringEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", value)) return value + "/v1/traces";
  return "http://localhost:4318/v1/traces";
}
inline std::string GetOtlpDefaultHttpEndpoint() { return GetOtlpDefaultHttpTracesEndpoint(); }

inline std::string GetOtlpDefaultHttpTracesProtocol() {
  return sdk::common::detail::FirstSet("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL",
                                       "http/protobuf");
}

inline std::chrono::system_clock::duration GetOtlpDefaultTracesTimeout() {
  const long general = sdk::common::detail::PositiveNumber("OTEL_EXPORTER_OTLP_TIMEOUT", 10000);
  return std::chrono::milliseconds(sdk::common::detail::PositiveNumber("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", general));
}
inline std::chrono::system_clock::duration GetOtlpDefaultTimeout() { return GetOtlpDefaultTracesTimeout(); }

struct cmp_ic {
  bool operator()(const std::string& a, const std::string& b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
      return std::tolower(x) < std::tolower(y);
    });
  }
};
using OtlpHeaders = std::multimap<std::string, std::string, cmp_ic>;

/// Headers of both variables; a traces header replaces a general one of the same name.
inline OtlpHeaders GetOtlpDefaultTracesHeaders() {
  OtlpHeaders headers;
  for (const char* variable : {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"}) {
    std::string value;
    sdk::common::GetStringEnvironmentVariable(variable, value);
    for (const auto& pair : opentelemetry::common::SplitListHeader(value)) {
      const std::string name(pair.first.data(), pair.first.size());
      if (headers.count(name) == 0) headers.emplace(name, std::string(pair.second.data(), pair.second.size()));
    }
  }
  return headers;
}
inline OtlpHeaders GetOtlpDefaultHeaders() { return GetOtlpDefaultTracesHeaders(); }
}  // namespace otlp
}  // namespace exporter
OPENTELEMETRY_END_NAMESPACE
