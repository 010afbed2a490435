// HTTP/1.1 server for telemetry ports: strict framing, bounded buffers and times. Knows nothing of OTLP.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result.h"

namespace spangate {

struct HttpRequest {
  std::string method;
  std::string target;            // as sent
  std::string path;              // without scheme, authority and query; repeated slashes folded into one
  std::string content_type;      // media type in lower case, without parameters
  std::string content_encoding;  // as sent; several fields are joined by ", "
  std::string user_agent;
  bool had_authorization = false;
  bool had_cookie = false;
  uint64_t connection = 0;  // in order of acceptance, from 1
  std::string body;         // as sent, after the transfer coding
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// What the server asks. All functions are called from the server's threads, several at a time. None may throw
/// anything but std::bad_alloc, which the server answers with 503.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  /// After the head, before the body: a response ends the request here.
  virtual std::optional<HttpResponse> Screen(const HttpRequest& head) = 0;
  virtual HttpResponse Answer(HttpRequest& request) = 0;
  /// The answer to a request that the server itself refuses. Fields that were not read are empty.
  virtual HttpResponse Refuse(const HttpRequest& head, unsigned status, const std::string& why) = 0;
  /// A request that can have no answer: the client went away or a time limit passed.
  virtual void Lost(const HttpRequest& head, const std::string& why) = 0;
  virtual void ConnectionOpened() = 0;
  virtual void ConnectionClosed() = 0;
  /// From the first byte of a request until its response is written or its connection is lost.
  virtual void RequestBegins() = 0;
  virtual void RequestEnds() = 0;
};

struct HttpServerOptions {
  std::string bind = "127.0.0.1";  // an address, not a name
  uint16_t port = 0;
  unsigned threads = 2;
  uint64_t max_body_bytes = 64u << 20;           // 413 beyond
  uint32_t max_head_bytes = 64u << 10;           // 431 beyond
  std::chrono::milliseconds idle_limit{600000};  // between requests: exporters keep a connection for the process's life
  std::chrono::milliseconds head_limit{10000};   // from the first byte to the end of the head
  std::chrono::milliseconds body_limit{30000};   // between two pieces of a body
  std::chrono::milliseconds drain_limit{2000};  // reading on after an early answer, so that a reset does not destroy it
};

class HttpServer {
 public:
  /// Binds and serves until Stop(). `handler` must outlive the server. Errors: kUsage for an address that is none,
  /// kSystem when it cannot be bound.
  static Result<std::unique_ptr<HttpServer>> Start(const HttpServerOptions& options, HttpHandler& handler);
  virtual ~HttpServer() = default;  // stops
  virtual uint16_t port() const = 0;
  /// Takes what clients have sent already, finishes requests that have begun within drain_limit, closes, joins the
  /// threads: afterwards no function of the handler is called. Idempotent; not from a handler's function.
  virtual void Stop() = 0;
};

}  // namespace spangate
