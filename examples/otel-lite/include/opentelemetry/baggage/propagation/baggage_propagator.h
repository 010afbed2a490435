// The W3C baggage header.
#pragma once

#include <string>

#include "opentelemetry/baggage/baggage.h"
#include "opentelemetry/baggage/baggage_context.h"
#include "opentelemetry/context/propagation/text_map_propagator.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace baggage {
namespace propagation {
class BaggagePropagator : public context::propagation::TextMapPropagator {
 public:
  void Inject(context::propagation::TextMapCarrier& carrier, const context::Context& context) noexcept override {
    const std::string header = baggage::GetBaggage(context)->ToHeader();
    if (!header.empty()) carrier.Set(kBaggageHeader, header);
  }
  context::Context Extract(const context::propagation::TextMapCarrier& carrier,
                           context::Context& context) noexcept override {
    const nostd::shared_ptr<Baggage> baggage = Baggage::FromHeader(carrier.Get(kBaggageHeader));
    if (baggage->ToHeader().empty()) return context;
    return baggage::SetBaggage(context, baggage);
  }
  bool Fields(nostd::function_ref<bool(nostd::string_view)> callback) const noexcept override {
    return callback(kBaggageHeader);
  }
};
}  // namespace propagation
}  // namespace baggage
OPENTELEMETRY_END_NAMESPACE
