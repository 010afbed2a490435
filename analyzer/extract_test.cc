#include "analyzer/extract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "analyzer/extract_fake_api.h"
#include "analyzer/extract_test_support.h"

namespace spangate {
namespace {

using ::spangate::testing::InstalledLibclangs;
using ::spangate::testing::kFakeApi;
using ::spangate::testing::ParseFile;
using ::spangate::testing::SpellBody;
using ::spangate::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Case {
  const char* body;      // of a function with parameters (SpanPtr s, std::string id, bool b, int n)
  const char* expected;  // as SpellBody spells it
  const char* why;
};

#define SPAN "opentelemetry::trace::Span::"
constexpr Case kStatements[] = {
    {"if (b) work();", "{if ($2b) work(); _}", "no else"},
    {"if (b) work(); else number();", "{if ($2b) work(); number();}", "else is found in the text"},
    {"if (b) work(); /* else */ number();", "{if ($2b) work(); _ number();}", "else in a comment is none"},
    {"if (int k = n; k) work();", "{{var k = $3n; if (k) work(); _}}", "an init has three parts too"},
    {"if (int k = n) work(); else number();", "{{var k = $3n; if (k) work(); number();}}", "a condition variable"},
    {"for (int i = 0; i < n; ++i) work();", "{{var i = 0; for ((< i $3n)) work(); (++ i);}}", "all parts"},
    {"for (; b;) work();", "{for ($2b) work(); _}", "only a condition"},
    {"for (;; ++n) work();", "{for () work(); (++ $3n);}", "only an increment"},
    {"for (;;) break;", "{for () break; _}", "no parts"},
    {"for (const char* p = \";\"; *p;) work();", "{{var p = \";\"; for ((* p)) work(); _}}", "a quoted semicolon"},
    {"while (int k = n) work();", "{{var k = $3n; while (k) work(); _}}", "a condition variable"},
    {"do work(); while (b);", "{do ($2b) work(); _}", "the condition comes last"},
    {"switch (n) { case 1: work(); break; default: return; }", "{switch ($3n) {case 1: work(); break; case : return;}}",
     "labels"},
    {"switch (int k = number(); k) { case 1: ; }", "{{var k = number(); switch (k) {case 1: {}}}}",
     "libclang hides the init"},
    {"try { work(); } catch (const trace::SpanContext& e) { throw; } catch (...) { throw n; }",
     "{try {work();} catch (opentelemetry::trace::SpanContext e) {throw ;} catch (... ) {throw $3n;}}", "handlers"},
    {"work(), number();", "{work(); number();}", "a comma drops its left value"},
    {"again: if (b) goto again;", "{flow-unknown ; if ($2b) flow-unknown ; _}", "goto"},
    {"auto [x, y] = P{1, 2}; n = y;", "{bind x = P{1, 2}; bind y = P{1, 2}; (= $3n y);}",
     "a binding is one variable per name"},
    {"std::vector<int> v; for (int x : v) work();", "{var v = std::vector{}; range (v) {var x = v; work();} _}",
     "a range variable comes from the range, not from an iterator"},
};

constexpr Case kExpressions[] = {
    {"s->SetAttribute(\"k\", id);", "{$0s." SPAN "SetAttribute^(\"k\", $1id);}",
     "smart pointer, string_view and AttributeValue are looked through"},
    {"(*s).End(); s.get()->End();", "{$0s." SPAN "End^(); $0s." SPAN "End^();}", "* and get()"},
    {"s->SetAttribute(\"a\" \"b\\\"\\x41\\n\", true);", "{$0s." SPAN "SetAttribute^(\"ab\"A\n\", true);}",
     "adjacent literals and escapes"},
    {"s->SetAttribute(kKey, 1); s->SetAttribute(kString, 2);",
     "{$0s." SPAN "SetAttribute^(kKey=app.key, 1); $0s." SPAN "SetAttribute^(kString=std.key, 2);}", "constants"},
    {"s->SetAttribute(kView, 1); s->SetAttribute(kSized, 1); s->SetAttribute(KEY, 1);",
     "{$0s." SPAN "SetAttribute^(kView=view.key, 1); $0s." SPAN "SetAttribute^(kSized=siz, 1); $0s." SPAN
     "SetAttribute^(\"macro\", 1);}",
     "string_view constants, a length, a macro"},
    {"s->SetAttribute(opentelemetry::semconv::http::kHttpRequestMethod, \"GET\");",
     "{$0s." SPAN "SetAttribute^(opentelemetry::semconv::http::kHttpRequestMethod=http.request.method, \"GET\");}",
     "inline namespaces are left out"},
    {"auto x = T->StartSpan(\"op\", {{\"k\", id}, {kKey, n}});",
     "{var x = T.opentelemetry::trace::Tracer::StartSpan(\"op\", {std::pair{\"k\", $1id}, std::pair{kKey=app.key, "
     "$3n}});}",
     "initialiser lists keep keys and values"},
    {"T->StartSpan(\"x\", {}, {.kind = trace::SpanKind::kClient});",
     "{drop T.opentelemetry::trace::Tracer::StartSpan(\"x\", std::initializer_list{}, "
     "opentelemetry::trace::StartSpanOptions{_, _, kClient});}",
     "designated fields stand at their place"},
    {"s->SetStatus(trace::StatusCode::kError, \"no \" + id);",
     "{$0s." SPAN "SetStatus^(kError, std::operator+(\"no \", $1id));}", "enumerators by name"},
    {"trace::Scope{s}; (void)T->StartSpan(\"a\"); T->WithActiveSpan(s); s->GetContext();",
     "{drop opentelemetry::trace::Scope{$0s}; drop T.opentelemetry::trace::Tracer::StartSpan(\"a\"); drop "
     "opentelemetry::trace::Tracer::WithActiveSpan($0s); drop $0s." SPAN "GetContext();}",
     "values that die at once"},
    {"id = text(); number(); s; new trace::Scope(s); id += \"x\";",
     "{$1id.std::basic_string::operator=(text()); number(); $0s; new opentelemetry::trace::Scope{$0s}; "
     "$1id.std::basic_string::operator+=(\"x\");}",
     "assignments, numbers and references are not dropped values"},
    {"if (b) trace::Scope{s}; else T->StartSpan(\"b\");",
     "{if ($2b) drop opentelemetry::trace::Scope{$0s}; drop T.opentelemetry::trace::Tracer::StartSpan(\"b\");}",
     "a body without braces is a full expression"},
    {"auto f = [&id, s, n] { work(); };", "{var f = [lambda: $1id, $0s, $3n];}", "explicit captures"},
    {"auto f = [=] { s->End(); };", "{var f = [lambda: $0s];}", "a default capture takes what is named"},
    {"auto f = [c = std::move(id)] { work(); };", "{var f = [lambda: (capture c std::move($1id))];}",
     "an init capture"},
    {"Card c; s->SetAttribute(\"n\", c.Get()); s->SetAttribute(\"m\", c.number);",
     "{var c = Card{}; $0s." SPAN "SetAttribute^(\"n\", c.Card::Get()); $0s." SPAN "SetAttribute^(\"m\", c.number);}",
     "getters and fields"},
    {"n = -3; b = !b; n = static_cast<int>(2.5); n = b ? 1 : 2; n += 4; n++;",
     "{(= $3n -3); (= $2b (! $2b)); (= $3n static_cast<int>(2.5)); (= $3n ($2b ? 1 ? 2)); (+= $3n 4); (++ $3n);}",
     "operators"},
    {"std::string t; auto u = t; Base& r = base(); r.run(); r.Base::run();",
     "{var t = std::string{}; var u = t; var r = base(); r.Base::run^(); r.Base::run();}",
     "copies vanish; dynamic calls are marked"},
};
#undef SPAN

constexpr std::string_view kDeclarations = R"cpp(
  struct P {
    int x, y;
  };
  constexpr const char* kKey = "app.key";
  const std::string kString = "std.key";
  constexpr std::string_view kView = "view.key";
  const std::string_view kSized{"sized", 3};
#define KEY "macro"
  struct Base {
    virtual ~Base();
    virtual void run() = 0;
  };
  Base& base();
  struct Derived : Base {
    void run() override;
  };
  void Derived::run() { work(); }
  struct Card {
    std::string number;
    const std::string& Get() const { return number; }
  };
)cpp";

std::string CaseSource() {
  std::string source = std::string(kFakeApi) + std::string(kDeclarations);
  int index = 0;
  for (const Case& c : kStatements) {
    source +=
        "void statement" + std::to_string(index++) + "(SpanPtr s, std::string id, bool b, int n) {" + c.body + "}\n";
  }
  index = 0;
  for (const Case& c : kExpressions) {
    source +=
        "void expression" + std::to_string(index++) + "(SpanPtr s, std::string id, bool b, int n) {" + c.body + "}\n";
  }
  return source;
}

class Extract : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto loaded = LoadLibclang(GetParam());
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    clang_ = loaded.value();
  }
  TuFacts Parse(std::string_view snippet) {
    const std::string file = folder_.Write("snippet.cc", std::string(kFakeApi) + std::string(snippet));
    return ParseFile(*clang_, file, folder_.path(), {"-nostdinc++"});
  }
  const FunctionFacts* Find(const TuFacts& facts, std::string_view name) {
    for (const FunctionFacts& function : facts.functions) {
      if (function.qualified_name == name) return &function;
    }
    return nullptr;
  }
  const Libclang* clang_ = nullptr;
  TemporaryFolder folder_;
};

