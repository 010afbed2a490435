#include <opentelemetry/baggage/baggage.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/tracer.h>

#include <string>

namespace baggage = opentelemetry::baggage;
namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();

struct Request {
  std::string id;
};

static constexpr const char* kEmailKey = "customer.email";
#define CARD_KEY "payment.card_number"

void SetsKeys(trace::Span& span, const Request& request, bool full) {
  span.SetAttribute("customer.phone_number", request.id);  // expect: attribute 'customer.phone_number' stands for contact data
  span.SetAttribute("user.email", request.id);             // expect: attribute 'user.email' stands for
  span.SetAttribute("user.full_name", request.id);         // expect: attribute 'user.full_name' stands for
  span.SetAttribute(kEmailKey, request.id);                // expect: attribute 'customer.email' stands for contact data
  span.SetAttribute(CARD_KEY, request.id);                 // expect: attribute 'payment.card_number' stands for financial
  span.SetAttribute("auth.password", request.id);          // expect: attribute 'auth.password' stands for
  span.SetAttribute("session.access_token", request.id);   // expect: attribute 'session.access_token' stands for
  span.SetAttribute("patient.diagnosis", request.id);      // expect: attribute 'patient.diagnosis' stands for health
  span.SetAttribute("applicant.ssn", request.id);          // expect: attribute 'applicant.ssn' stands for government
  span.SetAttribute("http.request.header.authorization", request.id);  // expect: 'http.request.header.authorization'
  span.SetAttribute(full ? "user.full_name" : "user.id", request.id);  // expect: attribute 'user.full_name' stands for
  span.SetAttribute("user.email", "alice@example.com");    // expect: attribute 'user.email' stands for
}

void OtherSinks(trace::Span& span, const Request& request) {
  auto child = GetTracer()->StartSpan("order", {{"order.id", request.id}, {"customer.email", request.id}});  // expect: attribute 'customer.email'
  span.AddEvent("login", {{"login.password", request.id}});  // expect: event attribute 'login.password' stands for
}

nostd::shared_ptr<baggage::Baggage> Carries(baggage::Baggage& bag, const Request& request) {
  return bag.Set("user.email", request.id);  // expect: baggage entry 'user.email' stands for contact data
}

// The call is to blame, not the wrapper.
void Tag(trace::Span& span, const std::string& key, const std::string& value) { span.SetAttribute(key, value); }
void CallsTag(trace::Span& span, const Request& request) {
  Tag(span, "order.id", request.id);
  Tag(span, "customer.email", request.id);  // expect: attribute 'customer.email' stands for contact data
}
