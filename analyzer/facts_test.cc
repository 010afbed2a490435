#include "analyzer/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace spangate {
namespace {

using testing::HasSubstr;

// Facts with every list filled and every number different from its default, drawn from `seed`.
class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  TuFacts Unit() {
    TuFacts facts;
    facts.main_file = Name();
    facts.directory = Name();
    facts.libclang = Name();
    facts.outcome = TuOutcome::kRecovered;
    facts.reason = std::string("a\0b\xff", 4);
    facts.diagnostics.push_back({Diagnostic::Severity::kFatal, Name(), Number(), Number(), "message"});
    facts.missed.push_back({Name(), Number(), Name()});
    facts.sites_expected = Number();
    facts.sites_seen = Number();
    facts.includes = {Name(), Name()};
    facts.schema_url = "https://opentelemetry.io/schemas/1.37.0";
    for (int i = 0; i < 3; ++i) facts.functions.push_back(Function());
    facts.records.push_back({.entity = Id(),
                             .qualified_name = Name(),
                             .file = Name(),
                             .where = Where(),
                             .bases = {Name()},
                             .fields = {{Id(), Name(), Name(), TypeForm::kShared, {Name()}}},
                             .annotations = {Name()}});
    facts.globals.push_back({Id(), Name(), Name(), TypeForm::kUnique, Function()});
    return facts;
  }

 private:
  uint32_t Number() { return static_cast<uint32_t>(random_()) >> (random_() % 32); }
  EntityId Id() { return (uint64_t{static_cast<uint32_t>(random_())} << 32) | random_(); }
  bool Coin() { return random_() % 2 == 0; }
  Symbol Name() { return Symbol("name" + std::to_string(random_() % 20)); }
  Extent Where() { return {Number(), Number(), Number(), Number()}; }

  FunctionFacts Function() {
    FunctionFacts f;
    f.entity = Id();
    f.qualified_name = Name();
    f.name = Name();
    f.owner = Name();
    f.result_type = Name();
    f.file = Name();
    f.where = Where();
    f.body = Where();
    for (bool* flag : {&f.is_definition, &f.is_virtual, &f.is_lambda, &f.is_constructor, &f.is_destructor,
                       &f.is_template, &f.is_instantiation, &f.is_operator_or_conversion, &f.is_noreturn,
                       &f.is_coroutine, &f.is_global_initialiser, &f.internal_linkage, &f.incomplete}) {
      *flag = Coin();
    }
    f.enclosing = Id();
    f.overrides = {{Id(), Name()}};
    f.annotations = {Name()};
    f.parameters.push_back({Id(), Name(), Name(), TypeForm::kReference, {Name()}});
    f.operands = {1, 2, kNone};
    f.children = {1, kNone};
    for (uint32_t i = 0; i < 3; ++i) f.exprs.push_back(Expression(i));
    f.stmts = {Statement(0), Statement(1)};
    f.root = 0;
    return f;
  }

  Expr Expression(uint32_t i) {
    Expr e;
    e.kind = static_cast<ExprKind>(random_() % (static_cast<unsigned>(ExprKind::kThis) + 1));
    e.form = TypeForm::kOptional;
    for (bool* flag : {&e.dynamic, &e.has_object, &e.folded, &e.by_reference, &e.noreturn, &e.in_macro}) *flag = Coin();
    e.parameter = 65'535;
    e.operand_count = i == 0 ? 3 : 0;
    e.entity = Id();
    e.name = Name();
    e.owner = Name();
    e.type = Name();
    e.text = Name();
    e.where = Where();
    return e;
  }

  Stmt Statement(uint32_t i) {
    Stmt s;
    s.kind = StmtKind::kFlowUnknown;
    s.form = TypeForm::kPointer;
    for (bool* flag : {&s.discarded, &s.is_const, &s.is_static, &s.is_binding}) *flag = Coin();
    s.child_count = i == 0 ? 2 : 0;
    s.expr = i == 0 ? 2 : kNone;
    s.entity = Id();
    s.name = Name();
    s.type = Name();
    s.where = Where();
    return s;
  }