std::string VersionName(const ::testing::TestParamInfo<std::string>& info) {
  std::string name;
  for (const char c : std::filesystem::path(info.param).filename().string()) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) name.push_back(c);
  }
  return name;
}
INSTANTIATE_TEST_SUITE_P(EveryVersion, Extract, ::testing::ValuesIn(InstalledLibclangs()), VersionName);

TEST_P(Extract, TranslatesStatementsAndExpressions) {
  const std::string file = folder_.Write("cases.cc", CaseSource());
  const TuFacts facts = ParseFile(*clang_, file, folder_.path(), {"-nostdinc++"});
  for (const Diagnostic& diagnostic : facts.diagnostics) ADD_FAILURE() << diagnostic.line << ": " << diagnostic.message;
  std::map<std::string, std::string> bodies;
  for (const FunctionFacts& f : facts.functions) bodies[std::string(f.qualified_name.view())] = SpellBody(f);
  int index = 0;
  for (const Case& c : kStatements) EXPECT_EQ(bodies["statement" + std::to_string(index++)], c.expected) << c.why;
  index = 0;
  for (const Case& c : kExpressions) EXPECT_EQ(bodies["expression" + std::to_string(index++)], c.expected) << c.why;
}

TEST_P(Extract, VisitsInstantiatedTemplates) {
  const TuFacts facts = Parse(R"cpp(
    template <class V>
    void Tag(SpanPtr s, V v) {
      s->SetAttribute("tag", v);
      v.go();
    }
    template <class V>
    struct Box {
      void put(V v) { v.go(); }
    };
    struct A {
      void go();
    };
    void f(SpanPtr s) {
      Tag(s, A{});
      Box<A> b;
      b.put(A{});
      [](auto q) { q.go(); }(A{});
    })cpp");
  std::map<std::string, std::string> templates;
  std::map<std::string, std::string> instances;
  for (const FunctionFacts& f : facts.functions) {
    (f.is_template ? templates : instances)[std::string(f.qualified_name.view())] = SpellBody(f);
  }
  EXPECT_EQ(templates["Tag"], R"({$0s.opentelemetry::trace::Span::SetAttribute^("tag", $1v); $1v.go();})");
  EXPECT_EQ(instances["Tag"], R"({$0s.opentelemetry::trace::Span::SetAttribute^("tag", $1v); $1v.A::go();})");
  EXPECT_EQ(instances["Box::put"], "{$0v.A::go();}");
  EXPECT_EQ(instances["f::(lambda)"], "{$0q.A::go();}");
  for (const FunctionFacts& f : facts.functions) {
    if (f.qualified_name != "Tag") continue;
    EXPECT_EQ(f.entity, Find(facts, "Tag")->entity) << "an instance is its template";
  }
}

