// The baggage inside a context.
#pragma once

#include "opentelemetry/baggage/baggage.h"
#include "opentelemetry/context/context.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace baggage {
constexpr char kBaggageHeader[] = "baggage";

/// Never null: empty baggage when the context has none.
inline nostd::shared_ptr<Baggage> GetBaggage(const context::Context& context) noexcept {
  const context::ContextValue value = context.GetValue(kBaggageHeader);
  if (const auto* baggage = nostd::get_if<nostd::shared_ptr<Baggage>>(&value)) return *baggage;
  return Baggage::GetDefault();
}
inline context::Context SetBaggage(context::Context& context, const nostd::shared_ptr<Baggage>& baggage) noexcept {
  return context.SetValue(kBaggageHeader, baggage);
}
}  // namespace baggage
OPENTELEMETRY_END_NAMESPACE
