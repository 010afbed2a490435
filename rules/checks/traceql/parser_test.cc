#include "rules/checks/traceql/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace spangate::traceql {
namespace {

using ::testing::HasSubstr;

TEST(Query, ParsesWhatTheLanguageHas) {
  constexpr const char* kValid[] = {
      "{ }",
      "{ true }",
      "{ .a }",
      "{ !.a }",
      "{ -.a = 2 }",
      "{ .a && false }",
      "{ 1 = 2 }",
      "{ \"test\" =~ \"test\" }",
      "{ 1 < 1h }",
      "{ 1 <= 1.1 }",
      "{ .a ^ 1 = 2 }",
      "{ duration > 1s * 2 }",
      "{ span.http.request_content_length > 10 * 1024 * 1024 }",
      "{ .http.status >= \"200\" }",
      "{ !(\"test\" != .c || ((true && .b) || 3 < .a)) }",
      "{ status = ok }",
      "{ status != error && kind = consumer }",
      "{ statusMessage =~ `.*` }",
      "{ span.\"my key\" = 1 }",
      "{ span.attribute.\"name with space\" = `x` }",
      "{ span.a-b/c != nil }",
      "{ nil = resource.service.version }",
      "{ event.exception.message =~ \".*wrong.*\" }",
      "{ event:timeSinceStart > -5s }",
      "{ link.opentracing.ref_type = \"child_of\" && link:traceID != \"\" }",
      "{ instrumentation:name = \"grpc\" && instrumentation.language = \"java\" }",
      "{ parent = nil }",
      "{ parent.span.a > 3 && parent.resource.b && parent.c != 3 }",
      "{ parent.\"duration\" = 3 }",
      "{ trace:rootService = \"a\" && trace:rootName = \"b\" && trace:duration > 2s && trace:id = \"12\" }",
      "{ rootServiceName = \"a\" && rootName != \"b\" && traceDuration > 1m30s }",
      "{ span:childCount > 10 && childCount < 3 }",
      "{ nestedSetParent < 0 && nestedSetLeft > 3 && nestedSetRight > 3 }",
      "{ span.value != minInt && span.value != maxInt }",
      "{ duration > 250us || duration > 250\xC2\xB5s || duration > 1.5h }",
      "{ true } && { true } && { true }",
      "{ true } && { true } || { true }",
      "{ true } || ({ true } && { true })",
      "{ true } >> { true } > { true }",
      "{ true } << { true }",
      "{ true } < { true }",
      "{ true } ~ { true }",
      "{ true } !> { true }",
      "{ true } !< { true }",
      "{ true } !~ { true }",
      "{ true } !>> { true }",
      "{ true } !<< { true }",
      "{ true } &> { true }",
      "{ true } &< { true }",
      "{ true } &~ { true }",
      "{ true } &>> { true }",
      "{ true } &<< { true }",
      "({ true } | count() > 1 | { false }) >> ({ true } | count() > 1 | { false })",
      "({ true } | count() > 1) && ({ true } | count() > 1)",
      "avg(.field) > 1",
      "max(duration) >= 1s | { status = error || .http.status = 500 }",
      "{ true } | max((1 + .a) * 2) = 1",
      "{ true } | min(duration) < max(duration) - 3ms",
      "{ true } | count() + count() = 2",
      "({ .a } | count()) > ({ .b } | count())",
      "({ .http.status = 200 } | count()) + ({ name = `foo` } | avg(duration)) = 2",
      "select(.a)",
      "{} | select(.a,.b,name)",
      "{ true } | by(1 + .a) | coalesce()",
      "by(.a) | { true }",
      "{ true } | by(name) | count() > 2",
      "{\n  resource.service.name = \"frontend\" &&\n  name = \"POST /api/orders\"\n}",
  };
  for (const char* query : kValid) {
    const Result<Query> parsed = Query::Parse(query);
    EXPECT_TRUE(parsed.has_value()) << query << ": " << (parsed.has_value() ? "" : parsed.error().message);
  }
}

struct Bad {
  const char* query;
  const char* error;  // the beginning of the message
};
constexpr Bad kBad[] = {
    {"", "column 1: expected '{' or an aggregate, found the end"},
    {"   ", "column 4: expected '{' or an aggregate, found the end"},
    {"true", "column 1: expected '{', an aggregate"},
    {"{ . }", "column 4: expected the name of an attribute"},
    {"{ span. }", "column 8: expected the name of an attribute"},
    {"{ < }", "column 3: expected an attribute, an intrinsic or a value, found '<'"},
    {"{ .a < }", "column 8: expected an attribute, an intrinsic or a value, found '}'"},
    {"{ .a < 3", "column 9: expected an operator or '}', found the end"},
    {"{ (.a < 3 }", "column 11: expected an operator or ')', found '}'"},
    {"{ name == \"x\" }", "column 9: expected an attribute, an intrinsic or a value, found '='"},
    {"{ .attribute == 4 }", "column 15: expected"},
    {"{ attribute = 4 }",
     "column 3: expected an attribute, an intrinsic or a value, found 'attribute'; an attribute "
     "needs its scope: span.attribute"},
    {"{ kind = sever }",
     "column 10: expected an attribute, an intrinsic or a value, found 'sever'; did you mean "
     "'server'?"},
    {"{ nam = \"x\" }", "column 3: expected an attribute, an intrinsic or a value, found 'nam'; did you mean 'name'?"},
    {"{ http.status = 4 }", "column 3: 'http' is no scope of attributes; did you mean span.http."},
    {"{ spam.x = 4 }", "column 3: 'spam' is no scope of attributes; did you mean span.?"},
    {"{ trace:rootServiceName = \"a\" }",
     "column 3: expected an attribute, an intrinsic or a value, found "
     "'trace:rootServiceName'; did you mean"},
    {"{ trace:status = error }", "column 3: expected"},
    {"{ parent.duration > 1s }", "column 3: 'parent.duration' is an attribute of the parent"},
    {"{ name = \"x }", "column 10: this quote is never closed"},
    {"{ name = \"\\q\" }", "column 11: unknown escape"},
    {"{ span.\"\\n\" = 1 }", "column 9: unknown escape"},
    {"{ duration > 3x }", "column 15: unknown unit"},
    {"{ duration > 1.2.3s }", "column 17: "},
    {"{ .a = 99999999999999999999 }", "column 8: number is out of range"},
    {"{ duration > 9999999999h }", "column 14: duration is out of range"},
    {"{ name = 'x' }", "column 10: unexpected '''"},
    {"{ name = \xC3\xA4 }", "column 10: unexpected '\xC3\xA4'"},
    {"{ true } + { true }", "column 10: '+' does not work on sets of spans"},
    {"{ true } = { true }", "column 10: '=' does not work on sets of spans"},
    {"{ .a >> 1 }", "column 6: '>>' stands between sets of spans"},
    {"{ true } { true }", "column 10: expected an operator, '|' or the end of the query, found '{'"},
    {"{ true } with (most_recent=true)", "column 10: expected an operator, '|' or the end of the query, found 'with'"},
    {"{ true } | count()", "column 19: expected a comparison such as '> 2' after an aggregate, found the end"},
    {"{ true } | count() | { true }", "column 20: expected a comparison such as '> 2' after an aggregate, found '|'"},
    {"{ true } | count = 1", "column 18: expected '(' after 'count'"},
    {"{ true } | coun() = 1",
     "column 12: expected '{', an aggregate, by, select or coalesce, found 'coun'; did you "
     "mean 'count()'?"},
    {"{ true } | max() = 1", "column 16: expected an attribute"},
    {"{ true } | by()", "column 15: expected an attribute"},
    {"{ true } | rate()", "column 12: 'rate' is a metrics query"},
    {"select(.a", "column 10: expected ')'"},
    {"select()", "column 8: expected an attribute"},
    {"coalesce() | { true }", "column 1: a query cannot start with coalesce()"},
    {"count() > 3 && { true }", "column 13: '&&' after a comparison of aggregates"},
    {"min(.a) && 2", "column 9: '&&' does not work on numbers"},
    {"({ true }) && (count())", "column 12: '&&' stands between a set of spans and a number"},
    {"{ .a || .b && .c }", "column 12: '&&' after '||' needs parentheses"},
    {"{ } || { } && { }", "column 12: '&&' after '||' needs parentheses"},
    // types
    {"{ status }", "column 3: a filter must be true or false, this is a status"},
    {"{ 1 + 1 }", "column 3: a filter must be true or false"},
    {"{ span.x = \"a\" > 3 }", "column 16: cannot compare a boolean with a number"},
    {"{ duration > \"x\" }", "column 12: cannot compare a duration with a string"},
    {"{ 1 = \"foo\" }", "column 5: cannot compare a number with a string"},
    {"{ status > ok }", "column 10: '>' has no meaning for a status"},
    {"{ kind < consumer }", "column 8: '<' has no meaning for a kind"},
    {"{ rootServiceName = 1 }", "column 19: cannot compare a string with a number"},
    {"{ kind = error }", "column 8: cannot compare a kind with a status"},
    {"{ span.foo =~ \"[\" }", "column 15: bad regular expression"},
    {"{ span.foo =~ 2 }", "column 12: '=~' matches a text against a quoted regular expression"},
    {"{ duration =~ \"1s\" }", "column 12: '=~' matches a text"},
    {"{ 1 ^ name = 1 }", "column 5: '^' needs numbers, not a string"},
    {"{ 1 && .a }", "column 3: '&&' needs booleans, not a number"},
    {"{ -name = \"foo\" }", "column 3: '-' needs a number, not a string"},
    {"{ !1h = 1 }", "column 3: '!' needs a boolean, not a duration"},
    {"{ .a > nil }", "column 6: nil is compared with = or !="},
    {"{ 1 = nil }", "column 5: nil is compared with an attribute or an intrinsic"},
    {"{ parent = name }", "column 10: 'parent' is only compared with nil"},
    {"max(name) = \"foo\"", "column 13: expected '{' or an aggregate"},
    {"max(name) = 3", "column 5: an aggregate needs numbers, not a string"},
    {"sum(3) = 2", "column 5: an aggregate must read an attribute"},
    {"3 = 2", "column 3: a comparison outside braces needs an aggregate"},
    {"{ true } | by(1)", "column 15: by() must read an attribute"},
    {"select(1 + .a)", "column 8: select() takes attributes and intrinsics"},
    {"{ true &&\n  nmae = 1 }", "line 2, column 3: expected"},
};

TEST(Query, NamesTheColumnAndTheCureOfAMistake) {
  for (const Bad& bad : kBad) {
    const Result<Query> parsed = Query::Parse(bad.query);
    ASSERT_FALSE(parsed.has_value()) << bad.query;
    EXPECT_EQ(parsed.error().message.substr(0, std::string_view(bad.error).size()), bad.error)
        << bad.query << "\n  " << parsed.error().message;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kUsage);
  }
}

