// The propagator that instrumentation uses when nobody hands it one; a no-op until it is set.
#pragma once

#include <mutex>

#include "opentelemetry/common/spin_lock_mutex.h"
#include "opentelemetry/context/propagation/noop_propagator.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace context {
namespace propagation {
class GlobalTextMapPropagator {
 public:
  static nostd::shared_ptr<TextMapPropagator> GetGlobalPropagator() noexcept {
    std::lock_guard<common::SpinLockMutex> guard(Lock());
    return Propagator();
  }
  static void SetGlobalPropagator(const nostd::shared_ptr<TextMapPropagator>& prop) noexcept {
    std::lock_guard<common::SpinLockMutex> guard(Lock());
    Propagator() = prop ? prop : nostd::shared_ptr<TextMapPropagator>(new NoOpPropagator());
  }

 private:
  static nostd::shared_ptr<TextMapPropagator>& Propagator() noexcept {
    static nostd::shared_ptr<TextMapPropagator> propagator(new NoOpPropagator());
    return propagator;
  }
  static common::SpinLockMutex& Lock() noexcept {
    static common::SpinLockMutex lock;
    return lock;
  }
};
}  // namespace propagation
}  // namespace context
OPENTELEMETRY_END_NAMESPACE
