#include "rules/knowledge/personal_keys.h"

#include <gtest/gtest.h>

namespace spangate {
namespace {

struct Case {
  const char* key;
  bool server;
  KeyPolicy policy;
  bool personal;
  const char* why;
};
constexpr Case kCases[] = {
    {"user.email", false, KeyPolicy::kDenied, true, "semconv marks it"},
    {"user.full_name", false, KeyPolicy::kDenied, true, "semconv marks it"},
    {"enduser.id", false, KeyPolicy::kDenied, true, "semconv marks it"},
    {"http.request.header.authorization", false, KeyPolicy::kDenied, true, "credential"},
    {"http.request.header.Authorization", false, KeyPolicy::kDenied, true, "header names have no case"},
    {"http.response.header.set-cookie", false, KeyPolicy::kDenied, true, "session"},
    {"db.query.parameter.0", false, KeyPolicy::kDenied, true, "not captured by default"},
    {"gen_ai.input.messages", false, KeyPolicy::kDenied, true, "what people write"},
    {"http.request.header.x-request-id", false, KeyPolicy::kConditional, false, "the value decides"},
    {"client.address", true, KeyPolicy::kConditional, false, "the value decides"},
    {"url.full", false, KeyPolicy::kConditional, false, "the value decides"},
    {"db.query.text", false, KeyPolicy::kConditional, false, "the value decides"},
    {"exception.message", false, KeyPolicy::kConditional, false, "the value decides"},
    {"network.peer.address", true, KeyPolicy::kConditional, false, "the caller's address"},
    {"network.peer.address", false, KeyPolicy::kFine, false, "the called machine's address"},
    {"user.id", true, KeyPolicy::kFine, false, "surrogate"},
    {"server.address", true, KeyPolicy::kFine, false, "a machine"},
    {"host.ip", false, KeyPolicy::kFine, false, "a machine"},
    {"gen_ai.usage.input_tokens", false, KeyPolicy::kFine, false, "a count"},
    {"customer.phone_number", false, KeyPolicy::kUnlisted, true, "the words match"},
    {"order.id", false, KeyPolicy::kUnlisted, false, "surrogate"},
    {"payment.amount", false, KeyPolicy::kUnlisted, false, "no person in it"},
    {"payment.currency", false, KeyPolicy::kUnlisted, false, "no person in it"},
    {"", false, KeyPolicy::kUnlisted, false, "empty"},
};

TEST(PersonalKeys, FollowTheSemanticConventionsThenTheWords) {
  for (const Case& c : kCases) {
    EXPECT_EQ(PolicyOfKey(c.key, c.server), c.policy) << c.key << ": " << c.why;
    EXPECT_EQ(MatchPersonalKey(c.key, c.server).has_value(), c.personal) << c.key << ": " << c.why;
  }
}

}  // namespace
}  // namespace spangate
