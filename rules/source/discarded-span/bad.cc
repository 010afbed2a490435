// policy: wrapper=shop::Timed::Timed name=0
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <string>

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();
void Work();

void Import() {
  GetTracer()->StartSpan("import");  // expect: span is discarded
  Work();
}

void ImportWithAttributes(bool full) {
  auto tracer = GetTracer();
  if (full) tracer->StartSpan("import", {{"import.full", true}});  // expect: span is discarded
  Work();
}

void ImportUnderCast() {
  auto tracer = GetTracer();
  (void)tracer->StartSpan("import");  // expect: span is discarded
  Work();
}

void ImportEach(int count) {
  auto tracer = GetTracer();
  for (int i = 0; i < count; ++i) tracer->StartSpan("import.row");  // expect: span is discarded
}

namespace shop {
class Timed {
 public:
  explicit Timed(const std::string& name) : span_(GetTracer()->StartSpan(name)), scope_(span_) {}

 private:
  nostd::shared_ptr<trace::Span> span_;
  trace::Scope scope_;
};

void Charge() {
  Timed("charge");  // expect: span is discarded
  Work();
}
}  // namespace shop

// A helper starts it; the caller drops it.
nostd::shared_ptr<trace::Span> Begin(const char* name) { return GetTracer()->StartSpan(name); }
nostd::shared_ptr<trace::Span> BeginAgain(const char* name) { return Begin(name); }
nostd::shared_ptr<trace::Span> BeginNoted(const char* name) {
  auto span = GetTracer()->StartSpan(name);
  span->SetAttribute("import.note", true);
  return span;
}
void DropsHelpersResult() {
  Begin("import");  // expect: span is discarded
  BeginAgain("import");  // expect: span is discarded
  BeginNoted("import");  // expect: span is discarded
  const auto begin = [] { return GetTracer()->StartSpan("import"); };
  begin();  // expect: span is discarded
  Work();
}
