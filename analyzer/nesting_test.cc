#include "analyzer/nesting.h"

#include <gtest/gtest.h>

#include <string>

namespace spangate {
namespace {

struct Row {
  const char* text;
  size_t brackets;
  size_t operators;
  const char* why;
};

constexpr Row kRows[] = {
    {"", 0, 0, "nothing"},
    {"int f() { return (a[g(1)]); }", 4, 0, "all kinds together"},
    {"((", 2, 0, "never closed"},
    {"{{ ))) ((", 4, 0, "a stray ) closes no brace"},
    {"\"((((\" '(' R\"x((((()x\" /* (( */ // ((", 0, 0, "literals and comments"},
    {"#define X ((((\n#if 0\n((((\n#endif\n", 0, 0, "directives and disabled text"},
    {"#ifdef A\nif (a) {\n#else\nif (b) {\n#endif\n}", 1, 0, "two branches open one brace"},
    {"x = a + b * -c;", 0, 4, "operators of one expression"},
    {"a + b, c + d; e + f; {g + h} i + j", 1, 1, "an expression ends"},
    {"a.b().c()->d()", 1, 3, "a chain of members is as deep as long"},
};

TEST(Nesting, CountsWhatAParserRecursesInto) {
  for (const Row& row : kRows) {
    const Nesting nesting = NestingOf(row.text);
    EXPECT_EQ(nesting.brackets, row.brackets) << row.why;
    EXPECT_EQ(nesting.operators, row.operators) << row.why;
  }
}

TEST(Nesting, RefusesFromALimitOn) {
  EXPECT_EQ(TooDeep(std::string(2'000, '(')), "");
  EXPECT_EQ(TooDeep(std::string(2'001, '[')), "nested too deeply (2001 brackets)");
  EXPECT_EQ(TooDeep(std::string(100'000, '!')), "");
  EXPECT_EQ(TooDeep(std::string(100'001, '!')), "nested too deeply (100001 operators in one expression)");
}

}  // namespace
}  // namespace spangate