  std::minstd_rand random_;
};

TEST(Facts, SurviveTheRoundTrip) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    const std::string bytes = SerializeFacts(Maker(seed).Unit());
    const auto parsed = ParseFacts(bytes);
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
    EXPECT_EQ(SerializeFacts(parsed.value()), bytes) << "seed " << seed;
  }
}

TEST(Facts, KeepTheirValues) {
  const TuFacts facts = Maker(7).Unit();
  const auto parsed = ParseFacts(SerializeFacts(facts));
  ASSERT_TRUE(parsed.has_value());
  const TuFacts& back = parsed.value();
  EXPECT_EQ(back.main_file, facts.main_file);
  EXPECT_EQ(back.outcome, TuOutcome::kRecovered);
  EXPECT_EQ(back.reason, facts.reason);
  EXPECT_EQ(back.includes, facts.includes);
  ASSERT_EQ(back.functions.size(), 3U);
  const FunctionFacts& from = facts.functions[1];
  const FunctionFacts& to = back.functions[1];
  EXPECT_EQ(to.entity, from.entity);
  EXPECT_EQ(to.operands, from.operands);
  EXPECT_EQ(to.children, from.children);
  EXPECT_EQ(to.root, from.root);
  EXPECT_EQ(to.exprs[0].kind, from.exprs[0].kind);
  EXPECT_EQ(to.exprs[0].operand_count, 3);
  EXPECT_EQ(to.exprs[0].where.end_column, from.exprs[0].where.end_column);
  EXPECT_EQ(to.stmts[0].expr, 2U);
  EXPECT_EQ(to.stmts[1].expr, kNone);
  EXPECT_EQ(back.records[0].fields[0].form, TypeForm::kShared);
  EXPECT_EQ(back.globals[0].initialiser.file, facts.globals[0].initialiser.file);
}

TEST(Facts, EveryPrefixIsAnError) {
  const std::string bytes = SerializeFacts(Maker(1).Unit());
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(ParseFacts(std::string_view(bytes).substr(0, length)).has_value()) << length;
  }
}

TEST(Facts, EveryFlippedBitIsAnError) {
  std::string bytes = SerializeFacts(Maker(2).Unit());
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(ParseFacts(bytes).has_value()) << "bit " << bit;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  }
}

TEST(Facts, AnotherVersionIsNamed) {
  std::string bytes = SerializeFacts(TuFacts());
  bytes[7] = 99;
  const auto parsed = ParseFacts(bytes);
  ASSERT_FALSE(parsed.has_value());
  EXPECT_THAT(parsed.error().message, HasSubstr("version 99"));
}

TEST(Facts, OfAnotherCheckoutFitIntoThisOne) {
  TuFacts facts = Maker(4).Unit();
  facts.main_file = Symbol("/there/src/a.cc");
  facts.includes = {Symbol("/there/src/a.h"), Symbol("/there-not/b.h")};
  facts.functions[0].file = Symbol("/there/src/a.cc");
  facts.records[0].file = Symbol("/usr/include/c.h");
  const auto parsed = ParseFacts(SerializeFacts(facts, "/there"), "/here");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed.value().main_file, "/here/src/a.cc");
  EXPECT_THAT(parsed.value().includes, testing::ElementsAre(Symbol("/here/src/a.h"), Symbol("/there-not/b.h")));
  EXPECT_EQ(parsed.value().functions[0].file, "/here/src/a.cc");
  EXPECT_EQ(parsed.value().records[0].file, "/usr/include/c.h");
  EXPECT_EQ(SerializeFacts(parsed.value(), "/here"), SerializeFacts(facts, "/there")) << "and have the same contents";
}

TEST(Facts, MayNotLeaveTheirRoot) {
  for (const char* path : {"../a.cc", "src/../../a.cc", "src/.."}) {
    TuFacts facts;
    facts.main_file = Symbol(path);
    EXPECT_FALSE(ParseFacts(SerializeFacts(facts), "/here").has_value()) << path;
  }
}

