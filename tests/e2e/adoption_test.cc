// A gate in a repository that has findings already: analyze --new-from, the baseline, accepted gaps, in a real git
// repository.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/e2e/program.h"

namespace spangate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string Function(const std::string& name, const std::string& result = "0") {
  return fmt::format(R"(
inline int {0}(const std::string& id) {{
  auto tracer = opentelemetry::trace::Provider::GetTracerProvider()->GetTracer("shop");
  auto span = tracer->StartSpan("{0}/" + id);
  opentelemetry::trace::Scope scope(span);
  return {1};
}}
)",
                     name, result);
}

constexpr const char* kIncludes = R"(#include <string>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
)";

class AdoptionTest : public testing::Test {
 protected:
  // The reader's own git configuration must not matter: this one changes all that it can.
  void SetUp() override {
    workspace_.Write(
        "home/.gitconfig",
        "[user]\n name = n\n email = n@example.org\n[init]\n defaultBranch = main\n[color]\n ui = always\n"
        "[diff]\n noprefix = true\n mnemonicPrefix = true\n external = /bin/false\n context = 9\n relative = "
        "true\n[core]\n quotePath = true\n[protocol \"file\"]\n allow = always\n");
    workspace_.Write(".gitignore", "build\nhome\n.std*\n*.json\n");
    workspace_.Write("src/shared.h", std::string("#pragma once\n") + kIncludes + Function("Shared"));
    workspace_.Write("src/pay.cc", kIncludes + Function("Charge") + Function("Refund"));
    workspace_.Write("src/a b.cc", "#include \"shared.h\"\n");
    workspace_.Write("src/ä.cc", kIncludes + Function("Umlaut"));
    WriteDatabase({"src/pay.cc", "src/a b.cc", "src/ä.cc"});
    Git("init -q && git add -A && git commit -q -m one && git branch base");
  }
  void WriteDatabase(const std::vector<std::string>& files) {
    nlohmann::json entries = nlohmann::json::array();
    for (const std::string& file : files) {
      entries.push_back({{"directory", workspace_.path()},
                         {"file", file},
                         {"arguments", {"g++", "-std=c++20", std::string("-I") + OTEL_LITE_INCLUDE, "-c", file}}});
    }
    workspace_.Write("build/compile_commands.json", entries.dump());
  }
  void Git(const std::string& words) {
    const Ended ended = workspace_.Shell("export HOME=$PWD/home; git " + words);
    ASSERT_EQ(ended.status, 0) << words << "\n" << ended.err;
  }
  Ended Analyze(std::vector<std::string> words, std::vector<std::string> environment = {}) {
    words.insert(words.begin(), {"analyze", "--report", "json=result.json"});
    environment.push_back("HOME=" + workspace_.path() + "/home");
    return workspace_.Spangate(words, environment);
  }
  Ended Baseline(const std::string& change) { return workspace_.Spangate({"baseline", change, "result.json"}); }
  // Where the findings of the last run are: "path function".
  std::set<std::string> Places(bool known = false) {
    std::set<std::string> places;
    const nlohmann::json result = workspace_.ReadJson("result.json");
    for (const nlohmann::json& finding : result["findings"]) {
      if (finding["known"] != known) continue;
      places.insert(finding["location"]["path"].get<std::string>() + " " + finding["function"].get<std::string>());
    }
    return places;
  }
  Workspace workspace_;
};

TEST_F(AdoptionTest, NewFromTellsTheFindingsOfTheChangeAndCountsTheOthers) {
  EXPECT_EQ(Analyze({"--new-from", "base"}).status, 0) << "nothing changed";
  workspace_.Write("src/pay.cc", kIncludes + Function("Charge", "1") + Function("Refund"));  // not committed
  Ended ended = Analyze({"--new-from", "base"});
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_THAT(Places(), ElementsAre("src/pay.cc Charge"));
  EXPECT_THAT(ended.err, HasSubstr("3 findings outside the change are not shown (--new-from)"));
  EXPECT_EQ(Analyze({"--new-from", "base", "--new-scope", "line"}).status, 0) << "the name's line did not change";
  Analyze({"--new-from", "base", "--new-scope", "file"});
  EXPECT_THAT(Places(), ElementsAre("src/pay.cc Charge", "src/pay.cc Refund"));
  Git("add -A && git commit -q -m two && git mv 'src/ä.cc' 'src/ü \"x\".cc' && git commit -q -m three");
  workspace_.Write("src/new.cc", kIncludes + Function("Fresh"));  // untracked
  WriteDatabase({"src/pay.cc", "src/a b.cc", "src/ü \"x\".cc", "src/new.cc"});
  Analyze({"--new-from", "base"});
  EXPECT_THAT(Places(), ElementsAre("src/new.cc Fresh", "src/pay.cc Charge")) << "a renamed file is no new code";
  workspace_.Write("src/ü \"x\".cc", kIncludes + Function("Umlaut", "2"));
  Analyze({"--new-from", "base"});
  EXPECT_THAT(Places(), testing::Contains("src/ü \"x\".cc Umlaut"));
}

