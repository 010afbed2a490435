// policy: wrapper=shop::Timed::Timed name=0
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <cstdio>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();

struct Request {
  std::string id;
  std::string path;
  std::string uri() const;
  std::map<std::string, std::string> headers;
};

void Concatenates(const Request& request) {
  auto span = GetTracer()->StartSpan("order/" + request.id);  // expect: span name is not a constant: 'request.id'
}

void UsesTarget(const Request& request) {
  auto span = GetTracer()->StartSpan(request.path);  // expect: span name is not a constant: 'request.path'
}

void UsesView(const Request& request) {
  auto span = GetTracer()->StartSpan(
      nostd::string_view(request.id.data(), request.id.size()));  // expect: span name is not a constant: 'request.id'
}

void UsesGetter(const Request& request) {
  auto span = GetTracer()->StartSpan(request.uri());  // expect: span name is not a constant: 'request.uri()'
}

void Converts(int order) {
  auto span = GetTracer()->StartSpan("order " + std::to_string(order));  // expect: span name is not a constant: 'order'
}

void Greets(const std::string& name) {
  auto span = GetTracer()->StartSpan("greet " + name);  // expect: span name is not a constant: 'name'
}

void Counts() {
  for (int i = 0; i < 100; ++i) {
    auto span = GetTracer()->StartSpan("shard " + std::to_string(i));  // expect: span name is not a constant: 'i'
  }
}

void ThroughLocal(const Request& request) {
  std::string name = "order/";
  name += request.id;
  auto span = GetTracer()->StartSpan(name);  // expect: span name is not a constant: 'request.id'
}

void ThroughStream(const Request& request) {
  std::ostringstream name;
  name << "order/" << request.id;
  auto span = GetTracer()->StartSpan(name.str());  // expect: span name is not a constant: 'request.id'
}

void ThroughBuffer(const Request& request) {
  char name[64];
  std::snprintf(name, sizeof(name), "order/%s", request.id.c_str());
  auto span = GetTracer()->StartSpan(name);  // expect: span name is not a constant: 'request.id'
}

void Renames(const Request& request) {
  auto span = GetTracer()->StartSpan("GET");
  span->UpdateName("GET " + request.path);  // expect: span name is not a constant: 'request.path'
}

void InBranch(const Request& request, bool known) {
  auto span = GetTracer()->StartSpan(known ? "order" : request.path);  // expect: span name is not a constant
}

// The wrapper is fine; the call that computes the name is not.
nostd::shared_ptr<trace::Span> Begin(const std::string& name) { return GetTracer()->StartSpan(name); }
void CallsWrapper(const Request& request) {
  auto span = Begin("order/" + request.id);  // expect: span name is not a constant: 'request.id'
}

namespace shop {
class Timed {
 public:
  explicit Timed(const std::string& name) : span_(GetTracer()->StartSpan(name)), scope_(span_) {}

 private:
  nostd::shared_ptr<trace::Span> span_;
  trace::Scope scope_;
};

void Charge(const Request& request) {
  Timed timed("charge " + request.id);  // expect: span name is not a constant: 'request.id'
}
}  // namespace shop

// One of those who make it gives a value of the request.
class Task {
 public:
  explicit Task(std::string text) : text_(std::move(text)) {}
  void Run() {
    auto span = GetTracer()->StartSpan(text_);  // expect: span name is not a constant: 'text_'
  }

 private:
  std::string text_;
};
void RunTasks(const Request& request) {
  Task("mail").Run();
  Task("mail " + request.id).Run();
}

void EachOf(const std::vector<Request>& requests) {
  for (const auto& request : requests) {
    auto span = GetTracer()->StartSpan("order/" + request.id);  // expect: span name is not a constant: 'request.id'
  }
}

// Built by a function or lambda from what it is given here.
std::string BuildName(const std::string& text) { return "order/" + text; }
std::string BuildLonger(const Request& request) { return BuildName(request.id); }
void FromBuilder(const Request& request) {
  auto a = GetTracer()->StartSpan(BuildName(request.id));  // expect: span name is not a constant: 'request.id'
  auto b = GetTracer()->StartSpan(BuildLonger(request));  // expect: span name is not a constant: 'request.id'
  const auto make = [](const std::string& text) { return "order/" + text; };
  auto c = GetTracer()->StartSpan(make(request.id));  // expect: span name is not a constant: 'request.id'
  auto d = GetTracer()->StartSpan([&] { return "order/" + request.id; }());  // expect: span name is not a constant
}
