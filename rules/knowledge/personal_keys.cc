#include "rules/knowledge/personal_keys.h"

#include <algorithm>
#include <string>

namespace spangate {
namespace {

struct KeyRow {
  std::string_view key;  // a trailing '*' stands for any rest
  KeyPolicy policy;
  PersonalKind kind = PersonalKind::kContact;
};

using enum KeyPolicy;
using enum PersonalKind;

// First match wins, so exceptions stand before their family. Source: the notes of the semantic conventions registry
// ("This field contains sensitive (PII) information", "SHOULD NOT be captured by default").
constexpr KeyRow kRows[] = {
    {"user.email", kDenied, kContact},
    {"user.full_name", kDenied, kContact},
    {"user.name", kDenied, kContact},
    {"enduser.id", kDenied, kContact},
    {"enduser.scope", kDenied, kSecret},
    {"http.request.header.authorization", kDenied, kSecret},
    {"http.request.header.proxy-authorization", kDenied, kSecret},
    {"http.request.header.proxy_authorization", kDenied, kSecret},
    {"http.request.header.cookie", kDenied, kSecret},
    {"http.request.header.x-api-key", kDenied, kSecret},
    {"http.request.header.x_api_key", kDenied, kSecret},
    {"http.request.header.x-auth-token", kDenied, kSecret},
    {"http.request.header.x_auth_token", kDenied, kSecret},
    {"http.request.header.x-forwarded-for", kDenied, kNetwork},
    {"http.request.header.x_forwarded_for", kDenied, kNetwork},
    {"http.request.header.forwarded", kDenied, kNetwork},
    {"http.request.header.x-real-ip", kDenied, kNetwork},
    {"http.request.header.x_real_ip", kDenied, kNetwork},
    {"http.response.header.set-cookie", kDenied, kSecret},
    {"http.response.header.set_cookie", kDenied, kSecret},
    {"http.response.header.authorization", kDenied, kSecret},
    {"rpc.request.metadata.authorization", kDenied, kSecret},
    {"rpc.request.metadata.cookie", kDenied, kSecret},
    {"rpc.response.metadata.set-cookie", kDenied, kSecret},
    {"rpc.grpc.request.metadata.authorization", kDenied, kSecret},
    {"rpc.grpc.request.metadata.cookie", kDenied, kSecret},
    {"rpc.grpc.response.metadata.set-cookie", kDenied, kSecret},
    {"rpc.connect_rpc.request.metadata.authorization", kDenied, kSecret},
    {"rpc.connect_rpc.request.metadata.cookie", kDenied, kSecret},
    {"db.query.parameter.*", kDenied, kContent},
    {"db.user", kDenied, kSecret},
    {"http.request.body", kDenied, kContent},
    {"http.request.body.content", kDenied, kContent},
    {"http.response.body", kDenied, kContent},
    {"http.response.body.content", kDenied, kContent},
    {"gen_ai.input.messages", kDenied, kContent},
    {"gen_ai.output.messages", kDenied, kContent},
    {"gen_ai.system_instructions", kDenied, kContent},
    {"gen_ai.prompt", kDenied, kContent},
    {"gen_ai.completion", kDenied, kContent},
    {"http.client_ip", kDenied, kNetwork},

    {"source.address", kConditional, kNetwork},
    {"client.address", kConditional, kNetwork},
    {"user_agent.original", kConditional, kNetwork},
    {"http.user_agent", kConditional, kNetwork},
    {"http.url", kConditional, kContent},
    {"http.target", kConditional, kContent},
    {"url.full", kConditional, kContent},
    {"url.query", kConditional, kContent},
    {"url.path", kConditional, kContent},
    {"db.query.text", kConditional, kContent},
    {"db.statement", kConditional, kContent},
    {"db.operation.parameter.*", kConditional, kContent},
    {"graphql.document", kConditional, kContent},
    {"exception.message", kConditional, kContent},
    {"exception.stacktrace", kConditional, kContent},
    {"process.command_args", kConditional, kSecret},
    {"process.command_line", kConditional, kSecret},
    {"process.environment_variable.*", kConditional, kSecret},
    {"device.id", kConditional, kNetwork},
    {"feature_flag.result.value", kConditional, kContent},
    {"messaging.message.conversation_id", kConditional, kContent},
    {"session.id", kConditional, kNetwork},
    {"session.previous_id", kConditional, kNetwork},
    {"enduser.pseudo.id", kConditional, kNetwork},
    {"http.request.header.*", kConditional, kContent},
    {"http.response.header.*", kConditional, kContent},
    {"rpc.*", kConditional, kContent},

    {"user.id", kFine},
    {"user.hash", kFine},
    {"user.roles", kFine},
    {"enduser.role", kFine},
    {"server.*", kFine},
    {"service.*", kFine},
    {"network.local.*", kFine},
    {"network.protocol.*", kFine},
    {"network.transport", kFine},
    {"network.type", kFine},
    {"user_agent.name", kFine},
    {"user_agent.version", kFine},
    {"user_agent.os.*", kFine},
    {"user_agent.synthetic.type", kFine},
    {"http.route", kFine},
    {"http.request.method", kFine},
    {"url.scheme", kFine},
    {"url.template", kFine},
    {"url.domain", kFine},
    {"db.system.name", kFine},
    {"db.namespace", kFine},
    {"db.collection.name", kFine},
    {"db.query.summary", kFine},
    {"db.operation.*", kFine},
    {"messaging.destination.*", kFine},
    {"error.type", kFine},
    {"geo.country.*", kFine},
    {"geo.continent.*", kFine},
    {"geo.region.*", kFine},
    {"geo.locality.*", kFine},
    {"geo.postal_code", kConditional, kLocation},
    {"geo.location.*", kConditional, kLocation},
    {"code.*", kFine},
    {"thread.*", kFine},
    {"host.*", kFine},
    {"k8s.*", kFine},
    {"container.*", kFine},
    {"cloud.*", kFine},
    {"faas.*", kFine},
    {"os.*", kFine},
    {"telemetry.*", kFine},
    {"gen_ai.usage.*", kFine},
    {"gen_ai.token.type", kFine},
    {"deployment.*", kFine},
    {"process.owner", kFine},
    {"process.*", kFine},
    {"tls.*", kFine},
    {"hw.*", kFine},
    {"otel.*", kFine},
    {"vcs.*", kFine},
    {"aws.s3.*", kFine},
    {"aws.kinesis.*", kFine},
    {"aws.dynamodb.*", kFine},
    {"traceparent", kFine},
};

bool Matches(std::string_view pattern, std::string_view key) {
  if (!pattern.ends_with('*')) return pattern == key;
  return key.starts_with(pattern.substr(0, pattern.size() - 1));
}

const KeyRow* RowOf(std::string_view key) {
  const auto* found = std::ranges::find_if(kRows, [&](const KeyRow& row) { return Matches(row.key, key); });
  return found == std::end(kRows) ? nullptr : found;
}

std::string Lowered(std::string_view key) {
  std::string out(key.substr(0, 512));
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// On a server span the peer is the caller, on a client span the machine that is called.
bool IsPeer(std::string_view key) {
  return key == "network.peer.address" || key == "net.sock.peer.addr" || key == "net.peer.ip" ||
         key == "net.peer.name" || key == "network.peer.port";
}

}  // namespace

KeyPolicy PolicyOfKey(std::string_view key, bool server_span) {
  const std::string lowered = Lowered(key);  // header names come in every case
  if (IsPeer(lowered)) return server_span && lowered != "network.peer.port" ? kConditional : kFine;
  const KeyRow* row = RowOf(lowered);
  return row == nullptr ? kUnlisted : row->policy;
}

std::optional<PersonalName> MatchPersonalKey(std::string_view key, bool server_span) {
  switch (PolicyOfKey(key, server_span)) {
    case kDenied:
      return PersonalName{RowOf(Lowered(key))->kind, Lowered(key)};
    case kConditional:
    case kFine:
      return std::nullopt;
    case kUnlisted:
      return MatchPersonalName(key);
  }
  return std::nullopt;
}

}  // namespace spangate
