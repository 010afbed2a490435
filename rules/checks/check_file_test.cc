#include "rules/checks/check_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/checks/bound.h"
#include "rules/checks/statement.h"
#include "rules/checks/testing.h"

namespace spangate {
namespace {

using spangate::testing::BuildModel;
using spangate::testing::Int;
using spangate::testing::SpanSpec;
using spangate::testing::Text;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Outcome = CheckResult::Outcome;

// Two checkouts through gateway, checkout and payment; the second charge fails; accounting links to the first mail.
TraceModel Shop() {
  return BuildModel({
      {.name = "POST /checkout", .service = "gateway", .start = 0, .duration = 100, .kind = 2},
      {.name = "checkout",
       .service = "checkout",
       .parent = "POST /checkout",
       .start = 5,
       .duration = 90,
       .kind = 2,
       .attributes = {{"tenant", Text("red")}}},
      {.name = "call payment", .service = "checkout", .parent = "checkout", .start = 8, .duration = 30, .kind = 3},
      {.name = "charge",
       .service = "payment",
       .parent = "call payment",
       .start = 10,
       .duration = 20,
       .kind = 2,
       .attributes = {{"currency", Text("EUR")}, {"customer.email", Text("jane@shop.test")}}},
      {.name = "mail", .service = "checkout", .parent = "checkout", .start = 50, .duration = 20, .kind = 4},
      {.name = "POST /checkout 2", .service = "gateway", .start = 200, .duration = 300, .kind = 2, .trace = 2},
      {.name = "checkout 2",
       .service = "checkout",
       .parent = "POST /checkout 2",
       .start = 210,
       .duration = 250,
       .kind = 2,
       .attributes = {{"tenant", Text("blue")}},
       .trace = 2},
      {.name = "charge",
       .service = "payment",
       .parent = "checkout 2",
       .start = 220,
       .duration = 230,
       .kind = 2,
       .status = 2,
       .status_message = "card of jane@shop.test declined",
       .attributes = {{"currency", Text("USD")}},
       .trace = 2},
      {.name = "book", .service = "accounting", .start = 90, .duration = 5, .kind = 5, .link = "mail", .trace = 3},
  });
}

std::vector<CheckResult> Evaluate(const std::string& yaml, const TraceModel& model) {
  const Result<CheckFile> file = CheckFile::Parse(yaml, "shop.checks.yaml");
  EXPECT_TRUE(file.has_value()) << yaml << "\n" << (file.has_value() ? "" : file.error().message);
  if (!file.has_value()) return {};
  return file.value().Evaluate(model);
}

CheckResult One(const std::string& keys) {
  std::vector<CheckResult> results = Evaluate("version: 1\nchecks:\n  - {id: one, " + keys + "}\n", Shop());
  return results.empty() ? CheckResult{} : results.front();
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

struct Verdict {
  const char* keys;
  Outcome outcome;
  const char* found;
  const char* why;
};
constexpr Outcome kPass = Outcome::kPassed;
constexpr Outcome kFail = Outcome::kFailed;
constexpr Verdict kVerdicts[] = {
    {"select: '{ name = \"charge\" }', count: 2", kPass, "count = 2", "over the whole run"},
    {"select: '{ name = \"charge\" }', count: 1", kFail, "count = 2", "a number is exact"},
    {"select: '{ name = \"charge\" }', count: '>= 2'", kPass, "count = 2", "comparison"},
    {"select: '{ name = \"charge\" }', count: '< 2'", kFail, "count = 2", "comparison"},
    {"select: '{ name = \"nowhere\" }', count: 0", kPass, "count = 0", "count may ask for nothing"},
    {"select: '{ name = \"nowhere\" }', count: 1", kFail, "count = 0", "nothing is not one"},
    {"select: '{ name = \"mail\" } << { }', count: 2", kPass, "count = 2", "right-hand spans"},
    {"select: '{ } | by(trace:id) | count() > 2', count: 2", kPass, "count = 2", "sets after by()"},
    {"select: '{ } | count() > 2', count: 2", kPass, "count = 2", "sets after a scalar filter"},
    {"select: '{ name = \"charge\" }', each: '{ span.currency != nil }'", kPass, "0 of 2 spans do not match", "each"},
    {"select: '{ name = \"charge\" }', each: '{ status != error }'", kFail, "1 of 2 spans do not match", "each"},
    {"select: '{ name = \"charge\" }', each: '{ } > { }'", kPass, "0 of 2 spans do not match", "any query"},
    {"select: '{ name = \"nowhere\" }', each: '{ }'", kFail, "nothing matched", "an empty selection is no pass"},
    {"select: '{ name = \"charge\" }', any: '{ status = error }'", kPass, "1 of 2 spans match", "any"},
    {"select: '{ name = \"charge\" }', any: '{ duration > 1s }'", kFail, "0 of 2 spans match", "any"},
    {"select: '{ name = \"charge\" }', none: '{ duration > 1s }'", kPass, "0 of 2 spans match", "none"},
    {"select: '{ name = \"charge\" }', none: '{ status = error }'", kFail, "1 of 2 spans match", "none"},
    {"select: '{ name = \"nowhere\" }', none: '{ }'", kPass, "0 of 0 spans match", "none may select nothing"},
    {"select: '{ name = \"charge\" }', any: '{ }'", kPass, "2 of 2 spans match", "any"},
    {"select: '{ kind = server }', distinct: {by: name, count: 5}", kPass, "5 distinct values", "distinct"},
    {"select: '{ kind = server }', distinct: {by: name, count: '< 3'}", kFail, "5 distinct values", "distinct"},
    {"select: '{ name = \"charge\" }', p50: '< 25ms'", kPass, "p50 = 20ms of 2 spans", "nearest rank"},
    {"select: '{ name = \"charge\" }', p95: '< 25ms'", kFail, "p95 = 230ms of 2 spans", "nearest rank"},
    {"select: '{ name = \"charge\" }', max: '<= 230ms'", kPass, "max = 230ms of 2 spans", "max"},
    {"select: '{ name = \"charge\" }', error_ratio: '<= 50%'", kPass, "error_ratio = 50% (1 of 2 spans)", "ratio"},
    {"select: '{ name = \"charge\" }', error_ratio: '< 0.5'", kFail, "error_ratio = 50% (1 of 2 spans)", "ratio"},
    {"order: ['{ name = \"checkout\" }', '{ name = \"charge\" }', '{ name = \"mail\" }']", kPass,
     "0 of 1 traces not in order", "one after the other"},
    {"order: ['{ name = \"mail\" }', '{ name = \"charge\" }']", kFail, "1 of 1 traces not in order", "wrong way"},
    {"order: ['{ name = \"book\" }', '{ name = \"charge\" }']", kFail, "1 of 1 traces not in order", "in one trace"},
    {"order: ['{ name = \"nowhere\" }', '{ }']", kFail, "nothing matched", "an empty selection is no pass"},
    {"select: '{ name = \"charge\" }', order: ['{ kind = server }', '{ name = \"charge\" }']", kPass,
     "0 of 2 traces not in order", "in each selected trace"},
    {"select: '{ name = \"charge\" }', by: 'trace:id', count: 1", kPass, "all 2 groups hold", "each group"},
    {"select: '{ name = \"charge\" }', by: span.currency, each: '{ status != error }'", kFail,
     "1 of 1 spans do not match (span.currency 'USD')", "the group that fails is named"},
    {"select: '{ name = \"charge\" }', count: 2, each: '{ duration < 1s }'", kPass,
     "count = 2; 0 of 2 spans do not match", "several assertions"},
    {"when: '{ name = \"nowhere\" }', select: '{ }', count: 0", Outcome::kSkipped, "", "when does not match"},
    {"when: '{ name = \"mail\" }', select: '{ name = \"charge\" }', count: 2", kPass, "count = 2", "when matches"},
};

TEST(CheckFile, JudgesByTheTable) {
  for (const Verdict& verdict : kVerdicts) {
    const CheckResult result = One(verdict.keys);
    EXPECT_EQ(result.outcome, verdict.outcome) << verdict.keys << ": " << verdict.why << "\n" << Joined(result.details);
    EXPECT_EQ(result.found, verdict.found) << verdict.keys << ": " << verdict.why;
    EXPECT_EQ(result.expected.empty(), verdict.outcome == Outcome::kSkipped) << verdict.keys;
  }
}

TEST(CheckFile, ResultsNameTheirStatement) {
  const std::vector<CheckResult> results = Evaluate(R"(version: 1
checks:
  - id: charges
    select: '{ name = "charge" }'
    count: ">= 1"
    each: '{ duration < 1s }'
    severity: warning
    hint: ask payment
services:
  payment: [traces]
edges:
  - checkout -> payment
)",
                                                    Shop());
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].id, "charges");
  EXPECT_EQ(results[0].where.line, 3U);
  EXPECT_EQ(results[0].where.path, "shop.checks.yaml");
  EXPECT_EQ(results[0].select, "{ name = \"charge\" }");
  EXPECT_EQ(results[0].expected, "count >= 1; each { duration < 1s }");
  EXPECT_EQ(results[0].severity, Severity::kWarning);
  EXPECT_EQ(results[0].hint, "ask payment");
  EXPECT_EQ(results[1].id, "service payment: traces");
  EXPECT_EQ(results[2].id, "edge checkout -> payment");
  for (const CheckResult& result : results) EXPECT_EQ(result.outcome, kPass) << result.id;
}

