// The facts cache, from the outside: nothing changes but the time, whatever happens to the folder.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/e2e/program.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSource = R"(#include <string>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
int Charge(const std::string& id) {
  auto tracer = opentelemetry::trace::Provider::GetTracerProvider()->GetTracer("shop");
  auto span = tracer->StartSpan("charge/" + id);
  opentelemetry::trace::Scope scope(span);
  return 0;
}
)";

class CacheTest : public testing::Test {
 protected:
  CacheTest() {
    nlohmann::json entries = nlohmann::json::array();
    for (const char* name : {"src/a.cc", "src/b.cc"}) {
      const std::string file = workspace_.Write(name, kSource);
      // Old enough to be cached by the first run.
      fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(1));
      entries.push_back({{"directory", workspace_.path()},
                         {"file", name},
                         {"command", fmt::format("g++ -std=c++20 -I{} -c {}", OTEL_LITE_INCLUDE, name)}});
    }
    workspace_.Write("build/compile_commands.json", entries.dump());
  }

  // What a run found, without what no two runs have in common.
  std::string Findings() const {
    const nlohmann::json result = workspace_.ReadJson("out/result.json");
    return result.is_object() ? result["findings"].dump() : "";
  }
  Ended Analyze(std::vector<std::string> words = {}) {
    words.insert(words.begin(), {"analyze", "-p", "build", "--report", "json=out/result.json", "--time-report"});
    return workspace_.Spangate(words);
  }
  // A unit is kept once its files have been left alone for an instant; how long that is depends on the file system.
  Ended UntilCached(const std::vector<std::string>& words = {}) {
    Ended ended;
    for (int i = 0; i < 50; ++i) {
      ended = Analyze(words);
      if (ended.err.find("2 of them from the cache") != std::string::npos) break;
    }
    return ended;
  }
  Workspace workspace_;
};

TEST_F(CacheTest, AWarmRunFindsTheSameWithoutLibclang) {
  const Ended cold = Analyze();
  EXPECT_EQ(cold.status, 1) << cold.err;
  EXPECT_THAT(cold.err, HasSubstr("0 of them from the cache"));
  const std::string findings = Findings();
  EXPECT_THAT(findings, HasSubstr("span-name-not-constant"));
  const Ended warm = UntilCached();
  EXPECT_THAT(warm.err, HasSubstr("2 of them from the cache"));
  EXPECT_EQ(warm.status, 1);
  EXPECT_EQ(Findings(), findings);
  const Ended traced =
      workspace_.Shell("LD_DEBUG=files \"$SPANGATE\" analyze -p build --quiet 2>&1 | grep -c libclang");
  EXPECT_EQ(traced.out, "0\n") << "the loader was asked for libclang";
}

TEST_F(CacheTest, NoCacheKeepsNothing) {
  EXPECT_EQ(Analyze({"--no-cache"}).status, 1);
  EXPECT_FALSE(workspace_.Exists(".cache/spangate"));
}

TEST_F(CacheTest, AFolderThatCannotBeWrittenIsAWarningAndTheSameResult) {
  Analyze({"--no-cache"});
  const std::string findings = Findings();
  const std::string blocked = workspace_.Write("blocked", "a file where the folder should be");
  const Ended ended = Analyze({"--cache-dir", blocked});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, HasSubstr("cannot write"));
  EXPECT_THAT(ended.err, HasSubstr("--cache-dir names another"));
  EXPECT_EQ(Findings(), findings);
}

// A limit on the size of files stands in for a full disk: writing fails in the middle of an entry.
TEST_F(CacheTest, ADiskThatFillsUpIsAWarningAndTheSameResult) {
  Analyze({"--no-cache"});
  const std::string findings = Findings();
  const Ended full = workspace_.Shell(
      "ulimit -f 1; \"$SPANGATE\" analyze -p build --report json=- >out.json 2>err.txt; status=$?; cat err.txt >&2; "
      "exit $status");
  EXPECT_THAT(full.err, HasSubstr("cannot write"));
  EXPECT_THAT(full.err, HasSubstr("this result is right"));
  const Ended after = Analyze();
  EXPECT_EQ(after.status, 1);
  EXPECT_EQ(Findings(), findings);
  EXPECT_THAT(UntilCached().err, HasSubstr("2 of them from the cache"));
}

TEST_F(CacheTest, StatsCountAndCleanRemoves) {
  UntilCached();
  const Ended stats = workspace_.Spangate({"cache", "stats"});
  EXPECT_EQ(stats.status, 0) << stats.err;
  EXPECT_THAT(stats.out, HasSubstr("2 translation units"));
  EXPECT_THAT(stats.out, HasSubstr(workspace_.path()));
  EXPECT_EQ(workspace_.Spangate({"cache", "clean"}).status, 0);
  EXPECT_THAT(workspace_.Spangate({"cache", "stats"}).out, HasSubstr("0 translation units"));
  EXPECT_THAT(Analyze().err, HasSubstr("0 of them from the cache"));
}

TEST_F(CacheTest, CleanTouchesNoFolderThatIsNoCache) {
  const Ended ended = workspace_.Spangate({"cache", "clean", "--cache-dir", workspace_.path() + "/src"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("not a cache of spangate"));
  EXPECT_TRUE(workspace_.Exists("src/a.cc"));
  EXPECT_EQ(workspace_.Spangate({"cache"}).status, 2);
  EXPECT_EQ(workspace_.Spangate({"cache", "burn"}).status, 2);
  EXPECT_EQ(Analyze({"--cache-limit", "much"}).status, 2);
}

}  // namespace
}  // namespace spangate
