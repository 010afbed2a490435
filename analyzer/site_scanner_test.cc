#include "analyzer/site_scanner.h"

#include <gtest/gtest.h>

#include <string>

namespace spangate {
namespace {

// "StartSpan@3 SetAttribute@4?" : name, line; ? uncertain, # conditional, T in a template.
std::string Show(std::string_view text) {
  std::string shown;
  for (const TextSite& site : FindSites(text)) {
    if (!shown.empty()) shown += ' ';
    shown += std::string(site.what) + "@" + std::to_string(site.line);
    if (site.uncertain) shown += '?';
    if (site.conditional) shown += '#';
    if (site.in_template) shown += 'T';
  }
  return shown;
}

struct Case {
  const char* text;
  const char* sites;
  const char* why;
};

constexpr Case kCases[] = {
    {"void f() { auto s = t->StartSpan(\"x\");\n s->SetAttribute(\"k\", 1); }", "StartSpan@1 SetAttribute@2", "calls"},
    {"void f(Span& s) { s.AddEvent(\"e\"); s . SetStatus (kOk); }", "AddEvent@1 SetStatus@1", "members of a reference"},
    {"static auto span = t->StartSpan(\"x\");", "StartSpan@1", "the initialiser of a global"},
    {"// s->SetAttribute(1)\n/* t->StartSpan(\n2) */ void f();", "", "comments"},
    {"// spliced \\\n s->SetAttribute(1)\n", "", "a line comment that goes on"},
    {"auto a = \"s->SetAttribute(1)\"; auto b = \"\\\" s->SetAttribute(\";", "", "strings"},
    {"auto a = R\"x(\n \" s->SetAttribute(1) )\" )x\"; void f() { s->End(); s->AddEvent(1); }", "AddEvent@2",
     "a raw string ends at its own delimiter"},
    {"auto n = 1'000; void f() { s->AddEvent('\\''); }", "AddEvent@1", "digit separators and escaped quotes"},
    {"class S { void SetAttribute(K k); virtual Span StartSpan(N n) = 0; };", "", "declarations"},
    {"void Span::SetAttribute(K k) {}\nScope Tracer::WithActiveSpan(Span& s) { return Scope(s); }", "", "definitions"},
    {"#define SET(s) s->SetAttribute(1)\n#define T(s) \\\n  s->AddEvent(1)\n", "", "macro definitions"},
    {"#if 0\nvoid f() { s->AddEvent(1); }\n#else\nvoid f() { s->SetStatus(1); }\n#endif", "SetStatus@4",
     "#if 0 is skipped, its #else is not"},
    {"#if 1\nvoid f() { s->AddEvent(1); }\n#else\nvoid f() { s->SetStatus(1); }\n#endif", "AddEvent@2", "#if 1"},
    {"#ifdef X\nvoid f() { s->AddEvent(1); }\n#endif\nvoid g() { s->AddEvent(1); }", "AddEvent@2# AddEvent@4",
     "a condition that the text does not decide"},
    {"#ifndef G\n#define G\nvoid f() { s->AddEvent(1); }\n#endif", "AddEvent@3", "an include guard decides itself"},
    {"#if 0\n#if X\n#endif\nvoid f() { s->AddEvent(1); }\n#endif", "", "nested inside #if 0"},
    {"void f() {\n#ifdef X\n if (a) {\n#else\n if (b) {\n#endif\n trace::Scope c(s); }\n}\nclass C { trace::Scope "
     "M(int); };",
     "Scope@7", "both branches open one brace"},
    {"void f() { auto c = Tracer::WithActiveSpan(s); trace::Tracer::WithActiveSpan(s); }",
     "WithActiveSpan@1 WithActiveSpan@1", "a static call, kept or dropped"},
    {"void f() { trace::Scope a(s); trace_api::Scope b{s}; trace::Scope{s}; g(trace::Scope(s)); }",
     "Scope@1 Scope@1 Scope@1 Scope@1", "constructions"},
    {"trace::Scope Make(Span s);\nclass C { trace::Scope m_; trace::Scope Get(); };", "",
     "functions that return a Scope"},
    {"void f(trace::Scope& s) { std::unique_ptr<trace::Scope> p; lldb::Scope x(y); }", "",
     "only named, or another Scope"},
    {"template <class T> void f(T t) { t->AddEvent(1); }\nvoid g() { s->AddEvent(1); }", "AddEvent@1T AddEvent@2",
     "a function template ends with its body"},
    {"template <class T> class C { void f() { t->AddEvent(1); } };", "AddEvent@1T", "a member of a class template"},
    {"void f() { auto l = [](auto s) { s->AddEvent(1); }; s->AddEvent(1); }", "AddEvent@1T AddEvent@1",
     "a generic lambda"},
    {"void f() { for (auto s : all) { s->AddEvent(1); } }", "AddEvent@1", "auto in a loop makes no template"},
    {"void f() { CHECK(s->AddEvent(1)); assert(s->AddEvent(1)); Use(s->AddEvent(1)); }",
     "AddEvent@1? AddEvent@1? AddEvent@1", "arguments of macros may vanish"},
    {"TEST(A, B) { s->AddEvent(1); }", "AddEvent@1", "a test's body is no argument"},
    {"decltype(t->StartSpan(1)) x;", "StartSpan@1?", "never evaluated"},
    {"C::C() : a_{1}, s_(t->StartSpan(1)) { trace::Scope c(s_); }", "StartSpan@1 Scope@1",
     "a constructor's member list"},
    {"namespace a { extern \"C\" { void f() { trace::Scope c(s); } } }", "Scope@1", "nested namespaces"},
    {"} } ) ) ; void f() { s->AddEvent(1); }", "AddEvent@1", "too many closing marks"},
    {"void f() { s->SetAttribute; SetAttribute(1); }", "", "no call, no object"},
};

TEST(FindSites, SeesCallsAndNothingElse) {
  for (const Case& c : kCases) EXPECT_EQ(Show(c.text), c.sites) << c.why << "\n" << c.text;
}

TEST(FindSites, KnowsTheFirstLineOfTheStatement) {
  const auto sites = FindSites("void f() {\n  x();\n  a\n    ->StartSpan(\n  1);\n}");
  ASSERT_EQ(sites.size(), 1U);
  EXPECT_EQ(sites[0].first_line, 3U);
  EXPECT_EQ(sites[0].line, 4U);
}

TEST(FindSites, SurvivesAnyPrefixAndDeepNesting) {
  for (const Case& c : kCases) {
    const std::string_view text = c.text;
    for (size_t length = 0; length < text.size(); ++length) FindSites(text.substr(0, length));
  }
  EXPECT_TRUE(FindSites(std::string(200'000, '{') + std::string(200'000, '(')).empty());
  std::string branches;
  for (int i = 0; i < 2'000; ++i) branches += "#if X\n{";
  EXPECT_TRUE(FindSites(branches).empty());
}

}  // namespace
}  // namespace spangate
