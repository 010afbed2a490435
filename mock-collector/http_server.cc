// The server on Boost.Beast and Asio. Callbacks, not coroutines: Clang 14 cannot compile those of libstdc++. Written
// for Boost 1.74 and later.
#include "mock-collector/http_server.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/none.hpp>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>
#include <unordered_map>

namespace spangate {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kBacklog = 4096;  // exporters of a whole test run may connect at once
constexpr size_t kReadStep = 64 << 10;
constexpr uint64_t kMostDrained = 16 << 20;

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "http://host//v1/traces?x=1" (RFC 9112 3.2.2 requires the absolute form too) gives "/v1/traces". Exporters whose
/// endpoint ends in a slash ask for "//v1/traces".
std::string PathOf(std::string_view target) {
  const std::string scheme = Lower(target.substr(0, 8));
  if (scheme.starts_with("http://") || scheme == "https://") {
    const size_t authority = target.find("//") + 2;
    const size_t slash = target.find('/', authority);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  target = target.substr(0, target.find_first_of("?#"));
  std::string path;
  for (const char c : target) {
    if (c != '/' || !path.ends_with('/')) path += c;
  }
  return path;
}

/// All fields of that name as one list, which is what several fields mean (RFC 9110 5.3).
std::string Joined(const http::fields& fields, http::field name) {
  std::string joined;
  const auto range = fields.equal_range(name);
  for (auto field = range.first; field != range.second; ++field) {
    if (!joined.empty()) joined += ", ";
    joined += View(field->value());
  }
  return joined;
}

using Parser = http::request_parser<http::string_body>;
using Response = http::response<http::string_body>;

void ReadHead(const Parser& parser, HttpRequest& request) {
  const auto& message = parser.get();
  request.method = View(message.method_string());
  request.target = View(message.target());
  request.path = PathOf(request.target);
  const std::string_view content_type = View(message[http::field::content_type]);
  request.content_type = Lower(Trim(content_type.substr(0, content_type.find(';'))));
  request.content_encoding = Joined(message, http::field::content_encoding);
  request.user_agent = View(message[http::field::user_agent]);
  request.had_authorization = message.count(http::field::authorization) != 0;
  request.had_cookie = message.count(http::field::cookie) != 0;
}

struct Refusal {
  unsigned status = 0;  // 0: nothing to refuse
  std::string why;
};

/// What a head alone forbids. Framing that two readers could understand differently ends the connection.
Refusal CheckHead(const Parser& parser, uint64_t max_body_bytes) {
  const auto& message = parser.get();
  const std::string coding = Lower(Joined(message, http::field::transfer_encoding));
  if (!coding.empty() && coding != "chunked") return {400, "Transfer-Encoding must be chunked"};
  if (!coding.empty() && message.version() < 11) return {400, "Transfer-Encoding in an HTTP/1.0 request"};
  if (!coding.empty() && message.count(http::field::content_length) != 0) {
    return {400, "Content-Length and Transfer-Encoding in one request"};
  }
  const auto length = parser.content_length();
  if (length && *length > max_body_bytes) return {413, fmt::format("body is larger than {} bytes", max_body_bytes)};
  const std::string expect = Lower(Joined(message, http::field::expect));
  if (!expect.empty() && expect != "100-continue") return {417, "the only expectation known is 100-continue"};
  return {};
}

Refusal RefusalOf(const error_code& error, std::string_view seen) {
  if (seen.starts_with("PRI * HTTP/2.0")) {
    return {505,
            "HTTP/2 (gRPC) on the port for OTLP over HTTP/1.1; set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf in the "
            "application"};
  }
  if (seen.starts_with('\x16')) return {400, "TLS on a port without TLS; use an http:// endpoint in the application"};
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return {431, "request head is too large"};
  }
  if (error == http::error::body_limit) return {413, "body is too large"};
  if (error == http::error::bad_version) return {505, "HTTP version is not 1.0 or 1.1"};
  return {400, fmt::format("malformed HTTP request: {}", error.message())};
}

bool IsHttpError(const error_code& error) {
  return error.category() == http::make_error_code(http::error::bad_version).category();
}

class Server;

/// One connection: waits for a request, reads it, answers it, and so on. All its functions run on its strand.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, uint64_t number, Server& server);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void Run() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->AwaitRequest(); });
  }
  /// No more requests after the one under way. Bytes that have arrived count as begun, so a waiting read is not closed
  /// but cancelled: it may have its bytes already, with only its callback to come.
  void Finish() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      self->finishing_ = true;
      if (!self->request_begun_ && !self->closing_) self->stream_.cancel();
    });
  }

 private:
  void AwaitRequest();
  void ReadHeader();
  void OnHeader(const error_code& error);
  void ReadBody();
  void OnBody(const error_code& error);
  void Continue();
  void HandleRequest();
  void Send(HttpResponse answer, bool keep_open);
  void SendRefusal(const Refusal& refusal);
  void OnSent(bool keep_open);
  void Drain();
  void OnError(const error_code& error, std::string_view when);
  void EndRequest();
  void Close();

  Server& server_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;  // one per request
  HttpRequest request_;
  std::optional<Response> response_;  // lives as long as it is being written
  uint64_t drained_ = 0;
  bool request_begun_ = false;
  bool finishing_ = false;
  bool closing_ = false;
};

