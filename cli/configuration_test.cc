#include "cli/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace spangate {
namespace {

using testing::ElementsAre;

const std::vector<std::string_view> kRules = {"attribute-key-vague", "orphan-span", "span-name-not-constant"};

constexpr std::string_view kWhole = R"yaml(version: 1
analyze:
  compile_commands: build
  sources: ["src/**", "./lib/**"]
  critical_paths:
    - name: checkout
      entry: "shop::CheckoutService::PlaceOrder"
      reaches: ["shop::PaymentClient::Charge"]
    - entry: "shop::Refund"
  span_api:
    - start: "shop::tracing::Span::Span"
      name_argument: 0
    - start: "shop::Trace"
  outbound: ["httplib::Client::Post", "grpc::*Stub*"]
personal_data:
  fields: ["shop::Customer::email", "shop::Card::*"]
  sanitizers: ["shop::Redact"]
  allow_keys: ["user.id"]
naming: {attribute_namespace: shop}
run:
  checks: ["tests/telemetry/*.checks.yaml"]
  operations:
    - {service: checkout, name: "POST /checkout", kind: server}
    - {name: "charge"}
  coverage: {operations: 100, span_sites: 80.5}
rules:
  span-name-not-constant: {severity: warning}
  orphan-span: off
overrides: [{paths: ["src/legacy/**"], rules: {attribute-key-vague: note}}]
fail_on: error
contract: {file: tests/contract.yaml}
baseline: {file: ../shared/baseline.jsonl}
output: {dir: out}
cache: {dir: /var/cache/spangate}
)yaml";

TEST(ParseConfiguration, ReadsEveryKey) {
  const Result<Configuration> read = ParseConfiguration(kWhole, "/repo/spangate.yaml", kRules, "/repo");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  const Configuration& c = read.value();
  EXPECT_EQ(c.compile_commands, "/repo/build");
  EXPECT_THAT(c.policy.sources, ElementsAre("src/**", "lib/**"));
  ASSERT_EQ(c.policy.critical_paths.size(), 2u);
  EXPECT_EQ(c.policy.critical_paths[0].name, "checkout");
  EXPECT_THAT(c.policy.critical_paths[0].reaches, ElementsAre("shop::PaymentClient::Charge"));
  EXPECT_EQ(c.policy.critical_paths[1].name, "shop::Refund") << "named by its entry";
  ASSERT_EQ(c.policy.span_api.size(), 2u);
  EXPECT_EQ(c.policy.span_api[0].name_argument, 0);
  EXPECT_EQ(c.policy.span_api[1].name_argument, -1);
  EXPECT_EQ(c.policy.outbound.size(), 2u);
  EXPECT_EQ(c.policy.personal_fields.size(), 2u);
  EXPECT_THAT(c.policy.personal_sanitizers, ElementsAre("shop::Redact"));
  EXPECT_THAT(c.policy.personal_allow_keys, ElementsAre("user.id"));
  EXPECT_EQ(c.policy.attribute_namespace, "shop");
  EXPECT_THAT(c.checks, ElementsAre("/repo/tests/telemetry/*.checks.yaml"));
  ASSERT_EQ(c.policy.operations.size(), 2u);
  EXPECT_EQ(c.policy.operations[0].kind, "server");
  EXPECT_EQ(c.policy.operations[1].service, "");
  EXPECT_EQ(c.operations_threshold, 100);
  EXPECT_EQ(c.span_sites_threshold, 80.5);
  EXPECT_EQ(c.policy.rules.at("span-name-not-constant").severity, Severity::kWarning);
  EXPECT_TRUE(c.policy.rules.at("orphan-span").off);
  ASSERT_EQ(c.policy.overrides.size(), 1u);
  EXPECT_THAT(c.policy.overrides[0].paths, ElementsAre("src/legacy/**"));
  EXPECT_EQ(c.policy.overrides[0].rules.at("attribute-key-vague").severity, Severity::kNote);
  EXPECT_EQ(c.fail_on, Severity::kError);
  EXPECT_FALSE(c.fail_on_never);
  EXPECT_EQ(c.contract_file, "/repo/tests/contract.yaml");
  EXPECT_EQ(c.baseline_file, "/shared/baseline.jsonl");
  EXPECT_EQ(c.output_dir, "/repo/out");
  EXPECT_EQ(c.cache_dir, "/var/cache/spangate") << "absolute paths stay";
}

