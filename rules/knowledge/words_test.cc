#include "rules/knowledge/words.h"

#include <gtest/gtest.h>

#include <numeric>

namespace spangate {
namespace {

std::string Joined(std::string_view name) {
  std::string out;
  for (const std::string& word : WordsOf(name)) out += (out.empty() ? "" : " ") + word;
  return out;
}

struct Case {
  const char* name;
  const char* words;
  const char* why;
};
constexpr Case kCases[] = {
    {"user_email", "user email", "snake case"},
    {"userEmail", "user email", "camel case"},
    {"kUserEmail", "user email", "constant prefix"},
    {"m_email", "email", "member prefix"},
    {"email_", "email", "trailing underscore"},
    {"USER_EMAIL", "user email", "upper case"},
    {"APIKey", "api key", "acronym before a word"},
    {"userID", "user id", "acronym at the end"},
    {"userIDs", "user id", "plural of an acronym"},
    {"user.e-mail", "user e mail", "dots and dashes"},
    {"customerEMail", "customer email", "EMail is one word"},
    {"emails", "email", "plural"},
    {"addresses", "address", "plural of -ss"},
    {"address", "address", "-ss is no plural"},
    {"diagnosis", "diagnosis", "-is is no plural"},
    {"status", "status", "-us is no plural"},
    {"gps", "gps", "an acronym is no plural"},
    {"firstname", "first name", "joined words"},
    {"phoneNo", "phone no", "no stays a word here"},
    {"passwd", "password", "short form"},
    {"email2", "email", "number at the end"},
    {"ipv4", "ipv4", "digits that belong to the word"},
    {"clientIPv6", "client ipv6", "mixed case word"},
    {"sha256sum", "sha256sum", "unknown word stays"},
    {"OAuth2Token", "oauth2 token", "oauth2 is one word"},
    {"k", "k", "a prefix alone is a word"},
    {"card_last_4", "card last 4", "a number alone is a word"},
    {"", "", "nothing"},
    {"___", "", "no words"},
    {"\xC3\xBCser_mail", "\xC3\xBCser mail", "bytes beyond ASCII are letters"},
};

TEST(WordsOf, SplitsEveryStyle) {
  for (const Case& c : kCases) EXPECT_EQ(Joined(c.name), c.words) << c.name << ": " << c.why;
}

TEST(WithArticle, FollowsTheSound) {
  EXPECT_EQ(WithArticle("e-mail address"), "an e-mail address");
  EXPECT_EQ(WithArticle("UUID"), "a UUID");
  EXPECT_EQ(WithArticle("basic credentials"), "basic credentials");
  EXPECT_EQ(WithArticle("hexadecimal id"), "a hexadecimal id");
}

TEST(WordsOf, IsBounded) {
  EXPECT_LE(WordsOf(std::string(100000, '_') + "a").size(), 24U);
  std::string many;
  for (int i = 0; i < 10000; ++i) many += "a_";
  EXPECT_EQ(WordsOf(many).size(), 24U);
}

}  // namespace
}  // namespace spangate