TEST_F(AdoptionTest, NewFromComparesWithTheMergeBaseNotWithTheBranch) {
  Git("checkout -q base");
  workspace_.Write("src/pay.cc", kIncludes + Function("Charge") + Function("Refund", "7"));
  Git("commit -q -a -m theirs && git checkout -q main");
  EXPECT_EQ(Analyze({"--new-from", "base"}).status, 0) << "what the other branch did is not our change";
}

TEST_F(AdoptionTest, AffectedUnitsGiveTheFindingsOfTheFullRun) {
  workspace_.Write("src/shared.h", std::string("#pragma once\n") + kIncludes + Function("Shared", "3"));
  Analyze({"--new-from", "base"}, {"SPANGATE_NO_CACHE=0"});
  const std::set<std::string> full = Places();
  EXPECT_THAT(full, ElementsAre("src/shared.h Shared"));
  const Ended warm = Analyze({"--new-from", "base", "--affected-only"}, {"SPANGATE_NO_CACHE=0"});
  EXPECT_EQ(Places(), full);
  EXPECT_THAT(warm.err, Not(HasSubstr("judged in part"))) << "the cache holds the others";
  const Ended part = Analyze({"--new-from", "base", "--affected-only", "--no-cache"});
  EXPECT_EQ(Places(), full);
  EXPECT_THAT(part.err, HasSubstr("judged in part: 1 of 3 translation units were read"));
}

TEST_F(AdoptionTest, NewFromNamesTheCureOfWhatItCannotCompare) {
  Git("clone -q --depth 1 --no-single-branch file://$PWD shallow");
  const std::string in = "cd shallow && HOME=$PWD/../home ";
  const std::string flags = " \"$SPANGATE\" analyze src/pay.cc --new-from ";
  struct Row {
    std::string script;
    const char* error;
  };
  const Row kRows[] = {
      {"HOME=$PWD/home" + flags + "nope", "no commit is named nope"},
      {"HOME=$PWD/home" + flags + "auto", "no variable of a known CI"},
      {"HOME=$PWD/home" + flags + "base --new-scope word", "none of line, function, file"},
      {"\"$SPANGATE\" analyze src/pay.cc --affected-only", "--affected-only says how --new-from works"},
      {in + "GITHUB_ACTIONS=true GITHUB_BASE_REF=gone" + flags + "auto", "'fetch-depth: 0' (GitHub Actions)"},
      {in + "GITLAB_CI=true CI_MERGE_REQUEST_TARGET_BRANCH_NAME=gone" + flags + "auto", "GIT_DEPTH: \"0\""},
      {in + flags + "origin/gone", "git fetch --unshallow"},
      {"PATH=/nowhere" + flags + "base", "needs git"},
      {"rm -rf .git; mkdir .git; HOME=$PWD/home" + flags + "base", "is not in a git repository"},
  };
  for (const Row& row : kRows) {
    const Ended ended = workspace_.Shell("unset GITHUB_ACTIONS GITHUB_BASE_REF GITLAB_CI; " + row.script + " --");
    EXPECT_EQ(ended.status, 2) << row.script << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(row.error)) << row.script;
  }
}

TEST_F(AdoptionTest, AShallowCloneWithoutTheMergeBaseIsAnError) {
  workspace_.Write("src/pay.cc", kIncludes + Function("Charge", "1"));
  Git("commit -q -a -m two");
  Git("checkout -q base && git commit -q --allow-empty -m theirs && git checkout -q main");
  Git("clone -q --depth 1 --no-single-branch file://$PWD shallow");
  const Ended ended = workspace_.Shell(
      "cd shallow && HOME=$PWD/../home GITHUB_ACTIONS=true GITHUB_BASE_REF=base \"$SPANGATE\" analyze src/pay.cc "
      "--new-from auto --");
  EXPECT_EQ(ended.status, 2) << ended.err;
  EXPECT_THAT(
      ended.err,
      HasSubstr("does not hold the merge base of origin/base and HEAD: give actions/checkout 'fetch-depth: 0'"));
}

