// policy: wrapper=shop::Timed::Timed name=0
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();
void Work();

void Keeps() {
  auto span = GetTracer()->StartSpan("import");
  trace::Scope scope(span);
  Work();
}

// A marker with its own times: started and ended on purpose.
void Marks() { GetTracer()->StartSpan("deploy.marker")->End(); }

void Hands(nostd::shared_ptr<trace::Span>& span) { span = GetTracer()->StartSpan("import"); }

nostd::shared_ptr<trace::Span> Returns() { return GetTracer()->StartSpan("import"); }

void Consume(const nostd::shared_ptr<trace::Span>& span);
void Passes() { Consume(GetTracer()->StartSpan("import")); }

void Scopes() {
  trace::Scope scope(GetTracer()->StartSpan("import"));
  Work();
}

void Collects(std::vector<nostd::shared_ptr<trace::Span>>& spans) {
  spans.push_back(GetTracer()->StartSpan("import"));
}

struct Job {
  void Start() { span_ = GetTracer()->StartSpan("job.run"); }
  void Finish() { span_->End(); }
  nostd::shared_ptr<trace::Span> span_;
};

namespace shop {
class Timed {
 public:
  explicit Timed(const std::string& name) : span_(GetTracer()->StartSpan(name)), scope_(span_) {}

 private:
  nostd::shared_ptr<trace::Span> span_;
  trace::Scope scope_;
};

void Charge() {
  Timed timed("charge");
  Work();
}
}  // namespace shop

// Someone else keeps what these return.
class Holder {
 public:
  nostd::shared_ptr<trace::Span> Begin() {
    auto span = GetTracer()->StartSpan("import");
    span_ = span;
    return span;
  }
  nostd::shared_ptr<trace::Span> BeginMember() {
    span_ = GetTracer()->StartSpan("import");
    return span_;
  }
  const nostd::shared_ptr<trace::Span>& span() { return span_; }

 private:
  nostd::shared_ptr<trace::Span> span_;
};
void UsesHolder(Holder& holder) {
  holder.Begin();
  holder.BeginMember();
  holder.span();
  Work();
}

// Not OpenTelemetry.
namespace game {
struct Bridge {
  int StartSpan(const char*) { return 1; }
};
void Build(Bridge& bridge) { bridge.StartSpan("river"); }
}  // namespace game
