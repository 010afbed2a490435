#include "analyzer/cross_check.h"

#include <gtest/gtest.h>

#include <string>

namespace spangate {
namespace {

const char* const kText =
    "#include <opentelemetry/trace/tracer.h>\n"
    "void f() {\n"
    "  auto s = t->StartSpan(\"x\");\n"
    "  s->SetAttribute(\n"
    "      \"k\", 1);\n"
    "}\n";

Expr Call(const char* name, uint32_t line, uint32_t end_line) {
  Expr call;
  call.kind = ExprKind::kCall;
  call.name = Symbol(name);
  call.entity = 1;
  call.where = {line, 1, end_line, 1};
  return call;
}

TuFacts Facts(std::vector<Expr> calls, TuOutcome outcome = TuOutcome::kClean) {
  TuFacts facts;
  facts.main_file = Symbol("/s/a.cc");
  facts.outcome = outcome;
  FunctionFacts function;
  function.file = facts.main_file;
  function.exprs = std::move(calls);
  facts.functions.push_back(std::move(function));
  return facts;
}

std::string Counts(const char* text, TuFacts facts, const std::vector<LineRange>* skipped = nullptr) {
  CrossCheck(text, skipped, facts);
  std::string shown = std::to_string(facts.sites_seen) + "/" + std::to_string(facts.sites_expected);
  for (const MissedSite& site : facts.missed) shown += " " + std::string(site.what) + "@" + std::to_string(site.line);
  return shown;
}

TEST(CrossCheck, CountsWhatTheFactsHold) {
  EXPECT_EQ(Counts(kText, Facts({Call("StartSpan", 3, 3), Call("SetAttribute", 4, 5)})), "2/2");
}

TEST(CrossCheck, NamesWhatTheyLack) {
  EXPECT_EQ(Counts(kText, Facts({Call("StartSpan", 3, 3)})), "1/2 SetAttribute@4");
  EXPECT_EQ(Counts(kText, Facts({Call("StartSpan", 3, 3), Call("SetAttribute", 9, 9)})), "1/2 SetAttribute@4")
      << "a call of the name elsewhere is another one";
}

TEST(CrossCheck, LooksIntoTheMainFileOnly) {
  TuFacts facts = Facts({Call("StartSpan", 3, 3), Call("SetAttribute", 4, 4)});
  facts.functions[0].file = Symbol("/s/a.h");
  EXPECT_EQ(Counts(kText, facts), "0/2 StartSpan@3 SetAttribute@4");
}

TEST(CrossCheck, ExcusesTemplatesOfACleanUnitOnly) {
  const char* text = "template <class T>\nvoid f(T t) { t->StartSpan(1); }\n";
  EXPECT_EQ(Counts(text, Facts({})), "0/0");
  EXPECT_EQ(Counts(text, Facts({}, TuOutcome::kRecovered)), "0/1 StartSpan@2");
  EXPECT_EQ(Counts(text, Facts({Call("StartSpan", 2, 2)})), "1/1") << "known by name counts";
}

TEST(CrossCheck, ExcusesBranchesThatThePreprocessorMayHaveLeftOut) {
  const char* text = "#ifdef X\nvoid f() { t->StartSpan(1); }\n#endif\n";
  const std::vector<LineRange> none;
  const std::vector<LineRange> skipped = {{1, 3}};
  EXPECT_EQ(Counts(text, Facts({})), "0/0");
  EXPECT_EQ(Counts(text, Facts({}, TuOutcome::kRecovered), &skipped), "0/0");
  EXPECT_EQ(Counts(text, Facts({}, TuOutcome::kRecovered), &none), "0/1 StartSpan@2") << "compiled, and lost";
}

TEST(CrossCheck, TakesABareNameAfterErrorsForALostCall) {
  Expr bare = Call("StartSpan", 1, 1);
  bare.entity = 0;
  const char* text = "void f() { t->StartSpan(1); }";
  EXPECT_EQ(Counts(text, Facts({bare})), "1/1");
  EXPECT_EQ(Counts(text, Facts({bare}, TuOutcome::kRecovered)), "0/1 StartSpan@1");
}

TEST(CrossCheck, ExcusesArgumentsOfMacros) {
  EXPECT_EQ(Counts("void f() { MAYBE(t->StartSpan(1)); }", Facts({})), "0/0");
}

TEST(CrossCheck, LeavesOtherLibrariesAlone) {
  EXPECT_EQ(Counts("void f() { reply->SetStatus(200); }", Facts({}, TuOutcome::kRecovered)), "0/0");
  TuFacts facts = Facts({}, TuOutcome::kRecovered);
  facts.diagnostics.push_back({.message = "'opentelemetry/trace/span.h' file not found"});
  EXPECT_EQ(Counts("void f() { reply->SetStatus(200); }", facts), "0/1 SetStatus@1");
}

}  // namespace
}  // namespace spangate