class Server final : public HttpServer {
 public:
  Server(const HttpServerOptions& options, HttpHandler& handler)
      : options_(options), handler_(handler), sockets_(std::make_unique<Sockets>()) {}
  ~Server() override { Stop(); }

  Status Listen();
  void Serve();
  uint16_t port() const override { return port_; }
  void Stop() override;

  const HttpServerOptions& options() const { return options_; }
  HttpHandler& handler() { return handler_; }
  void Forget(const Session* session);

 private:
  void Accept();
  void Take(tcp::socket socket);
  void RetryAccept();
  void StopAccepting();
  void FinishAccepting();
  void RunThread();

  const HttpServerOptions options_;
  HttpHandler& handler_;
  std::mutex mutex_;
  std::condition_variable session_gone_;
  std::unordered_map<const Session*, std::weak_ptr<Session>> sessions_;  // guarded by mutex_
  bool accepting_ = true;                                                // guarded by mutex_
  bool stopped_ = false;                                                 // of the one thread that may call Stop
  bool stopping_ = false;                                                // only on the acceptor's strand
  uint64_t connections_ = 0;                                             // only on the acceptor's strand
  uint16_t port_ = 0;
  std::vector<std::thread> threads_;
  // Ends with Stop(): it holds the callbacks that hold the sessions, which use everything above.
  struct Sockets {
    asio::io_context io;
    tcp::acceptor acceptor{asio::make_strand(io)};
    asio::steady_timer retry{acceptor.get_executor()};
  };
  std::unique_ptr<Sockets> sockets_;
};

Session::Session(tcp::socket socket, uint64_t number, Server& server)
    : server_(server), stream_(std::move(socket)), buffer_(2 * server.options().max_head_bytes + kReadStep) {
  request_.connection = number;
  server_.handler().ConnectionOpened();
}

Session::~Session() {
  EndRequest();
  server_.handler().ConnectionClosed();
  server_.Forget(this);
}

void Session::AwaitRequest() {
  if (buffer_.size() > 0) return ReadHeader();  // pipelined
  error_code ignored;
  if (finishing_ && stream_.socket().available(ignored) == 0) return Close();
  stream_.expires_after(server_.options().idle_limit);
  stream_.async_read_some(buffer_.prepare(kReadStep),
                          [self = shared_from_this()](const error_code& error, size_t size) {
                            if (error == asio::error::operation_aborted && !self->closing_) return self->AwaitRequest();
                            if (error) return self->Close();
                            self->buffer_.commit(size);
                            self->ReadHeader();
                          });
}

void Session::ReadHeader() {
  const uint64_t number = request_.connection;
  request_ = HttpRequest();
  request_.connection = number;
  request_begun_ = true;
  server_.handler().RequestBegins();
  parser_.emplace();
  parser_->header_limit(server_.options().max_head_bytes);
  parser_->body_limit(boost::none);  // checked in CheckHead, where the answer can take the request's encoding
  stream_.expires_after(server_.options().head_limit);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](const error_code& error, size_t) { self->OnHeader(error); });
}

