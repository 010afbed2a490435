// policy: critical=shop::Checkout::* reaches=shop::Bank::Charge
// policy: critical=shop::Settle reaches=shop::Bank::Charge reaches=LedgerWrite
// policy: critical=shop::Wrapped
// policy: wrapper=shop::Timed::Timed name=0
// policy: wrapper=shop::Traced name=0
#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();
int LedgerWrite(int amount);

#define CRITICAL [[clang::annotate("spangate::critical")]]
#define TRACE_FUNCTION() trace::Scope traced_scope(GetTracer()->StartSpan(__func__))

namespace shop {

struct Bank {
  int Charge(int amount);
};

// Own span, made active; guard code may come first.
class Checkout {
 public:
  explicit Checkout(Bank& bank) : bank_(bank) {}
  ~Checkout() { LedgerWrite(0); }
  int PlaceOrder(int amount) {
    if (amount <= 0) return -1;
    auto span = GetTracer()->StartSpan("order.place");
    trace::Scope scope(span);
    return bank_.Charge(amount);
  }

 private:
  Bank& bank_;
};

// Every way to the bank lies inside the span, through helpers, branches and loops.
int PayOnce(Bank& bank, int amount) { return bank.Charge(amount); }
int Settle(Bank& bank, int amount) {
  auto span = GetTracer()->StartSpan("settle");
  auto scope = trace::Tracer::WithActiveSpan(span);
  for (int i = 0; i < 3; ++i) {
    if (PayOnce(bank, amount) == 0) break;
  }
  try {
    LedgerWrite(amount);
  } catch (const std::exception&) {
    return LedgerWrite(0);
  }
  return PayOnce(bank, amount);
}

CRITICAL int WithMacro(int order) {
  TRACE_FUNCTION();
  return LedgerWrite(order);
}

// The project's own guard class.
class SpanGuard {
 public:
  explicit SpanGuard(const char* name) : span_(GetTracer()->StartSpan(name)), scope_(span_) {}

 private:
  nostd::shared_ptr<trace::Span> span_;
  trace::Scope scope_;
};
CRITICAL int WithGuard(int order) {
  SpanGuard guard("guarded");
  return LedgerWrite(order);
}

// A declared wrapper.
class Timed {
 public:
  explicit Timed(const std::string& name) : span_(GetTracer()->StartSpan(name)), scope_(span_) {}

 private:
  nostd::shared_ptr<trace::Span> span_;
  trace::Scope scope_;
};
int Wrapped(int order) {
  Timed timed("wrapped");
  return LedgerWrite(order);
}

// A function that runs its argument inside a span.
template <class F>
int Traced(const char* name, F&& work) {
  trace::Scope scope(GetTracer()->StartSpan(name));
  return work();
}
CRITICAL int WithCallback(int order) {
  return Traced("callback", [order] { return LedgerWrite(order); });
}

// All callers have an active span.
CRITICAL int Ship(int order) { return LedgerWrite(order); }
int ShipHelper(int order) { return Ship(order); }
int ShipTraced(int order) {
  trace::Scope scope(GetTracer()->StartSpan("ship"));
  return ShipHelper(order);
}
int ShipGuarded(int order) {
  SpanGuard guard("ship");
  return Ship(order) + Traced("ship.again", [order] { return Ship(order); });
}

// The span is handed in, or begun and ended by helpers of the class.
CRITICAL int WithSpan(const nostd::shared_ptr<trace::Span>& span, int order) {
  span->SetAttribute("order.id", order);
  return LedgerWrite(order);
}
class Session {
 public:
  CRITICAL int Run(int order) {
    Begin();
    const int result = LedgerWrite(order);
    End();
    return result;
  }

 private:
  void Begin() {
    span_ = GetTracer()->StartSpan("session");
    scope_ = std::make_unique<trace::Scope>(span_);
  }
  void End() { span_->End(); }
  nostd::shared_ptr<trace::Span> span_;
  std::unique_ptr<trace::Scope> scope_;
};

// Only hands on.
int RefundImpl(int order) {
  trace::Scope scope(GetTracer()->StartSpan("refund"));
  return LedgerWrite(order);
}
CRITICAL int Refund(int order) { return RefundImpl(order); }

// The context travels with the task.
CRITICAL void Notify(int order) {
  trace::Scope scope(GetTracer()->StartSpan("notify"));
  LedgerWrite(order);
}
void NotifyLater(int order) {
  std::thread worker([order] { Notify(order); });
  worker.join();
}

// A declaration is no definition, and getters of a critical class do no work.
CRITICAL int Elsewhere(int order);
class CRITICAL Stock {
 public:
  explicit Stock(int count) : count_(count) {}
  int count() const { return count_; }

 private:
  int count_ = 0;
};

// Guards that have their span from a base or behind a pointer.
class SpanOnly {
 public:
  explicit SpanOnly(const char* name) : span_(GetTracer()->StartSpan(name)) {}
  ~SpanOnly() { span_->End(); }

 private:
  nostd::shared_ptr<trace::Span> span_;
};
class SpanBehindPointer {
 public:
  SpanBehindPointer() : held_(std::make_shared<SpanOnly>("held")) {}

 private:
  std::shared_ptr<SpanOnly> held_;
};
class SpanInBase : public SpanOnly {
 public:
  SpanInBase() : SpanOnly("base") {}
};
CRITICAL int Pack(int order) {
  SpanBehindPointer guard;
  return LedgerWrite(order);
}
CRITICAL int Label(int order) {
  SpanInBase guard;
  return LedgerWrite(order);
}

// Handlers that a registration wraps, or stores for someone who may.
std::vector<std::function<int(int)>> handlers;
void Register(std::function<int(int)> handler) {
  handlers.push_back([handler](int order) {
    auto span = GetTracer()->StartSpan("handle");
    trace::Scope scope(span);
    return handler(order);
  });
}
void Store(std::function<int(int)> handler) { handlers.push_back(std::move(handler)); }
CRITICAL int HandleA(int order) { return LedgerWrite(order); }
CRITICAL int HandleB(int order) { return LedgerWrite(order); }
void SetUp() {
  Register(HandleA);
  Store([](int order) { return HandleB(order); });
}

// What comes before the span is no work of it.
int Answer(int code);
bool IsValid(int order);
CRITICAL int Validated(int order) {
  if (!IsValid(order)) return Answer(400);
  auto span = GetTracer()->StartSpan("validated");
  trace::Scope scope(span);
  LedgerWrite(order);
  return Answer(200);
}
CRITICAL int CheckedFirst(int order) {
  if (order < 0) return -1;
  auto span = GetTracer()->StartSpan("checked");
  const int result = LedgerWrite(order);
  span->End();
  return result;
}
CRITICAL int OnBothWays(bool fast) {
  if (fast) {
    trace::Scope scope(GetTracer()->StartSpan("fast"));
    return LedgerWrite(1);
  }
  trace::Scope scope(GetTracer()->StartSpan("slow"));
  return LedgerWrite(2);
}

// Not critical.
int Plain(int order) { return LedgerWrite(order); }

}  // namespace shop
