// Sets the global provider from SDK code.
#pragma once

#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/trace/provider.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class Provider {
 public:
  static void SetTracerProvider(const nostd::shared_ptr<opentelemetry::trace::TracerProvider>& tp) noexcept {
    opentelemetry::trace::Provider::SetTracerProvider(tp);
  }
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
