// policy: wrapper=shop::Timed::Timed name=0
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/nostd/string_view.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <array>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();

#define SPAN_NAME "order.ship"
static constexpr const char* kOrderPlace = "order.place";
const std::string kOrderCancel = "order.cancel";
const nostd::string_view kOrderPay = "order.pay";
struct Names {
  static constexpr char kRefund[] = "order.refund";
};

struct Route {
  std::string route;
  std::string method;
  std::string id;
};

void Literals(bool retry) {
  auto a = GetTracer()->StartSpan("order.get");
  auto b = GetTracer()->StartSpan(SPAN_NAME);
  auto c = GetTracer()->StartSpan(kOrderPlace);
  auto d = GetTracer()->StartSpan(kOrderCancel);
  auto e = GetTracer()->StartSpan(kOrderPay);
  auto f = GetTracer()->StartSpan(Names::kRefund);
  auto g = GetTracer()->StartSpan(retry ? "order.retry" : "order.first");
  auto h = GetTracer()->StartSpan("order"
                                  ".list");
  auto i = GetTracer()->StartSpan(__func__);
}

// The length of a text says nothing about the text.
static constexpr std::string_view kOrderView = "order.view";
void ByLength(bool retry) {
  auto a = GetTracer()->StartSpan(nostd::string_view(kOrderView.data(), kOrderView.size()));
  const std::string_view name = retry ? "order.retry" : "order.first";
  auto b = GetTracer()->StartSpan(nostd::string_view(name.data(), name.length()));
}

void ThroughLocals(bool retry) {
  std::string name = "Currency/Convert";
  auto span = GetTracer()->StartSpan(name);
  const char* other = "order.first";
  if (retry) other = "order.again";
  auto again = GetTracer()->StartSpan(other);
  const std::string joined = std::string("order.") + "join";
  auto third = GetTracer()->StartSpan(joined);
}

enum class Operation { kRead, kWrite };
const char* NameOf(Operation operation) {
  switch (operation) {
    case Operation::kRead:
      return "store.read";
    case Operation::kWrite:
      return "store.write";
  }
  return "store.other";
}
void FromFunction(Operation operation) { auto span = GetTracer()->StartSpan(NameOf(operation)); }

constexpr std::array<const char*, 2> kNames = {"store.read", "store.write"};
void FromTable(int i) { auto span = GetTracer()->StartSpan(kNames[static_cast<size_t>(i)]); }

// Routes and methods are sets of a few values: what the conventions ask for.
void FromRoute(const Route& request) {
  auto span = GetTracer()->StartSpan(request.method + " " + request.route);
  span->UpdateName(request.route);
}

template <class T>
void FromType() {
  auto span = GetTracer()->StartSpan(typeid(T).name());
}
void UsesTemplate() { FromType<int>(); }

// Wrappers whose callers all give constants.
nostd::shared_ptr<trace::Span> Begin(const std::string& name) { return GetTracer()->StartSpan(name); }
nostd::shared_ptr<trace::Span> BeginAgain(const char* name) { return Begin(name); }
void CallsWrappers() {
  auto a = Begin("order.begin");
  auto b = BeginAgain(kOrderPlace);
}

namespace shop {
class Timed {
 public:
  explicit Timed(const std::string& name) : span_(GetTracer()->StartSpan(name)), scope_(span_) {}

 private:
  nostd::shared_ptr<trace::Span> span_;
  trace::Scope scope_;
};
void Charge() { Timed timed("charge"); }
}  // namespace shop

// Nobody here calls it: all callers may give constants.
nostd::shared_ptr<trace::Span> StartNamed(const std::string& name) { return GetTracer()->StartSpan(name.c_str()); }

// The value belongs into an attribute.
void WithAttribute(const Route& request) {
  auto span = GetTracer()->StartSpan("order.get", {{"order.id", request.id}});
  span->SetAttribute("order.route", request.route);
}

// Defined elsewhere: it may well return one of a few literals.
std::string SpanNameFor(const Route& request);
void FromElsewhere(const Route& request) { auto span = GetTracer()->StartSpan(SpanNameFor(request)); }

// Members that only ever hold constants.
class Worker {
 public:
  explicit Worker(std::string text) : text_(std::move(text)), full_("worker." + text_) {}
  void Run() {
    auto a = GetTracer()->StartSpan(text_);
    auto b = GetTracer()->StartSpan(full_);
    auto c = GetTracer()->StartSpan(fixed_);
  }

 private:
  std::string text_;
  std::string full_;
  const std::string fixed_ = "worker.fixed";
};
void RunWorkers() {
  Worker a("mail");
  Worker b("print");
  a.Run();
  b.Run();
}

void RunsSteps() {
  const std::vector<std::string> steps = {"step.first", "step.last"};
  for (const auto& step : steps) {
    auto span = GetTracer()->StartSpan(step);
  }
  constexpr std::string_view views[] = {"view.first", "view.last"};
  for (const auto view : views) {
    auto span = GetTracer()->StartSpan(nostd::string_view(view.data(), view.size()));
  }
  for (const char* each : {"each.first", "each.last"}) {
    auto span = GetTracer()->StartSpan(each);
  }
}

// Functions that build names of what is fixed.
std::string BuildName(const std::string& text) { return "order/" + text; }
std::string RouteName(const Route& request) { return request.method + " " + request.route; }
class Plugin {
 public:
  std::string SpanName() const { return "plugin." + kin_; }

 private:
  std::string kin_;
};
void FromBuilders(const Route& request, const Plugin& plugin, bool retry) {
  auto a = GetTracer()->StartSpan(BuildName("get"));
  auto b = GetTracer()->StartSpan(BuildName(retry ? "retry" : "first"));
  auto c = GetTracer()->StartSpan(RouteName(request));
  auto d = GetTracer()->StartSpan(plugin.SpanName());
  auto e = GetTracer()->StartSpan(BuildName(request.method));
}

// Not OpenTelemetry.
namespace game {
struct Bridge {
  void StartSpan(const std::string&) {}
};
void Build(Bridge& bridge, const std::string& river) { bridge.StartSpan("over " + river); }
}  // namespace game
