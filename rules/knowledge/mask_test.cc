#include "rules/knowledge/mask.h"

#include <gtest/gtest.h>

namespace spangate {
namespace {

struct Case {
  const char* sensitive;
  Detector detector;
  const char* masked;
  const char* why;
};
constexpr Case kCases[] = {
    {"jane@example.com", Detector::kEmail, "j***@***.com", "first letter and top-level domain"},
    {"jane@mail.example.co.uk", Detector::kEmail, "j***@***.uk", "only the last label"},
    {"\xC3\xBC@example.com", Detector::kEmail, "\xC3\xBC***@***.com", "a character is kept whole"},
    {"jane%40example.com", Detector::kEmail, "j***@***.com", "percent-encoded"},
    {"4111111111111111", Detector::kCard, "41*** (16 characters)", "two digits and the length"},
    {"hunter2", Detector::kUrlPassword, "*** (7 characters)", "a short secret shows nothing"},
    {"hunter22", Detector::kUrlPassword, "hu*** (8 characters)", "a longer one its first two"},
    {"\x1B[31mabc", Detector::kNamedSecret, "\\x1b[*** (8 characters)", "control characters are defused"},
    {"", Detector::kBearer, "*** (0 characters)", "nothing"},
};

TEST(Mask, ShowsAtMostTheBeginning) {
  for (const Case& c : kCases) EXPECT_EQ(Mask(c.sensitive, c.detector), c.masked) << c.why;
}

TEST(Mask, IsNoDetectionItself) {
  for (const Case& c : kCases) EXPECT_TRUE(Detect(Mask(c.sensitive, c.detector)).empty()) << c.masked;
}

TEST(Redacted, ReplacesEveryDetectionByItsName) {
  EXPECT_EQ(Redacted("login jane@example.com from 4111111111111111!"),
            "login {e-mail address} from {payment card number}!");
  EXPECT_EQ(Redacted("plain"), "plain");
  EXPECT_EQ(Redacted(""), "");
}

TEST(Redacted, IsEqualForAllPeople) { EXPECT_EQ(Redacted("u jane@a.test"), Redacted("u joe@b.test")); }

}  // namespace
}  // namespace spangate
