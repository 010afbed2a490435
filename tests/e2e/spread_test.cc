// spangate analyze --facts-out, --shard and --link, from the outside: parts made apart are judged as the whole is.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/program.h"

namespace spangate {
namespace {

using testing::HasSubstr;
using testing::Not;

// A span name that only the caller knows: to be judged, the two units must be linked.
constexpr const char* kHeader = R"(#pragma once
#include <string>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
inline void Traced(const std::string& name) {
  auto tracer = opentelemetry::trace::Provider::GetTracerProvider()->GetTracer("shop");
  auto span = tracer->StartSpan("traced/" + name);
  opentelemetry::trace::Scope scope(span);
}
)";
constexpr const char* kUnit = R"(#include "traced.h"
int Work{0}(const std::string& id) {{
  Traced(id);
  auto tracer = opentelemetry::trace::Provider::GetTracerProvider()->GetTracer("shop");
  auto span = tracer->StartSpan("work{0}/" + id);
  opentelemetry::trace::Scope scope(span);
  return {0};
}}
)";

class SpreadTest : public testing::Test {
 protected:
  SpreadTest() {
    workspace_.Write("src/traced.h", kHeader);
    for (int i = 0; i < 5; ++i) {
      const std::string file = fmt::format("src/unit{}.cc", i);
      workspace_.Write(file, fmt::format(fmt::runtime(kUnit), i));
      files_.push_back(file);
    }
    WriteDatabase(files_);
  }

  std::string Flags() const { return std::string("-std=c++20 -I") + OTEL_LITE_INCLUDE; }
  void WriteDatabase(const std::vector<std::string>& files) const {
    nlohmann::json entries = nlohmann::json::array();
    for (const std::string& file : files) {
      entries.push_back({{"directory", workspace_.path()},
                         {"file", file},
                         {"command", fmt::format("g++ {} -o {}.o -c {}", Flags(), file, file)}});
    }
    workspace_.Write("build/compile_commands.json", entries.dump());
  }

  Ended Facts(std::vector<std::string> words) const {
    words.insert(words.begin(), "analyze");
    return workspace_.Spangate(words);
  }
  std::vector<std::string> CommandWords(const std::string& file) const {
    return {"--", "ccache", "g++", "-std=c++20", std::string("-I") + OTEL_LITE_INCLUDE, "-c", file, "-o", "x.o"};
  }
  Ended FactsOfFile(const std::string& file, const std::string& facts, std::vector<std::string> words = {}) const {
    words.insert(words.begin(), {"--facts-out", facts});
    for (const std::string& word : CommandWords(file)) words.push_back(word);
    return Facts(words);
  }
  void Shards(int count) const {
    for (int i = 1; i <= count; ++i) {
      const Ended made = Facts(
          {"-p", "build", "--shard", fmt::format("{}/{}", i, count), "--facts-out", fmt::format("facts/{}.facts", i)});
      ASSERT_EQ(made.status, 0) << made.err;
    }
  }
  Ended Link(std::vector<std::string> words) {
    words.insert(words.begin(), {"analyze", "--link", "--report", "json=result.json"});
    return workspace_.Spangate(words);
  }
  nlohmann::json Direct() {
    EXPECT_EQ(workspace_.Spangate({"analyze", "--report", "json=direct.json"}).status, 1);
    nlohmann::json findings = workspace_.ReadJson("direct.json")["findings"];
    EXPECT_GE(findings.size(), 6u);
    return findings;
  }
  nlohmann::json Findings() { return workspace_.ReadJson("result.json")["findings"]; }
  void Cut(const std::string& name) const {
    const std::string path = workspace_.path() + "/" + name;
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  }

  Workspace workspace_;
  std::vector<std::string> files_;
};

TEST_F(SpreadTest, FactsOfEachCommandLinkToWhatADirectRunFinds) {
  for (size_t i = 0; i < files_.size(); ++i) {
    const Ended made = FactsOfFile(files_[i], fmt::format("facts/{}.facts", i));
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_EQ(made.out + made.err, "");
  }
  const Ended linked = Link({"facts"});
  EXPECT_EQ(linked.status, 1) << linked.err;
  EXPECT_EQ(Findings(), Direct());
}

TEST_F(SpreadTest, ShardsLinkToWhatADirectRunFinds) {
  Shards(3);
  EXPECT_EQ(Link({"facts"}).status, 1);
  EXPECT_EQ(Findings(), Direct());
  std::filesystem::remove_all(workspace_.path() + "/build");
  const Ended alone = Link({"facts"});
  EXPECT_EQ(alone.status, 1) << "their records say that they are complete\n" << alone.err;
  EXPECT_THAT(alone.err, Not(HasSubstr("not checked")));
  EXPECT_EQ(Findings(), workspace_.ReadJson("direct.json")["findings"]);
}

TEST_F(SpreadTest, WholeDatabaseInOneFileAndListsOfFiles) {
  EXPECT_EQ(Facts({"-p", "build", "--facts-out", "all.facts"}).status, 0);
  workspace_.Write("list", "all.facts\n");
  EXPECT_EQ(Link({"@list"}).status, 1);
  EXPECT_EQ(Findings(), Direct());
}

