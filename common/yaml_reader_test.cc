#include "common/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spangate {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

YamlNode Parsed(std::string_view text) {
  Result<YamlNode> node = ParseYaml(text, "a.yaml");
  EXPECT_TRUE(node.has_value()) << node.error().message;
  return node.value();
}

std::string Refusal(std::string_view text) {
  const Result<YamlNode> node = ParseYaml(text, "a.yaml");
  if (node.has_value()) return "accepted";
  EXPECT_EQ(node.error().kind, ErrorKind::kUsage);
  return node.error().message;
}

TEST(ParseYaml, KeepsOrderPlaceAndQuotes) {
  const YamlNode root = Parsed("b: \"5\"\na:\n  - 5\n  - \xC3\xA9: x\n");
  ASSERT_TRUE(root.is_map());
  ASSERT_EQ(root.entries().size(), 2u);
  EXPECT_EQ(root.entries()[0].key.text(), "b");
  EXPECT_TRUE(root.entries()[0].value.quoted());
  const YamlNode& list = *root.Find("a");
  ASSERT_TRUE(list.is_sequence());
  EXPECT_FALSE(list.items()[0].quoted());
  const YamlEntry& accented = list.items()[1].entries()[0];
  EXPECT_EQ(accented.value.line(), 4u);
  EXPECT_EQ(accented.value.column(), 9u) << "columns count bytes";
  EXPECT_EQ(root.Find("absent"), nullptr);
}

TEST(ParseYaml, ReadsAnEmptyFileAsNull) {
  EXPECT_TRUE(Parsed("").is_null());
  EXPECT_TRUE(Parsed("# only a comment\n").is_null());
  EXPECT_TRUE(Parsed("~").is_null());
}

struct Refused {
  std::string text;
  std::string message;
  const char* why;
};

TEST(ParseYaml, RefusesWhatCannotBeMeant) {
  const Refused kCases[] = {
      {"a: 1\nb: 2\na: 3\n", "a.yaml:3:1: key 'a' stands here twice", "the last would win silently"},
      {"a: {b: 1, 'b': 2}\n", "a.yaml:1:11: key 'b' stands here twice", "quotes do not make another key"},
      {"a: 1\n---\nb: 2\n", "a.yaml:2:1: more than one document", "the second would be dropped"},
      {"? [a]\n: b\n", "a.yaml:1:3: a key must be text", "lists as keys"},
      {"~: b\n", "a.yaml:1:1: a key must be text", "null as a key"},
      {"a: [1, 2\n", "a.yaml:2:1: not YAML", "an open bracket"},
      {"a: 1\n b: 2\n", "a.yaml:2:3: not YAML", "wrong indentation"},
      {"a: *x\n", "a.yaml:1:4: not YAML", "an alias to nothing"},
      {"a: &x [*x]\n", "a.yaml:1:8: an alias inside", "an alias to itself"},
      {std::string("a: 1\nb: \x04\nc: 2\n"), "a.yaml:2:4: control character 0x04", "yaml-cpp stops reading there"},
      {std::string("a: \0b", 5), "a.yaml:1:4: control character 0x00", "NUL"},
      {"a: \xFF\n", "a.yaml: not UTF-8", "invalid UTF-8"},
      {std::string("\xFF\xFE"
                   "a\0:\0",
                   6),
       "a.yaml:1:4: control character 0x00", "UTF-16"},
      {std::string(kYamlMaxBytes + 1, '#'), "a.yaml: larger than", "size limit"},
      {std::string(65, '[') + std::string(65, ']'), "a.yaml:1:65: nested more than 64", "depth in flow style"},
      {std::string(100'000, '['), "a.yaml:1:", "depth far beyond the stack"},
  };
  for (const Refused& c : kCases) EXPECT_THAT(Refusal(c.text), StartsWith(c.message)) << c.why;
}

TEST(ParseYaml, AcceptsTheDeepestNestingAllowed) {
  EXPECT_EQ(Refusal(std::string(64, '[') + std::string(64, ']')), "accepted");
}

TEST(ParseYaml, RefusesNestingInBlockStyle) {
  std::string text;
  for (int i = 0; i < 70; ++i) text += std::string(static_cast<size_t>(i), ' ') + "a:\n";
  EXPECT_THAT(Refusal(text), HasSubstr("nested more than 64"));
  EXPECT_THAT(Refusal(std::string(5000, '-') + " "), testing::Not(HasSubstr("nested")));
  std::string dashes;
  for (int i = 0; i < 5000; ++i) dashes += "- ";
  EXPECT_THAT(Refusal(dashes), HasSubstr("nested more than 64"));
}

TEST(ParseYaml, FollowsAliases) {
  const YamlNode root = Parsed("a: &x {k: 1}\nb: *x\n");
  EXPECT_EQ(root.Find("b")->Find("k")->text(), "1");
}

TEST(ParseYaml, RefusesAliasesThatMultiply) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j == 0 ? "*a" : ", *a") + std::to_string(i - 1);
    bomb += "]\n";
  }
  EXPECT_THAT(Refusal(bomb), HasSubstr("once aliases are followed"));
}

struct Typed {
  const char* text;
  const char* wanted;  // beginning of the error, or empty
  const char* why;
};