void Session::OnHeader(const error_code& error) {
  ReadHead(*parser_, request_);
  if (error) return OnError(error, "in the head");
  const Refusal refusal = CheckHead(*parser_, server_.options().max_body_bytes);
  if (refusal.status != 0) return SendRefusal(refusal);
  const bool waits = parser_->get().count(http::field::expect) != 0 && !parser_->is_done();
  if (std::optional<HttpResponse> answer = server_.handler().Screen(request_)) {
    // An unread body, which a client that waits for 100 may send or not, would be taken for the next request.
    return Send(std::move(*answer), parser_->is_done() && parser_->get().keep_alive());
  }
  parser_->body_limit(server_.options().max_body_bytes);
  if (waits && parser_->get().version() >= 11) return Continue();
  ReadBody();
}

void Session::Continue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_.expires_after(server_.options().body_limit);
  asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()),
                    [self = shared_from_this()](const error_code& error, size_t) {
                      if (error) return self->OnError(error, "before the body");
                      self->ReadBody();
                    });
}

void Session::ReadBody() {
  if (parser_->is_done()) return HandleRequest();
  stream_.expires_after(server_.options().body_limit);
  http::async_read_some(stream_, buffer_, *parser_,
                        [self = shared_from_this()](const error_code& error, size_t) { self->OnBody(error); });
}

void Session::OnBody(const error_code& error) {
  if (error) return OnError(error, "in the body");
  ReadBody();
}

void Session::HandleRequest() {
  const bool keep_open = parser_->get().keep_alive();
  HttpResponse answer;
  try {
    request_.body = std::move(parser_->get().body());
    answer = server_.handler().Answer(request_);
  } catch (const std::bad_alloc&) {
    answer = server_.handler().Refuse(request_, 503, "out of memory");
  }
  request_.body = std::string();
  Send(std::move(answer), keep_open);
}

void Session::Send(HttpResponse answer, bool keep_open) {
  keep_open = keep_open && !finishing_;
  response_.emplace(static_cast<http::status>(answer.status), parser_->get().version() == 10 ? 10 : 11);
  response_->set(http::field::server, "spangate");
  if (!answer.content_type.empty()) response_->set(http::field::content_type, answer.content_type);
  for (const auto& [name, value] : answer.headers) response_->set(name, value);
  response_->keep_alive(keep_open);
  if (request_.method != "HEAD") response_->body() = std::move(answer.body);
  response_->prepare_payload();
  stream_.expires_after(server_.options().body_limit);
  http::async_write(stream_, *response_, [self = shared_from_this(), keep_open](const error_code& error, size_t) {
    if (error) return self->OnError(error, "while it was answered");
    self->OnSent(keep_open);
  });
}

void Session::SendRefusal(const Refusal& refusal) {
  Send(server_.handler().Refuse(request_, refusal.status, refusal.why), false);
}

void Session::OnSent(bool keep_open) {
  EndRequest();
  if (keep_open) return AwaitRequest();
  error_code ignored;
  closing_ = true;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  const bool all_read = parser_->is_done() && buffer_.size() == 0 && stream_.socket().available(ignored) == 0;
  if (all_read) return Close();
  // Closing with unread bytes in the socket sends a reset, which can destroy the answer before the client reads it.
  stream_.expires_after(server_.options().drain_limit);
  Drain();
}

void Session::Drain() {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(kReadStep),
                          [self = shared_from_this()](const error_code& error, size_t size) {
                            self->drained_ += size;
                            if (error || self->drained_ > kMostDrained) return self->Close();
                            self->Drain();
                          });
}

void Session::OnError(const error_code& error, std::string_view when) {
  // Bytes were read, or RequestBegins would not have been called. What is malformed, or ended early, gets an answer.
  const std::string seen = beast::buffers_to_string(buffer_.data());
  if (IsHttpError(error) && error != http::error::end_of_stream) return SendRefusal(RefusalOf(error, seen));
  const std::string why = error == beast::error::timeout ? std::string("time limit passed") : error.message();
  server_.handler().Lost(request_, fmt::format("{} {}", why, when));
  Close();
}

void Session::EndRequest() {
  if (request_begun_) server_.handler().RequestEnds();
  request_begun_ = false;
}

void Session::Close() {
  EndRequest();
  closing_ = true;
  stream_.close();
}

void Server::Forget(const Session* session) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(session);
  session_gone_.notify_all();
}

