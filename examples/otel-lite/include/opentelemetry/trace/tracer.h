// Starts spans. The overloads let attributes and links be initializer lists or any container; all end in the one
// virtual function that the SDK implements.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <utility>

#include "opentelemetry/context/context.h"
#include "opentelemetry/context/runtime_context.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/trace/context.h"
#include "opentelemetry/trace/default_span.h"
#include "opentelemetry/trace/scope.h"
#include "opentelemetry/trace/span.h"
#include "opentelemetry/trace/span_context_kv_iterable_view.h"
#include "opentelemetry/trace/span_startoptions.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {
class Tracer {
 public:
  virtual ~Tracer() = default;

  virtual nostd::shared_ptr<Span> StartSpan(nostd::string_view name, const common::KeyValueIterable& attributes,
                                            const SpanContextKeyValueIterable& links,
                                            const StartSpanOptions& options = {}) noexcept = 0;

  nostd::shared_ptr<Span> StartSpan(nostd::string_view name, const StartSpanOptions& options = {}) noexcept {
    return this->StartSpan(name, common::NoopKeyValueIterable(), NullSpanContext(), options);
  }
  template <class T, nostd::enable_if_t<common::detail::is_key_value_iterable<T>::value>* = nullptr>
  nostd::shared_ptr<Span> StartSpan(nostd::string_view name, const T& attributes,
                                    const StartSpanOptions& options = {}) noexcept {
    return this->StartSpan(name, common::KeyValueIterableView<T>(attributes), NullSpanContext(), options);
  }
  nostd::shared_ptr<Span> StartSpan(nostd::string_view name, const common::KeyValueIterable& attributes,
                                    const StartSpanOptions& options = {}) noexcept {
    return this->StartSpan(name, attributes, NullSpanContext(), options);
  }
  template <class T, class U, nostd::enable_if_t<common::detail::is_key_value_iterable<T>::value>* = nullptr,
            nostd::enable_if_t<detail::is_span_context_kv_iterable<U>::value>* = nullptr>
  nostd::shared_ptr<Span> StartSpan(nostd::string_view name, const T& attributes, const U& links,
                                    const StartSpanOptions& options = {}) noexcept {
    return this->StartSpan(name, common::KeyValueIterableView<T>(attributes), SpanContextKeyValueIterableView<U>(links),
                           options);
  }
  nostd::shared_ptr<Span> StartSpan(
      nostd::string_view name, std::initializer_list<std::pair<nostd::string_view, common::AttributeValue>> attributes,
      const StartSpanOptions& options = {}) noexcept {
    return this->StartSpan(name, common::MakeAttributes(attributes), options);
  }
  template <class T, nostd::enable_if_t<common::detail::is_key_value_iterable<T>::value>* = nullptr>
  nostd::shared_ptr<Span> StartSpan(
      nostd::string_view name, const T& attributes,
      std::initializer_list<
          std::pair<SpanContext, std::initializer_list<std::pair<nostd::string_view, common::AttributeValue>>>>
          links,
      const StartSpanOptions& options = {}) noexcept {
    using Link = std::pair<SpanContext, std::initializer_list<std::pair<nostd::string_view, common::AttributeValue>>>;
    return this->StartSpan(name, attributes, nostd::span<const Link>{links.begin(), links.end()}, options);
  }
  template <class T, nostd::enable_if_t<common::detail::is_key_value_iterable<T>::value>* = nullptr>
  nostd::shared_ptr<Span> StartSpan(
      nostd::string_view name, std::initializer_list<std::pair<nostd::string_view, common::AttributeValue>> attributes,
      const T& links, const StartSpanOptions& options = {}) noexcept {
    return this->StartSpan(name, common::MakeAttributes(attributes), links, options);
  }
  nostd::shared_ptr<Span> StartSpan(
      nostd::string_view name, std::initializer_list<std::pair<nostd::string_view, common::AttributeValue>> attributes,
      std::initializer_list<
          std::pair<SpanContext, std::initializer_list<std::pair<nostd::string_view, common::AttributeValue>>>>
          links,
      const StartSpanOptions& options = {}) noexcept {
    using Link = std::pair<SpanContext, std::initializer_list<std::pair<nostd::string_view, common::AttributeValue>>>;
    return this->StartSpan(name, common::MakeAttributes(attributes),
                           nostd::span<const Link>{links.begin(), links.end()}, options);
  }

  static Scope WithActiveSpan(nostd::shared_ptr<Span>& span) noexcept { return Scope{span}; }
  static nostd::shared_ptr<Span> GetCurrentSpan() noexcept {
    return trace::GetSpan(context::RuntimeContext::GetCurrent());
  }

#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  bool Enabled() const noexcept { return enabled_; }

 protected:
  void UpdateEnabled(const bool enabled) noexcept { enabled_ = enabled; }

 private:
  bool enabled_ = true;
#else
  // Flushing moved to the SDK's provider in ABI 2.
  template <class Rep, class Period>
  void ForceFlush(std::chrono::duration<Rep, Period> timeout) noexcept {
    ForceFlushWithMicroseconds(
        static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(timeout).count()));
  }
  virtual void ForceFlushWithMicroseconds(uint64_t timeout) noexcept = 0;
  template <class Rep, class Period>
  void Close(std::chrono::duration<Rep, Period> timeout) noexcept {
    CloseWithMicroseconds(
        static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(timeout).count()));
  }
  virtual void CloseWithMicroseconds(uint64_t timeout) noexcept = 0;
#endif
};
}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
