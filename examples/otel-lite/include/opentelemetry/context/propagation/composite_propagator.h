// Several propagators in a row, for example W3C trace context and baggage.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "opentelemetry/context/propagation/text_map_propagator.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace context {
namespace propagation {
class CompositePropagator : public TextMapPropagator {
 public:
  CompositePropagator(std::vector<std::unique_ptr<TextMapPropagator>> propagators)
      : propagators_(std::move(propagators)) {}

  void Inject(TextMapCarrier& carrier, const context::Context& context) noexcept override {
    for (auto& propagator : propagators_) propagator->Inject(carrier, context);
  }
  context::Context Extract(const TextMapCarrier& carrier, context::Context& context) noexcept override {
    context::Context extracted = context;
    for (auto& propagator : propagators_) extracted = propagator->Extract(carrier, extracted);
    return extracted;
  }
  bool Fields(nostd::function_ref<bool(nostd::string_view)> callback) const noexcept override {
    bool all = true;
    for (auto& propagator : propagators_) all = all && propagator->Fields(callback);
    return all;
  }

 private:
  std::vector<std::unique_ptr<TextMapPropagator>> propagators_;
};
}  // namespace propagation
}  // namespace context
OPENTELEMETRY_END_NAMESPACE
