// The context that is current on this thread: a stack per thread, pushed by Attach and popped by the Token. A token
// that dies on another thread finds nothing to pop there and leaves the first thread's stack as it is: a trap of the
// real API that tools must be able to reproduce.
#pragma once

#include <algorithm>
#include <vector>

#include "opentelemetry/context/context.h"
#include "opentelemetry/context/context_value.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/nostd/unique_ptr.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace context {
class Token {
 public:
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;
  virtual ~Token() noexcept;

  bool operator==(const Context& other) const noexcept { return context_ == other; }
  friend class RuntimeContextStorage;

 protected:
  Token(const Context& context) : context_(context) {}
  const Context context_;
};

class RuntimeContextStorage {
 public:
  virtual ~RuntimeContextStorage() = default;
  virtual Context GetCurrent() noexcept = 0;
  virtual nostd::unique_ptr<Token> Attach(const Context& context) noexcept = 0;
  virtual bool Detach(Token& token) noexcept = 0;

 protected:
  nostd::unique_ptr<Token> CreateToken(const Context& context) noexcept {
    return nostd::unique_ptr<Token>(new Token(context));
  }
};

class ThreadLocalContextStorage : public RuntimeContextStorage {
 public:
  Context GetCurrent() noexcept override { return Stack().empty() ? Context() : Stack().back(); }
  nostd::unique_ptr<Token> Attach(const Context& context) noexcept override {
    Stack().push_back(context);
    return CreateToken(context);
  }
  bool Detach(Token& token) noexcept override {
    std::vector<Context>& stack = Stack();
    const auto found =
        std::find_if(stack.rbegin(), stack.rend(), [&](const Context& context) { return token == context; });
    if (found == stack.rend()) return false;
    // Everything above goes too: an inner context cannot outlive the outer one.
    stack.erase(std::prev(found.base()), stack.end());
    return true;
  }

 private:
  static std::vector<Context>& Stack() {
    static thread_local std::vector<Context> stack;
    return stack;
  }
};

class RuntimeContext {
 public:
  static Context GetCurrent() noexcept { return Storage()->GetCurrent(); }
  static nostd::unique_ptr<Token> Attach(const Context& context) noexcept { return Storage()->Attach(context); }
  static bool Detach(Token& token) noexcept { return Storage()->Detach(token); }
  static Context SetValue(nostd::string_view key, const ContextValue& value, Context* context = nullptr) noexcept {
    return (context != nullptr ? *context : GetCurrent()).SetValue(key, value);
  }
  static ContextValue GetValue(nostd::string_view key, Context* context = nullptr) noexcept {
    return (context != nullptr ? *context : GetCurrent()).GetValue(key);
  }
  /// Must be called before the first span starts.
  static void SetRuntimeContextStorage(const nostd::shared_ptr<RuntimeContextStorage>& storage) noexcept {
    Storage() = storage;
  }

 private:
  static nostd::shared_ptr<RuntimeContextStorage>& Storage() noexcept {
    static nostd::shared_ptr<RuntimeContextStorage> storage(new ThreadLocalContextStorage());
    return storage;
  }
};

inline Token::~Token() noexcept { RuntimeContext::Detach(*this); }
}  // namespace context
OPENTELEMETRY_END_NAMESPACE