struct EdgeCase {
  const char* edge;
  bool holds;
  const char* why;
};
constexpr EdgeCase kEdges[] = {
    {"gateway -> checkout", true, "direct parent"},
    {"gateway -> payment", false, "checkout stands between"},
    {"gateway ->> payment", true, "any ancestor"},
    {"checkout -> payment", true, "the client span is the parent"},
    {"payment -> checkout", false, "the other way"},
    {"checkout => accounting", true, "link across traces"},
    {"accounting => checkout", false, "a link has a direction"},
    {"checkout -> accounting", false, "a link is no parent"},
    {"gateway => accounting", false, "the link is to checkout"},
    {"gateway -> checkout -> payment", true, "chain through what checkout does inside"},
    {"gateway -> checkout => accounting", true, "chain with a link"},
    {"gateway ->> payment => accounting", false, "payment has no link"},
    {"payment -> payment", false, "a service that does not call itself"},
    {"checkout -> checkout", true, "spans of one service below each other"},
    {"nobody -> payment", false, "unknown service"},
};

TEST(CheckFile, JudgesEdges) {
  for (const EdgeCase& c : kEdges) {
    const auto results = Evaluate(fmt::format("version: 1\nedges:\n  - {}\n", c.edge), Shop());
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].outcome == kPass, c.holds) << c.edge << ": " << c.why << "\n" << Joined(results[0].details);
    EXPECT_EQ(results[0].id, fmt::format("edge {}", c.edge));
    EXPECT_FALSE(results[0].expected.empty());
    EXPECT_EQ(results[0].details.empty(), c.holds);
  }
}

