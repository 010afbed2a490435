#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/nostd/unique_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <memory>
#include <tuple>

namespace context = opentelemetry::context;
namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();
void Work();

void DropsScope() {
  auto span = GetTracer()->StartSpan("order.place");
  trace::Tracer::WithActiveSpan(span);  // expect: scope is discarded
  Work();
}

void DropsTemporary() {
  auto span = GetTracer()->StartSpan("order.place");
  trace::Scope{span};  // expect: scope is discarded
  Work();
}

void DropsInBranch(bool traced) {
  auto span = GetTracer()->StartSpan("order.place");
  if (traced) trace::Tracer::WithActiveSpan(span);  // expect: scope is discarded
  Work();
}

void DropsUnderCast() {
  auto span = GetTracer()->StartSpan("order.place");
  (void)trace::Tracer::WithActiveSpan(span);  // expect: scope is discarded
  Work();
}

void DropsToken(context::Context& ctx) {
  context::RuntimeContext::Attach(ctx);  // expect: token of the attached context is discarded
  Work();
}

std::unique_ptr<trace::Scope> Activate(const nostd::shared_ptr<trace::Span>& span) {
  return std::make_unique<trace::Scope>(span);
}

void DropsHelpersResult() {
  auto span = GetTracer()->StartSpan("order.place");
  Activate(span);  // expect: scope is discarded
  Work();
}

void DropsInLambda() {
  auto run = [] {
    auto span = GetTracer()->StartSpan("order.place");
    trace::Tracer::WithActiveSpan(span);  // expect: scope is discarded
    Work();
  };
  run();
}

void Ignores() {
  auto span = GetTracer()->StartSpan("order.place");
  std::ignore = trace::Tracer::WithActiveSpan(span);  // expect: scope is discarded
  Work();
}

void MakesByNew() {
  auto span = GetTracer()->StartSpan("order.place");
  new trace::Scope(span);  // expect: scope is made by new and kept by nobody
  Work();
}
