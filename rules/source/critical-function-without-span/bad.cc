// policy: critical=shop::Checkout::* reaches=shop::Bank::Charge
// policy: critical=shop::Settle reaches=shop::Bank::Charge reaches=LedgerWrite
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <functional>
#include <string>

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();
int LedgerWrite(int amount);

namespace shop {

struct Bank {
  int Charge(int amount);
};

class Checkout {
 public:
  int PlaceOrder(int amount);
  int Cancel(int order);

 private:
  Bank bank_;
};

int Checkout::PlaceOrder(int amount) {  // expect: critical function 'shop::Checkout::PlaceOrder' starts no span
  return bank_.Charge(amount);  // expect: reaches 'shop::Bank::Charge' with no span active
}

// The span starts too late for the fast way.
int Pay(Bank& bank, int amount, bool fast) {
  if (fast) return bank.Charge(amount);  // expect: critical path 'shop::Settle' reaches 'shop::Bank::Charge' with no span
  auto span = GetTracer()->StartSpan("pay");
  trace::Scope scope(span);
  return bank.Charge(amount);
}

// The scope ends before the call.
int Settle(Bank& bank, int amount) {
  {
    auto span = GetTracer()->StartSpan("settle.check");
    trace::Scope scope(span);
    LedgerWrite(0);
  }
  LedgerWrite(amount);  // expect: critical path 'shop::Settle' reaches 'LedgerWrite' with no span active
  return Pay(bank, amount, amount < 10);
}

// A span that is not kept covers nothing.
[[clang::annotate("spangate::critical")]] int Refund(Bank& bank, int amount) {  // expect: 'shop::Refund' starts no span
  GetTracer()->StartSpan("refund");
  return bank.Charge(-amount);
}

// One caller has a span, the other has none.
[[clang::annotate("spangate::critical")]] int Ship(int order) {  // expect: 'shop::Ship' starts no span, and is called where none
  return LedgerWrite(order);
}
int ShipTraced(int order) {
  trace::Scope scope(GetTracer()->StartSpan("ship"));
  return Ship(order);
}
int ShipUntraced(int order) { return Ship(order); }

// On a thread of its own the caller's span is not active.
[[clang::annotate("spangate::critical")]] void Notify(int order) {  // expect: 'shop::Notify' starts no span
  LedgerWrite(order);
}
struct Pool {
  void Submit(std::function<void()> task);
};
void NotifyLater(Pool& pool, int order) {
  trace::Scope scope(GetTracer()->StartSpan("order.done"));
  pool.Submit([order] { Notify(order); });
}

// Every method of a critical class that does something.
class [[clang::annotate("spangate::critical")]] Stock {
 public:
  int Reserve(int item) { return LedgerWrite(item); }  // expect: critical function 'shop::Stock::Reserve' starts no span
  int count() const { return count_; }

 private:
  int count_ = 0;
};

// The wrapper runs it at once and has no span.
int RunNow(const std::function<int(int)>& task) { return task(1); }
[[clang::annotate("spangate::critical")]] int Pick(int order) {  // expect: 'shop::Pick' starts no span, and is called where none
  return LedgerWrite(order);
}
int PickNow() {
  return RunNow([](int order) { return Pick(order); });
}

// The span covers the slow way only.
[[clang::annotate("spangate::critical")]] int Send(bool fast) {  // expect: 'shop::Send' calls 'LedgerWrite' outside its span
  if (fast) return LedgerWrite(1);
  auto span = GetTracer()->StartSpan("send");
  trace::Scope scope(span);
  return LedgerWrite(2);
}

int UseStock(Stock& stock) { return stock.Reserve(stock.count()); }

}  // namespace shop
