// payment: charges cards. It declines those whose number ends in 0002, as test card numbers of real providers do.

#include <cstdio>
#include <string>

#include "opentelemetry/semconv/http_attributes.h"
#include "opentelemetry/semconv/url_attributes.h"
#include "order.h"
#include "service.h"
#include "tracing.h"

namespace trace = opentelemetry::trace;
namespace semconv = opentelemetry::semconv;

namespace shop {

bool IsDeclined(const Card& card) {
  const std::string ending = "0002";
  return card.number.size() < ending.size() ||
         card.number.compare(card.number.size() - ending.size(), ending.size(), ending) == 0;
}

/// True when the card was charged. Being declined is a result, not an error of this service.
bool Charge(const Order& order) {
  auto span = tracing::GetTracer()->StartSpan("charge", {{"shop.order.id", order.id},
                                                         {"shop.payment.amount", order.amount_cents},
                                                         {"shop.payment.currency", order.currency}});
  trace::Scope scope(span);
  const bool declined = IsDeclined(order.card);
  span->SetAttribute("shop.payment.outcome", declined ? "declined" : "charged");
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
