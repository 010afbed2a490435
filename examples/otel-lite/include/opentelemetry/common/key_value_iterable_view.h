// Lets maps, vectors of pairs and initializer lists stand where a KeyValueIterable is asked for.
#pragma once

#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <utility>

#include "opentelemetry/common/attribute_value.h"
#include "opentelemetry/common/key_value_iterable.h"
#include "opentelemetry/nostd/function_ref.h"
#include "opentelemetry/nostd/span.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/nostd/type_traits.h"
#include "opentelemetry/nostd/utility.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace common {
namespace detail {
inline void take_key_value(nostd::string_view, common::AttributeValue) {}

template <class T, class = void>
struct is_key_value_iterable : std::false_type {};
template <class T>
struct is_key_value_iterable<T, std::void_t<decltype(take_key_value(std::begin(std::declval<T&>())->first,
                                                                    std::begin(std::declval<T&>())->second)),
                                            decltype(nostd::size(std::declval<T&>()))>> : std::true_type {};

using AttributePair = std::pair<nostd::string_view, common::AttributeValue>;
}  // namespace detail

/// A view: the container must outlive it.
template <class T>
class KeyValueIterableView final : public KeyValueIterable {
 public:
  explicit KeyValueIterableView(const T& container) noexcept : container_(&container) {}

  bool ForEachKeyValue(
      nostd::function_ref<bool(nostd::string_view, common::AttributeValue)> callback) const noexcept override {
    for (auto it = std::begin(*container_); it != std::end(*container_); ++it) {
      if (!callback(it->first, it->second)) return false;
    }
    return true;
  }
  size_t size() const noexcept override { return nostd::size(*container_); }

 private:
  const T* container_;
};

template <class T, nostd::enable_if_t<detail::is_key_value_iterable<T>::value>* = nullptr>
KeyValueIterableView<T> MakeKeyValueIterableView(const T& container) noexcept {
  return KeyValueIterableView<T>(container);
}

inline nostd::span<const std::pair<nostd::string_view, common::AttributeValue>> MakeAttributes(
    std::initializer_list<std::pair<nostd::string_view, common::AttributeValue>> attributes) noexcept {
  return {attributes.begin(), attributes.end()};
}
inline nostd::span<const std::pair<nostd::string_view, common::AttributeValue>> MakeAttributes(
    nostd::span<const std::pair<nostd::string_view, common::AttributeValue>> attributes) noexcept {
  return attributes;
}
inline const common::KeyValueIterable& MakeAttributes(const common::KeyValueIterable& attributes) noexcept {
  return attributes;
}
template <class T, nostd::enable_if_t<detail::is_key_value_iterable<T>::value>* = nullptr>
KeyValueIterableView<T> MakeAttributes(const T& attributes) noexcept {
  return KeyValueIterableView<T>(attributes);
}
}  // namespace common
OPENTELEMETRY_END_NAMESPACE
