// Fold and WritesTo on models that come from real snippets: what a rule gets for a span name or a key.
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

// "const a", "oneof a|b", "pattern a*", "parameter 1", "unknown"
std::string Spell(const TextValue& value) {
  constexpr const char* kKinds[] = {"unknown", "const", "oneof", "pattern", "parameter"};
  std::string text = kKinds[static_cast<int>(value.kind)];
  const char* separator = " ";
  for (std::string part : value.values) {
    std::replace(part.begin(), part.end(), kRunTimePart, '*');
    text += separator + part;
    separator = "|";
  }
  if (value.kind == TextValue::Kind::kParameter) text += " " + std::to_string(value.parameter);
  return text;
}

SourceModel Model(const std::string& snippet) {
  const TemporaryFolder folder;
  const auto clang = LoadLibclang(InstalledLibclangs().back());
  EXPECT_TRUE(clang.has_value());
  const std::string file = folder.Write("snippet.cc", std::string(kFakeApi) + snippet);
  std::vector<TuFacts> units;
  units.push_back(ParseFile(*clang.value(), file, folder.path(), {"-nostdinc++"}));
  for (const Diagnostic& d : units[0].diagnostics) ADD_FAILURE() << d.line << ": " << d.message;
  return LinkSource(std::move(units), {.project_root = folder.path()});
}

struct Case {
  const char* body;  // of f(std::string id, const char* p, bool b, int n); the last StartSpan's name is folded
  const char* expected;
  const char* why;
};

constexpr Case kCases[] = {
    {"T->StartSpan(\"op\");", "const op", "a literal"},
    {"T->StartSpan(kName);", "const global.name", "a constant"},
    {"T->StartSpan(std::string(\"s\").c_str());", "const s", "a string made of a literal"},
    {"T->StartSpan(std::string_view(\"chunk\", 2));", "const ch", "a view with its length"},
    {"T->StartSpan(\"GET /\" + id);", "pattern GET /*", "concatenation"},
    {"T->StartSpan(\"a\" + std::string(\"b\") + \"c\");", "const abc", "concatenation of constants"},
    {"T->StartSpan(std::to_string(n) + id);", "unknown", "run-time parts only"},
    {"T->StartSpan(b ? \"x\" : \"y\");", "oneof x|y", "both branches"},
    {"T->StartSpan(b ? \"x\" : p);", "unknown", "one branch is unknown"},
    {"const char* m = \"once\"; T->StartSpan(m);", "const once", "a local that is written once"},
    {"const char* m = \"a\"; if (b) m = \"z\"; T->StartSpan(m);", "oneof a|z", "constants on every branch"},
    {"std::string m; if (b) m = \"a\"; else m = \"z\"; T->StartSpan(m);", "oneof a|z", "declared, then set"},
    {"std::string m = \"a\"; m += id; T->StartSpan(m);", "pattern a*", "appended"},
    {"std::string m = \"a\"; m = id; T->StartSpan(m);", "unknown", "set to something else later"},
    {"char m[20]; snprintf(m, 20, \"u=%s\", p); T->StartSpan(m);", "pattern u=*", "printed into"},
    {"T->StartSpan(p);", "parameter 1", "the caller decides"},
    {"p = \"x\"; T->StartSpan(p);", "unknown", "a parameter that is assigned"},
    {"std::string m = std::move(id); T->StartSpan(m);", "parameter 0", "through a local and a move"},
    {"T->StartSpan(Choose(n));", "oneof one|many", "a function of literals"},
    {"T->StartSpan(Same(\"given\"));", "const given", "a function that returns its parameter"},
    {"T->StartSpan(Prefixed(id));", "pattern pre.*", "a function that adds to its parameter"},
    {"T->StartSpan(text());", "unknown", "a function that the model does not see"},
    {"T->StartSpan(kTable[n]);", "oneof t0|t1", "any element of a table"},
    {"T->StartSpan(Loop(n));", "unknown", "endless recursion"},
    {"auto l = [&] { T->StartSpan(p); };", "unknown", "a parameter of the function around"},
    {"const char* m = \"c\"; auto l = [m] { T->StartSpan(m); };", "const c", "a captured local"},
};

constexpr std::string_view kHelpers = R"cpp(
  const char* const kName = "global.name";
  const char* const kTable[] = {"t0", "t1"};
  const char* Choose(int n) {
    switch (n) {
      case 1:
        return "one";
      default:
        return "many";
    }
  }
  std::string Same(std::string v) { return v; }
  std::string Prefixed(std::string v) { return "pre." + v; }
  const char* Loop(int n) { return Loop(n - 1); }
)cpp";

TEST(Fold, GivesWhatTheProgramTells) {
  std::string source(kHelpers);
  int index = 0;
  for (const Case& c : kCases) {
    source += "void f" + std::to_string(index++) + "(std::string id, const char* p, bool b, int n) {" + c.body + "}\n";
  }
  const SourceModel model = Model(source);
  index = 0;
  for (const Case& c : kCases) {
    const std::string name = "f" + std::to_string(index++);
    std::string found = "no span";
    for (const SpanStart& start : model.span_starts) {
      if (start.where.function == name || start.where.function == name + "::(lambda)") found = Spell(*start.name);
    }
    EXPECT_EQ(found, c.expected) << c.body << ": " << c.why;
  }
}

TEST(Fold, GivesUpOnValuesThatMultiply) {
  std::string body = "std::string s = b ? \"a\" : \"b\";";
  for (int i = 0; i < 20; ++i) body += "s = s + s;";
  const SourceModel model = Model("void f(bool b) {" + body + "T->StartSpan(s); }");
  ASSERT_EQ(model.span_starts.size(), 1U);
  EXPECT_EQ(Spell(*model.span_starts[0].name), "unknown");
}

TEST(WritesTo, ListsEveryAssignmentInitialisersFirst) {
  const SourceModel model = Model(R"cpp(
    void f(std::string id, std::map<std::string, std::string> m) {
      std::string s = "a";
      s = id;
      s += "b";
      s.append(id);
      m["k"] = s;
      auto l = [&s] { s = "inner"; };
    }
    void g() { std::string s = "other"; })cpp");
  EntityId local = 0;
  EntityId container = 0;
  FunctionId f = kNone;
  for (FunctionId id = 0; id < model.functions.size(); ++id) {
    const FunctionFacts& facts = model.functions[id].facts;
    if (facts.qualified_name != "f") continue;
    f = id;
    container = facts.parameters[1].entity;
    for (const Stmt& stmt : facts.stmts) {
      if (stmt.name == "s") local = stmt.entity;
    }
  }
  std::vector<std::string> values;
  for (const ExprRef ref : model.WritesTo(local, f)) {
    values.push_back(testing::Spell(model.functions[ref.function].facts, ref.expr));
  }
  EXPECT_EQ(values[0], "\"a\"");
  EXPECT_THAT(values, ::testing::UnorderedElementsAre("\"a\"", "$0id", "\"b\"", "$0id", "\"inner\""));
  EXPECT_EQ(model.WritesTo(container, f).size(), 1U);
}

}  // namespace
}  // namespace spangate