TEST_F(SpreadTest, EqualInputGivesEqualBytesWhateverTheOrderOfTheDatabase) {
  EXPECT_EQ(Facts({"-p", "build", "--facts-out", "a.facts"}).status, 0);
  WriteDatabase({files_.rbegin(), files_.rend()});
  EXPECT_EQ(Facts({"-p", "build", "-j", "3", "--facts-out", "b.facts"}).status, 0);
  EXPECT_EQ(workspace_.Read("a.facts"), workspace_.Read("b.facts"));
}

TEST_F(SpreadTest, AMissingShardIsIncomplete) {
  Shards(3);
  std::filesystem::remove(workspace_.path() + "/facts/2.facts");
  Ended linked = Link({"facts"});
  EXPECT_EQ(linked.status, 3) << linked.err;
  EXPECT_THAT(linked.err, HasSubstr("shard 2/3"));
  EXPECT_THAT(linked.err, HasSubstr("facts are missing"));
  EXPECT_EQ(workspace_.ReadJson("result.json")["run"]["verdict"], "incomplete");
  std::filesystem::remove_all(workspace_.path() + "/build");
  EXPECT_EQ(Link({"facts"}).status, 3) << "without a compile database too";
}

TEST_F(SpreadTest, FactsThatAreThereTwiceAreRefusedByName) {
  Shards(2);
  std::filesystem::copy(workspace_.path() + "/facts/1.facts", workspace_.path() + "/facts/one-more.facts");
  Ended linked = Link({"facts"});
  EXPECT_EQ(linked.status, 3);
  EXPECT_THAT(linked.err, HasSubstr("facts/one-more.facts: shard 1/2 is in facts/1.facts too"));
  std::filesystem::remove_all(workspace_.path() + "/facts");
  FactsOfFile(files_[0], "facts/a.facts");
  FactsOfFile(files_[0], "facts/b.facts");
  linked = Link({"facts"});
  EXPECT_EQ(linked.status, 3);
  EXPECT_THAT(linked.err, HasSubstr("facts/b.facts: the facts of src/unit0.cc are in facts/a.facts too"));
}

TEST_F(SpreadTest, DamagedAndForeignFilesAreStatus3ByName) {
  Shards(1);
  workspace_.Write("other/x.facts", "ELF or whatever");
  workspace_.Write("empty/x.facts", "");
  EXPECT_EQ(Link({"other"}).status, 3);
  const Ended empty = Link({"empty"});
  EXPECT_EQ(empty.status, 3);
  EXPECT_THAT(empty.err, HasSubstr("empty/x.facts"));
  Cut("facts/1.facts");
  const Ended cut = Link({"facts"});
  EXPECT_EQ(cut.status, 3);
  EXPECT_THAT(cut.err, HasSubstr("facts/1.facts"));
  EXPECT_EQ(workspace_.ReadJson("result.json")["run"]["verdict"], "error");
  std::string bytes = workspace_.Read("facts/1.facts") + "x";
  bytes[bytes.size() / 2] ^= 1;
  workspace_.Write("facts/1.facts", bytes);
  EXPECT_EQ(Link({"facts"}).status, 3) << "a flipped bit";
}

TEST_F(SpreadTest, AUnitThatIsCutOffAtItsBoundaryIsNoticed) {
  EXPECT_EQ(Facts({"-p", "build", "--facts-out", "f.facts"}).status, 0);
  const std::string bytes = workspace_.Read("f.facts");
  workspace_.Write("f.facts", bytes.substr(0, bytes.rfind("SPGFACT")));
  const Ended linked = Link({"f.facts"});
  EXPECT_EQ(linked.status, 3);
  EXPECT_THAT(linked.err, HasSubstr("4 of 5 translation units"));
}

TEST_F(SpreadTest, TheDatabaseSaysWhatIsMissingOldAndLeftOver) {
  EXPECT_EQ(Facts({"-p", "build", "--facts-out", "f.facts"}).status, 0);
  const nlohmann::json all = Direct();
  workspace_.Write("src/new.cc", "int New() { return 1; }\n");
  std::vector<std::string> files = files_;
  files.emplace_back("src/new.cc");
  WriteDatabase(files);
  Ended linked = Link({"f.facts", "-p", "build"});
  EXPECT_EQ(linked.status, 3);
  EXPECT_THAT(linked.err, HasSubstr("src/new.cc: its facts are missing"));
  WriteDatabase({files_.begin() + 1, files_.end()});
  linked = Link({"f.facts"});
  EXPECT_EQ(linked.status, 1);
  EXPECT_THAT(linked.err, HasSubstr("src/unit0.cc (1 in all): no command of the compile database"));
  EXPECT_EQ(Findings().size() + 1, all.size()) << "the finding in the shared header stays";
}

