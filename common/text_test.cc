#include "common/text.h"

#include <gtest/gtest.h>

namespace spangate {
namespace {

TEST(Hex, WritesTwoLowerCaseDigitsAByte) {
  const uint8_t bytes[] = {0x00, 0xAB, 0xFF};
  EXPECT_EQ(Hex(bytes), "00abff");
}

TEST(DidYouMean, FindsNearWordsOnly) {
  const std::vector<std::string_view> words = {"severity", "select", "count"};
  EXPECT_EQ(DidYouMean("severty", words), "severity");
  EXPECT_EQ(DidYouMean("cuont", words), "");
  EXPECT_EQ(DidYouMean("cont", words), "count");
  EXPECT_EQ(DidYouMean("banana", words), "");
}

struct Utf8Case {
  std::string_view text;
  bool valid;
  const char* why;
};
constexpr Utf8Case kUtf8Cases[] = {
    {"", true, "empty"},
    {"a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", true, "one to four bytes"},
    {"\xC0\x80", false, "overlong NUL"},
    {"\xE0\x80\x80", false, "overlong three bytes"},
    {"\xED\xA0\x80", false, "surrogate"},
    {"\xF4\x90\x80\x80", false, "above U+10FFFF"},
    {"\x80", false, "tail without lead"},
    {"\xE2\x82", false, "cut"},
};

TEST(IsUtf8, FollowsRfc3629) {
  for (const Utf8Case& c : kUtf8Cases) EXPECT_EQ(IsUtf8(c.text), c.valid) << c.why;
}

TEST(Printable, DefusesEscapesAndKeepsText) {
  EXPECT_EQ(Printable("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(Printable("a\x1B[31mb\n"), "a\\x1b[31mb\\x0a");
  EXPECT_EQ(Printable("\xC2\x9B"
                      "31m"),
            "\\xc2\\x9b31m")
      << "C1 control sequence introducer";
  EXPECT_EQ(Printable("\xFF"), "\\xff");
}

}  // namespace
}  // namespace spangate
