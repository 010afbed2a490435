// nostd::shared_ptr: std::shared_ptr with OPENTELEMETRY_STL_VERSION >= 2011, otherwise a class around it with the
// upstream class's members. Conversion from shared_ptr<U> takes an rvalue only, as upstream.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "opentelemetry/nostd/unique_ptr.h"
#include "opentelemetry/version.h"

#if defined(OPENTELEMETRY_STL_VERSION) && OPENTELEMETRY_STL_VERSION >= 2011
#define OPENTELEMETRY_HAVE_STD_SHARED_PTR
OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {
template <class... Types>
using shared_ptr = std::shared_ptr<Types...>;
}
OPENTELEMETRY_END_NAMESPACE
#else
OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {
template <class T>
class shared_ptr {
 public:
  using element_type = T;
  using pointer = element_type*;

  shared_ptr() noexcept = default;
  explicit shared_ptr(pointer object) : shared_(object) {}
  shared_ptr(std::shared_ptr<T> object) noexcept : shared_(std::move(object)) {}
  shared_ptr(const shared_ptr& other) noexcept = default;
  shared_ptr(shared_ptr&& other) noexcept = default;
  template <class U, std::enable_if_t<std::is_convertible<U*, pointer>::value>* = nullptr>
  shared_ptr(shared_ptr<U>&& other) noexcept : shared_(std::move(other.shared_)) {}
  shared_ptr(unique_ptr<T>&& other) noexcept : shared_(other.release()) {}
  shared_ptr(std::unique_ptr<T>&& other) noexcept : shared_(std::move(other)) {}

  shared_ptr& operator=(const shared_ptr& other) noexcept = default;
  shared_ptr& operator=(shared_ptr&& other) noexcept = default;
  shared_ptr& operator=(std::nullptr_t) noexcept {
    shared_.reset();
    return *this;
  }

  element_type& operator*() const noexcept { return *shared_; }
  pointer operator->() const noexcept { return shared_.get(); }
  operator bool() const noexcept { return shared_ != nullptr; }
  pointer get() const noexcept { return shared_.get(); }
  void swap(shared_ptr<T>& other) noexcept { shared_.swap(other.shared_); }

  template <class U>
  friend class shared_ptr;

 private:
  std::shared_ptr<T> shared_;
};

template <class T, class U>
bool operator==(const shared_ptr<T>& a, const shared_ptr<U>& b) noexcept {
  return a.get() == b.get();
}
template <class T>
bool operator==(const shared_ptr<T>& a, std::nullptr_t) noexcept {
  return a.get() == nullptr;
}
template <class T>
bool operator==(std::nullptr_t, const shared_ptr<T>& b) noexcept {
  return b.get() == nullptr;
}
template <class T, class U>
bool operator!=(const shared_ptr<T>& a, const shared_ptr<U>& b) noexcept {
  return a.get() != b.get();
}
template <class T>
bool operator!=(const shared_ptr<T>& a, std::nullptr_t) noexcept {
  return a.get() != nullptr;
}
template <class T>
bool operator!=(std::nullptr_t, const shared_ptr<T>& b) noexcept {
  return b.get() != nullptr;
}
}  // namespace nostd
OPENTELEMETRY_END_NAMESPACE
#endif
