#include "rules/knowledge/naming.h"

#include <gtest/gtest.h>

#include <string>

namespace spangate {
namespace {

struct KeyCase {
  std::string key;
  bool valid;
  const char* why;
};
const KeyCase kKeys[] = {
    {"order.item_count", true, "namespace and snake case"},
    {"http.request.method", true, "three parts"},
    {"order", true, "one word is well formed, if vague"},
    {"app.v2.mode", true, "digits inside a word"},
    {"orderTotal", false, "camel case"},
    {"Order.total", false, "capital"},
    {"order-total", false, "dash"},
    {"order total", false, "blank"},
    {"order..total", false, "empty part"},
    {"order._total", false, "two separators"},
    {".order", false, "leading separator"},
    {"order_", false, "trailing separator"},
    {"2fa.mode", false, "leading digit"},
    {"", false, "empty"},
    {"\xC3\xBC"
     "ber.key",
     false, "beyond ASCII"},
    {std::string(64, 'a'), true, "64 characters"},
    {std::string(65, 'a'), false, "65 characters"},
    {"http.request.header.x-request-id", true, "header names are the user's"},
    {"http.request.header.", false, "template without its free part"},
    {"k8s.pod.label.app.kubernetes.io/name", true, "label keys are the user's"},
    {"db.query.parameter.UserId", true, "parameters are the user's"},
    {"acme.http.request.header.X", false, "a template only at the front"},
};

TEST(IsWellFormedKey, FollowsTheSemanticConventions) {
  for (const KeyCase& c : kKeys) EXPECT_EQ(IsWellFormedKey(c.key), c.valid) << c.key << ": " << c.why;
}

struct NameCase {
  const char* name;
  const char* id;  // empty: none
  const char* why;
};
constexpr NameCase kNames[] = {
    {"GET /users/48213", "48213", "number in a path"},
    {"GET /users/7", "7", "one digit as a path segment"},
    {"GET /users/48213/orders", "48213", "number inside a path"},
    {"order 48213", "48213", "number after a word"},
    {"order-48213", "48213", "number joined to a word"},
    {"process ORD48213", "ORD48213", "letters before the number"},
    {"get 3fa85f64-5717-4562-b3fc-2c963f66afa6", "3fa85f64-5717-4562-b3fc-2c963f66afa6", "UUID"},
    {"session_3fa85f6457174562", "3fa85f6457174562", "hex joined by an underscore"},
    {"GET /o/5f2b8c9e1a", "5f2b8c9e1a", "hex"},
    {"mail jane@example.com", "jane@example.com", "e-mail address"},
    {"GET /users/{id}", "", "template"},
    {"GET /users/{user_id:[0-9]+}/x", "", "template with a pattern"},
    {"GET /users/:id", "", "colon template"},
    {"GET /users/<int:4711>", "", "angle template"},
    {"GET /users/*", "", "wildcard"},
    {"GET /v2/items", "", "version"},
    {"GET /api/v10", "", "version of two digits"},
    {"http2 connect", "", "http2"},
    {"s3.put_object", "", "s3"},
    {"HTTP/1.1 parse", "", "protocol version"},
    {"HTTP 500", "", "status class of a fixed set"},
    {"TLS 1.3 handshake", "", "protocol version"},
    {"step 3", "", "one digit after a word is an enumeration"},
    {"sha256 verify", "", "algorithm"},
    {"base64 decode", "", "encoding"},
    {"ipv4 lookup", "", "ipv4"},
    {"deadbeef", "", "hex letters alone may be a word"},
    {"facade added", "", "words of hex letters"},
    {"user@host", "", "no domain"},
    {"checkout", "", "plain"},
    {"", "", "empty"},
    {"GET /a/{unclosed 48213", "48213", "an open brace hides nothing"},
};

TEST(FindIdInName, FindsIdsAndSparesTemplates) {
  for (const NameCase& c : kNames) {
    const std::optional<IdInName> id = FindIdInName(c.name);
    EXPECT_EQ(id ? std::string_view(c.name).substr(id->offset, id->length) : "", c.id) << c.name << ": " << c.why;
  }
}

}  // namespace
}  // namespace spangate
