// The mock collector: OTLP/HTTP on an ephemeral port of 127.0.0.1, every accepted request captured, then acknowledged.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "common/result.h"
#include "mock-collector/trace_model.h"

namespace spangate {

struct CollectorOptions {
  std::string bind = "127.0.0.1";
  uint16_t port = 0;                    // 0: the kernel picks one
  std::string capture_path;             // where every accepted request goes before its answer
  uint64_t max_body_bytes = 64u << 20;  // before and after decompression; 413 beyond
  unsigned threads = 2;
};

/// Counts since the start. Refused = answered with 4xx or 5xx.
struct CollectorCounts {
  uint64_t connections = 0;  // accepted TCP connections
  uint64_t open_connections = 0;
  uint64_t requests = 0;  // requests with a complete head
  uint64_t accepted = 0;  // answered with 200
  uint64_t refused = 0;
  uint64_t spans = 0, logs = 0, points = 0;
  uint64_t lost = 0;          // telemetry sent and not kept: refused with 400, 413 or 503, or cut off in the middle
  std::string capture_error;  // why the capture could not be written; empty while it could
  std::string last_refusal;   // "POST /v1/trace: 404 unknown path; ..." for the diagnosis of "nothing received"
};

class Collector {
 public:
  /// Binds, then serves on its own threads. Errors: kSystem when the port is taken or the capture cannot be written.
  static Result<std::unique_ptr<Collector>> Start(const CollectorOptions& options);
  virtual ~Collector() = default;  // stops
  virtual uint16_t port() const = 0;
  virtual CollectorCounts counts() const = 0;
  /// Blocks until no request has arrived for `quiet` and none is under way, or until `limit`. Returns whether quiet.
  virtual bool WaitForQuiet(std::chrono::milliseconds quiet, std::chrono::milliseconds limit) = 0;
  /// Stops accepting, finishes what is under way, closes. After it returns nothing more is stored. Idempotent.
  virtual void Stop() = 0;
  /// All telemetry so far, traces built. Call after Stop(). Leaves the collector without telemetry.
  virtual TraceModel TakeModel() = 0;
};

}  // namespace spangate