TEST(CheckFile, AChainFollowsOneRequest) {
  // b is reached from a in trace 1, c from b in trace 2: no request goes all the way.
  const TraceModel model = BuildModel({{.name = "a", .service = "a"},
                                       {.name = "b", .service = "b", .parent = "a"},
                                       {.name = "b2", .service = "b", .trace = 2},
                                       {.name = "c", .service = "c", .parent = "b2", .trace = 2}});
  const auto results = Evaluate("version: 1\nedges: [a -> b, b -> c, a -> b -> c]\n", model);
  EXPECT_EQ(results[0].outcome, kPass);
  EXPECT_EQ(results[1].outcome, kPass);
  EXPECT_EQ(results[2].outcome, kFail);
  EXPECT_EQ(results[2].found, "none at b -> c");
}

TEST(CheckFile, AFailedEdgeSaysWhatThereIsInstead) {
  const auto results =
      Evaluate("version: 1\nedges: [gateway -> payment, checkout -> paymnt, checkout -> accounting]\n", Shop());
  EXPECT_THAT(results[0].details, Contains("parents of the spans of payment: checkout (2)"));
  EXPECT_THAT(results[0].details, Contains("but gateway ->> payment holds"));
  EXPECT_THAT(results[0].details, Contains("  gateway: POST /checkout (server, 100ms)"));
  EXPECT_THAT(results[0].details, Contains(">       payment: charge (server, 20ms)"));
  EXPECT_THAT(results[1].details, ElementsAre(HasSubstr("did you mean 'payment'?")));
  EXPECT_THAT(results[2].details, Contains("but checkout => accounting holds"));
  EXPECT_THAT(results[2].details, Contains(HasSubstr("checkout does not send the context on")));
}

