// nostd::unique_ptr: std::unique_ptr with OPENTELEMETRY_STL_VERSION >= 2011, otherwise a class that converts to and
// from it. No custom deleter, as upstream.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "opentelemetry/version.h"

#if defined(OPENTELEMETRY_STL_VERSION) && OPENTELEMETRY_STL_VERSION >= 2011
#define OPENTELEMETRY_HAVE_STD_UNIQUE_PTR
OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {
template <class... Types>
using unique_ptr = std::unique_ptr<Types...>;
}
OPENTELEMETRY_END_NAMESPACE
#else
OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {
template <class T>
class unique_ptr {
 public:
  using element_type = std::remove_extent_t<T>;
  using pointer = element_type*;
  template <class U>
  using IfConvertible = std::enable_if_t<std::is_convertible<U*, pointer>::value>*;

  unique_ptr() noexcept = default;
  unique_ptr(std::nullptr_t) noexcept {}
  explicit unique_ptr(pointer object) noexcept : owned_(object) {}
  unique_ptr(unique_ptr&& other) noexcept = default;
  template <class U, IfConvertible<U> = nullptr>
  unique_ptr(unique_ptr<U>&& other) noexcept : owned_(other.release()) {}
  template <class U, IfConvertible<U> = nullptr>
  unique_ptr(std::unique_ptr<U>&& other) noexcept : owned_(other.release()) {}

  unique_ptr& operator=(unique_ptr&& other) noexcept = default;
  unique_ptr& operator=(std::nullptr_t) noexcept {
    owned_.reset();
    return *this;
  }
  template <class U, IfConvertible<U> = nullptr>
  unique_ptr& operator=(unique_ptr<U>&& other) noexcept {
    owned_.reset(other.release());
    return *this;
  }
  template <class U, IfConvertible<U> = nullptr>
  unique_ptr& operator=(std::unique_ptr<U>&& other) noexcept {
    owned_.reset(other.release());
    return *this;
  }

  operator std::unique_ptr<T>() && noexcept { return std::move(owned_); }
  operator bool() const noexcept { return owned_ != nullptr; }
  element_type& operator*() const noexcept { return *owned_.get(); }
  pointer operator->() const noexcept { return owned_.get(); }
  pointer get() const noexcept { return owned_.get(); }
  void reset(pointer object = nullptr) noexcept { owned_.reset(object); }
  pointer release() noexcept { return owned_.release(); }
  void swap(unique_ptr& other) noexcept { owned_.swap(other.owned_); }

 private:
  std::unique_ptr<T> owned_;
};

template <class T, class U>
bool operator==(const unique_ptr<T>& a, const unique_ptr<U>& b) noexcept {
  return a.get() == b.get();
}
template <class T>
bool operator==(const unique_ptr<T>& a, std::nullptr_t) noexcept {
  return a.get() == nullptr;
}
template <class T>
bool operator==(std::nullptr_t, const unique_ptr<T>& b) noexcept {
  return b.get() == nullptr;
}
template <class T, class U>
bool operator!=(const unique_ptr<T>& a, const unique_ptr<U>& b) noexcept {
  return a.get() != b.get();
}
template <class T>
bool operator!=(const unique_ptr<T>& a, std::nullptr_t) noexcept {
  return a.get() != nullptr;
}
template <class T>
bool operator!=(std::nullptr_t, const unique_ptr<T>& b) noexcept {
  return b.get() != nullptr;
}
}  // namespace nostd
OPENTELEMETRY_END_NAMESPACE
#endif
