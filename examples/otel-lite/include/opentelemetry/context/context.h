// An immutable set of values that travels with a request. A list that only grows at its head: a new context shares
// its parent's tail, and equality is identity.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "opentelemetry/context/context_value.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/nostd/variant.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace context {
class Context {
 public:
  Context() = default;
  template <class T>
  Context(const T& keys_and_values) noexcept {
    for (const auto& pair : keys_and_values) Push(pair.first, pair.second);
  }
  Context(nostd::string_view key, ContextValue value) noexcept { Push(key, std::move(value)); }

  template <class T>
  Context SetValues(T& values) noexcept {
    Context context = *this;
    for (const auto& pair : values) context.Push(pair.first, pair.second);
    return context;
  }
  Context SetValue(nostd::string_view key, ContextValue value) noexcept {
    Context context = *this;
    context.Push(key, std::move(value));
    return context;
  }
  context::ContextValue GetValue(const nostd::string_view key) const noexcept {
    for (const Node* node = head_.get(); node != nullptr; node = node->next.get()) {
      if (key == nostd::string_view(node->key)) return node->value;
    }
    return ContextValue{};
  }
  bool HasKey(const nostd::string_view key) const noexcept {
    return !nostd::holds_alternative<nostd::monostate>(GetValue(key));
  }
  bool operator==(const Context& other) const noexcept { return head_ == other.head_; }

 private:
  struct Node {
    std::string key;
    ContextValue value;
    std::shared_ptr<const Node> next;
  };
  void Push(nostd::string_view key, ContextValue value) noexcept {
    head_ = std::make_shared<const Node>(Node{std::string(key.data(), key.size()), std::move(value), head_});
  }

  std::shared_ptr<const Node> head_;
};
}  // namespace context
OPENTELEMETRY_END_NAMESPACE
