// Wall-clock and monotonic points in time, in nanoseconds; zero means "not given".
#pragma once

#include <chrono>
#include <cstdint>

#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace common {
namespace detail {
// The clock is a parameter so that a system time cannot stand where a monotonic one is meant.
template <class Clock>
class Timestamp {
 public:
  Timestamp() noexcept = default;
  template <class Rep, class Period>
  explicit Timestamp(const std::chrono::duration<Rep, Period>& since_epoch) noexcept
      : nanos_(std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch)) {}
  Timestamp(const typename Clock::time_point& point) noexcept : Timestamp(point.time_since_epoch()) {}

  operator typename Clock::time_point() const noexcept {
    return typename Clock::time_point(std::chrono::duration_cast<typename Clock::duration>(nanos_));
  }
  std::chrono::nanoseconds time_since_epoch() const noexcept { return nanos_; }
  bool operator==(const Timestamp& other) const noexcept { return nanos_ == other.nanos_; }
  bool operator!=(const Timestamp& other) const noexcept { return nanos_ != other.nanos_; }

 private:
  std::chrono::nanoseconds nanos_{0};
};
}  // namespace detail

class SystemTimestamp : public detail::Timestamp<std::chrono::system_clock> {
 public:
  using detail::Timestamp<std::chrono::system_clock>::Timestamp;
};
class SteadyTimestamp : public detail::Timestamp<std::chrono::steady_clock> {
 public:
  using detail::Timestamp<std::chrono::steady_clock>::Timestamp;
};
}  // namespace common
OPENTELEMETRY_END_NAMESPACE