TEST(Facts, KnownContentIsSteppedOver) {
  const TuFacts facts = Maker(5).Unit();
  TuFacts other = facts;
  other.functions[1].name = Symbol("changed");
  KnownContents known;
  const auto first = ParseFacts(SerializeFacts(facts), {}, &known);
  const auto second = ParseFacts(SerializeFacts(other), {}, &known);
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(first.value().functions.size(), 3U);
  ASSERT_EQ(second.value().functions.size(), 1U);
  EXPECT_EQ(second.value().functions[0].name, "changed");
  EXPECT_TRUE(second.value().records.empty());
  EXPECT_TRUE(second.value().globals.empty());
  EXPECT_EQ(second.value().reason, facts.reason);

  TuFacts sealed = facts;
  SealFacts(sealed, {});
  DropKnown(sealed, known);
  EXPECT_TRUE(sealed.functions.empty()) << "parsed facts have the contents that sealing gives";
}

TEST(Facts, DamagedOnesMakeNothingKnown) {
  TuFacts facts = Maker(6).Unit();
  facts.functions[2].root = 2;
  KnownContents known;
  EXPECT_FALSE(ParseFacts(SerializeFacts(facts), {}, &known).has_value());
  const auto whole = ParseFacts(SerializeFacts(Maker(6).Unit()), {}, &known);
  ASSERT_TRUE(whole.has_value());
  EXPECT_EQ(whole.value().functions.size(), 3U);
}

TEST(Facts, StandBehindEachOther) {
  const std::string one = SerializeFacts(Maker(8).Unit());
  const std::string both = one + SerializeFacts(Maker(9).Unit());
  const auto size = FactsSize(both);
  ASSERT_TRUE(size.has_value());
  EXPECT_EQ(size.value(), one.size());
  EXPECT_FALSE(ParseFacts(both).has_value());
  EXPECT_TRUE(ParseFacts(std::string_view(both).substr(size.value())).has_value());
}

struct Damage {
  void (*apply)(FunctionFacts&);
  const char* why;
};

// The checksum does not help against facts that were made to harm: rules walk these indices unchecked.
const Damage kDamages[] = {
    {[](FunctionFacts& f) { f.operands[0] = 3; }, "an operand that does not exist"},
    {[](FunctionFacts& f) { f.children[0] = 2; }, "a child that does not exist"},
    {[](FunctionFacts& f) { f.exprs[1].operand_count = 4; }, "more operands than there are"},
    {[](FunctionFacts& f) { f.exprs[0].first_operand = 0xffffffff; }, "operands behind the end"},
    {[](FunctionFacts& f) {
       f.stmts[1].first_child = 2;
       f.stmts[1].child_count = 1;
     },
     "children behind the end"},
    {[](FunctionFacts& f) { f.stmts[0].expr = 3; }, "an expression that does not exist"},
    {[](FunctionFacts& f) { f.root = 2; }, "a root that does not exist"},
    {[](FunctionFacts& f) { f.operands[0] = 0; }, "an expression inside itself"},
    {[](FunctionFacts& f) { f.children[0] = 0; }, "a statement inside itself"},
    {[](FunctionFacts& f) { f.exprs[2].kind = static_cast<ExprKind>(200); }, "a kind that does not exist"},
    {[](FunctionFacts& f) { f.parameters[0].form = static_cast<TypeForm>(9); }, "a form that does not exist"},
};

TEST(Facts, BrokenTreesAreErrors) {
  for (const Damage& damage : kDamages) {
    TuFacts facts = Maker(3).Unit();
    damage.apply(facts.functions[2]);
    EXPECT_FALSE(ParseFacts(SerializeFacts(facts)).has_value()) << damage.why;
    TuFacts global = Maker(3).Unit();
    damage.apply(global.globals[0].initialiser);
    EXPECT_FALSE(ParseFacts(SerializeFacts(global)).has_value()) << damage.why << ", in a global";
  }
}

}  // namespace
}  // namespace spangate
