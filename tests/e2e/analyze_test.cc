// spangate analyze, from the outside: every exit status, the ways to name a translation unit, what is said when one is
// lost.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/program.h"

namespace spangate {
namespace {

using testing::HasSubstr;

constexpr const char* kGood = R"(#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
int Charge() {
  auto tracer = opentelemetry::trace::Provider::GetTracerProvider()->GetTracer("shop");
  auto span = tracer->StartSpan("charge");
  opentelemetry::trace::Scope scope(span);
  span->SetAttribute("order.items", 3);
  return 0;
}
)";
constexpr const char* kBad = R"(#include <string>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
int Charge(const std::string& id) {
  auto tracer = opentelemetry::trace::Provider::GetTracerProvider()->GetTracer("shop");
  auto span = tracer->StartSpan("charge/" + id);
  opentelemetry::trace::Scope scope(span);
  return 0;
}
)";

class AnalyzeTest : public testing::Test {
 protected:
  std::string Flags() const { return std::string("-std=c++20 -I") + OTEL_LITE_INCLUDE; }
  void WriteDatabase(const std::vector<std::string>& files) {
    nlohmann::json entries = nlohmann::json::array();
    for (const std::string& file : files) {
      entries.push_back(
          {{"directory", workspace_.path()}, {"file", file}, {"command", fmt::format("g++ {} -c {}", Flags(), file)}});
    }
    workspace_.Write("build/compile_commands.json", entries.dump());
  }
  Ended Analyze(std::vector<std::string> words = {}) {
    words.insert(words.begin(), {"analyze", "--report", "json=result.json", "--report", "sarif=result.sarif",
                                 "--report", "junit=junit.xml"});
    return workspace_.Spangate(words);
  }
  Workspace workspace_;
};

// Commands run in other folders; the words of the user count from where the user is.
TEST_F(AnalyzeTest, RelativePathsCountFromTheUsersFolder) {
  workspace_.Write("src/good.cc", kGood);
  workspace_.Write("build/deep/CMakeCache.txt", "");
  const nlohmann::json entry = {{"directory", workspace_.path() + "/build/deep"},
                                {"file", "../../src/good.cc"},
                                {"command", fmt::format("g++ {} -c ../../src/good.cc", Flags())}};
  workspace_.Write("build/compile_commands.json", nlohmann::json::array({entry}).dump());
  EXPECT_EQ(Analyze({"-p", "build"}).status, 0);
  EXPECT_TRUE(workspace_.Exists("result.json"));
  EXPECT_FALSE(workspace_.Exists("build/deep/result.json"));
}

TEST_F(AnalyzeTest, CleanSourceGivesStatus0) {
  workspace_.Write("src/good.cc", kGood);
  WriteDatabase({"src/good.cc"});
  const Ended ended = Analyze({"-p", "build"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(workspace_.ReadJson("result.json")["run"]["verdict"], "passed");
}

TEST_F(AnalyzeTest, AFindingGivesStatus1WithItsPlaceInEveryReport) {
  workspace_.Write("src/bad.cc", kBad);
  WriteDatabase({"src/bad.cc"});
  const Ended ended = Analyze();  // build/compile_commands.json is found by itself
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("src/bad.cc:6:"));
  const nlohmann::json report = workspace_.ReadJson("result.json");
  ASSERT_EQ(report["findings"].size(), 1u) << report.dump(1);
  const nlohmann::json& finding = report["findings"][0];
  EXPECT_EQ(finding["rule"], "span-name-not-constant");
  EXPECT_EQ(finding["category"], "span-name");
  EXPECT_EQ(finding["location"]["path"], "src/bad.cc");
  EXPECT_EQ(finding["location"]["line"], 6);
  EXPECT_THAT(finding["fingerprint"].get<std::string>(), testing::MatchesRegex("v1:[0-9a-f]{32}"));
  const nlohmann::json sarif = workspace_.ReadJson("result.sarif");
  EXPECT_EQ(sarif["runs"][0]["results"][0]["ruleId"], "span-name-not-constant");
  EXPECT_THAT(workspace_.Read("junit.xml"), HasSubstr("span-name-not-constant"));
}

TEST_F(AnalyzeTest, TheFingerprintSurvivesLinesInsertedAbove) {
  workspace_.Write("src/bad.cc", kBad);
  WriteDatabase({"src/bad.cc"});
  Analyze();
  const std::string before = workspace_.ReadJson("result.json")["findings"][0]["fingerprint"];
  workspace_.Write("src/bad.cc", "// one\n// two\n" + std::string(kBad));
  Analyze();
  const nlohmann::json after = workspace_.ReadJson("result.json")["findings"][0];
  EXPECT_EQ(after["fingerprint"], before);
  EXPECT_EQ(after["location"]["line"], 8);
}

TEST_F(AnalyzeTest, ALoneFileTakesItsFlagsAfterTwoDashes) {
  workspace_.Write("src/bad.cc", kBad);
  const Ended ended = Analyze({"src/bad.cc", "--", "-std=c++20", std::string("-I") + OTEL_LITE_INCLUDE});
  EXPECT_EQ(ended.status, 1) << ended.err;
}

TEST_F(AnalyzeTest, WhatDoesNotParseIsIncompleteNeverClean) {
  workspace_.Write("src/good.cc", kGood);
  workspace_.Write("src/broken.cc", "int f( { return 1; }\nint g() { return 2; }\n");
  workspace_.Write("src/header.cc", "#include \"no-such-header.h\"\nint h() { return 1; }\n");
  for (const char* file : {"src/broken.cc", "src/header.cc", "src/missing.cc"}) {
    WriteDatabase({"src/good.cc", file});
    const Ended ended = Analyze();
    EXPECT_EQ(ended.status, 3) << file << "\n" << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(file));
    EXPECT_EQ(workspace_.ReadJson("result.json")["run"]["verdict"], "incomplete") << file;
    EXPECT_EQ(Analyze({"--allow-incomplete"}).status, 0) << file;
  }
}

