// policy: allow=customer.mobile_number
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/tracer.h>

#include <cstdint>
#include <functional>
#include <string>

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();

struct Request {
  std::string id;
  std::string text;
  bool flag;
};
std::string HashOf(const std::string& text);
std::string RedactEmail(const std::string& text);

void SetsKeys(trace::Span& span, const Request& request) {
  span.SetAttribute("customer.id", request.id);
  span.SetAttribute("user.id", request.id);
  span.SetAttribute("order.id", request.id);
  span.SetAttribute("user.hash", request.id);
  span.SetAttribute("customer.email_count", 3);
  span.SetAttribute("customer.has_email", true);
  span.SetAttribute("user.email_verified", request.flag);
  span.SetAttribute("email.template_id", request.id);
  span.SetAttribute("auth.password_length", 12);
  span.SetAttribute("gen_ai.usage.input_tokens", 12);
  span.SetAttribute("gen_ai.request.max_tokens", 12);
  span.SetAttribute("server.address", request.text);
  span.SetAttribute("host.name", request.text);
  span.SetAttribute("file.name", request.text);
  span.SetAttribute("product.name", request.text);
  span.SetAttribute("book.author", request.text);
  span.SetAttribute("db.namespace", request.text);
  span.SetAttribute("cache.key", request.text);
  span.SetAttribute("payment.amount", 12);
  span.SetAttribute("payment.currency", "EUR");
  span.SetAttribute("http.request.method", "GET");
  span.SetAttribute("session.active", true);
}

// What is left of the value harms nobody.
void HarmlessValues(trace::Span& span, const Request& request, bool known) {
  span.SetAttribute("user.email", RedactEmail(request.text));
  span.SetAttribute("user.email", "redacted");
  span.SetAttribute("user.password", "***");
  span.SetAttribute("user.email", request.text.empty());
  span.SetAttribute("user.password", request.flag);
  span.SetAttribute("user.email", known ? "present" : "absent");
}

void Allowed(trace::Span& span, const Request& request) { span.SetAttribute("customer.mobile_number", request.id); }

void Tag(trace::Span& span, const std::string& key, const std::string& value) { span.SetAttribute(key, value); }
void CallsTag(trace::Span& span, const Request& request) {
  Tag(span, "order.id", request.id);
  Tag(span, "user.email", RedactEmail(request.text));
}

// Not OpenTelemetry.
struct Form {
  void SetAttribute(const char*, const std::string&) {}
};
void Fills(Form& form, const Request& request) { form.SetAttribute("user.email", request.text); }