std::string Repeat(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

TEST(Query, BoundsTheDepthOfHostileQueries) {
  const std::string queries[] = {
      "{ " + Repeat("(", 5000) + "true" + Repeat(")", 5000) + " }",
      "{ " + Repeat("!", 5000) + "true }",
      "{ .a = " + Repeat("-", 5000) + "1 }",
      "{ .a = 1 " + Repeat("+ 1 ", 5000) + "}",
      "{ .a = 1 " + Repeat("^ 1 ", 5000) + "}",
      Repeat("(", 5000) + "{ }" + Repeat(")", 5000),
      "{ }" + Repeat(" > { }", 4000),
      Repeat("({} | ", 4000),
  };
  for (const std::string& query : queries) {
    const Result<Query> parsed = Query::Parse(query);
    ASSERT_FALSE(parsed.has_value()) << query.substr(0, 20);
    EXPECT_THAT(parsed.error().message, HasSubstr("nested deeper than")) << query.substr(0, 20);
  }
}

TEST(Query, LongChainsOfAndAndOrAreFlat) {
  EXPECT_TRUE(Query::Parse("{ .a = 1 " + Repeat("&& .a = 1 ", 1000) + "}").has_value());
  EXPECT_TRUE(Query::Parse("{ }" + Repeat(" || { .b }", 1000)).has_value());
}

TEST(Query, RefusesTextThatIsTooLongOrNoUtf8) {
  EXPECT_FALSE(Query::Parse("{ }" + std::string(kMaxQueryBytes, ' ')).has_value());
  EXPECT_FALSE(Query::Parse("{ name = \"\xFF\" }").has_value());
}

TEST(Query, RandomTextNeverCrashesTheParser) {
  std::mt19937 random(20261121);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a fixed seed repeats
  constexpr const char* kParts[] = {"{",  "}",     "(",   ")",      " ",  "|",    "&&",    "||",   "!",
                                    ">",  ">>",    "~",   "&>",     "=",  "=~",   "\"",    "`",    ".",
                                    ".a", "span.", "1",   "1.5ms",  "-",  "name", "count", "by(",  ",",
                                    "\\", "^",     "nil", "parent", "ok", "\xC3", "\n",    "avg(", "duration"};
  std::uniform_int_distribution<size_t> part(0, std::size(kParts) - 1);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = 0; i < 1 + round % 24; ++i) {
      if (round % 4 == 0) {
        text += static_cast<char>(byte(random));
      } else {
        text += kParts[part(random)];
      }
    }
    const Result<Query> parsed = Query::Parse(text);
    EXPECT_TRUE(parsed.has_value() || !parsed.error().message.empty());
  }
}

TEST(Expression, IsAboutTheSpan) {
  EXPECT_TRUE(Expression::Parse("span.tenant").has_value());
  EXPECT_TRUE(Expression::Parse("duration / 2").has_value());
  EXPECT_FALSE(Expression::Parse("1").has_value());
  EXPECT_FALSE(Expression::Parse("{ .a }").has_value());
  EXPECT_FALSE(Expression::Parse(".a .b").has_value());
}

TEST(Query, KnowsWhenItsResultCountsSets) {
  const auto counts = [](const char* text) { return Query::Parse(text).value().counts_sets(); };
  EXPECT_FALSE(counts("{ .a } >> { .b }"));
  EXPECT_TRUE(counts("{ .a } | by(name)"));
  EXPECT_TRUE(counts("{ .a } | count() > 2"));
  EXPECT_FALSE(counts("{ .a } | by(name) | coalesce()"));
  EXPECT_FALSE(counts("({ .a } | count() > 2) >> { .b }"));
}

}  // namespace
}  // namespace spangate::traceql
