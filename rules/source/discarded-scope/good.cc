#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/nostd/unique_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <memory>
#include <utility>
#include <vector>

namespace context = opentelemetry::context;
namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();
void Work();

void KeepsScope() {
  auto span = GetTracer()->StartSpan("order.place");
  auto scope = trace::Tracer::WithActiveSpan(span);
  Work();
}

void KeepsByReference() {
  auto span = GetTracer()->StartSpan("order.place");
  const auto& scope = trace::Tracer::WithActiveSpan(span);  // lives as long as the reference
  (void)scope;
  Work();
}

void KeepsScopeOfNewSpan() {
  trace::Scope scope(GetTracer()->StartSpan("order.place"));
  Work();
}

trace::Scope ReturnsScope(nostd::shared_ptr<trace::Span>& span) { return trace::Tracer::WithActiveSpan(span); }

void WorkInside(const trace::Scope& scope);
void PassesScope(nostd::shared_ptr<trace::Span>& span) { WorkInside(trace::Tracer::WithActiveSpan(span)); }

class Session {
 public:
  // The assignment's value is a reference to the member; nothing is dropped.
  void Attach(context::Context& ctx) { token_ = context::RuntimeContext::Attach(ctx); }
  void Activate(const nostd::shared_ptr<trace::Span>& span) { scope_ = std::make_unique<trace::Scope>(span); }
  void Leave() { scope_.reset(); }

 private:
  nostd::unique_ptr<context::Token> token_;
  std::unique_ptr<trace::Scope> scope_;
};

// A class of the project that only shares the name.
namespace editor {
struct Scope {
  explicit Scope(int level) : level_(level) {}
  int level_;
};
Scope Open(int level) { return Scope(level); }
void Use() {
  Open(1);
  Scope{2};
}
}  // namespace editor

void StoresScopes(std::vector<std::unique_ptr<trace::Scope>>& scopes, const nostd::shared_ptr<trace::Span>& span) {
  scopes.push_back(std::make_unique<trace::Scope>(span));
}
