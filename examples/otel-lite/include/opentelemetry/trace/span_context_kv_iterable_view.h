// Lets containers of (SpanContext, attributes) stand where links are asked for.
#pragma once

#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <utility>

#include "opentelemetry/common/key_value_iterable_view.h"
#include "opentelemetry/nostd/function_ref.h"
#include "opentelemetry/nostd/span.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/trace/span_context_kv_iterable.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {
namespace detail {
template <class T>
inline void take_span_context_kv(const SpanContext&, common::KeyValueIterableView<T>) {}
template <class T, nostd::enable_if_t<common::detail::is_key_value_iterable<T>::value>* = nullptr>
inline void take_span_context_kv(const SpanContext&, T&) {}
inline void take_span_context_kv(const SpanContext&,
                                 std::initializer_list<std::pair<nostd::string_view, common::AttributeValue>>) {}

template <class T, class = void>
struct is_span_context_kv_iterable : std::false_type {};
template <class T>
struct is_span_context_kv_iterable<T,
                                   std::void_t<decltype(take_span_context_kv(std::begin(std::declval<T&>())->first,
                                                                             std::begin(std::declval<T&>())->second)),
                                               decltype(nostd::size(std::declval<T&>()))>> : std::true_type {};
}  // namespace detail

template <class T>
class SpanContextKeyValueIterableView final : public SpanContextKeyValueIterable {
  static_assert(detail::is_span_context_kv_iterable<T>::value, "Must be a context/key-value iterable");
  using Callback = nostd::function_ref<bool(SpanContext, const common::KeyValueIterable&)>;

 public:
  explicit SpanContextKeyValueIterableView(const T& links) noexcept : container_(&links) {}

  bool ForEachKeyValue(
      nostd::function_ref<bool(SpanContext, const common::KeyValueIterable&)> callback) const noexcept override {
    for (auto it = std::begin(*container_); it != std::end(*container_); ++it) {
      if (!Visit(it->first, it->second, callback)) return false;
    }
    return true;
  }
  size_t size() const noexcept override { return nostd::size(*container_); }

 private:
  static bool Visit(const SpanContext& context, const common::KeyValueIterable& attributes, Callback callback) {
    return callback(context, attributes);
  }
  template <class U, nostd::enable_if_t<common::detail::is_key_value_iterable<U>::value>* = nullptr>
  static bool Visit(const SpanContext& context, const U& attributes, Callback callback) {
    return callback(context, common::KeyValueIterableView<U>(attributes));
  }

  const T* container_;
};
}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
