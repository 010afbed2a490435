// The global logger provider; a no-op until the application sets one.
#pragma once

#include <mutex>

#include "opentelemetry/common/spin_lock_mutex.h"
#include "opentelemetry/logs/logger_provider.h"
#include "opentelemetry/logs/noop.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace logs {
class Provider {
 public:
  static nostd::shared_ptr<LoggerProvider> GetLoggerProvider() noexcept {
    std::lock_guard<common::SpinLockMutex> guard(Lock());
    return Current();
  }
  static void SetLoggerProvider(const nostd::shared_ptr<LoggerProvider>& tp) noexcept {
    std::lock_guard<common::SpinLockMutex> guard(Lock());
    Current() = tp ? tp : nostd::shared_ptr<LoggerProvider>(new NoopLoggerProvider);
  }

 private:
  static nostd::shared_ptr<LoggerProvider>& Current() noexcept {
    static nostd::shared_ptr<LoggerProvider> provider(new NoopLoggerProvider);
    return provider;
  }
  static common::SpinLockMutex& Lock() noexcept {
    static common::SpinLockMutex lock;
    return lock;
  }
};
}  // namespace logs
OPENTELEMETRY_END_NAMESPACE