TEST(CheckFile, JudgesTheSignalMatrix) {
  const auto results = Evaluate("version: 1\nservices:\n  payment: [traces, logs]\n  paymnt: [traces]\n", Shop());
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].outcome, kPass);
  EXPECT_EQ(results[1].outcome, kFail);
  EXPECT_THAT(results[1].details, ElementsAre("received logs of: no service"));
  EXPECT_EQ(results[2].outcome, kFail);
  EXPECT_THAT(results[2].details, ElementsAre(HasSubstr("did you mean 'payment'?")));
}

TEST(CheckFile, NamesTheNearestMisses) {
  struct Miss {
    const char* select;
    const char* line;
  };
  constexpr Miss kMisses[] = {
      {"{ name = \"charge\" && duration < 15ms }", "  ruled out by duration < 15ms: duration is 20ms"},
      {"{ name = \"charge\" && span.currency = \"GBP\" }",
       "  ruled out by span.currency = \"GBP\": span.currency is 'EUR'"},
      {"{ name = \"charge\" && span.nothing > 3 }", "  ruled out by span.nothing > 3: span.nothing is missing"},
      {"{ name = \"charg\" }", "did you mean 'charge'?"},
      {"{ name = \"charge\" } >> { name = \"mail\" }", "they meet in trace 00000000000000000000000000000001"},
      {"{ name = \"book\" } >> { name = \"mail\" }", "never in one trace"},
      {"{ name = \"nowhere\" } >> { name = \"mail\" }", "{ name = \"nowhere\" } matches none of 9 spans"},
      {"{ name = \"charge\" } | count() > 4", "count() is 1"},
      {"{ kind = server } | { name = \"mail\" }", "{ name = \"mail\" } matches none of 6 spans"},
      {"{ name = \"charge\" && kind = client } || { name = \"mail\" && kind = client }", "kind is producer"},
  };
  for (const Miss& miss : kMisses) {
    const CheckResult result = One(fmt::format("select: '{}', each: '{{ }}'", miss.select));
    EXPECT_EQ(result.outcome, kFail) << miss.select;
    EXPECT_THAT(result.details, Contains(HasSubstr(miss.line))) << miss.select << "\n" << Joined(result.details);
  }
}

TEST(CheckFile, ShowsTheOffendingSpansInTheirTrace) {
  const CheckResult result = One("select: '{ name = \"charge\" }', each: '{ duration < 200ms && status != error }'");
  EXPECT_THAT(result.details,
              ElementsAre("fails: span 'charge' of payment (server, 230ms, error, trace "
                          "00000000000000000000000000000002, span 0000000000000008)",
                          "  duration < 200ms: duration is 230ms", "  status != error: status is error",
                          "  gateway: POST /checkout 2 (server, 300ms)", "    checkout: checkout 2 (server, 250ms)",
                          ">     payment: charge (server, 230ms, error)"));
}

