// gateway: the public entrance of the shop. It takes POST /checkout and hands it to the checkout service.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "opentelemetry/semconv/error_attributes.h"
#include "opentelemetry/semconv/http_attributes.h"
#include "opentelemetry/semconv/server_attributes.h"
#include "opentelemetry/semconv/url_attributes.h"
#include "order.h"
#include "service.h"
#include "tracing.h"

namespace trace = opentelemetry::trace;
namespace semconv = opentelemetry::semconv;

namespace shop {

/// Calls the checkout service.
class CheckoutClient {
 public:
  explicit CheckoutClient(int port) : port_(port), http_(kHost, port) {}

  /// The status that the checkout service answered; 502 when it did not answer.
  int PlaceOrder(const Order& order) {
    auto span = tracing::GetTracer()->StartSpan("POST /orders",
                                                {{semconv::http::kHttpRequestMethod, "POST"},
                                                 {semconv::url::kUrlFull, Url("/orders")},
                                                 {semconv::server::kServerAddress, kHost},
                                                 {semconv::server::kServerPort, port_}},
                                                tracing::ClientOptions());
    trace::Scope scope(span);
    const httplib::Result answer = http_.Post("/orders", tracing::OutgoingHeaders(), WriteOrder(order));
    if (!answer) {
      span->SetAttribute(semconv::error::kErrorType, "connection_error");
      span->SetStatus(trace::StatusCode::kError, "checkout did not answer");
      return 502;
    }
    span->SetAttribute(semconv::http::kHttpResponseStatusCode, answer->status);
    if (answer->status >= 400) {
      span->SetAttribute(semconv::error::kErrorType, std::to_string(answer->status));
      span->SetStatus(trace::StatusCode::kError, "checkout refused the order");
    }
    return answer->status;
  }

 private:
  static constexpr const char* kHost = "127.0.0.1";
  std::string Url(const char* path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }

  int port_;
  httplib::Client http_;
};

void HandleCheckout(CheckoutClient& checkout, const httplib::Request& request, httplib::Response& response) {
  auto span = tracing::GetTracer()->StartSpan("POST /checkout",
                                              {{semconv::http::kHttpRequestMethod, "POST"},
                                               {semconv::http::kHttpRoute, "/checkout"},
                                               {semconv::url::kUrlScheme, "http"},
                                               {semconv::url::kUrlPath, "/checkout"}},
                                              tracing::ServerOptions(request));
  trace::Scope scope(span);
  const Order order = ReadOrder(request);
  span->SetAttribute("shop.customer.id", order.customer.Id());
  response.status = checkout.PlaceOrder(order);
  span->SetAttribute(semconv::http::kHttpResponseStatusCode, response.status);
  // A client's mistake (4xx) is no error of this server.
  if (response.status >= 500) {
    span->SetAttribute(semconv::error::kErrorType, std::to_string(response.status));
    span->SetStatus(trace::StatusCode::kError, "the order could not be placed");
  }
}

}  // namespace shop

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: gateway CHECKOUT_PORT\n");
    return 2;
  }
  const shop::StopSignals stop_signals;
  const shop::tracing::Tracing tracing("gateway");
  shop::CheckoutClient checkout(std::atoi(argv[1]));
  httplib::Server server;
  server.Post("/checkout", [&](const httplib::Request& request, httplib::Response& response) {
    shop::HandleCheckout(checkout, request, response);
  });
  return stop_signals.Serve(server);
}
