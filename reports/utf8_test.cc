#include "reports/utf8.h"

#include <gtest/gtest.h>

#include "reports/line_hash.h"

namespace spangate {
namespace {

TEST(FrontCodePoint, ReadsWholeSequencesOnly) {
  struct Row {
    std::string_view text;
    char32_t value;
    size_t length;
    const char* why;
  };
  const Row kRows[] = {
      {"a", 'a', 1, "ASCII"},
      {"\xC3\xBCx", 0xFC, 2, "two bytes"},
      {"\xE6\xB3\xA8", 0x6CE8, 3, "three bytes"},
      {"\xF0\x9F\x9B\x92", 0x1F6D2, 4, "four bytes"},
      {"\xF0\x9F\x9B", kReplacement, 1, "cut off"},
      {"\xC0\xAF", kReplacement, 1, "overlong"},
      {"\xED\xA0\x80", kReplacement, 1, "a surrogate"},
      {"\x80", kReplacement, 1, "a stray tail"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(FrontCodePoint(row.text).value, row.value) << row.why;
    EXPECT_EQ(FrontCodePoint(row.text).length, row.length) << row.why;
  }
}

TEST(Utf16Length, CountsSurrogatePairsAsTwo) {
  EXPECT_EQ(Utf16Length("a\xC3\xBC\xE6\xB3\xA8\xF0\x9F\x9B\x92"), 5u);
  EXPECT_EQ(Utf16Length("\xFF"), 1u) << "an invalid byte is one replacement character";
}

TEST(Shortened, CutsBetweenCharacters) {
  EXPECT_EQ(Shortened("abc", 3), "abc");
  EXPECT_EQ(Shortened("abcd", 3), "abc...");
  EXPECT_EQ(Shortened("a\xE6\xB3\xA8", 3), "a...");
  EXPECT_EQ(Shortened("\x80\x80\x80\x80\x80\x80\x80\x80", 7).size(), 7u - 4 + 3) << "stray tails end the search";
}

TEST(XmlText, LeavesWhatXmlAllows) {
  EXPECT_EQ(XmlText("a\tb\r\nc \xC3\xBC"), "a\tb\r\nc \xC3\xBC");
  EXPECT_EQ(XmlText("\x1b[1;31mred\x1b[0m"), "red") << "ANSI sequences go as a whole";
  EXPECT_EQ(XmlText("a\x1b[31"), "a[31") << "an unfinished sequence loses only its escape";
  EXPECT_EQ(XmlText(std::string_view("a\0b\x0B", 4)), "ab");
  EXPECT_EQ(XmlText("\xEF\xBF\xBE\xEF\xBF\xBF"), "") << "U+FFFE and U+FFFF";
  EXPECT_EQ(XmlText("\xFF"), "\xEF\xBF\xBD");
}

TEST(TerminalText, ShowsWhatReordersText) {
  EXPECT_EQ(TerminalText("a\xE2\x80\xAE"
                         "b\x1b"),
            "a\\u{202e}b\\x1b");
  EXPECT_EQ(TerminalText("\xE2\x81\xA6"), "\\u{2066}");
}

TEST(IsTimestamp, FollowsRfc3339) {
  for (const char* good : {"2026-01-05T10:00:00Z", "2026-01-05T10:00:00.123Z", "2026-01-05T10:00:00+01:00"}) {
    EXPECT_TRUE(IsTimestamp(good)) << good;
  }
  for (const char* bad : {"", "2026-01-05", "2026-01-05T10:00:00", "2026-01-05T10:00:00.Z", "2026-01-05T10:00:00Zx",
                          "2026-01-05T10:00:00.", "x026-01-05T10:00:00Z"}) {
    EXPECT_FALSE(IsTimestamp(bad)) << bad;
  }
}

TEST(LineHashes, AreThoseOfCodeScanning) {
  const auto hashes = LineHashes("int main() {\n  auto s = t->StartSpan(\"checkout\");\n  charge();\n}\n");
  ASSERT_GE(hashes.size(), 4u);
  EXPECT_EQ(hashes[0], "3e75a27010f2a1c4:1");
  EXPECT_EQ(hashes[1], "dcc79a1148575922:1");
  EXPECT_EQ(hashes[2], "7ab87cc2cc02e356:1");
  EXPECT_EQ(hashes[3], "32dce9ccfdbc9d3e:1");
}

TEST(LineHashes, DependOnNeitherLineEndsNorBlanks) {
  EXPECT_EQ(LineHashes("a\nb\n"), LineHashes("a\r\n \tb\r\n"));
  EXPECT_NE(LineHashes("a\nb\n"), LineHashes("a\nc\n"));
}

TEST(LineHashes, CountEqualLines) {
  const std::string same(100, 'x');
  const auto hashes = LineHashes(same + "\n" + same + "\n");
  EXPECT_TRUE(hashes[0].ends_with(":1"));
  EXPECT_TRUE(hashes[1].ends_with(":2"));
  EXPECT_EQ(hashes[0].substr(0, hashes[0].find(':')), hashes[1].substr(0, hashes[1].find(':')));
}

}  // namespace
}  // namespace spangate
