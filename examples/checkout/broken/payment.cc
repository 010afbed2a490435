// payment, with defects in its instrumentation. Each is marked; ../payment.cc shows how it should be.

#include <cstdio>
#include <string>

#include "../order.h"
#include "../service.h"
#include "../tracing.h"
#include "opentelemetry/semconv/http_attributes.h"
#include "opentelemetry/semconv/url_attributes.h"

namespace trace = opentelemetry::trace;
namespace semconv = opentelemetry::semconv;

namespace shop {

bool IsDeclined(const Card& card) {
  const std::string ending = "0002";
  return card.number.size() < ending.size() ||
         card.number.compare(card.number.size() - ending.size(), ending.size(), ending) == 0;
}

/// True when the card was charged.
bool Charge(const Order& order) {
  // Defect: the order id makes each span name unique; it belongs in an attribute.
  auto span = tracing::GetTracer()->StartSpan(
      "charge " + order.id, {{"shop.payment.amount", order.amount_cents}, {"shop.payment.currency", order.currency}});
  trace::Scope scope(span);
  const bool declined = IsDeclined(order.card);
  // Defect: an error that does not say what went wrong.
  if (declined) span->SetStatus(trace::StatusCode::kError);
  return !declined;
}

void HandleCharge(const httplib::Request& request, httplib::Response& response) {
  auto span = tracing::GetTracer()->StartSpan("POST /charge",
                                              {{semconv::http::kHttpRequestMethod, "POST"},
                                               {semconv::http::kHttpRoute, "/charge"},
                                               {semconv::url::kUrlScheme, "http"},
                                               {semconv::url::kUrlPath, "/charge"}},
                                              tracing::ServerOptions(request));
  trace::Scope scope(span);
  response.status = Charge(ReadOrder(request)) ? 200 : 402;
  span->SetAttribute(semconv::http::kHttpResponseStatusCode, response.status);
}

}  // namespace shop

int main() {
  const shop::StopSignals stop_signals;
  const shop::tracing::Tracing tracing("payment");
  httplib::Server server;
  server.Post("/charge", &shop::HandleCharge);
  return stop_signals.Serve(server);
}
