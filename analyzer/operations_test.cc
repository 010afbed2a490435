// The operations that the model lists for real snippets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/extract_fake_api.h"
#include "analyzer/extract_test_support.h"
#include "analyzer/source_model.h"

namespace spangate {
namespace {

using ::spangate::testing::InstalledLibclangs;
using ::spangate::testing::kFakeApi;
using ::spangate::testing::ParseFile;
using ::spangate::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

SourceModel Model(const std::string& snippet, std::vector<SpanWrapper> wrappers = {}) {
  const TemporaryFolder folder;
  const auto clang = LoadLibclang(InstalledLibclangs().back());
  EXPECT_TRUE(clang.has_value());
  const std::string file = folder.Write("snippet.cc", std::string(kFakeApi) + snippet);
  std::vector<TuFacts> units;
  units.push_back(ParseFile(*clang.value(), file, folder.path(), {"-nostdinc++"}));
  for (const Diagnostic& d : units[0].diagnostics) ADD_FAILURE() << d.line << ": " << d.message;
  return LinkSource(std::move(units), {.project_root = folder.path(), .span_wrappers = std::move(wrappers)});
}

// "kind|key|value" of every sink but the span names.
std::vector<std::string> Sinks(const SourceModel& model) {
  std::vector<std::string> rows;
  for (const Sink& sink : model.sinks) {
    if (sink.kind == SinkKind::kSpanName) continue;
    const std::string key = sink.key && sink.key->kind == TextValue::Kind::kConstant ? sink.key->values[0] : "-";
    const std::string value =
        sink.value.known() ? testing::Spell(model.functions[sink.value.function].facts, sink.value.expr) : "?";
    rows.push_back(std::to_string(static_cast<int>(sink.kind)) + "|" + key + "|" + value);
  }
  return rows;
}

std::vector<std::string> Edges(const SourceModel& model) {
  std::vector<std::string> rows;
  for (const CallEdge& edge : model.edges) {
    constexpr const char* kHow[] = {" -> ", " virtual ", " indirect ", " hand-off "};
    rows.push_back(std::string(model.functions[edge.caller].facts.qualified_name.view()) +
                   kHow[static_cast<int>(edge.how)] +
                   std::string(model.functions[edge.callee].facts.qualified_name.view()));
  }
  return rows;
}

TEST(SpanStarts, SayWhoKeepsTheSpanAndWithWhichOptions) {
  const SourceModel model = Model(R"cpp(
    trace::StartSpanOptions given();
    struct Holder {
      SpanPtr kept;
      std::vector<SpanPtr> all;
      Holder() : kept(T->StartSpan("init")) {}
      void a() { kept = T->StartSpan("field"); }
      void b() { all.push_back(T->StartSpan("container")); }
    };
    nostd::shared_ptr<trace::Tracer> tracer(const char* n) { return trace::Provider::GetTracerProvider()->GetTracer(n); }
    void f(trace::SpanContext parent) {
      auto one = T->StartSpan("local");
      T->StartSpan("dropped");
      trace::StartSpanOptions o;
      o.kind = trace::SpanKind::kServer;
      o.parent = parent;
      auto two = tracer("lib")->StartSpan("options", o);
      auto three = T->StartSpan("list", {}, {.kind = trace::SpanKind::kClient});
      auto four = T->StartSpan("elsewhere", given());
      T->StartSpan("chained")->End();
    })cpp");
  std::map<std::string, const SpanStart*> starts;
  for (const SpanStart& start : model.span_starts) starts[start.name->values[0]] = &start;
  ASSERT_EQ(starts.size(), 9U);
  for (const char* kept : {"init", "field", "container", "local", "options"})
    EXPECT_NE(starts[kept]->variable, 0U) << kept;
  EXPECT_EQ(starts["init"]->variable, starts["field"]->variable);
  EXPECT_TRUE(starts["dropped"]->discarded);
  EXPECT_FALSE(starts["chained"]->discarded);
  EXPECT_EQ(starts["chained"]->variable, 0U);
  EXPECT_EQ(starts["options"]->kind, SpanKind::kServer);
  EXPECT_TRUE(starts["options"]->parent.known());
  ASSERT_TRUE(starts["options"]->scope_name.has_value());
  EXPECT_THAT(starts["options"]->scope_name->values, ElementsAre("lib"));
  EXPECT_EQ(starts["list"]->kind, SpanKind::kClient);
  EXPECT_EQ(starts["local"]->kind, SpanKind::kUnset);
  EXPECT_TRUE(starts["local"]->options_known);
  EXPECT_FALSE(starts["elsewhere"]->options_known);
}

TEST(SpanStarts, IncludeDeclaredWrappers) {
  const std::string source = R"cpp(
    namespace shop {
    struct Guard {
      Guard(int, const char* name) : s(T->StartSpan(name)) {}
      SpanPtr s;
    };
    SpanPtr Begin(const char* name) { return T->StartSpan(name); }
    }  // namespace shop
    void f() {
      shop::Guard g(1, "guarded");
      auto s = shop::Begin("begun");
    })cpp";
  const SourceModel model = Model(source, {{"shop::Guard::Guard", 1}, {"shop::Be*", 0}});
  std::vector<std::string> names;
  for (const SpanStart& start : model.span_starts) {
    if (start.is_wrapper_body) {
      EXPECT_EQ(start.name->kind, TextValue::Kind::kParameter);
    } else {
      names.push_back(start.name->values[0]);
      EXPECT_NE(start.variable, 0U);
    }
  }
  EXPECT_THAT(names, ElementsAre("guarded", "begun"));
}

TEST(Scopes, NameTheSpanTheyActivate) {
  const SourceModel model = Model(R"cpp(
    void f(SpanPtr s) {
      trace::Scope a(s);
      auto b = trace::Tracer::WithActiveSpan(s);
      T->WithActiveSpan(s);
      trace::Scope c(T->StartSpan("x"));
      auto ctx = opentelemetry::context::RuntimeContext::GetCurrent();
      auto with = trace::SetSpan(ctx, s);
      auto t = opentelemetry::context::RuntimeContext::Attach(with);
      trace::Scope d(trace::Tracer::GetCurrentSpan());
      auto e = std::make_unique<trace::Scope>(s);
    })cpp");
  using Kind = SpanRef::Kind;
  std::vector<Kind> kinds;
  for (const ScopeStart& scope : model.scopes) kinds.push_back(scope.span.kind);
  EXPECT_THAT(kinds, UnorderedElementsAre(Kind::kVariable, Kind::kVariable, Kind::kVariable, Kind::kStart,
                                          Kind::kVariable, Kind::kCurrent, Kind::kVariable));
  EXPECT_EQ(std::count_if(model.scopes.begin(), model.scopes.end(), [](const ScopeStart& s) { return s.discarded; }),
            1);
  EXPECT_EQ(
      std::count_if(model.scopes.begin(), model.scopes.end(), [](const ScopeStart& s) { return s.variable == 0; }), 1);
}

TEST(Sinks, HoldEveryKeyAndValue) {
  struct Case {
    const char* body;
    std::vector<std::string> rows;
    const char* why;
  };
  const Case cases[] = {
      {"s->SetAttribute(\"k\", id);", {"1|k|$1id"}, "a span attribute"},
      {"T->StartSpan(\"x\", {{\"a\", 1}, {\"b\", id}});", {"1|a|1", "1|b|$1id"}, "attributes at the start"},
      {"s->AddEvent(\"e\", {{\"a\", id}});", {"2|-|\"e\"", "3|a|$1id"}, "an event and its attributes"},
      {"std::map<std::string, std::string> m; m[\"k\"] = id; s->AddEvent(\"e\", m);",
       {"2|-|\"e\"", "3|k|$1id"},
       "attributes in a map"},
      {"s->SetStatus(trace::StatusCode::kError, id);", {"5|-|$1id"}, "a status description"},
  };
  for (const Case& c : cases) {
    const SourceModel model = Model("void f(SpanPtr s, std::string id) {" + std::string(c.body) + "}");
    EXPECT_EQ(Sinks(model), c.rows) << c.why;
  }
}

TEST(Operations, AreFoundByOwnerNotByName) {
  const SourceModel model = Model(R"cpp(
    struct Span {
      void End();
      void SetStatus(int);
    };
    void g(Span x) {
      x.End();
      x.SetStatus(1);
    }
    void f(SpanPtr s) {
      s->SetStatus(trace::StatusCode::kOk);
      s->UpdateName("n");
      s->End();
    })cpp");
  std::vector<OperationKind> kinds;
  for (const Operation& operation : model.operations) kinds.push_back(operation.kind);
  EXPECT_THAT(kinds, ElementsAre(OperationKind::kSetStatus, OperationKind::kUpdateName, OperationKind::kEnd));
  EXPECT_EQ(model.operations[0].detail, "kOk");
}

TEST(Calls, FollowLambdasThreadsAndOverriders) {
  const SourceModel model = Model(R"cpp(
    struct Base {
      virtual void run();
    };
    struct A : Base {
      void run() override {}
    };
    struct B : A {
      void run() override {}
    };
    struct Pool {
      template <class F>
      void post(F f) {}
    };
    template <class F>
    void apply(F f) {
      f();
    }
    void job() {}
    void direct() { job(); }
    void virt(Base& b) { b.run(); }
    void threads(Pool& p) {
      std::thread t(job);
      std::thread u([] { direct(); });
      p.post([] {});
    }
    void local() {
      auto l = [] { job(); };
      l();
      std::function<void()> fn = [] {};
      fn();
    }
    void handed() {
      apply([] { direct(); });
    }
    struct Guard {
      Guard(int) { job(); }
    };
    void made() { auto g = std::make_unique<Guard>(1); })cpp");
  const std::vector<std::string> edges = Edges(model);
  for (const char* expected :
       {"direct -> job", "virt virtual A::run", "virt virtual B::run", "threads hand-off job",
        "threads hand-off threads::(lambda)", "threads::(lambda) -> direct", "local -> local::(lambda)",
        "local indirect local::(lambda)", "handed indirect handed::(lambda)", "handed -> apply",
        "apply -> handed::(lambda)", "made -> Guard::Guard"}) {
    EXPECT_THAT(edges, ::testing::Contains(expected));
  }
  for (const Function& function : model.functions) {
    const std::string_view name = function.facts.qualified_name.view();
    if (name != "job" && name != "direct") continue;
    EXPECT_EQ(function.has_unknown_callers, name == "job") << "the address of job is taken";
  }
}

}  // namespace
}  // namespace spangate
