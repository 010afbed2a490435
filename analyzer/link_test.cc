// LinkSource on facts written by hand: copies of header functions, order of units, what belongs together.
#include "analyzer/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/source_model.h"

namespace spangate {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// A function that returns `text`.
FunctionFacts Returning(EntityId entity, const char* name, const char* file, uint32_t line, const char* text) {
  FunctionFacts facts;
  facts.entity = entity;
  facts.qualified_name = facts.name = Symbol(name);
  facts.file = Symbol(file);
  facts.where = {line, 1, line, 5};
  facts.is_definition = true;
  Expr literal;
  literal.kind = ExprKind::kString;
  literal.text = Symbol(text);
  literal.where = facts.where;
  facts.exprs.push_back(literal);
  Stmt stmt;
  stmt.kind = StmtKind::kReturn;
  stmt.expr = 0;
  facts.stmts.push_back(stmt);
  facts.root = 0;
  return facts;
}

TuFacts Unit(const char* file, std::vector<FunctionFacts> functions) {
  TuFacts unit;
  unit.main_file = Symbol(file);
  unit.outcome = TuOutcome::kClean;
  unit.includes = {Symbol(file), Symbol("/p/h.h"), Symbol("/usr/include/string")};
  unit.functions = std::move(functions);
  return unit;
}

std::vector<std::string> Names(const SourceModel& model) {
  std::vector<std::string> names;
  for (const Function& function : model.functions) {
    names.push_back(std::string(function.facts.file.view()) + ":" + std::string(function.facts.qualified_name.view()));
  }
  return names;
}

TEST(LinkSource, KeepsOneCopyOfAHeaderFunction) {
  const SourceModel model = LinkSource({Unit("/p/b.cc", {Returning(1, "inline_one", "/p/h.h", 3, "x")}),
                                        Unit("/p/a.cc", {Returning(1, "inline_one", "/p/h.h", 3, "x")})},
                                       {.project_root = "/p"});
  EXPECT_THAT(Names(model), ElementsAre("/p/h.h:inline_one"));
}

TEST(LinkSource, KeepsBothFormsOfAMacroDependentFunction) {
  const SourceModel model = LinkSource(
      {Unit("/p/b.cc", {Returning(1, "f", "/p/h.h", 3, "x")}), Unit("/p/a.cc", {Returning(1, "f", "/p/h.h", 3, "y")})},
      {.project_root = "/p"});
  EXPECT_THAT(model.functions, SizeIs(2));
  EXPECT_THAT(model.definitions.at(1), SizeIs(2));
}

TEST(LinkSource, GivesTheSameModelForAnyOrderOfUnits) {
  std::vector<TuFacts> units = {
      Unit("/p/c.cc", {Returning(3, "c", "/p/c.cc", 1, "z")}),
      Unit("/p/a.cc", {Returning(1, "main", "/p/a.cc", 9, "x"), Returning(2, "b", "/p/a.cc", 2, "y")}),
      Unit("/p/b.cc", {Returning(1, "main", "/p/b.cc", 9, "x")})};
  const std::vector<std::string> first = Names(LinkSource(units, {.project_root = "/p"}));
  std::reverse(units.begin(), units.end());
  EXPECT_EQ(Names(LinkSource(units, {.project_root = "/p"})), first);
  EXPECT_THAT(first, ElementsAre("/p/a.cc:b", "/p/a.cc:main", "/p/b.cc:main", "/p/c.cc:c"));
}

TEST(LinkSource, ListsProjectFilesAndSaysWhatIsInside) {
  const SourceModel model = LinkSource({Unit("/p/a.cc", {Returning(1, "in", "/p/a.cc", 1, "x")}),
                                        Unit("/q/b.cc", {Returning(2, "out", "/q/b.cc", 1, "x")})},
                                       {.project_root = "/p"});
  EXPECT_THAT(model.files, ElementsAre(Symbol("/p/a.cc"), Symbol("/p/h.h")));
  EXPECT_TRUE(model.functions[0].in_project);
  EXPECT_FALSE(model.functions[1].in_project);
  EXPECT_EQ(model.LocationOf(0, {4, 2, 4, 6}).path, "a.cc") << "relative below the root";
  EXPECT_EQ(model.LocationOf(1, {4, 2, 4, 6}).path, "/q/b.cc") << "absolute outside";
}

TEST(LinkSource, KnowsTheSchemaOnlyWhenAllAgree) {
  struct Case {
    const char* first;
    const char* second;
    const char* expected;
    const char* why;
  };
  constexpr Case kCases[] = {
      {"v1", "v1", "v1", "equal"}, {"v1", "", "v1", "a unit without semconv says nothing"}, {"v1", "v2", "", "mixed"}};
  for (const Case& c : kCases) {
    std::vector<TuFacts> units = {Unit("/p/a.cc", {}), Unit("/p/b.cc", {})};
    units[0].schema_url = c.first;
    units[1].schema_url = c.second;
    EXPECT_EQ(LinkSource(units, {.project_root = "/p"}).schema_url, c.expected) << c.why;
  }
}

}  // namespace
}  // namespace spangate
