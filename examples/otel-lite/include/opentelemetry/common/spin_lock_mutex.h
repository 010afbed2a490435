// The lock that guards the API's global pointers; held for a copy of a pointer only.
#pragma once

#include <mutex>

#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace common {
class SpinLockMutex {
 public:
  bool try_lock() noexcept { return mutex_.try_lock(); }
  void lock() noexcept { mutex_.lock(); }
  void unlock() noexcept { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};
}  // namespace common
OPENTELEMETRY_END_NAMESPACE
