// One HTTP POST over a socket of its own: enough for an exporter that sends a handful of batches.
#pragma once

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "opentelemetry/exporters/otlp/otlp_environment.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace exporter {
namespace otlp {
namespace detail {
struct HttpUrl {
  std::string host;
  std::string port = "80";
  std::string path = "/";
};

/// False unless the URL is plain http.
inline bool ParseHttpUrl(const std::string& url, HttpUrl& parsed) {
  const std::string scheme = "http://";
  if (url.compare(0, scheme.size(), scheme) != 0) return false;
  const size_t slash = url.find('/', scheme.size());
  std::string authority = url.substr(scheme.size(), slash == std::string::npos ? slash : slash - scheme.size());
  if (slash != std::string::npos) parsed.path = url.substr(slash);
  const size_t colon = authority.rfind(':');
  const bool bracketed = !authority.empty() && authority.back() == ']';  // an IPv6 address without a port
  if (colon != std::string::npos && !bracketed) {
    parsed.port = authority.substr(colon + 1);
    authority.resize(colon);
  }
  if (authority.size() > 2 && authority.front() == '[') authority = authority.substr(1, authority.size() - 2);
  parsed.host = authority;
  return !authority.empty();
}

class HttpSocket {
 public:
  ~HttpSocket() {
    if (fd_ >= 0) ::close(fd_);
  }
  bool Connect(const HttpUrl& url, std::chrono::milliseconds timeout) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &found) != 0) return false;
    bool connected = false;
    for (addrinfo* address = found; address != nullptr && !connected; address = address->ai_next) {
      if (fd_ >= 0) ::close(fd_);
      fd_ = ::socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);
      if (fd_ < 0) continue;
      timeval limit{};
      limit.tv_sec = static_cast<time_t>(timeout.count() / 1000);
      limit.tv_usec = static_cast<suseconds_t>(timeout.count() % 1000 * 1000);
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
      ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
      connected = ::connect(fd_, address->ai_addr, address->ai_addrlen) == 0;
    }
    ::freeaddrinfo(found);
    return connected;
  }
  bool Send(const std::string& data) {
    for (size_t sent = 0; sent < data.size();) {
      const ssize_t size = ::send(fd_, data.data() + sent, data.size() - sent, MSG_NOSIGNAL);
      if (size <= 0) return false;
      sent += static_cast<size_t>(size);
    }
    return true;
  }
  /// The status code of the answer, 0 when there is none. The body is not needed and not read.
  int ReadStatus() {
    std::string head;
    char buffer[512];
    while (head.find("\r\n") == std::string::npos && head.size() < 4096) {
      const ssize_t size = ::recv(fd_, buffer, sizeof(buffer), 0);
      if (size <= 0) return 0;
      head.append(buffer, static_cast<size_t>(size));
    }
    return head.compare(0, 5, "HTTP/") == 0 && head.size() > 12 ? std::atoi(head.c_str() + 9) : 0;
  }

 private:
  int fd_ = -1;
};

/// The status code of the answer; 0 when the request could not be made.
inline int HttpPost(const std::string& url, const std::string& content_type, const OtlpHeaders& headers,
                    const std::string& body, std::chrono::system_clock::duration timeout) {
  HttpUrl target;
  HttpSocket socket;
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(timeout);
  if (!ParseHttpUrl(url, target) || !socket.Connect(target, limit)) return 0;
  std::string request = "POST " + target.path + " HTTP/1.1\r\nHost: " + target.host + ":" + target.port;
  request += "\r\nUser-Agent: " + GetOtlpDefaultUserAgent() + "\r\nContent-Type: " + content_type;
  request += "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n";
  for (const auto& header : headers) request += header.first + ": " + header.second + "\r\n";
  return socket.Send(request + "\r\n" + body) ? socket.ReadStatus() : 0;
}
}  // namespace detail
}  // namespace otlp
}  // namespace exporter
OPENTELEMETRY_END_NAMESPACE
