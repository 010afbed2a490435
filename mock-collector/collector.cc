// OTLP/HTTP on the HTTP server: which requests are telemetry, and the order decode, capture, store, acknowledge.
#include "mock-collector/collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "common/text.h"
#include "mock-collector/capture.h"
#include "mock-collector/decode.h"
#include "mock-collector/http_server.h"
#include "mock-collector/inflate.h"

namespace spangate {
namespace {

using Clock = std::chrono::steady_clock;

struct Route {
  std::string_view path;
  Signal signal;
};
constexpr Route kRoutes[] = {
    {"/v1/traces", Signal::kTraces}, {"/v1/metrics", Signal::kMetrics}, {"/v1/logs", Signal::kLogs}};

constexpr std::string_view kProtobufType = "application/x-protobuf";
constexpr std::string_view kJsonType = "application/json";

std::optional<Signal> SignalOf(std::string_view path) {
  for (const Route& route : kRoutes) {
    if (route.path == path) return route.signal;
  }
  return std::nullopt;
}

std::optional<Encoding> EncodingOf(std::string_view content_type) {
  if (content_type == kProtobufType) return Encoding::kProtobuf;
  if (content_type == kJsonType) return Encoding::kJson;
  return std::nullopt;
}

/// google.rpc.Code by HTTP status, as the OpenTelemetry Collector maps them.
uint32_t RpcCode(unsigned status) {
  struct Row {
    unsigned status;
    uint32_t code;
  };
  constexpr Row kCodes[] = {{400, 3}, {401, 16}, {403, 7}, {404, 12}, {429, 8}, {502, 14}, {503, 14}, {504, 14}};
  constexpr uint32_t kUnknown = 2;
  for (const Row& row : kCodes) {
    if (row.status == status) return row.code;
  }
  return kUnknown;
}

std::string StatusAsJson(uint32_t code, std::string_view message) {
  std::string escaped;
  for (const char c : message) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return fmt::format(R"({{"code":{},"message":"{}"}})", code, escaped);
}

std::string StatusAsProtobuf(uint32_t code, std::string_view message) {
  std::string bytes;
  bytes += '\x08';  // field 1, varint; every code is below 128
  bytes += static_cast<char>(code);
  bytes += '\x12';  // field 2, length-delimited
  size_t size = message.size();
  for (; size >= 0x80; size >>= 7) bytes += static_cast<char>((size & 0x7F) | 0x80);
  bytes += static_cast<char>(size);
  bytes += message;
  return bytes;
}

std::string MediaType(std::string_view content_type) {
  return std::string(content_type.empty() ? "no Content-Type" : content_type.substr(0, 100));
}

class OtlpCollector final : public Collector, private HttpHandler {
 public:
  OtlpCollector(const CollectorOptions& options, std::unique_ptr<CaptureWriter> capture)
      : options_(options), capture_(std::move(capture)) {}
  ~OtlpCollector() override { Stop(); }

  Status Serve() {
    HttpServerOptions http;
    http.bind = options_.bind;
    http.port = options_.port;
    http.threads = options_.threads;
    http.max_body_bytes = options_.max_body_bytes;
    auto server = HttpServer::Start(http, *this);
    if (!server.has_value()) return server.error();
    server_ = std::move(server.value());
    port_ = server_->port();
    return Ok();
  }

  uint16_t port() const override { return port_; }

  CollectorCounts counts() const override {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

  bool WaitForQuiet(std::chrono::milliseconds quiet, std::chrono::milliseconds limit) override {
    const Clock::time_point begun = Clock::now();  // silence before the call says nothing about what is still to come
    const Clock::time_point deadline = begun + limit;
    std::unique_lock lock(mutex_);
    for (;;) {
      const Clock::time_point now = Clock::now();
      const Clock::time_point quiet_at = std::max(begun, last_activity_) + quiet;
      if (under_way_ == 0 && now >= quiet_at) return true;
      if (now >= deadline) return false;
      // While a request is under way only its end can make it quiet, and that wakes us.
      activity_.wait_until(lock, under_way_ > 0 ? deadline : std::min(deadline, quiet_at));
    }
  }

  void Stop() override {
    if (server_) server_->Stop();
  }

  TraceModel TakeModel() override {
    const std::lock_guard lock(store_mutex_);
    TraceModel model = std::exchange(model_, TraceModel());
    model.BuildTraces();
    return model;
  }

 private:
  std::optional<HttpResponse> Screen(const HttpRequest& head) override {
    {
      const std::lock_guard lock(mutex_);
      ++counts_.requests;
    }
    if (!SignalOf(head.path)) return Refuse(head, 404, UnknownPath(head.path));
    if (head.method != "POST") {
      HttpResponse answer = Refuse(head, 405, "OTLP/HTTP uses POST");
      answer.headers.emplace_back("Allow", "POST");
      return answer;
    }
    if (!EncodingOf(head.content_type)) {
      return Refuse(head, 415,
                    fmt::format("unsupported media type '{}', supported: [{}, {}]", MediaType(head.content_type),
                                kJsonType, kProtobufType));
    }
    if (Inflate(head.content_encoding, "", 0).outcome == InflateOutcome::kUnknown) {
      HttpResponse answer = Refuse(head, 415, Inflate(head.content_encoding, "", 0).problem);
      answer.headers.emplace_back("Accept-Encoding", kContentCodings);
      return answer;
    }
    return std::nullopt;
  }

  static std::string UnknownPath(std::string_view path) {
    if (path == "/") {
      return "no telemetry at '/'; OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is used as it stands and must end in /v1/traces "
             "(OTEL_EXPORTER_OTLP_ENDPOINT gets the path added)";
    }
    return "unknown path; OTLP/HTTP is served at /v1/traces, /v1/metrics and /v1/logs";
  }

  HttpResponse Answer(HttpRequest& request) override {
    const Inflated body = Inflate(request.content_encoding, request.body, options_.max_body_bytes);
    request.body = std::string();
    if (body.outcome == InflateOutcome::kTooLarge) return Refuse(request, 413, body.problem);
    if (body.outcome != InflateOutcome::kDone) return Refuse(request, 400, body.problem);

    const RequestMetadata metadata = MetadataOf(request);
    TraceModel batch;
    const Status decoded = DecodeOtlp(metadata.signal, metadata.encoding, body.bytes, batch);
    if (!decoded.has_value()) {
      return Refuse(request, decoded.error().kind == ErrorKind::kInput ? 400 : 503, decoded.error().message);
    }
    RequestRow& row = batch.requests.back();
    row.arrival = metadata.arrival;
    row.connection = metadata.connection;
    row.user_agent = batch.strings.Intern(metadata.user_agent);
    const Status kept = Keep(metadata, body.bytes, batch);
    if (kept.has_value()) return Accept(metadata, batch);
    {
      const std::lock_guard lock(mutex_);
      counts_.capture_error = kept.error().message;
    }
    return Refuse(request, 503, kept.error().message);
  }

  static RequestMetadata MetadataOf(const HttpRequest& request) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {.signal = *SignalOf(request.path),
            .encoding = *EncodingOf(request.content_type),
            .arrival = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()),
            .connection = request.connection,
            .user_agent = request.user_agent,
            .content_encoding = request.content_encoding,
            .had_authorization = request.had_authorization,
            .had_cookie = request.had_cookie};
  }

