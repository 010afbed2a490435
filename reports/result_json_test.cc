#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/report.h"
#include "reports/sample_run.h"

namespace spangate {
namespace {

using Json = nlohmann::json;

std::string Rendered(const RunResult& run) { return FindFormat("json")->render(run, nullptr); }

TEST(ParseResult, ReadsBackWhatTheFormatWrote) {
  std::mt19937 random(7);
  for (int i = 0; i < 100; ++i) {
    const RunResult run = WithoutInvalidUtf8(i == 0 ? SampleRun() : RandomRun(random));
    const std::string written = Rendered(run);
    const Result<RunResult> read = ParseResult(written);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    // Equal text means equal fields: the writer leaves none out, which the schema test below shows.
    EXPECT_EQ(Rendered(read.value()), written);
    EXPECT_EQ(read.value().info.incomplete, run.info.incomplete);
    EXPECT_EQ(read.value().findings.front().where, run.findings.front().where);
    EXPECT_EQ(read.value().findings.back().telemetry->span_name, run.findings.back().telemetry->span_name);
  }
}

struct Change {
  const char* pointer;
  Json value;  // discarded: the key is removed
  const char* error;
  const char* why;
};

TEST(ParseResult, NamesTheValueThatItCannotRead) {
  const Change kCases[] = {
      {"/schema_version", "1.2", "result: /schema_version: version 1.2 is newer than 1.1", "newer minor"},
      {"/schema_version", "2.0", "result: /schema_version: version 2.0 is newer than 1.1", "newer major"},
      {"/schema_version", "1", "result: /schema_version: '1' is no version", "no minor"},
      {"/schema_version", "1.0x", "result: /schema_version: '1.0x' is no version", "trailing text"},
      {"/schema_version", 1, "result: /schema_version: expected text", "a number"},
      {"/run/verdict", "green", "result: /run/verdict: unknown verdict 'green'", "unknown name"},
      {"/run/exit_status", 3000000000, "result: /run/exit_status: expected an integer in range", "overflow"},
      {"/run/translation_units/clean", -1, "result: /run/translation_units/clean: expected an unsigned", "negative"},
      {"/findings/0/category", "pii", "result: /findings/0/category: unknown category 'pii'", "unknown category"},
      {"/findings/1/location/line", 4294967296, "result: /findings/1/location/line: expected an unsigned", "overflow"},
      {"/findings/0/flow/1", 3, "result: /findings/0/flow/1: expected an object", "wrong kind"},
      {"/findings", Json::object(), "result: /findings: expected an array", "wrong kind of the list"},
      {"/checks/0/outcome", Json(Json::value_t::discarded), "result: /checks/0: 'outcome' is missing", "missing"},
      {"/run/fail_on", "maybe", "result: /run/fail_on: unknown severity 'maybe'", "unknown level"},
  };
  const Json whole = Json::parse(Rendered(SampleRun()));
  for (const Change& c : kCases) {
    Json changed = whole;
    const Json::json_pointer pointer(c.pointer);
    if (c.value.is_discarded()) {
      changed[pointer.parent_pointer()].erase(pointer.back());
    } else {
      changed[pointer] = c.value;
    }
    const Result<RunResult> read = ParseResult(changed.dump());
    EXPECT_THAT(read.has_value() ? "accepted" : read.error().message, testing::StartsWith(c.error)) << c.why;
  }
}

TEST(ParseResult, ReadsTheFirstVersionAsARunWithoutBaseline) {
  RunResult run = WithoutInvalidUtf8(SampleRun());
  run.info.gaps.clear();
  run.info.files.clear();
  run.info.baseline.clear();
  for (Finding& finding : run.findings) finding.known = false;
  Json old = Json::parse(Rendered(run));
  old["schema_version"] = "1.0";
  for (const char* key : {"gaps", "files", "baseline"}) old["run"].erase(key);
  for (Json& finding : old["findings"]) finding.erase("known");
  const Result<RunResult> read = ParseResult(old.dump());
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(Rendered(read.value()), Rendered(run));
}

TEST(ParseResult, RefusesWhatIsNoResult) {
  for (const std::string& text : {std::string(), std::string("{"), std::string("[]"), std::string("{}"),
                                  std::string("{\"schema_version\":\"1.0\"}"), std::string(200'000, '[')}) {
    const Result<RunResult> read = ParseResult(text);
    ASSERT_FALSE(read.has_value()) << text.substr(0, 40);
    EXPECT_EQ(read.error().kind, ErrorKind::kInput);
    EXPECT_THAT(read.error().message, testing::StartsWith("result: "));
  }
}

TEST(ParseResult, RefusesAFileThatWasCutOff) {
  const std::string whole = Rendered(SampleRun());
  for (size_t length = 0; length + 2 < whole.size(); length += 37) {
    EXPECT_FALSE(ParseResult(whole.substr(0, length)).has_value()) << length;
  }
}

// Whether the schema's `properties` and `required` are the keys of the document, all the way down.
void ExpectDescribed(const Json& root, Json schema, const Json& document, const std::string& at) {
  if (schema.contains("$ref")) {
    schema = root.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1)));
  }
  if (document.is_array()) {
    for (const Json& item : document) ExpectDescribed(root, schema["items"], item, at + "[]");
  }
  if (!document.is_object()) return;
  std::set<std::string> written, described, required;
  for (const auto& [key, value] : document.items()) written.insert(key);
  for (const auto& [key, value] : schema["properties"].items()) described.insert(key);
  for (const Json& key : schema["required"]) required.insert(key.get<std::string>());
  EXPECT_EQ(written, described) << at;
  EXPECT_EQ(written, required) << at;
  for (const auto& [key, value] : document.items()) {
    ExpectDescribed(root, schema["properties"][key], value, at + "/" + key);
  }
}

Json Schema() {
  std::ifstream file(SPANGATE_FORMATS_DIR "/result.schema.json");
  return Json::parse(file);
}

TEST(ResultSchema, DescribesEveryKeyThatIsWritten) {
  const Json schema = Schema();
  ExpectDescribed(schema, schema, Json::parse(Rendered(SampleRun())), "");
}

TEST(ResultSchema, ListsEveryCategory) {
  std::vector<std::string> names;
  for (const Category category : AllCategories()) names.emplace_back(Name(category));
  EXPECT_EQ(Schema()["definitions"]["category"]["enum"], Json(names));
}

TEST(RenderJson, SaysWhatTheExitStatusCannot) {
  RunResult run = SampleRun();
  run.info.child_exit.reset();
  run.info.tool_error = "no libclang";
  const Json json = Json::parse(Rendered(run));
  EXPECT_TRUE(json["run"]["child_exit"].is_null());
  EXPECT_EQ(json["run"]["tool_error"], "no libclang");
  EXPECT_EQ(json["run"]["verdict"], "incomplete");
  EXPECT_EQ(json["run"]["counts"]["errors"], 2);
  EXPECT_EQ(json["run"]["counts"]["checks_failed"], 1);
}

}  // namespace
}  // namespace spangate