TEST_F(AdoptionTest, NamedFilesTellTheirOwnFindings) {
  const Ended header = Analyze({"src/shared.h"});
  EXPECT_EQ(header.status, 1) << header.err;
  EXPECT_THAT(Places(), ElementsAre("src/shared.h Shared"));
  const Ended source = Analyze({"src/a b.cc"});
  EXPECT_EQ(source.status, 0) << source.err;
  EXPECT_THAT(source.err, HasSubstr("1 finding in files that were not named is not shown"));
  workspace_.Write("src/unused.h", "");
  EXPECT_EQ(Analyze({"src/unused.h"}).status, 2) << "no unit includes it";
}

TEST_F(AdoptionTest, TheBaselineHoldsWhatIsKnown) {
  EXPECT_EQ(Analyze({}).status, 1);
  EXPECT_EQ(Baseline("create").status, 0);
  EXPECT_EQ(Baseline("create").status, 2) << "never overwritten";
  const std::string first = workspace_.Read(".spangate-baseline.jsonl");
  Ended ended = Analyze({"--report", "sarif=r.sarif", "--report", "junit=j.xml"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("no new findings, 4 known findings (baseline)"));
  EXPECT_THAT(ended.err, Not(HasSubstr("pay.cc")));
  EXPECT_THAT(Places(), IsEmpty());
  EXPECT_EQ(Places(/*known=*/true).size(), 4u);
  EXPECT_THAT(workspace_.Read("r.sarif"), HasSubstr("\"baselineState\": \"unchanged\""));
  EXPECT_THAT(workspace_.Read("j.xml"), HasSubstr("<skipped message=\"2 known findings (baseline)\""));
  EXPECT_EQ(Analyze({"--no-baseline"}).status, 1);
  workspace_.Write("src/pay.cc", kIncludes + Function("Fresh") + Function("Refund"));
  ended = Analyze({});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(Places(), ElementsAre("src/pay.cc Fresh"));
  EXPECT_THAT(ended.err, HasSubstr("1 entry of the baseline is no longer found; spangate baseline prune removes it"));
  EXPECT_THAT(Baseline("prune").out, HasSubstr("3 entries, 0 added, 1 removed"));
  EXPECT_EQ(Analyze({}).status, 1) << "pruning accepts nothing";
  EXPECT_THAT(Baseline("update").out, HasSubstr("4 entries, 1 added, 0 removed"));
  EXPECT_EQ(Analyze({}).status, 0);
  workspace_.Write("src/pay.cc", kIncludes + Function("Charge") + Function("Refund"));
  Analyze({});
  Baseline("update");
  EXPECT_EQ(workspace_.Read(".spangate-baseline.jsonl"), first) << "equal content, equal bytes";
}

TEST_F(AdoptionTest, ABaselineIsNeverMadeOfAPartAndNeverReadWhenBroken) {
  Analyze({"--new-from", "base"});
  const Ended part = Baseline("create");
  EXPECT_EQ(part.status, 2);
  EXPECT_THAT(part.err, HasSubstr("judged only a part"));
  workspace_.Write(".spangate-baseline.jsonl", "{\"spangate_baseline\":1}\n<<<<<<< HEAD\n");
  const Ended ended = Analyze({});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr(".spangate-baseline.jsonl:2: marks of a merge conflict"));
  EXPECT_EQ(Analyze({"--baseline", "nowhere.jsonl"}).status, 2);
  workspace_.Write("spangate.yaml", "version: 1\nbaseline: {file: later.jsonl}\n");
  EXPECT_THAT(Analyze({}).err, HasSubstr("everything counts as new"));
}

TEST_F(AdoptionTest, AnAcceptedGapIsANoteUntilItGrows) {
  workspace_.Write("src/lost.cc", "#include \"generated.h\"\nint f() { return 1; }\n");
  WriteDatabase({"src/lost.cc"});
  EXPECT_EQ(Analyze({}).status, 3);
  EXPECT_EQ(Baseline("create").status, 0);
  EXPECT_THAT(workspace_.Read(".spangate-baseline.jsonl"), HasSubstr("\"place\":\"src/lost.cc\""));
  workspace_.Write("src/lost.cc", "// moved\n#include \"generated.h\"\nint f() { return 1; }\n");
  Ended ended = Analyze({});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("accepted gap (baseline): src/lost.cc: analysed in part"));
  EXPECT_THAT(ended.err, HasSubstr("1 accepted gap (baseline)"));
  workspace_.Write("src/lost.cc", "#include \"other.h\"\nint f() { return 1; }\n");
  EXPECT_EQ(Analyze({}).status, 3) << "another cause is another gap";
  workspace_.Write("src/lost.cc", "int f() { return 1; }\n");
  EXPECT_THAT(Analyze({}).err, HasSubstr("1 entry of the baseline is no longer found"));
}

}  // namespace
}  // namespace spangate
