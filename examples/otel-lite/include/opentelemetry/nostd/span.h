// nostd::span: std::span with OPENTELEMETRY_STL_VERSION >= 2020 in C++20, otherwise a class of its own: a pointer and
// a length that convert from arrays and containers.
#pragma once

#include <array>
#include <cstddef>
#include <exception>
#include <iterator>
#include <type_traits>

#include "opentelemetry/version.h"

#if defined(OPENTELEMETRY_STL_VERSION) && OPENTELEMETRY_STL_VERSION >= 2020 && __cplusplus > 201703L
#define OPENTELEMETRY_HAVE_SPAN
#include <span>
OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {
constexpr std::size_t dynamic_extent = std::dynamic_extent;
template <class T, std::size_t Extent = dynamic_extent>
using span = std::span<T, Extent>;
}  // namespace nostd
OPENTELEMETRY_END_NAMESPACE
#else
OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {
constexpr std::size_t dynamic_extent = static_cast<std::size_t>(-1);

template <class T, std::size_t Extent = dynamic_extent>
class span;

namespace detail {
// Arrays and spans have constructors of their own; anything else with data() and size() counts as a container.
template <class T>
struct has_own_span_constructor : std::is_array<T> {};
template <class T, std::size_t N>
struct has_own_span_constructor<std::array<T, N> > : std::true_type {};
template <class T, std::size_t N>
struct has_own_span_constructor<span<T, N> > : std::true_type {};

template <class C, class T>
using if_span_source = std::enable_if_t<
    !has_own_span_constructor<std::remove_const_t<C> >::value &&
    std::is_convertible<std::remove_pointer_t<decltype(std::data(std::declval<C&>()))> (*)[], T (*)[]>::value &&
    std::is_convertible<decltype(std::size(std::declval<C&>())), std::size_t>::value>;
}  // namespace detail

template <class T, std::size_t Extent>
class span {
  template <std::size_t N>
  using IfFits = std::enable_if_t<N == Extent || Extent == dynamic_extent>;

 public:
  static constexpr std::size_t extent = Extent;

  template <bool Empty = Extent == 0 || Extent == dynamic_extent, std::enable_if_t<Empty>* = nullptr>
  span() noexcept {}
  span(T* data, std::size_t count) noexcept : data_(data), size_(count) { CheckExtent(); }
  span(T* first, T* last) noexcept : data_(first), size_(static_cast<std::size_t>(last - first)) { CheckExtent(); }
  template <std::size_t N, class = IfFits<N> >
  span(T (&array)[N]) noexcept : data_(array), size_(N) {}
  template <std::size_t N, class = IfFits<N> >
  span(std::array<T, N>& array) noexcept : data_(array.data()), size_(N) {}
  template <std::size_t N, class = IfFits<N> >
  span(const std::array<T, N>& array) noexcept : data_(array.data()), size_(N) {}
  template <class C, class = detail::if_span_source<C, T> >
  span(C& container) noexcept : data_(std::data(container)), size_(std::size(container)) {
    CheckExtent();
  }
  template <class C, class = detail::if_span_source<const C, T> >
  span(const C& container) noexcept : data_(std::data(container)), size_(std::size(container)) {
    CheckExtent();
  }
  template <class U, std::size_t N, class = IfFits<N>,
            std::enable_if_t<std::is_convertible<U (*)[], T (*)[]>::value>* = nullptr>
  span(const span<U, N>& other) noexcept : data_(other.data()), size_(other.size()) {}

  bool empty() const noexcept { return size_ == 0; }
  T* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  T& operator[](std::size_t index) const noexcept { return data_[index]; }
  T* begin() const noexcept { return data_; }
  T* end() const noexcept { return data_ + size_; }

 private:
  void CheckExtent() const noexcept {
    if (Extent != dynamic_extent && size_ != Extent) std::terminate();
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
};
}  // namespace nostd
OPENTELEMETRY_END_NAMESPACE
#endif
