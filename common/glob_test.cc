#include "common/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace spangate {
namespace {

struct Case {
  const char* glob;
  const char* text;
  bool matches;
  const char* why;
};
constexpr Case kCases[] = {
    {"shop::Pay", "shop::Pay", true, "equal"},
    {"shop::Pay", "shop::Payment", false, "the whole text must match"},
    {"shop::*", "shop::Pay", true, "one part"},
    {"shop::*", "shop::a::Pay", false, "* stays inside one part"},
    {"shop::**", "shop::a::Pay", true, "** crosses"},
    {"grpc::*Stub*", "grpc::MyStubImpl", true, "* on both sides"},
    {"src/**", "src/a/b.cc", true, "** crosses folders"},
    {"src/**/b.cc", "src/b.cc", true, "**/ may be nothing"},
    {"src/**/b.cc", "src/xb.cc", false, "**/ ends at a separator"},
    {"**/b.cc", "b.cc", true, "leading **/ may be nothing"},
    {"*.cc", "a/b.cc", false, "* does not cross"},
    {"a?c", "abc", true, "? is one character"},
    {"a?c", "a/c", false, "? is no separator"},
    {"", "", true, "empty matches empty"},
    {"", "a", false, "empty matches nothing else"},
    {"*", "", true, "* may be empty"},
};

TEST(GlobMatches, FollowsTheTable) {
  for (const Case& c : kCases)
    EXPECT_EQ(GlobMatches(c.glob, c.text), c.matches) << c.glob << " on " << c.text << ": " << c.why;
}

TEST(GlobMatches, EndsOnHostileGlobs) {
  const std::string text(2000, 'a');
  std::string glob;
  for (int i = 0; i < 200; ++i) glob += "*a";
  EXPECT_FALSE(GlobMatches(glob + "b", text));
}

}  // namespace
}  // namespace spangate
