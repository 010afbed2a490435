// Options of the OTLP/HTTP exporter, filled from the environment. TLS and compression options exist so that user code
// compiles; this subset speaks plain http only and says so when asked for more.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "opentelemetry/exporters/otlp/otlp_environment.h"
#include "opentelemetry/exporters/otlp/otlp_http.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace exporter {
namespace otlp {
struct OtlpHttpExporterOptions {
  OtlpHttpExporterOptions()
      : url(GetOtlpDefaultHttpTracesEndpoint()),
        content_type(GetOtlpHttpProtocolFromString(GetOtlpDefaultHttpTracesProtocol())),
        timeout(GetOtlpDefaultTracesTimeout()),
        http_headers(GetOtlpDefaultTracesHeaders()) {}
  /// Options that ignore the environment.
  OtlpHttpExporterOptions(void*) {}

  std::string url;
  HttpRequestContentType content_type{HttpRequestContentType::kBinary};
  JsonBytesMappingKind json_bytes_mapping{JsonBytesMappingKind::kHexId};
  bool use_json_name{false};
  bool console_debug{false};
  std::chrono::system_clock::duration timeout{};
  OtlpHeaders http_headers;
  bool ssl_insecure_skip_verify{};
  std::string ssl_ca_cert_path;
  std::string ssl_ca_cert_string;
  std::string ssl_client_key_path;
  std::string ssl_client_key_string;
  std::string ssl_client_cert_path;
  std::string ssl_client_cert_string;
  std::string ssl_min_tls;
  std::string ssl_max_tls;
  std::string ssl_cipher;
  std::string ssl_cipher_suite;
  std::string compression;
  std::uint32_t retry_policy_max_attempts{};
  std::chrono::duration<float> retry_policy_initial_backoff{};
  std::chrono::duration<float> retry_policy_max_backoff{};
  float retry_policy_backoff_multiplier{};
};
}  // namespace otlp
}  // namespace exporter
OPENTELEMETRY_END_NAMESPACE