TEST(CheckFile, NeverPrintsPersonalValues) {
  const CheckResult results[] = {
      One("select: '{ name = \"charge\" }', each: '{ span.customer.email = nil && statusMessage = nil }'"),
      One("select: '{ name = \"charge\" && span.customer.email = \"x\" }', each: '{ }'"),
      One("select: '{ name = \"charge\" }', by: span.customer.email, count: 3"),
      One("select: '{ name = \"charge\" }', by: statusMessage, count: 3"),
  };
  for (const CheckResult& result : results) {
    EXPECT_EQ(result.outcome, kFail);
    EXPECT_THAT(result.found + Joined(result.details), Not(HasSubstr("jane@"))) << result.select;
  }
  const TraceModel named = BuildModel({{.name = "greet jane@shop.com"}});
  const auto greeted = Evaluate("version: 1\nchecks: [{id: a, select: '{ }', none: '{ }'}]\n", named);
  EXPECT_THAT(Joined(greeted[0].details), AllOf(HasSubstr("greet"), Not(HasSubstr("jane@"))));
}

TEST(CheckFile, CapsItsDetails) {
  std::vector<SpanSpec> specs{{.name = "root"}};
  for (int i = 0; i < 300; ++i) specs.push_back({.name = fmt::format("s{}", i), .parent = "root", .start = i});
  const auto results =
      Evaluate("version: 1\nchecks: [{id: a, select: '{ }', each: '{ duration > 1s }'}]\n", BuildModel(specs));
  EXPECT_LE(results[0].details.size(), 42U);
  EXPECT_THAT(results[0].details, Contains("... 296 more"));
  EXPECT_THAT(results[0].details, Contains(HasSubstr("more spans in this trace")));
}

TEST(CheckFile, NothingReceivedIsNoPass) {
  const auto results =
      Evaluate("version: 1\nservices: {a: [traces]}\nedges: [a -> b]\nchecks: [{id: a, select: '{ }', each: '{ }'}]\n",
               BuildModel({}));
  ASSERT_EQ(results.size(), 3U);
  for (const CheckResult& result : results) EXPECT_EQ(result.outcome, kFail) << result.id;
  EXPECT_THAT(results[2].details, ElementsAre("no trace was received"));
}

