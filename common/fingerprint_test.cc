#include "common/fingerprint.h"

#include <gtest/gtest.h>

namespace spangate {
namespace {

// Golden values: a change here orphans every baseline in the field, so it needs a new prefix ("v2:").
TEST(Fingerprint, KeepsItsValuesForEver) {
  EXPECT_EQ(Fingerprint({}), "v1:99aa06d3014798d86001c324468d497f");
  const SourcePlace place{
      .where = {.path = "src/a.cc", .line = 3}, .function = "shop::Pay", .tokens = "StartSpan(\"x\")"};
  EXPECT_EQ(SourceFingerprint("span-name-not-constant", place, 0), "v1:821def8fc1108229916319507194f99b");
}

TEST(Fingerprint, SeesTheBoundaryBetweenParts) { EXPECT_NE(Fingerprint({"ab", "c"}), Fingerprint({"a", "bc"})); }

TEST(SourceFingerprint, IgnoresLinesAndBlanksButNotTheOrdinal) {
  SourcePlace a{.where = {.path = "a.cc", .line = 3, .column = 1}, .function = "f", .tokens = "g( 1 )"};
  SourcePlace b{.where = {.path = "a.cc", .line = 90, .column = 7}, .function = "f", .tokens = "g(1)"};
  EXPECT_EQ(SourceFingerprint("r", a, 0), SourceFingerprint("r", b, 0));
  EXPECT_NE(SourceFingerprint("r", a, 0), SourceFingerprint("r", a, 1));
  b.where.path = "b.cc";
  EXPECT_NE(SourceFingerprint("r", a, 0), SourceFingerprint("r", b, 0));
}

TEST(TelemetryFingerprint, IgnoresIdsInNamesAndTraceIds) {
  TelemetryPlace a{.service_name = "shop", .span_name = "GET /users/17", .trace_id = "aa"};
  TelemetryPlace b{.service_name = "shop", .span_name = "GET /users/4711", .trace_id = "bb"};
  EXPECT_EQ(TelemetryFingerprint("r", a, ""), TelemetryFingerprint("r", b, ""));
  EXPECT_NE(TelemetryFingerprint("r", a, ""), TelemetryFingerprint("r", a, "check"));
}

struct IdCase {
  const char* name;
  const char* expected;
  const char* why;
};
constexpr IdCase kIdCases[] = {
    {"GET /users/48213", "GET /users/#", "a number is an id"},
    {"GET /v2/items", "GET /v2/items", "v2 is a word"},
    {"get 3fa85f64-5717-4562-b3fc-2c963f66afa6", "get #", "a UUID"},
    {"deadbeef", "deadbeef", "hex letters without a digit may be a word"},
    {"charge order-48211", "charge order-#", "a number behind a dash"},
    {"job 4bf92f3577b34da6", "job #", "long hex"},
    {"", "", "nothing in, nothing out"},
};

TEST(WithoutIds, ReplacesWhatChangesFromRunToRun) {
  for (const IdCase& c : kIdCases) EXPECT_EQ(WithoutIds(c.name), c.expected) << c.why;
}

}  // namespace
}  // namespace spangate