TEST_F(AnalyzeTest, NothingToAnalyseIsAnErrorWithItsCure) {
  Ended ended = Analyze();
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("CMAKE_EXPORT_COMPILE_COMMANDS"));
  WriteDatabase({});
  EXPECT_EQ(Analyze().status, 3) << "an empty database";
  workspace_.Write("build/compile_commands.json", "[{\"directory\": ");
  ended = Analyze();
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("compile_commands.json:1"));
  workspace_.Write("src/good.cc", kGood);
  WriteDatabase({"src/good.cc"});
  EXPECT_EQ(Analyze({"src/other.cc"}).status, 2) << "a file that the database does not know";
}

TEST_F(AnalyzeTest, WithoutLibclangItSaysWhichPackageToInstall) {
  workspace_.Write("src/good.cc", kGood);
  WriteDatabase({"src/good.cc"});
  const Ended ended = Analyze({"--libclang", "/nowhere/libclang.so"});
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("libclang"));
  EXPECT_EQ(workspace_.ReadJson("result.json")["run"]["verdict"], "error");
}

TEST_F(AnalyzeTest, SuppressionAndConfigurationSilenceAFinding) {
  std::string text = kBad;
  workspace_.Write("src/bad.cc", text);
  WriteDatabase({"src/bad.cc"});
  workspace_.Write("spangate.yaml", "version: 1\nrules:\n  span-name-not-constant: off\n");
  EXPECT_EQ(Analyze().status, 0);
  workspace_.Write("spangate.yaml", "version: 1\nrules:\n  span-name-not-constant: note\n");
  EXPECT_EQ(Analyze().status, 0) << "a note is below --fail-on error";
  workspace_.Write("spangate.yaml", "version: 1\n");
  EXPECT_EQ(Analyze().status, 1);
  text.replace(text.find("\"charge/\" + id);"), 16,
               "\"charge/\" + id);  // NOLINT(span-name-not-constant): ids are few");
  workspace_.Write("src/bad.cc", text);
  EXPECT_EQ(Analyze().status, 0);
}

TEST(Program, HelpNamesEveryCommandAndUnknownOnesAreRefused) {
  Workspace workspace;
  const Ended help = workspace.Spangate({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* command :
       {"analyze", "run", "verify", "baseline", "rules", "explain", "config", "doctor", "version"}) {
    EXPECT_THAT(help.out, HasSubstr(command));
    const Ended own = workspace.Spangate({command, "--help"});
    EXPECT_EQ(own.status, 0) << command;
    EXPECT_THAT(own.out, HasSubstr("Exit status")) << command;
  }
  const Ended unknown = workspace.Spangate({"anlyze"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'analyze'?"));
  EXPECT_EQ(workspace.Spangate({"explain", "span-name-not-constant"}).status, 0);
  EXPECT_EQ(workspace.Spangate({"explain", "nothing"}).status, 2);
}

}  // namespace
}  // namespace spangate