TEST(ParseConfiguration, ResolvesFromTheFolderOfTheFile) {
  const Result<Configuration> read = ParseConfiguration(
      "version: 1\nanalyze: {compile_commands: ../build, sources: ['src/**', '/abs/**']}\nfail_on: never\n",
      "/repo/services/shop/spangate.yaml", kRules, "/repo");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read.value().compile_commands, "/repo/services/build");
  EXPECT_THAT(read.value().policy.sources, ElementsAre("services/shop/src/**", "/abs/**"));
  EXPECT_TRUE(read.value().fail_on_never);
  EXPECT_EQ(read.value().fail_on, std::nullopt);
}

struct Mistake {
  const char* text;  // after "version: 1\n"
  const char* error;
  const char* why;
};

TEST(ParseConfiguration, NamesThePlaceAndTheCure) {
  const Mistake kCases[] = {
      {"analyse: {}", "s.yaml:2:1: unknown key 'analyse' in spangate.yaml; did you mean 'analyze'?", "at the root"},
      {"run: {check: []}", "s.yaml:2:7: unknown key 'check' in run; did you mean 'checks'?", "in a section"},
      {"rules: {orphan-span: {sevrity: error}}",
       "s.yaml:2:23: unknown key 'sevrity' in rule setting; did you mean 'severity'?", "in a setting"},
      {"rules: {orphan-spam: off}", "s.yaml:2:9: unknown rule 'orphan-spam'; did you mean 'orphan-span'?", "rule id"},
      {"rules: {orphan-span: maybe}",
       "s.yaml:2:22: expected off, error, warning, note or a map for the rule's setting, found 'maybe'", "setting"},
      {"rules: {orphan-span: ~}",
       "s.yaml:2:22: expected off, error, warning, note or a map for the rule's setting, found nothing", "no setting"},
      {"rules: {orphan-span: {severity: off}}", "s.yaml:2:33: expected error, warning or note, found 'off'",
       "off is not a severity"},
      {"fail_on: fatal", "s.yaml:2:10: expected error, warning, note or never, found 'fatal'", "fail_on"},
      {"run: {coverage: {operations: 101}}", "s.yaml:2:30: expected a percentage from 0 to 100, found '101'", "range"},
      {"run: {operations: [{service: a}]}", "s.yaml:2:20: an operation needs 'name'", "would match nothing"},
      {"run: {operations: [{name: a, kind: sever}]}", "s.yaml:2:36: unknown span kind 'sever'; did you mean 'server'?",
       "span kind"},
      {"run: {operations: {name: a}}", "s.yaml:2:19: expected a list, each an operation, found a map", "no list"},
      {"analyze: {critical_paths: [{name: a}]}", "s.yaml:2:28: a critical path needs 'entry'", "no entry"},
      {"analyze: {critical_paths: [{entry: ''}]}", "s.yaml:2:36: empty text; leave the key out instead", "empty"},
      {"analyze: {span_api: [{start: a, name_argument: -1}]}",
       "s.yaml:2:48: expected an integer from 0 to 255, found '-1'", "negative index"},
      {"analyze: {sources: src}", "s.yaml:2:20: expected a list of text, found 'src'", "a text for a list"},
      {"analyze:", "s.yaml:2:1: expected a map for analyze, found nothing", "an empty section"},
      {"overrides: [{paths: [a]}]", "s.yaml:2:13: an override needs 'rules'", "an override of nothing"},
      {"output: {dir: ''}", "s.yaml:2:15: empty text; leave the key out instead", "an empty path"},
  };
  for (const Mistake& c : kCases) {
    const Result<Configuration> read = ParseConfiguration(std::string("version: 1\n") + c.text, "s.yaml", kRules);
    EXPECT_EQ(read.has_value() ? "accepted" : read.error().message, c.error) << c.why;
    EXPECT_TRUE(read.has_value() || read.error().kind == ErrorKind::kUsage) << c.why;
  }
}

