// What is installed until the application sets a propagator: Inject writes nothing, which breaks traces silently.
#pragma once

#include "opentelemetry/context/propagation/text_map_propagator.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace context {
namespace propagation {
class NoOpPropagator : public TextMapPropagator {
 public:
  context::Context Extract(const TextMapCarrier&, context::Context& context) noexcept override { return context; }
  void Inject(TextMapCarrier&, const context::Context&) noexcept override {}
  bool Fields(nostd::function_ref<bool(nostd::string_view)>) const noexcept override { return true; }
};
}  // namespace propagation
}  // namespace context
OPENTELEMETRY_END_NAMESPACE
