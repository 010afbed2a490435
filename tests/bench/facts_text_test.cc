#include "facts_text.h"

#include <gmock/gmock.h>

namespace spangate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// int f() { return g("key"); }
TuFacts Example(EntityId callee, std::string_view type, std::string_view key) {
  FunctionFacts f;
  f.entity = 7;
  f.qualified_name = f.name = Symbol("f");
  f.file = Symbol("a.cc");
  f.where = {1, 5, 1, 6};
  f.is_definition = true;
  f.exprs = {
      {.kind = ExprKind::kString, .text = Symbol(key)},
      {.kind = ExprKind::kCall, .operand_count = 1, .entity = callee, .name = Symbol("g"), .type = Symbol(type)}};
  f.operands = {0};
  f.stmts = {{.kind = StmtKind::kReturn, .expr = 1}, {.kind = StmtKind::kBlock, .child_count = 1}};
  f.children = {0};
  f.root = 1;
  TuFacts facts;
  facts.main_file = Symbol("a.cc");
  facts.outcome = TuOutcome::kClean;
  facts.functions.push_back(f);
  return facts;
}

std::vector<std::string> Compared(const TuFacts& a, const TuFacts& b, FactsDetail detail) {
  return DifferencesOf(FactsAsText(a, detail), FactsAsText(b, detail));
}

TEST(DifferencesOf, NamesTheLineThatDiffersBelowItsFunction) {
  const std::vector<std::string> lines =
      Compared(Example(9, "int", "key"), Example(9, "int", "other"), FactsDetail::kAll);
  EXPECT_THAT(lines,
              ElementsAre("  function f a.cc 1:5-1:6", HasSubstr("string text=key"), HasSubstr("string text=other")));
}

TEST(DifferencesOf, MarksASectionThatOnlyOneSideHas) {
  TuFacts without = Example(9, "int", "key");
  without.functions.clear();
  const std::vector<std::string> lines = Compared(Example(9, "int", "key"), without, FactsDetail::kAll);
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.front(), "- function f a.cc 1:5-1:6");
  EXPECT_EQ(Compared(without, Example(9, "int", "key"), FactsDetail::kAll).front(), "+ function f a.cc 1:5-1:6");
}

TEST(FactsAsText, NormalisedLeavesOutWhatVersionsOfLibclangSpellDifferently) {
  const TuFacts old = Example(9, "std::string", "key");
  TuFacts other = Example(10, "basic_string<char>", "key");
  other.libclang = Symbol("clang version 99");
  EXPECT_THAT(Compared(old, other, FactsDetail::kNormalised), IsEmpty());
  EXPECT_EQ(Compared(old, other, FactsDetail::kAll).size(), 6U)
      << "two heads; the call and the library, each once removed and once added";
}

TEST(FactsAsText, NormalisedStillTellsTwoEntitiesFromOne) {
  EXPECT_THAT(Compared(Example(9, "int", "key"), Example(7, "int", "key"), FactsDetail::kNormalised),
              testing::SizeIs(3))
      << "a call of itself is not a call of another function of that name";
}

}  // namespace
}  // namespace spangate