TEST_F(SpreadTest, FactsMadeInAnotherCheckoutLinkHere) {
  workspace_.Shell("mkdir there && cp -r src there/ && mkdir there/.git");
  const Ended made = workspace_.Shell(fmt::format(
      R"(cd there && for i in 0 1 2 3 4; do "$SPANGATE" analyze --facts-out ../facts/$i.facts -- g++ {} -c src/unit$i.cc || exit; done)",
      Flags()));
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(Link({"facts", "-p", "build"}).status, 1);
  EXPECT_EQ(Findings(), Direct());
}

TEST_F(SpreadTest, ATreeOfLinksCountsAsWhereItLeads) {
  const Ended made = workspace_.Shell(fmt::format(
      R"(mkdir -p box/src && for f in src/*; do ln -s "$PWD/$f" box/$f; done && cd box &&
         "$SPANGATE" analyze --root . --facts-out ../x.facts -- g++ {} -c src/unit0.cc)",
      Flags()));
  ASSERT_EQ(made.status, 0) << made.err;
  workspace_.Shell("cp -rP box other");
  const Ended again = workspace_.Shell(fmt::format(
      R"(cd other && "$SPANGATE" analyze --root . --facts-out ../y.facts -- g++ {} -c src/unit0.cc)", Flags()));
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(workspace_.Read("x.facts"), workspace_.Read("y.facts")) << "where the links stand leaves no trace";
  std::filesystem::remove_all(workspace_.path() + "/build");
  EXPECT_EQ(Link({"x.facts"}).status, 1);
  EXPECT_EQ(Findings()[0]["location"]["path"].get<std::string>().substr(0, 4), "src/");
}

TEST_F(SpreadTest, TheDepfileNamesEveryFileThatWasRead) {
  workspace_.Write("src/a b#$.h", "#pragma once\n");
  workspace_.Write("src/odd.cc", "#include \"a b#$.h\"\n#include \"traced.h\"\nint Odd() { return 1; }\n");
  const Ended made = FactsOfFile("src/odd.cc", "out dir/odd.facts", {"--depfile", "odd.d"});
  ASSERT_EQ(made.status, 0) << made.err;
  const std::string depfile = workspace_.Read("odd.d");
  EXPECT_THAT(depfile, testing::StartsWith("out\\ dir/odd.facts:"));
  EXPECT_THAT(depfile, HasSubstr("src/a\\ b\\#$$.h"));
  EXPECT_THAT(depfile, HasSubstr("src/traced.h"));
  EXPECT_THAT(depfile, HasSubstr("opentelemetry/trace/provider.h"));
  workspace_.Write("Makefile", "all: out\\ dir/odd.facts\n\t@echo done\ninclude odd.d\n");
  const Ended make = workspace_.Shell("command -v make >/dev/null || exit 0; make -s all");
  EXPECT_EQ(make.status, 0) << make.err;
}

TEST_F(SpreadTest, WhatDoesNotParseBuildsAndIsJudgedAtTheLink) {
  workspace_.Write("src/broken.cc", "#include \"generated.h\"\nint B() { return kGenerated; }\n");
  const Ended made = FactsOfFile("src/broken.cc", "facts/b.facts", {"--depfile", "b.d"});
  EXPECT_EQ(made.status, 0);
  EXPECT_THAT(made.err, HasSubstr("src/broken.cc"));
  EXPECT_EQ(std::count(made.err.begin(), made.err.end(), '\n'), 1) << made.err;
  EXPECT_THAT(workspace_.Read("b.d"), HasSubstr("facts/b.facts.again:\n")) << "made again by the next build";
  std::filesystem::remove_all(workspace_.path() + "/build");
  EXPECT_EQ(Link({"facts"}).status, 3);
}

TEST_F(SpreadTest, WrongUsageIsStatus2WithItsCure) {
  const struct {
    std::vector<std::string> words;
    const char* message;
  } kCases[] = {
      {{"--shard", "1/2"}, "--shard needs --facts-out"},
      {{"--shard", "3/2", "--facts-out", "f"}, "from 1/3 to 3/3"},
      {{"--shard", "0/2", "--facts-out", "f"}, "from 1/3 to 3/3"},
      {{"--depfile", "d"}, "--depfile needs --facts-out"},
      {{"--facts-out", "f", "--fail-on", "note"}, "analyze --link"},
      {{"--facts-out", "f", "--report", "json"}, "analyze --link"},
      {{"src/unit0.cc", "--facts-out", "f", "--", "g++", "-c", "src/unit0.cc"}, "whole compile command"},
      {{"--facts-out", "f", "--", "-c", "src/unit0.cc"}, "the compiler first"},
      {{"--facts-out", "f", "--", "g++", "-c"}, "no source file"},
      {{"--facts-out", "f", "--", "g++", "-c", "a.cc", "b.cc"}, "a.cc, b.cc"},
      {{"--facts-out", "f", "--", "g++", "@none", "a.cc"}, "none: the response file cannot be read"},
      {{"--link"}, "--link needs facts"},
      {{"--link", "nowhere"}, "nowhere"},
      {{"--link", "src"}, "holds no *.facts"},
  };
  for (const auto& [words, message] : kCases) {
    const Ended ended = Facts(words);
    EXPECT_EQ(ended.status, 2) << message << "\n" << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(message));
  }
}

}  // namespace
}  // namespace spangate