template <class Read>
void ExpectReads(std::span<const Typed> cases, Read read) {
  for (const Typed& c : cases) {
    const auto value = read(Parsed(c.text));
    EXPECT_EQ(value.has_value() ? "" : value.error().message, c.wanted) << c.text << ": " << c.why;
  }
}

TEST(YamlNode, ReadsScalarsStrictly) {
  const Typed kIntegers[] = {
      {"12", "", "plain"},
      {"-3", "", "negative"},
      {"\"12\"", "a.yaml:1:1: expected an integer, found '12'", "quoted is text"},
      {"12x", "a.yaml:1:1: expected an integer, found '12x'", "trailing text"},
      {"1.5", "a.yaml:1:1: expected an integer, found '1.5'", "a fraction"},
      {"99999999999999999999", "a.yaml:1:1: expected an integer, found '99999999999999999999'", "overflow"},
      {"[1]", "a.yaml:1:1: expected an integer, found a list", "a list"},
      {"", "a.yaml:1:1: expected an integer, found nothing", "nothing"},
  };
  ExpectReads(kIntegers, [](const YamlNode& node) { return node.AsInteger(); });
  const Typed kNumbers[] = {
      {"80", "", "an integer is a number"},
      {"99.5", "", "a fraction"},
      {"inf", "a.yaml:1:1: expected a number, found 'inf'", "no threshold is infinite"},
      {"nan", "a.yaml:1:1: expected a number, found 'nan'", "compares with nothing"},
  };
  ExpectReads(kNumbers, [](const YamlNode& node) { return node.AsNumber(); });
  const Typed kBools[] = {
      {"true", "", "plain"},
      {"yes", "a.yaml:1:1: expected true or false, found 'yes'", "YAML 1.1 only"},
      {"'true'", "a.yaml:1:1: expected true or false, found 'true'", "quoted is text"},
  };
  ExpectReads(kBools, [](const YamlNode& node) { return node.AsBool(); });
  const Typed kTexts[] = {
      {"off", "", "a word"},
      {"5", "", "a number is text where text is asked for"},
      {"{a: 1}", "a.yaml:1:1: expected text, found a map", "a map"},
      {"\"\\e[31m\"", "", "the caller escapes what it prints"},
  };
  ExpectReads(kTexts, [](const YamlNode& node) { return node.AsText(); });
}

TEST(YamlNode, EscapesWhatItQuotes) {
  EXPECT_EQ(Parsed("\"\\e[31m\"").AsBool().error().message, "a.yaml:1:1: expected true or false, found '\\x1b[31m'");
}

struct Setting {
  std::string severity;
  bool off = false;
};

constexpr YamlField<Setting> kSetting[] = {
    {"severity", [](const YamlNode& node, Setting& out, YamlErrors& errors) { ReadYaml(node, out.severity, errors); }},
    {"off", [](const YamlNode& node, Setting& out, YamlErrors& errors) { ReadYaml(node, out.off, errors); }},
};

TEST(ReadFields, ReadsByTheTable) {
  Setting setting;
  YamlErrors errors;
  ReadFields<Setting>(Parsed("severity: error\noff: true"), "rule setting", kSetting, setting, errors);
  EXPECT_TRUE(errors.empty());
  EXPECT_EQ(setting.severity, "error");
  EXPECT_TRUE(setting.off);
}

TEST(ReadFields, NamesEveryMistakeAtOnce) {
  Setting setting;
  YamlErrors errors;
  ReadFields<Setting>(Parsed("sevrity: error\noff: maybe\nentirely_else: 1"), "rule setting", kSetting, setting,
                      errors);
  ASSERT_EQ(errors.all().size(), 3u);
  EXPECT_EQ(errors.Combined().message,
            "a.yaml:1:1: unknown key 'sevrity' in rule setting; did you mean 'severity'?\n"
            "a.yaml:2:6: expected true or false, found 'maybe'\n"
            "a.yaml:3:1: unknown key 'entirely_else' in rule setting");
}

TEST(ReadFields, RefusesWhatIsNoMap) {
  Setting setting;
  YamlErrors errors;
  ReadFields<Setting>(Parsed("[a]"), "rule setting", kSetting, setting, errors);
  EXPECT_EQ(errors.Combined().message, "a.yaml:1:1: expected a map for rule setting, found a list");
}

TEST(ReadYaml, ReadsListsAndRanges) {
  YamlErrors errors;
  std::vector<std::string> list;
  ReadYaml(Parsed("[a, 'b']"), list, errors);
  EXPECT_THAT(list, testing::ElementsAre("a", "b"));
  int64_t number = 7;
  ReadYamlInteger(Parsed("100"), 0, 100, number, errors);
  EXPECT_EQ(number, 100);
  EXPECT_TRUE(errors.empty());
  ReadYamlInteger(Parsed("101"), 0, 100, number, errors);
  ReadYaml(Parsed("a"), list, errors);
  ReadYaml(Parsed("[[a]]"), list, errors);
  EXPECT_EQ(errors.Combined().message,
            "a.yaml:1:1: expected an integer from 0 to 100, found '101'\n"
            "a.yaml:1:1: expected a list of text, found 'a'\n"
            "a.yaml:1:2: expected text, found a list");
}

}  // namespace
}  // namespace spangate
