#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/tracer.h>

#include <map>
#include <string>

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();

constexpr const char* kOrderState = "order-state";

void SetsKeys(trace::Span& span, bool first) {
  span.SetAttribute("orderTotal", 3);         // expect: attribute key 'orderTotal' is not lower-case words
  span.SetAttribute("Order.total", 3);        // expect: attribute key 'Order.total' is not
  span.SetAttribute("order total", 3);        // expect: attribute key 'order total' is not
  span.SetAttribute("order..total", 3);       // expect: attribute key 'order..total' is not
  span.SetAttribute("order.total.", 3);       // expect: attribute key 'order.total.' is not
  span.SetAttribute("", 3);                   // expect: attribute key is empty
  span.SetAttribute(kOrderState, "open");     // expect: attribute key 'order-state' is not
  span.SetAttribute(first ? "order.first" : "order.notFirst", true);  // expect: attribute key 'order.notFirst' is not
}

void StartsWithKeys() {
  auto span = GetTracer()->StartSpan("order.place", {{"order.count", 1}, {"ORDER_STATE", "open"}});  // expect: 'ORDER_STATE'
  span->AddEvent("order.checked", {{"Rule Name", "stock"}});  // expect: attribute key 'Rule Name' is not
}

// The wrapper hands its parameter on: the call is to blame.
void Tag(trace::Span& span, const char* key, const std::string& value) { span.SetAttribute(key, value); }
void CallsTag(trace::Span& span) {
  Tag(span, "order.state", "open");
  Tag(span, "orderState", "open");  // expect: attribute key 'orderState' is not
}

void PassesMap() {
  std::map<std::string, std::string> attributes = {{"order.state", "open"}, {"orderState", "open"}};  // expect: 'orderState'
  auto span = GetTracer()->StartSpan("order.place", attributes);
}