TEST_P(Extract, DescribesFunctionsRecordsAndGlobals) {
  const TuFacts facts = Parse(R"cpp(
    namespace shop {
    namespace {
    inline namespace v2 {
    struct [[clang::annotate("class-note")]] Card {
      [[clang::annotate("pii")]] std::string number;
      Card() : number("x") {}
    };
    }  // namespace v2
    }  // namespace
    struct Base {
      virtual void run();
    };
    struct Middle : Base {};
    struct Handler : Middle {
      [[clang::annotate("critical")]] void run() override { work(); }
      static std::shared_ptr<Card> make(const Card& a, Card* b, std::unique_ptr<Card> c, Card&& d) { return {}; }
    };
    [[noreturn]] void die();
    [[clang::annotate("sanitizer")]] std::string Mask(std::string);
    static void local() { die(); }
    auto tracer = trace::Provider::GetTracerProvider() -> GetTracer("lib");
    }  // namespace shop)cpp");
  const FunctionFacts* run = Find(facts, "shop::Handler::run");
  ASSERT_NE(run, nullptr);
  EXPECT_TRUE(run->is_virtual);
  ASSERT_THAT(run->overrides, SizeIs(1));
  EXPECT_EQ(run->overrides[0].qualified_name, "shop::Base::run");
  EXPECT_THAT(run->annotations, ElementsAre(Symbol("critical")));
  const FunctionFacts* make = Find(facts, "shop::Handler::make");
  ASSERT_NE(make, nullptr);
  ASSERT_THAT(make->parameters, SizeIs(4));
  for (const Parameter& parameter : make->parameters) EXPECT_EQ(parameter.type, "shop::Card") << parameter.name;
  EXPECT_EQ(make->parameters[0].form, TypeForm::kConstReference);
  EXPECT_EQ(make->parameters[1].form, TypeForm::kPointer);
  EXPECT_EQ(make->parameters[2].form, TypeForm::kUnique);
  EXPECT_EQ(make->parameters[3].form, TypeForm::kRvalueReference);
  const FunctionFacts* constructor = Find(facts, "shop::Card::Card");
  ASSERT_NE(constructor, nullptr);
  EXPECT_TRUE(constructor->is_constructor);
  EXPECT_EQ(SpellBody(*constructor), R"({init number = std::string{"x"}; {}})");
  const FunctionFacts* mask = Find(facts, "shop::Mask");
  ASSERT_NE(mask, nullptr) << "an annotated declaration is kept";
  EXPECT_FALSE(mask->is_definition);
  const FunctionFacts* local = Find(facts, "shop::local");
  ASSERT_NE(local, nullptr);
  EXPECT_TRUE(local->internal_linkage);
  EXPECT_TRUE(local->exprs.back().noreturn);
  for (const RecordFacts& record : facts.records) {
    if (record.qualified_name == "shop::Handler") {
      EXPECT_THAT(record.bases, ElementsAre(Symbol("shop::Middle"), Symbol("shop::Base")));
    } else if (record.qualified_name == "shop::Card") {
      EXPECT_THAT(record.annotations, ElementsAre(Symbol("class-note")));
      ASSERT_THAT(record.fields, SizeIs(1));
      EXPECT_THAT(record.fields[0].annotations, ElementsAre(Symbol("pii")));
    }
  }
  const auto tracer = std::find_if(facts.globals.begin(), facts.globals.end(),
                                   [](const GlobalFacts& global) { return global.qualified_name == "shop::tracer"; });
  ASSERT_NE(tracer, facts.globals.end());
  EXPECT_EQ(tracer->type, "opentelemetry::trace::Tracer");
  EXPECT_EQ(tracer->form, TypeForm::kShared);
}

TEST_P(Extract, ReadsDefaultArgumentsThatDoSomething) {
  const TuFacts facts = Parse(R"cpp(
    void declared(
        std::string a = "x", std::function<void()> f = [] { number(); });
    void defined(int n = number()) { work(); }
    void twice(int n = number());
    void twice(int n) { work(); }
    void inner() {
      auto f = [](int n = number()) { work(); };
    }
    struct S {
      void method(int n = number());
    };)cpp");
  std::map<std::string, std::string> bodies;
  for (const FunctionFacts& f : facts.functions) {
    const std::string name(f.qualified_name.view());
    EXPECT_TRUE(!name.ends_with("(default argument)") || bodies.count(name) == 0) << name << " is there twice";
    bodies[name] = SpellBody(f);
  }
  EXPECT_EQ(bodies["declared::(default argument)"], "{return [lambda: ];}");
  EXPECT_EQ(bodies["declared::(default argument)::(lambda)"], "{number();}");
  for (const char* name : {"defined", "twice", "inner::(lambda)", "S::method"}) {
    EXPECT_EQ(bodies[std::string(name) + "::(default argument)"], "{return number();}") << name;
  }
}

TEST_P(Extract, ReadsInitialisersOfMembers) {
  const TuFacts facts = Parse(R"cpp(
    struct S {
      const std::string name = "n";
      int array[3];
      unsigned bit : 4;
      std::function<void()> f{[] { number(); }};
    };)cpp");
  const FunctionFacts* members = Find(facts, "S::(member initialisers)");
  ASSERT_NE(members, nullptr);
  EXPECT_EQ(members->stmts[0].entity, facts.records.back().fields[0].entity);
  EXPECT_THAT(SpellBody(*members), ::testing::StartsWith("{init name = "));
  EXPECT_THAT(SpellBody(*members), ::testing::HasSubstr("\"n\""));
  EXPECT_THAT(members->children, SizeIs(2));
  EXPECT_NE(Find(facts, "S::(member initialisers)::(lambda)"), nullptr);
}

TEST_P(Extract, KeepsInternalNamesOfTwoFilesApart) {
  const std::string source = "static void init() {} void run() { init(); }";
  const std::string one = folder_.Write("a/main.cc", source);
  const std::string two = folder_.Write("b/main.cc", source);
  const TuFacts a = ParseFile(*clang_, one, folder_.path(), {});
  const TuFacts b = ParseFile(*clang_, two, folder_.path(), {});
  EXPECT_NE(Find(a, "init")->entity, Find(b, "init")->entity) << "their USRs are equal";
  EXPECT_EQ(Find(a, "run")->entity, Find(b, "run")->entity) << "external linkage";
}

TEST_P(Extract, MarksFunctionsThatAnErrorCutShort) {
  const TuFacts facts = Parse("void good() { work(); }\nvoid bad() { undeclared(1); work(); }\n");
  EXPECT_FALSE(Find(facts, "good")->incomplete);
  EXPECT_TRUE(Find(facts, "bad")->incomplete);
}

TEST_P(Extract, LeavesSystemHeadersAndForeignFoldersOut) {
  folder_.Write("system/sys.h", "inline int sys() { return 1; }");
  folder_.Write("project/own.h", "inline int own() { return 2; }");
  const std::string file =
      folder_.Write("project/main.cc", "#include <sys.h>\n#include \"own.h\"\nint f() { return own(); }");
  const TuFacts facts = ParseFile(*clang_, file, folder_.path() + "/project", {"-isystem", folder_.path() + "/system"});
  EXPECT_NE(Find(facts, "own"), nullptr);
  EXPECT_EQ(Find(facts, "sys"), nullptr);
}

TEST_P(Extract, SaysWhichFunctionsNestTooDeeplyToBeRead) {
  std::string commas = "work()";
  std::string lambdas = "work();";
  for (int i = 0; i < 300; ++i) commas += ", work()";
  for (int i = 0; i < 100; ++i) lambdas = "[] { " + lambdas + " }();";
  const TuFacts whole = Parse("void f() { work(), work(); }");
  EXPECT_EQ(whole.reason, "");
  EXPECT_FALSE(Find(whole, "f")->incomplete);
  const TuFacts facts = Parse("void f() { work(); }\nvoid g() { " + commas + "; }\nvoid h() { " + lambdas + " }");
  EXPECT_FALSE(Find(facts, "f")->incomplete);
  EXPECT_TRUE(Find(facts, "g")->incomplete);
  EXPECT_THAT(facts.reason, ::testing::StartsWith("g and "));
  EXPECT_THAT(facts.reason, ::testing::EndsWith("nested too deeply to be read in full"));
}

TEST_P(Extract, SurvivesDeepNesting) {
  std::string expression = "1";
  for (int i = 0; i < 220; ++i) expression = "(" + expression + "+1)";
  std::string sum = "id";
  for (int i = 0; i < 900; ++i) sum += "+\"x\"";
  const TuFacts facts =
      Parse("int f() { return " + expression + "; }\nstd::string g(std::string id) { return " + sum + "; }");
  EXPECT_NE(Find(facts, "f"), nullptr);
  EXPECT_NE(Find(facts, "g"), nullptr);
  EXPECT_TRUE(Find(facts, "g")->incomplete);
}

}  // namespace
}  // namespace spangate
