// checkout, with defects in its instrumentation. Each is marked; ../checkout.cc shows how it should be.

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "../order.h"
#include "../service.h"
#include "../tracing.h"
#include "opentelemetry/semconv/error_attributes.h"
#include "opentelemetry/semconv/http_attributes.h"
#include "opentelemetry/semconv/server_attributes.h"
#include "opentelemetry/semconv/url_attributes.h"

namespace trace = opentelemetry::trace;
namespace semconv = opentelemetry::semconv;

namespace shop {

class PaymentFailed : public std::runtime_error {
 public:
  PaymentFailed(int status, const char* reason) : std::runtime_error(reason), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

/// Calls the payment service.
class PaymentClient {
 public:
  explicit PaymentClient(int port) : port_(port), http_(kHost, port) {}

  /// Throws PaymentFailed unless the card was charged.
  void Charge(const Order& order) {
    auto span = tracing::GetTracer()->StartSpan("POST /charge",
                                                {{semconv::http::kHttpRequestMethod, "POST"},
                                                 {semconv::url::kUrlFull, Url("/charge")},
                                                 {semconv::server::kServerAddress, kHost},
                                                 {semconv::server::kServerPort, port_}},
                                                tracing::ClientOptions());
    trace::Scope scope(span);
    const httplib::Result answer = http_.Post("/charge", tracing::OutgoingHeaders(), WriteOrder(order));
    if (!answer) {
      span->SetAttribute(semconv::error::kErrorType, "connection_error");
      span->SetStatus(trace::StatusCode::kError, "payment did not answer");
      throw PaymentFailed(502, "payment did not answer");
    }
    span->SetAttribute(semconv::http::kHttpResponseStatusCode, answer->status);
    if (answer->status >= 400) {
      span->SetAttribute(semconv::error::kErrorType, std::to_string(answer->status));
      span->SetStatus(trace::StatusCode::kError, "payment refused the charge");
      throw PaymentFailed(answer->status, "payment refused the charge");
    }
    // Defect: personal data under a harmless key, by way of a getter and a local variable.
    const std::string note = "receipt goes to " + order.customer.Email();
    span->SetAttribute("shop.order.note", note);
  }

 private:
  static constexpr const char* kHost = "127.0.0.1";
  std::string Url(const char* path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }

  int port_;
  httplib::Client http_;
};

class CheckoutService {
 public:
  explicit CheckoutService(PaymentClient& payment) : payment_(payment) {}

  /// The HTTP status that says what became of the order.
  // Defect: a critical operation without a span of its own, and no caller gives it one.
  int PlaceOrder(Order order) {
    order.id = "o-" + std::to_string(++last_order_);
    try {
      payment_.Charge(order);
      return 200;
    } catch (const PaymentFailed& failure) {
      return failure.status();
    }
  }

 private:
  PaymentClient& payment_;
  std::atomic<int> last_order_{48210};
};

/// The HTTP status of the answer.
int HandleOrder(CheckoutService& checkout, const httplib::Request& request) {
  auto span = tracing::GetTracer()->StartSpan("POST /orders",
                                              {{semconv::http::kHttpRequestMethod, "POST"},
                                               {semconv::http::kHttpRoute, "/orders"},
                                               {semconv::url::kUrlScheme, "http"},
                                               {semconv::url::kUrlPath, "/orders"}},
                                              tracing::ServerOptions(request));
  // Defect: the returned Scope is discarded, so the span is active for this one statement only.
  trace::Tracer::WithActiveSpan(span);
  try {
    const int status = checkout.PlaceOrder(ReadOrder(request));
    span->SetAttribute(semconv::http::kHttpResponseStatusCode, status);
    return status;
  } catch (const std::exception&) {
    // Defect: the request fails and the span does not say so.
    return 500;
  }
}

}  // namespace shop

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: checkout PAYMENT_PORT\n");
    return 2;
  }
  const shop::StopSignals stop_signals;
  const shop::tracing::Tracing tracing("checkout");
  shop::PaymentClient payment(std::atoi(argv[1]));
  shop::CheckoutService checkout(payment);
  httplib::Server server;
  server.Post("/orders", [&](const httplib::Request& request, httplib::Response& response) {
    response.status = shop::HandleOrder(checkout, request);
  });
  return stop_signals.Serve(server);
}
