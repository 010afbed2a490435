#include "rules/checks/traceql/evaluator.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/checks/testing.h"

namespace spangate::traceql {
namespace {

using spangate::testing::BuildModel;
using spangate::testing::Int;
using spangate::testing::SpanSpec;
using spangate::testing::Text;

// gateway: root(0..100) > checkout(5..95) > { charge(10..30) > query(12..20), mail(40..60) }, and an orphan; a second
// trace of one consumer span that links to mail.
std::vector<SpanSpec> Shop() {
  return {
      {.name = "root",
       .service = "gateway",
       .start = 0,
       .duration = 100,
       .kind = 2,
       .status = 1,
       .attributes = {{"http.status", Int(200)},
                      {"tags", std::vector<std::string>{"red", "blue"}},
                      {"codes", std::vector<int64_t>{1, 5}},
                      {"cache.hit", true},
                      {"ratio", 0.5}}},
      {.name = "checkout",
       .service = "checkout",
       .parent = "root",
       .start = 5,
       .duration = 90,
       .kind = 2,
       .attributes = {{"http.status", Int(500)}, {"tenant", Text("a")}, {"cache.hit", false}},
       .resource = {{"region", Text("eu")}, {"tenant", Text("from-resource")}}},
      {.name = "charge",
       .service = "payment",
       .parent = "checkout",
       .start = 10,
       .duration = 20,
       .kind = 3,
       .status = 2,
       .status_message = "declined",
       .attributes = {{"http.status", Text("500")}, {"n", Int(9007199254740993)}},
       .events = {{"retry", 2'000'000, {{"attempt", Int(1)}}}, {"exception", 5'000'000, {{"attempt", Int(2)}}}}},
      {.name = "query",
       .service = "payment",
       .parent = "charge",
       .start = 12,
       .duration = 8,
       .kind = 3,
       .attributes = {{"my key", Text("x")}, {"tenant", Text("b")}}},
      {.name = "mail", .service = "checkout", .parent = "checkout", .start = 40, .duration = 20, .kind = 4},
      {.name = "lost", .service = "gateway", .start = 50, .duration = 1, .orphan = true},
      {.name = "consume", .service = "accounting", .start = 70, .duration = 5, .kind = 5, .link = "mail", .trace = 2},
  };
}

// The spans of the result, by name; sets apart from each other by '|'.
std::string Select(const TraceModel& model, const std::string& text) {
  const Result<Query> query = Query::Parse(text);
  if (!query.has_value()) return query.error().message;
  const TraceIndex index(model);
  std::string names;
  for (const Spanset& set : Evaluator(index, query.value()).Run()) {
    if (!names.empty()) names += " |";
    for (const uint32_t span : set.spans) {
      if (!names.empty()) names += ' ';
      names += model.Text(model.spans[span].name);
    }
  }
  return names;
}

struct Case {
  const char* query;
  const char* selected;
  const char* why;
};

constexpr Case kFilters[] = {
    {"{ }", "root checkout charge query mail lost | consume", "one set for each trace"},
    {"{ false }", "", "nothing is no set"},
    {"{ name = \"root\" }", "root", "equal"},
    {"{ span.http.status = 200 }", "root", "integer"},
    {"{ span.http.status = 200.0 }", "root", "numbers compare by value"},
    {"{ span.http.status >= 200 }", "root checkout", "the string 500 is no number"},
    {"{ span.http.status != 200 }", "checkout", "neither missing nor of another type is unequal"},
    {"{ !(span.http.status = 200) }", "checkout charge query mail lost | consume", "not of a false comparison"},
    {"{ span.http.status = nil }", "query mail lost | consume", "missing"},
    {"{ span.http.status != nil }", "root checkout charge", "there, whatever its type"},
    {"{ span.nowhere != nil }", "", "a key that no span has"},
    {"{ span.n = 9007199254740992 }", "", "integers compare exactly"},
    {"{ span.n = 9007199254740993 }", "charge", "integers compare exactly"},
    {"{ span.tags = \"red\" }", "root", "any element"},
    {"{ span.tags != \"red\" }", "", "no element may be equal"},
    {"{ span.tags != \"green\" }", "root", "no element is equal"},
    {"{ span.tags =~ \"bl.*\" }", "root", "any element"},
    {"{ span.tags !~ \"bl.*\" }", "", "no element may match"},
    {"{ span.codes > 4 }", "root", "any element"},
    {"{ name =~ \"ro\" }", "", "patterns match whole texts"},
    {"{ name =~ \"ro.*|mail\" }", "root mail", "alternatives are anchored too"},
    {"{ name !~ \"ro.*|mail\" && duration > 10ms }", "checkout charge", "negated"},
    {"{ .tenant = \"a\" }", "checkout", "the span's attribute goes before the resource's"},
    {"{ resource.tenant = \"from-resource\" }", "checkout", "scope"},
    {"{ .region = \"eu\" }", "checkout", "unscoped finds resource attributes"},
    {"{ span.\"my key\" = \"x\" }", "query", "quoted name"},
    {"{ .cache.hit }", "root", "a boolean attribute by itself"},
    {"{ !.cache.hit }", "checkout", "missing is not false"},
    {"{ .nowhere || status = ok }", "root", "missing is no reason to drop the other operand"},
    {"{ status = error }", "charge", "status"},
    {"{ status = unset && kind = server }", "checkout", "status and kind"},
    {"{ kind = producer || kind = consumer }", "mail | consume", "kinds"},
    {"{ statusMessage = \"declined\" }", "charge", "status message"},
    {"{ statusMessage = \"\" && kind = client }", "query", "no message is empty, not missing"},
    {"{ duration >= 20ms && duration < 1m }", "root checkout charge mail", "durations"},
    {"{ duration * 2 > 0.15s }", "root checkout", "arithmetic on durations"},
    {"{ span.http.status / 100 = 5 }", "checkout", "arithmetic on attributes"},
    {"{ span.http.status - 1 = 2 ^ 2 * 50 - 1 }", "root", "precedence"},
    {"{ 7 % 4 = 3 && 2 ^ 3 ^ 2 = 512 && -2 ^ 2 = -4 && name = \"root\" }", "root", "arithmetic on values"},
    {"{ span.http.status / 0 > 1 }", "", "division by zero has no value"},
    {"{ maxInt + 1 > maxInt && name = \"root\" }", "", "beyond 64 bits doubles are equal, nothing wraps around"},
    {"{ span:childCount = 2 }", "checkout", "children"},
    {"{ childCount = 0 }", "query mail lost | consume", "leaves"},
    {"{ parent = nil }", "root | consume", "an orphan has a parent, it only did not come"},
    {"{ nestedSetParent < 0 }", "root | consume", "roots as Tempo numbers them"},
    {"{ nestedSetLeft = 2 && nestedSetParent = 1 }", "checkout", "nested sets"},
    {"{ nestedSetLeft = 0 }", "lost", "outside of the tree"},
    {"{ parent.tenant = \"a\" }", "charge mail", "attribute of the parent"},
    {"{ parent.resource.region = \"eu\" }", "charge mail", "resource of the parent"},
    {"{ rootName = \"root\" && rootServiceName = \"gateway\" && kind = producer }", "mail", "facts of the trace"},
    {"{ traceDuration = 100ms && trace:duration = 100ms && name = \"mail\" }", "mail", "last end - first start"},
    {"{ trace:id = \"00000000000000000000000000000002\" }", "consume", "hex"},
    {"{ span:id = \"0000000000000003\" || span:parentID = \"0000000000000003\" }", "charge query", "hex"},
    {"{ span:parentID = nil }", "root | consume", "roots have no parent id"},
    {"{ event:name = \"exception\" }", "charge", "any event"},
    {"{ event:name = nil && kind = client }", "query", "no event"},
    {"{ event.attempt = 2 }", "charge", "attribute of any event"},
    {"{ event.attempt != 2 }", "", "no event may be equal"},
    {"{ event:timeSinceStart > 4ms }", "charge", "time of an event"},
    {"{ link:spanID = \"0000000000000005\" && link.link.kind = \"follows\" }", "consume", "links"},
    {"{ link:traceID = nil && kind = producer }", "mail", "no link"},
    {"{ instrumentation:name = \"shop-lib\" && instrumentation:version = \"1.2\" && name = \"root\" }", "root",
     "scope"},
};

constexpr Case kSets[] = {
    {"{ name = \"root\" } && { name = \"mail\" }", "root mail", "both in one trace, joined"},
    {"{ name = \"root\" } && { name = \"consume\" }", "", "not in one trace"},
    {"{ name = \"root\" } || { name = \"consume\" }", "root | consume", "either"},
    {"{ } || { name = \"root\" }", "root checkout charge query mail lost | consume", "no span twice"},
    {"{ name = \"root\" } >> { }", "checkout charge query mail", "descendants"},
    {"{ name = \"root\" } > { }", "checkout", "children"},
    {"{ name = \"query\" } << { }", "root checkout charge", "ancestors"},
    {"{ name = \"query\" } < { }", "charge", "parents"},
    {"{ name = \"mail\" } ~ { }", "charge", "siblings, without itself"},
    {"{ } ~ { }", "charge mail", "roots are no siblings"},
    {"{ name = \"root\" } !>> { }", "root lost | consume", "not descendants"},
    {"{ name = \"checkout\" } !> { }", "root checkout query lost | consume", "not children"},
    {"{ } !< { }", "query mail lost | consume", "leaves"},
    {"{ name = \"query\" } !<< { }", "query mail lost | consume", "not ancestors"},
    {"{ name = \"mail\" } !~ { kind = client }", "query", "not siblings"},
    {"{ name = \"nowhere\" } !> { name = \"root\" }", "root", "a child of nothing is nobody"},
    {"{ name = \"root\" } &>> { kind = client }", "root charge query", "both sides"},
    {"{ name = \"checkout\" } &> { }", "checkout charge mail", "both sides"},
    {"{ kind = client } &<< { kind = server }", "root checkout charge query", "both sides"},
    {"{ name = \"query\" } &< { }", "charge query", "both sides"},
    {"{ name = \"mail\" } &~ { name = \"charge\" }", "charge mail", "both sides"},
    {"{ name = \"root\" } > { } > { }", "charge mail", "from the left"},
    {"{ name = \"root\" } >> ({ name = \"charge\" } > { })", "query", "parentheses"},
    {"{ name = \"lost\" } && { name = \"root\" } > { }", "checkout lost", "structure binds tighter than &&"},
    {"{ } | count() > 2", "root checkout charge query mail lost", "scalar filter"},
    {"count() = 1", "consume", "a filter first works on all spans"},
    {"{ kind = client } | avg(duration) = 14ms", "charge query", "average"},
    {"{ kind = client } | min(duration) = 8ms", "charge query", "minimum"},
    {"{ kind = client } | max(duration) = 20ms", "charge query", "maximum"},
    {"{ kind = client } | sum(duration) = 28ms", "charge query", "sum"},
    {"{ } | sum(span.http.status) = 700", "root checkout charge query mail lost", "only numbers take part"},
    {"{ } | max(span.nowhere) < 5", "", "no value compares with nothing"},
    {"{ kind = client } | max(duration) > min(duration) * 2", "charge query", "scalars on both sides"},
    {"({ kind = client } | count()) > ({ kind = producer } | count())", "root checkout charge query mail lost",
     "pipelines as numbers"},
    {"({ kind = producer } | count()) = 0", "consume", "an empty pipeline counts zero"},
    {"{ } | by(resource.service.name)", "root lost | checkout mail | charge query | consume", "groups"},
    {"{ } | by(.tenant) | count() > 1", "root charge mail lost", "missing values are a group"},
    {"{ } | by(resource.service.name) | count() = 2 | coalesce()", "root checkout charge query mail lost", "coalesce"},
    {"{ } | by(kind) | { name = \"query\" }", "query", "a filter works on each group"},
    {"{ kind = client } | select(name, .a)", "charge query", "select keeps the spans"},
    {"{ kind = server } | { name != \"root\" }", "checkout", "a pipeline narrows"},
    {"({ kind = server } | count() = 2) >> ({ kind = client } | count() = 2)", "charge query", "pipelines as operands"},
};

TEST(Evaluator, FiltersSpans) {
  const TraceModel model = BuildModel(Shop());
  for (const Case& c : kFilters) EXPECT_EQ(Select(model, c.query), c.selected) << c.query << ": " << c.why;
}

TEST(Evaluator, CombinesSets) {
  const TraceModel model = BuildModel(Shop());
  for (const Case& c : kSets) EXPECT_EQ(Select(model, c.query), c.selected) << c.query << ": " << c.why;
}

TEST(Evaluator, SelectsNothingFromNothing) {
  const TraceModel model = BuildModel({});
  EXPECT_EQ(Select(model, "{ }"), "");
  EXPECT_EQ(Select(model, "count() = 0"), "");
}

// The pairwise definition of each relation, against the operators on random trees.
TEST(Related, AgreesWithThePairwiseDefinition) {
  uint32_t state = 7;
  const auto next = [&state](uint32_t bound) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % bound;
  };
  for (int round = 0; round < 60; ++round) {
    std::vector<SpanSpec> specs;
    for (uint32_t i = 0; i < 24; ++i) {
      SpanSpec spec{.name = fmt::format("s{}", i), .start = i};
      if (i > 0 && next(8) != 0) spec.parent = fmt::format("s{}", next(i));
      specs.push_back(spec);
    }
    const TraceModel model = BuildModel(specs);
    const TraceIndex index(model);
    const auto is_ancestor = [&model](uint32_t above, uint32_t row) {
      for (row = model.spans[row].parent; row != kNoSpan; row = model.spans[row].parent) {
        if (row == above) return true;
      }
      return false;
    };
    const auto holds = [&](Op op, uint32_t l, uint32_t r) {
      switch (op) {
        case Op::kDescendant:
          return is_ancestor(l, r);
        case Op::kAncestor:
          return is_ancestor(r, l);
        case Op::kGreater:
          return model.spans[r].parent == l;
        case Op::kLess:
          return model.spans[l].parent == r;
        default:
          return l != r && model.spans[l].parent != kNoSpan && model.spans[l].parent == model.spans[r].parent;
      }
    };
    std::vector<uint32_t> left, right;
    for (const uint32_t row : model.trace_spans) {
      if (next(3) == 0) left.push_back(row);
      if (next(2) == 0) right.push_back(row);
    }
    for (const Op op : {Op::kDescendant, Op::kAncestor, Op::kGreater, Op::kLess, Op::kSibling}) {
      std::vector<uint32_t> expected;
      for (const uint32_t r : right) {
        bool any = false;
        for (const uint32_t l : left) any = any || holds(op, l, r);
        if (any) expected.push_back(r);
      }
      EXPECT_EQ(Related(index, op, left, right), expected) << Spelling(op) << " in round " << round;
    }
  }
}

TEST(TraceIndex, NumbersDeepChainsWithoutRecursion) {
  std::vector<SpanSpec> specs;
  for (int i = 0; i < 20000; ++i) specs.push_back({.name = "s", .start = i});
  TraceModel model = BuildModel(specs);
  for (uint32_t i = 1; i < model.spans.size(); ++i) model.spans[i].parent_span_id = model.spans[i - 1].span_id;
  model.BuildTraces();
  EXPECT_EQ(TraceIndex(model).place(19999).depth, 19999U);
  const Result<Query> query = Query::Parse("{ nestedSetParent = -1 } >> { childCount = 0 }");
  const TraceIndex index(model);
  EXPECT_EQ(Evaluator(index, query.value()).Run().size(), 1U);
}

}  // namespace
}  // namespace spangate::traceql