struct Bad {
  const char* yaml;
  const char* error;
  const char* why;
};
constexpr Bad kBad[] = {
    {"", "expected", "an empty file states nothing"},
    {"version: 1\n", "c.yaml:1:1: this check file states nothing", "nothing"},
    {"version: 1\nchecks: []\n", "states nothing", "nothing"},
    {"checks: [{id: a, select: '{ }', count: 1}]\n", "begins with 'version: 1'", "version is required"},
    {"version: 2\nedges: [a -> b]\n", "c.yaml:1:10: ", "a newer version is refused"},
    {"version: 1\ncheks: []\n", "c.yaml:2:1: unknown key 'cheks' in check file; did you mean 'checks'?", "key"},
    {"version: 1\nchecks:\n  - {id: a, selct: '{ }', count: 1}\n",
     "c.yaml:3:13: unknown key 'selct' in check; did you mean 'select'?", "key"},
    {"version: 1\nchecks:\n  - {id: a, select: '{ nam = 1 }', count: 1}\n",
     "c.yaml:3:21: in this query, column 3: expected an attribute, an intrinsic or a value, found 'nam'; did you mean",
     "query"},
    {"version: 1\nchecks:\n  - {id: a, select: '{ }'}\n", "c.yaml:3:5: check 'a' states nothing; add count",
     "assertion"},
    {"version: 1\nchecks:\n  - {id: a, select: '{ }', when: '{ }', by: name, hint: h}\n", "check 'a' states nothing",
     "these assert nothing"},
    {"version: 1\nchecks:\n  - {id: a, count: 1}\n", "check 'a' needs select", "select"},
    {"version: 1\nchecks:\n  - {select: '{ }', count: 1}\n", "a check needs an id", "id"},
    {"version: 1\nchecks:\n  - {id: a, select: '{ }', count: 1}\n  - {id: a, select: '{ }', count: 1}\n",
     "c.yaml:4:5: check 'a' is already on line 3", "ids are unique"},
    {"version: 1\nchecks:\n  - {id: a, select: '{ }', count: 1..3}\n",
     "c.yaml:3:35: expected a number or a comparison such as '>= 1', found '1..3'", "comparison"},
    {"version: 1\nchecks:\n  - {id: a, select: '{ }', count: 1.5}\n", "expected a number or a comparison", "count"},
    {"version: 1\nchecks:\n  - {id: a, select: '{ }', count: '>= 1 2'}\n", "expected a number or a comparison",
     "count"},
    {"version: 1\nchecks:\n  - {id: a, select: '{ }', p95: '< 25'}\n",
     "expected a comparison with a duration such as '< 25ms', found '< 25'", "a unit is required"},
    {"version: 1\nchecks:\n  - {id: a, select: '{ }', error_ratio: '<= 150%'}\n", "a ratio is at most 1", "ratio"},
    {"version: 1\nchecks:\n  - {id: a, select: '{ }', count: 1, severity: warn}\n", "unknown severity 'warn'",
     "severity"},
    {"version: 1\nchecks:\n  - {id: a, select: '{ }', distinct: {by: name}}\n", "distinct needs both keys", "distinct"},
    {"version: 1\nchecks:\n  - {id: a, select: '{ }', distinct: {by: '3', count: 1}}\n", "in this expression, column 1",
     "distinct"},
    {"version: 1\nchecks:\n  - {id: a, order: ['{ }']}\n", "a list of two or more queries", "order"},
    {"version: 1\nchecks:\n  - {id: a, select: ['{ }'], count: 1}\n", "expected a TraceQL query in quotes", "type"},
    {"version: 1\nedges: [a b]\n", "c.yaml:2:9: no arrow in the edge 'a b'", "edge"},
    {"version: 1\nedges: [a -> ]\n", "a service is missing in the edge", "edge"},
    {"version: 1\nedges: ['-> b']\n", "a service is missing in the edge", "edge"},
    {"version: 1\nservices: {a: [traces, trace]}\n", "unknown signal 'trace'; did you mean 'traces'?", "signal"},
    {"version: 1\nservices: {a: []}\n", "expected a list of signals", "an empty list states nothing"},
    {"version: 1\nservices: [a]\n", "c.yaml:2:11: ", "services is a map"},
};

TEST(CheckFile, RefusesWhatItDoesNotUnderstand) {
  for (const Bad& bad : kBad) {
    const Result<CheckFile> file = CheckFile::Parse(bad.yaml, "c.yaml");
    ASSERT_FALSE(file.has_value()) << bad.yaml << bad.why;
    EXPECT_EQ(file.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(file.error().message, HasSubstr(bad.error)) << bad.yaml << bad.why;
  }
}

TEST(CheckFile, TellsAllMistakesAtOnce) {
  const Result<CheckFile> file =
      CheckFile::Parse("version: 1\nchecks:\n  - {id: a, selct: 1}\n  - {id: b, select: '{', count: 1}\n", "c.yaml");
  ASSERT_FALSE(file.has_value());
  EXPECT_THAT(file.error().message, AllOf(HasSubstr("c.yaml:3:"), HasSubstr("c.yaml:4:")));
}

TEST(ShowDuration, PicksTheUnit) {
  const std::pair<double, const char*> kCases[] = {{0, "0ns"},        {999, "999ns"}, {1500, "1.5us"},  {25e6, "25ms"},
                                                   {1.25e9, "1.25s"}, {-2e6, "-2ms"}, {3600e9, "3600s"}};
  for (const auto& [ns, text] : kCases) EXPECT_EQ(checks::ShowDuration(ns), text);
}

}  // namespace
}  // namespace spangate