  /// First the file, then the model, under one lock: both hold the same requests in the same order, and what is
  /// acknowledged later is in the file whatever happens to this process.
  Status Keep(const RequestMetadata& metadata, std::string_view payload, const TraceModel& batch) {
    const std::lock_guard lock(store_mutex_);
    Status captured = capture_->Append(metadata, payload);
    if (captured.has_value()) model_.Append(batch);
    return captured;
  }

  HttpResponse Accept(const RequestMetadata& metadata, const TraceModel& batch) {
    const std::lock_guard lock(mutex_);
    ++counts_.accepted;
    counts_.spans += batch.spans.size();
    counts_.logs += batch.logs.size();
    counts_.points += batch.points.size();
    const bool json = metadata.encoding == Encoding::kJson;
    return {.status = 200, .content_type = std::string(json ? kJsonType : kProtobufType), .body = json ? "{}" : ""};
  }

  HttpResponse Refuse(const HttpRequest& head, unsigned status, const std::string& why) override {
    const std::string message = Printable(why);
    const bool loses = status == 400 || status == 413 || status == 503;
    Note(fmt::format("{}: {} {}", Describe(head), status, message), true, loses);
    const bool protobuf = EncodingOf(head.content_type) == Encoding::kProtobuf;
    const uint32_t code = RpcCode(status);
    return {.status = status,
            .content_type = std::string(protobuf ? kProtobufType : kJsonType),
            .body = protobuf ? StatusAsProtobuf(code, message) : StatusAsJson(code, message)};
  }

  void Lost(const HttpRequest& head, const std::string& why) override {
    Note(fmt::format("{}: no answer: {}", Describe(head), Printable(why)), false, true);
  }

  static std::string Describe(const HttpRequest& head) {
    if (head.method.empty() || head.target.empty()) return "a malformed request";
    return fmt::format("{} {}", Printable(head.method), Printable(std::string_view(head.target).substr(0, 200)));
  }

  void Note(std::string refusal, bool answered, bool loses) {
    const std::lock_guard lock(mutex_);
    counts_.lost += loses ? 1 : 0;
    counts_.refused += answered ? 1 : 0;
    counts_.last_refusal = std::move(refusal);
  }

  void ConnectionOpened() override {
    const std::lock_guard lock(mutex_);
    ++counts_.connections;
    ++counts_.open_connections;
  }
  void ConnectionClosed() override {
    const std::lock_guard lock(mutex_);
    --counts_.open_connections;
  }
  void RequestBegins() override { SetActivity(+1); }
  void RequestEnds() override { SetActivity(-1); }

  void SetActivity(int change) {
    {
      const std::lock_guard lock(mutex_);
      under_way_ += change;
      last_activity_ = Clock::now();
    }
    activity_.notify_all();
  }

  const CollectorOptions options_;
  uint16_t port_ = 0;

  mutable std::mutex mutex_;  // guards the next four
  std::condition_variable activity_;
  CollectorCounts counts_;
  int under_way_ = 0;
  Clock::time_point last_activity_ = Clock::now();

  std::mutex store_mutex_;  // guards the order of capture_ and model_
  const std::unique_ptr<CaptureWriter> capture_;
  TraceModel model_;

  std::unique_ptr<HttpServer> server_;  // last: its threads use all of the above
};

}  // namespace

Result<std::unique_ptr<Collector>> Collector::Start(const CollectorOptions& options) {
  auto capture = CaptureWriter::Create(options.capture_path);
  if (!capture.has_value()) return capture.error();
  auto collector = std::make_unique<OtlpCollector>(options, std::move(capture.value()));
  const Status serving = collector->Serve();
  if (!serving.has_value()) return serving.error();
  return std::unique_ptr<Collector>(std::move(collector));
}

}  // namespace spangate
