// The global tracer provider; a no-op until the application sets one. A tracer fetched before that stays a no-op.
#pragma once

#include <mutex>

#include "opentelemetry/common/spin_lock_mutex.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/trace/noop.h"
#include "opentelemetry/trace/tracer_provider.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {
class Provider {
 public:
  static nostd::shared_ptr<TracerProvider> GetTracerProvider() noexcept {
    std::lock_guard<common::SpinLockMutex> guard(Lock());
    return Current();
  }
  static void SetTracerProvider(const nostd::shared_ptr<TracerProvider>& tp) noexcept {
    std::lock_guard<common::SpinLockMutex> guard(Lock());
    Current() = tp ? tp : nostd::shared_ptr<TracerProvider>(new NoopTracerProvider);
  }

 private:
  static nostd::shared_ptr<TracerProvider>& Current() noexcept {
    static nostd::shared_ptr<TracerProvider> provider(new NoopTracerProvider);
    return provider;
  }
  static common::SpinLockMutex& Lock() noexcept {
    static common::SpinLockMutex lock;
    return lock;
  }
};
}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