TEST(ParseConfiguration, ReportsAllMistakesAtOnce) {
  const Result<Configuration> read = ParseConfiguration("version: 1\nfail_on: x\nnaming: []\n", "s.yaml", kRules);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message,
            "s.yaml:2:10: expected error, warning, note or never, found 'x'\n"
            "s.yaml:3:9: expected a map for naming, found a list");
}

TEST(ParseConfiguration, RefusesOtherVersionsBeforeAllElse) {
  const Mistake kCases[] = {
      {"", "s.yaml:1:1: expected a map that begins with 'version: 1', found nothing", "an empty file"},
      {"fail_on: error", "s.yaml:1:1: 'version: 1' is missing; write it on the first line", "no version"},
      {"version: 2\nnew_key: 1", "s.yaml:1:10: version 2 is not known; this spangate reads version 1", "a newer one"},
      {"version: '1'", "s.yaml:1:10: expected an integer, found '1'", "text"},
      {"version: 1\nversion: 1", "s.yaml:2:1: key 'version' stands here twice; remove one", "twice"},
  };
  for (const Mistake& c : kCases) {
    const Result<Configuration> read = ParseConfiguration(c.text, "s.yaml", kRules);
    EXPECT_EQ(read.has_value() ? "accepted" : read.error().message, c.error) << c.why;
  }
}

// Every key below a schema, in the notation of ConfigurationKeys().
void Collect(const nlohmann::json& root, const nlohmann::json& schema, const std::string& at,
             std::set<std::string>& out) {
  if (schema.contains("$ref")) {
    const std::string pointer = schema["$ref"].get<std::string>().substr(1);
    Collect(root, root.at(nlohmann::json::json_pointer(pointer)), at, out);
  }
  for (const auto& choice : schema.value("oneOf", nlohmann::json::array())) Collect(root, choice, at, out);
  if (schema.contains("items")) Collect(root, schema["items"], at + "[]", out);
  if (schema.contains("additionalProperties") && schema["additionalProperties"].is_object()) {
    Collect(root, schema["additionalProperties"], at + ".*", out);
  }
  if (!schema.contains("properties")) return;
  EXPECT_EQ(schema.value("additionalProperties", nlohmann::json(true)), nlohmann::json(false)) << at;
  for (const auto& [key, value] : schema["properties"].items()) {
    const std::string path = at.empty() ? key : at + "." + key;
    out.insert(path);
    Collect(root, value, path, out);
  }
}

TEST(ConfigurationSchema, HasTheKeysThatTheReaderAccepts) {
  const nlohmann::json schema = nlohmann::json::parse(ConfigurationSchema());
  std::set<std::string> keys;
  Collect(schema, schema, "", keys);
  EXPECT_THAT(ConfigurationKeys(), testing::ElementsAreArray(keys));
}

TEST(ConfigurationKeys, AreAllReadByTheReader) {
  // The list is put together by hand from the tables; a key that it names and the reader refuses shows here.
  for (const std::string& key : ConfigurationKeys()) {
    std::string last = key.substr(key.rfind('.') == std::string::npos ? 0 : key.rfind('.') + 1);
    EXPECT_NE(kWhole.find(last + ":"), std::string_view::npos) << key << " is missing in the whole example";
  }
}

}  // namespace
}  // namespace spangate