// A child that inherits a socket would keep the port, and connections, open after we are gone.
void CloseOnExec(int fd) { fcntl(fd, F_SETFD, FD_CLOEXEC); }  // NOLINT(cppcoreguidelines-pro-type-vararg)

Status Server::Listen() {
  error_code error;
  const auto address = asio::ip::make_address(options_.bind, error);
  if (error) {
    return Error{ErrorKind::kUsage, fmt::format("'{}' is no IP address to bind to, such as 127.0.0.1", options_.bind)};
  }
  const tcp::endpoint endpoint(address, options_.port);
  sockets_->acceptor.open(endpoint.protocol(), error);
  if (!error) CloseOnExec(sockets_->acceptor.native_handle());
  // Never SO_REUSEPORT: two collectors would share a port, and each would see a part of the telemetry.
  if (!error) sockets_->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) sockets_->acceptor.bind(endpoint, error);
  if (!error) sockets_->acceptor.listen(kBacklog, error);
  if (!error) port_ = sockets_->acceptor.local_endpoint(error).port();
  if (!error) return Ok();
  return Error{ErrorKind::kSystem,
               fmt::format("cannot listen on {}:{}: {}", options_.bind, options_.port, error.message())};
}

void Server::Serve() {
  asio::post(sockets_->acceptor.get_executor(), [this] { Accept(); });
  for (unsigned i = 0; i < std::max(1u, options_.threads); ++i) threads_.emplace_back([this] { RunThread(); });
}

void Server::RunThread() {
  for (;;) {
    try {
      sockets_->io.run();
      return;
    } catch (const std::bad_alloc&) {  // that connection is lost; the others go on
    }
  }
}

// There is always exactly one accept or retry pending. Stopping cancels it, and its callback goes on from there: it may
// have a connection already.
void Server::Accept() {
  if (stopping_) return FinishAccepting();
  sockets_->acceptor.async_accept(asio::make_strand(sockets_->io), [this](const error_code& error, tcp::socket socket) {
    if (!error) Take(std::move(socket));
    if (!error || stopping_) return Accept();
    RetryAccept();
  });
}

// Out of descriptors, mostly: trying again at once would take a whole core until some are free.
void Server::RetryAccept() {
  sockets_->retry.expires_after(std::chrono::milliseconds(20));
  sockets_->retry.async_wait([this](const error_code&) { Accept(); });
}

void Server::Take(tcp::socket socket) {
  error_code ignored;
  CloseOnExec(socket.native_handle());
  socket.set_option(tcp::no_delay(true), ignored);
  const auto session = std::make_shared<Session>(std::move(socket), ++connections_, *this);
  {
    const std::lock_guard lock(mutex_);
    sessions_.emplace(session.get(), session);
  }
  session->Run();
}

void Server::StopAccepting() {
  error_code ignored;
  stopping_ = true;
  sockets_->acceptor.cancel(ignored);
  sockets_->retry.cancel();
}

// Connections that wait in the backlog were made before the end: their data counts.
void Server::FinishAccepting() {
  error_code error;
  sockets_->acceptor.non_blocking(true, error);
  while (!error) {
    tcp::socket socket(asio::make_strand(sockets_->io));
    sockets_->acceptor.accept(socket, error);
    if (!error) Take(std::move(socket));
  }
  sockets_->acceptor.close(error);
  std::vector<std::shared_ptr<Session>> open;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, session] : sessions_) open.push_back(session.lock());
    accepting_ = false;
  }
  for (const auto& session : open) {
    if (session) session->Finish();
  }
  session_gone_.notify_all();
}

void Server::Stop() {
  if (stopped_) return;
  stopped_ = true;
  if (!threads_.empty()) {
    asio::post(sockets_->acceptor.get_executor(), [this] { StopAccepting(); });
    std::unique_lock lock(mutex_);
    session_gone_.wait_for(lock, options_.drain_limit, [this] { return !accepting_ && sessions_.empty(); });
  }
  sockets_->io.stop();
  for (std::thread& thread : threads_) thread.join();
  sockets_.reset();
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options, HttpHandler& handler) {
  auto server = std::make_unique<Server>(options, handler);
  const Status listening = server->Listen();
  if (!listening.has_value()) return listening.error();
  server->Serve();
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace spangate
