// nostd::function_ref: a reference to a callable that must outlive the call, as iteration callbacks do.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {
template <class Signature>
class function_ref;

template <class R, class... Args>
class function_ref<R(Args...)> {
 public:
  template <class F, std::enable_if_t<!std::is_same<function_ref, std::decay_t<F>>::value, int> = 0,
            std::enable_if_t<std::is_convertible<std::invoke_result_t<F, Args...>, R>::value, int> = 0>
  function_ref(F&& callable) {
    using Callable = std::remove_reference_t<F>;
    if constexpr (std::is_function<Callable>::value) {
      target_ = reinterpret_cast<void*>(&callable);
      invoke_ = [](void* target, Args... args) -> R {
        return reinterpret_cast<Callable*>(target)(std::forward<Args>(args)...);
      };
    } else {
      target_ = const_cast<void*>(static_cast<const void*>(std::addressof(callable)));
      invoke_ = [](void* target, Args... args) -> R {
        return (*static_cast<Callable*>(target))(std::forward<Args>(args)...);
      };
    }
  }
  function_ref(std::nullptr_t) {}

  R operator()(Args... args) const { return invoke_(target_, std::forward<Args>(args)...); }
  explicit operator bool() const { return invoke_ != nullptr; }

 private:
  void* target_ = nullptr;
  R (*invoke_)(void*, Args...) = nullptr;
};
}  // namespace nostd
OPENTELEMETRY_END_NAMESPACE
