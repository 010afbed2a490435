// The capture file: every accepted request, appended before it is acknowledged. Format: docs/formats/capture.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "mock-collector/trace_model.h"

namespace spangate {

/// What is kept of a request beside its body. Each field has a column of RequestRow or is kept for rules to come;
/// readers skip metadata they do not know, so that it can grow. Authorization and Cookie are kept only as present or
/// absent.
struct RequestMetadata {
  Signal signal = Signal::kTraces;
  Encoding encoding = Encoding::kProtobuf;  // as the client sent it
  uint64_t arrival = 0;                     // ns since the Unix epoch
  uint64_t connection = 0;
  std::string user_agent;
  std::string content_encoding;  // "", "gzip", ...
  bool had_authorization = false;
  bool had_cookie = false;
};

class CaptureWriter {
 public:
  /// Creates or truncates the file with mode 0600 and writes the header.
  static Result<std::unique_ptr<CaptureWriter>> Create(const std::string& path);
  virtual ~CaptureWriter() = default;
  /// One frame in one write(2). Thread-safe. The payload is the decompressed body, in the encoding that `metadata`
  /// names.
  virtual Status Append(const RequestMetadata& metadata, std::string_view payload) = 0;
};

struct CaptureContents {
  TraceModel model;       // BuildTraces() done
  uint64_t frames = 0;    // frames of a capture, or documents of OTLP/JSON
  std::string truncated;  // not empty: the file ends in a torn or corrupt frame; what and at which byte
};

/// Reads a capture of ours, the OpenTelemetry Collector file exporter's JSON lines, or an OTLP/JSON document, told
/// apart by content. Errors: kSystem when it cannot be read, kInput when it is none of these or of a newer version.
Result<CaptureContents> ReadCapture(const std::string& path);
/// The same for the bytes of such a file.
Result<CaptureContents> ReadCaptureBytes(std::string_view bytes);

}  // namespace spangate
