#include <opentelemetry/baggage/baggage.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/semconv/http_attributes.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/tracer.h>

#include <string>

namespace baggage = opentelemetry::baggage;
namespace nostd = opentelemetry::nostd;
namespace semconv = opentelemetry::semconv;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();

void SetsKeys(trace::Span& span, const std::string& key, int shard) {
  span.SetAttribute("order.total", 3);
  span.SetAttribute("order.item_count", 3);
  span.SetAttribute("total", 3);
  span.SetAttribute("order.v2.total", 3);
  span.SetAttribute("http.request.header.x-request-id", "7");  // the header's own name
  span.SetAttribute("k8s.pod.label.App-Name", "shop");
  span.SetAttribute(semconv::http::kHttpRequestMethod, "GET");
  span.SetAttribute(key, 3);                                   // whatever the caller says
  span.SetAttribute("shard." + std::to_string(shard), true);   // not known as a whole
}

void StartsWithKeys() {
  auto span = GetTracer()->StartSpan("order.place", {{"order.count", 1}, {"order.state", "open"}});
  span->AddEvent("Order Checked", {{"rule.name", "stock"}});  // an event's name is no key
}

// Baggage has its own grammar.
nostd::shared_ptr<baggage::Baggage> Carries(baggage::Baggage& bag) { return bag.Set("tenantTier", "gold"); }

// Not OpenTelemetry.
struct Element {
  void SetAttribute(const char*, int) {}
};
void Draws(Element& element) { element.SetAttribute("viewBox", 3); }
