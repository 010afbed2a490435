#include "rules/knowledge/detectors.h"

#include <gtest/gtest.h>

#include <string>

namespace spangate {
namespace {

using enum Detector;

struct Hit {
  std::string value;
  Detector detector;
  std::string sensitive;
  const char* why;
};
// Secrets are put together at run time, so that no scanner takes this file for a leak.
const std::string kJwtText = std::string("eyJhbGciOiJIUzI1NiJ9") + ".eyJzdWIiOiIxMjM0In0" + ".c2lnbmF0dXJl";
const std::string kAws = std::string("AKIA") + "IOSFODNN7ABCDEFG";
const std::string kGithub = std::string("ghp_") + "0123456789abcdefghijABCDEFGHIJ012345";

const Hit kHits[] = {
    {"jane@shop.test", kEmail, "jane@shop.test", "plain"},
    {"user jane.doe+x@mail.shop.co.uk failed.", kEmail, "jane.doe+x@mail.shop.co.uk", "in a sentence"},
    {"<jane@shop.test>", kEmail, "jane@shop.test", "in brackets"},
    {"mail=jane%40shop.test&x=1", kEmail, "jane%40shop.test", "percent-encoded"},
    {"to jane@example.com.", kEmail, "jane@example.com", "full stop after it"},
    {"https://shop.test/u/jane@shop.test", kEmail, "jane@shop.test", "in a path"},
    {"4111111111111111", kCard, "4111111111111111", "Visa"},
    {"card 4111 1111 1111 1111 declined", kCard, "4111 1111 1111 1111", "blanks"},
    {"5555-5555-5555-4444", kCard, "5555-5555-5555-4444", "dashes, Mastercard"},
    {"378282246310005", kCard, "378282246310005", "American Express"},
    {"3782 822463 10005", kCard, "3782 822463 10005", "American Express grouping"},
    {"2223000048400011", kCard, "2223000048400011", "Mastercard 2-series"},
    {"{\"pan\":\"6011111111111117\"}", kCard, "6011111111111117", "in JSON"},
    {"DE89370400440532013000", kIban, "DE89370400440532013000", "plain"},
    {"to DE89 3704 0044 0532 0130 00!", kIban, "DE89 3704 0044 0532 0130 00", "groups"},
    {"GB82WEST12345698765432", kIban, "GB82WEST12345698765432", "letters in it"},
    {"ssn 536-22-8726", kSsn, "536-22-8726", "dashes"},
    {"+14155550123", kPhone, "+14155550123", "E.164"},
    {"call +49 30 1234567 now", kPhone, "+49 30 1234567", "grouped"},
    {kJwtText, kJwt, kJwtText, "three parts"},
    {"token " + kJwtText + ";", kJwt, kJwtText, "in text"},
    {"Bearer abcdef0123456789", kBearer, "abcdef0123456789", "header value"},
    {"authorization: bearer AbCdEfGhIjKlMnOpQr", kBearer, "AbCdEfGhIjKlMnOpQr", "mixed case without digit"},
    {"Basic amFuZTpodW50ZXIy", kBasic, "amFuZTpodW50ZXIy", "decodes to user:password"},
    {"key -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- end", kPrivateKey,
     "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----", "PEM"},
    {"-----BEGIN PRIVATE KEY-----\nMII", kPrivateKey, "-----BEGIN PRIVATE KEY-----\nMII", "cut PEM"},
    {"id=" + kAws, kCloudKey, kAws, "AWS"},
    {kGithub, kCloudKey, kGithub, "GitHub"},
    {"postgres://svc:Tr0ub4dor@db/x", kUrlPassword, "Tr0ub4dor", "userinfo"},
    {"postgres://svc:p@ss@db.shop.test/x", kUrlPassword, "p@ss", "an @ in the password"},
    {"https://b.test/o?X-Amz-Signature=0123456789abcdef01", kSignedUrl, "0123456789abcdef01", "signed URL"},
    {"Server=db;Password=hunter22;", kNamedSecret, "hunter22", "connection string"},
    {"/login?access_token=s3cr3tvalue&x=1", kNamedSecret, "s3cr3tvalue", "query parameter"},
};

TEST(Detect, FindsWhatIsSensitiveAndOnlyThat) {
  for (const Hit& c : kHits) {
    const std::vector<Detection> found = Detect(c.value);
    EXPECT_EQ(found.size(), 1U) << c.value << ": " << c.why;
    if (found.empty()) continue;
    EXPECT_EQ(found[0].detector, c.detector) << c.value << " as " << Name(found[0].detector) << ": " << c.why;
    EXPECT_EQ(c.value.substr(found[0].offset, found[0].length), c.sensitive) << c.why;
  }
}

struct Trap {
  std::string value;
  const char* why;
};
const Trap kTraps[] = {
    {"", "empty"},
    {"user@host", "no domain"},
    {"@shop.test", "no mailbox"},
    {"jane@", "no domain"},
    {"jane@shop.", "no top-level domain"},
    {"logo@2x.png", "a file"},
    {"getty@tty1.service", "a systemd unit"},
    {"pkg@1.2.3", "a version"},
    {"image@sha256:0123", "a digest"},
    {"git@github.com:org/repo.git", "a repository"},
    {"noreply@shop.test", "nobody's mailbox"},
    {"@angular/core", "a package"},
    {"4111111111111112", "fails Luhn"},
    {"1234567812345670", "passes Luhn, issued by nobody"},
    {"1763725486123456789", "time in nanoseconds"},
    {"1763725486123", "time in milliseconds"},
    {"41111111111111110000", "part of a longer number"},
    {"a4111111111111111", "part of a word"},
    {"0.4111111111111111", "a decimal number"},
    {"4111 1111-1111 1111", "mixed separators"},
    {"411 1111 1111 11111", "no card is grouped so"},
    {"4bf92f3577b34da6a3ce929d0e0e4736", "a trace id"},
    {"3fa85f64-5717-4562-b3fc-2c963f66afa6", "a UUID"},
    {"4000000000000002000", "a round number"},
    {"DE89370400440532013001", "fails mod 97"},
    {"XX89370400440532013000", "no country"},
    {"DE893704004405320130", "too short for its country"},
    {"000-12-3456", "area 000 is not issued"},
    {"666-12-3456", "area 666 is not issued"},
    {"912-12-3456", "areas from 900 are not issued"},
    {"536-00-1234", "group 00 is not issued"},
    {"536-22-0000", "serial 0000 is not issued"},
    {"536 22-8726", "mixed separators"},
    {"2026-11-21T10:00:00+0100", "a time zone"},
    {"10.4.2.1", "a version or machine"},
    {"1+1234567890", "a formula"},
    {"eyJhbGciOi.notbase64json.x", "claims do not decode"},
    {"eyJ", "a prefix alone"},
    {"bearer authentication failed", "a sentence"},
    {"Bearer <token>", "a placeholder"},
    {"Basic authentication failed", "a sentence"},
    {"-----BEGIN CERTIFICATE-----", "public"},
    {"-----BEGIN PUBLIC KEY-----", "public"},
    {"AKIA", "a prefix alone"},
    {"XAKIAIOSFODNN7ABCDEFG", "inside a word"},
    {"ghp_short", "too short"},
    {"postgres://db/x", "no userinfo"},
    {"postgres://svc@db/x", "no password"},
    {"postgres://svc:***@db/x", "masked"},
    {"postgres://svc:${DB_PASSWORD}@db/x", "a variable"},
    {"postgres://svc:REDACTED@db/x", "redacted"},
    {"http://h:8080/a@b", "a port"},
    {"https://b.test/o?X-Amz-Signature=REDACTED", "redacted"},
    {"password=****", "masked"},
    {"password=$1 AND x", "a bind parameter"},
    {"password = ?", "a bind parameter"},
    {"token_count=123456", "a number"},
    {"SELECT * FROM t WHERE mail = ?", "a statement"},
    {"GET /users/{id}", "a name"},
    {"[sip:]", "nothing"},
};

TEST(Detect, SparesTheTraps) {
  for (const Trap& c : kTraps) {
    const std::vector<Detection> found = Detect(c.value);
    EXPECT_TRUE(found.empty()) << c.value << " as " << (found.empty() ? "" : Name(found[0].detector)) << ": " << c.why;
  }
}

TEST(Detect, MarksWhatDocumentationUses) {
  EXPECT_TRUE(Detect("jane@example.com").at(0).example);
  EXPECT_FALSE(Detect("jane@shop.test").at(0).example);
  EXPECT_TRUE(Detect("4111111111111111").at(0).example);
  EXPECT_TRUE(Detect(std::string("AKIA") + "IOSFODNN7EXAMPLE").at(0).example);
  EXPECT_FALSE(Detect("2223000048400011").at(0).example);
}

TEST(Detect, FindsSeveralInOrderWithoutOverlaps) {
  const std::vector<Detection> found = Detect("4111111111111111 a@b.test 4111111111111111");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].offset, 0U);
  EXPECT_EQ(found[1].detector, kEmail);
  EXPECT_EQ(found[2].offset, 26U);
}

// Each of these costs the square of its length when a finder looks back or ahead without a limit; the test program
// would hit its time limit.
TEST(Detect, StaysLinearOnHostileValues) {
  for (const char* piece :
       {"@",    "a@",    "a@b.", "://", "://a:", "eyJ.",    "=a",   "a=",  "password=", "-----BEGIN PRIVATE KEY",
        "hvs.", "ya29.", "+1",   "1 ",  "1-",    "bearer ", "DE89", "%40", "A",         "\xFF"}) {
    std::string value;
    while (value.size() < 1000000) value += piece;
    EXPECT_LT(Detect(value).size(), 70000U) << piece;
  }
}

}  // namespace
}  // namespace spangate
