#include "analyzer/facts_cache.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "analyzer/cache_folder.h"
#include "analyzer/libclang_identity.h"
#include "analyzer/read_source.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kNoLimit = uint64_t{1} << 40;
// Long enough for the clock of a local file system to tick.
constexpr int64_t kTick = 30'000'000;

// A small program and a cache, each in a folder of its own.
class FactsCacheTest : public testing::Test {
 protected:
  FactsCacheTest() {
    base_ = (fs::temp_directory_path() / "spangate-cache-XXXXXX").string();
    if (mkdtemp(base_.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    base_ = fs::canonical(base_).string();
    fs::create_directories(base_ + "/cache");
    WriteProgram();
    for (const char* name : {"a", "b", "c"}) flags_[name] = {};
  }
  ~FactsCacheTest() override {
    std::error_code error;
    fs::permissions(base_ + "/cache", fs::perms::owner_all, error);
    fs::remove_all(base_, error);
  }

  // The program as it was, whatever a test has done to it.
  void WriteProgram() const {
    fs::remove_all(Root());
    fs::create_directories(Root() + "/first");
    Write("include/shared.h", "inline int shared() { return 1; }\n");
    Write("include/other.h", "#include \"nested.h\"\ninline int other() { return nested(); }\n");
    Write("include/nested.h", "inline int nested() { return 2; }\n");
    Write("src/a.cc", "#include \"shared.h\"\nint a() { return shared(); }\n");
    Write("src/b.cc", "#include \"shared.h\"\n#include <other.h>\nint b() { return shared() + other(); }\n");
    Write("src/c.cc", "#if __has_include(\"maybe.h\")\n#include \"maybe.h\"\n#endif\nint c() { return 3; }\n");
  }

  std::string Root() const { return base_ + "/p"; }
  void Write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(Root() + "/" + name).parent_path());
    std::ofstream(Root() + "/" + name, std::ios::binary) << text;
  }

  std::vector<CompileCommand> Commands() const {
    std::vector<CompileCommand> commands;
    for (const auto& [name, flags] : flags_) {
      const std::string file = Root() + "/src/" + name + ".cc";
      CompileCommand command{.directory = Root(), .file = file, .arguments = {"c++", "-std=c++20"}};
      command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
      for (const char* folder : {"-Ifirst", "-Iinclude"}) command.arguments.emplace_back(folder);
      command.arguments.push_back(file);
      commands.push_back(std::move(command));
    }
    return commands;
  }

  struct Read {
    std::vector<std::string> facts;
    size_t cached = 0;
    std::vector<std::string> warnings;
  };

  Read Analyze(FactsCache* cache) const {
    ReadSourceOptions options;
    options.project_root = Root();
    options.jobs = 2;
    options.cache = cache;
    const auto facts = ReadSource(Commands(), options);
    Read read;
    if (!facts.has_value()) {
      ADD_FAILURE() << facts.error().message;
      return read;
    }
    for (const TuFacts& unit : facts.value()) {
      read.facts.push_back(SerializeFacts(unit, Root()));
      read.cached += unit.cost.cached ? 1 : 0;
    }
    return read;
  }
  Read Cold() const { return Analyze(nullptr); }
  Read Warm(uint64_t limit = kNoLimit) const {
    FactsCache cache({.folder = base_ + "/cache", .project_root = Root(), .limit = limit, .settled = kTick});
    Read read = Analyze(&cache);
    cache.Finish();
    read.warnings = cache.warnings();
    return read;
  }

  // Files that were written just now are not cached yet: a parse that ran meanwhile may have read either text.
  void Settle() const {
    const int64_t until = WallClock() + 2 * kTick;
    while (WallClock() < until) ::sched_yield();
  }

  std::vector<std::string> Entries() const {
    std::vector<std::string> entries;
    for (const auto& entry : fs::recursive_directory_iterator(base_ + "/cache/projects")) {
      const bool is_entry = entry.is_regular_file() && entry.path().parent_path().filename().string().size() == 2;
      if (is_entry) entries.push_back(entry.path().string());
    }
    return entries;
  }

  std::string base_;
  std::map<std::string, std::vector<std::string>> flags_;
};

TEST_F(FactsCacheTest, AnUnchangedUnitIsNotParsedAgain) {
  Settle();
  const Read first = Warm();
  EXPECT_EQ(first.cached, 0U);
  EXPECT_EQ(first.facts, Cold().facts);
  const Read second = Warm();
  EXPECT_EQ(second.cached, 3U);
  EXPECT_EQ(second.facts, first.facts);
}

struct Change {
  const char* what;
  void (*apply)(const std::string& root);
  size_t cached;  // units that are not parsed again
};

void Put(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

void PutKeepingTime(const std::string& path, const std::string& text) {
  const auto before = fs::last_write_time(path);
  Put(path, text);
  fs::last_write_time(path, before);
}

const Change kChanges[] = {
    {"nothing", [](const std::string&) {}, 3},
    {"a source", [](const std::string& p) { Put(p + "/src/a.cc", "int a() { return 9; }\n"); }, 2},
    {"a header of two",
     [](const std::string& p) { Put(p + "/include/shared.h", "inline int shared() { return 7; }\n"); }, 1},
    {"a header that a header includes",
     [](const std::string& p) { Put(p + "/include/nested.h", "inline int nested() { return 5; }\n"); }, 2},
    {"a time but no content",
     [](const std::string& p) { fs::last_write_time(p + "/include/shared.h", fs::file_time_type::clock::now()); }, 3},
    {"content but no time or size",
     [](const std::string& p) { PutKeepingTime(p + "/include/shared.h", "inline int shared() { return 8; }\n"); }, 1},
    {"a header that shadows one in a later folder",
     [](const std::string& p) { Put(p + "/first/shared.h", "inline int shared() { return 4; }\n"); }, 1},
    {"a header that shadows one beside the source",
     [](const std::string& p) { Put(p + "/src/other.h", "inline int other() { return 4; }\n"); }, 3},
    {"a header beside the source that a quoted name finds first",
     [](const std::string& p) { Put(p + "/src/shared.h", "inline int shared() { return 4; }\n"); }, 1},
    {"a header that __has_include asks for",
     [](const std::string& p) { Put(p + "/include/maybe.h", "int maybe();\n"); }, 2},
    {"a file that nobody includes", [](const std::string& p) { Put(p + "/include/unused.h", "int unused();\n"); }, 3},
    {"a deleted header", [](const std::string& p) { fs::remove(p + "/include/nested.h"); }, 2},
    {"a deleted source", [](const std::string& p) { fs::remove(p + "/src/c.cc"); }, 2},
    {"a link that comes to point elsewhere",
     [](const std::string& p) {
       fs::rename(p + "/include/shared.h", p + "/include/elsewhere.h");
       fs::create_symlink("elsewhere.h", p + "/include/shared.h");
     },
     1},
};

TEST_F(FactsCacheTest, OnlyWhatAChangeReachesIsParsedAgain) {
  for (const Change& change : kChanges) {
    WriteProgram();
    Settle();
    Warm();
    ASSERT_EQ(Warm().cached, 3U) << change.what;
    change.apply(Root());
    const Read warm = Warm();
    EXPECT_EQ(warm.cached, change.cached) << change.what;
    EXPECT_EQ(warm.facts, Cold().facts) << change.what;
  }
}

TEST_F(FactsCacheTest, FlagsAndEnvironmentArePartOfTheKey) {
  Settle();
  Warm();
  flags_["a"] = {"-DX=1"};
  EXPECT_EQ(Warm().cached, 2U);
  flags_["a"] = {};
  EXPECT_EQ(Warm().cached, 3U) << "the entry of the old flags is still there";
  setenv("CPATH", Root().c_str(), 1);
  EXPECT_EQ(Warm().cached, 0U);
  unsetenv("CPATH");
}

TEST_F(FactsCacheTest, DamagedEntriesAreMadeAgain) {
  Settle();
  const Read cold = Warm();
  for (const std::string& entry : Entries()) {
    std::fstream file(entry, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file.put('\x7f');
  }
  Read warm = Warm();
  EXPECT_EQ(warm.cached, 0U);
  EXPECT_EQ(warm.facts, cold.facts);
  for (const std::string& entry : Entries()) fs::resize_file(entry, fs::file_size(entry) / 2);
  warm = Warm();
  EXPECT_EQ(warm.cached, 0U);
  EXPECT_EQ(warm.facts, cold.facts);
  EXPECT_EQ(Warm().cached, 3U);
}

TEST_F(FactsCacheTest, AnEntryUnderTheNameOfAnotherIsNotBelieved) {
  Settle();
  Warm();
  const std::vector<std::string> entries = Entries();
  ASSERT_EQ(entries.size(), 3U);
  fs::copy_file(entries[0], entries[1], fs::copy_options::overwrite_existing);
  EXPECT_EQ(Warm().cached, 2U);
}

TEST_F(FactsCacheTest, TheLimitHolds) {
  Settle();
  Warm();
  ASSERT_EQ(Entries().size(), 3U);
  flags_["a"] = {"-DX=2"};
  Warm(fs::file_size(Entries()[0]) * 2);
  EXPECT_LE(Entries().size(), 2U);
}

TEST_F(FactsCacheTest, AFolderThatCannotBeWrittenIsOneWarning) {
  Settle();
  Put(base_ + "/blocked", "a file stands where the folder should");
  FactsCache cache({.folder = base_ + "/blocked", .project_root = Root(), .limit = kNoLimit, .settled = kTick});
  const Read read = Analyze(&cache);
  cache.Finish();
  EXPECT_EQ(read.facts, Cold().facts);
  ASSERT_EQ(cache.warnings().size(), 1U);
  EXPECT_THAT(cache.warnings()[0], testing::HasSubstr("--cache-dir"));
}

TEST_F(FactsCacheTest, UnitsThatMayNotBeParsedComeFromTheCacheOrNotAtAll) {
  Settle();
  Warm();
  Write("src/a.cc", "int a() { return 9; }\n");
  Write("src/b.cc", "int b() { return 9; }\n");
  FactsCache cache({.folder = base_ + "/cache", .project_root = Root(), .limit = kNoLimit, .settled = kTick});
  ReadSourceOptions options;
  options.project_root = Root();
  options.cache = &cache;
  options.parse = {true, false, false};
  const auto facts = ReadSource(Commands(), options);
  ASSERT_TRUE(facts.has_value());
  ASSERT_EQ(facts.value().size(), 2U);
  EXPECT_TRUE(facts.value()[0].main_file.view().ends_with("a.cc"));
  EXPECT_TRUE(facts.value()[1].main_file.view().ends_with("c.cc"));
}

TEST_F(FactsCacheTest, StatsAndCleanKnowTheirOwn) {
  Settle();
  Warm();
  const auto stats = CacheContents(base_ + "/cache");
  ASSERT_TRUE(stats.has_value()) << stats.error().message;
  ASSERT_EQ(stats.value().projects.size(), 1U);
  EXPECT_EQ(stats.value().projects[0].root, Root());
  EXPECT_EQ(stats.value().projects[0].entries, 3U);
  ASSERT_TRUE(CleanCache(base_ + "/cache").has_value());
  EXPECT_EQ(Warm().cached, 0U);
  EXPECT_FALSE(CleanCache(Root()).has_value()) << "a folder that is no cache is left alone";
  EXPECT_TRUE(fs::exists(Root() + "/src/a.cc"));
}

// Edits of every kind in random order: what the cache gives is always what parsing gives.
TEST_F(FactsCacheTest, WarmEqualsColdAfterAnyEdits) {
  std::minstd_rand random(20261121);
  const auto pick = [&](std::initializer_list<const char*> names) {
    return std::string(names.begin()[random() % names.size()]);
  };
  const auto text_of = [&](const std::string& name) {
    const std::string stem = fs::path(name).stem().string();
    std::string text = name.ends_with(".cc") ? "" : "#pragma once\n";
    if (name.ends_with(".cc") && random() % 2 == 0) text += "#include \"shared.h\"\n";
    if (random() % 3 == 0) text += "#include <other.h>\n";
    if (random() % 4 == 0) text += "#if __has_include(\"maybe.h\")\n#include \"maybe.h\"\n#endif\n";
    if (random() % 8 == 0) text += "#include \"sub/deep.h\"\n";
    return text + "inline int " + stem + std::to_string(random() % 3) + "() { return " + std::to_string(random() % 10) +
           "; }\n";
  };
  constexpr int kSteps = 500;
  size_t cached = 0;
  for (int step = 0; step < kSteps; ++step) {
    const std::string header = pick({"include/shared.h", "include/other.h", "include/nested.h", "include/sub/deep.h"});
    const std::string shadow = pick({"first/shared.h", "src/shared.h", "first/other.h", "src/other.h", "first/maybe.h",
                                     "include/maybe.h", "first/sub/deep.h"});
    const std::string source = pick({"src/a.cc", "src/b.cc", "src/c.cc"});
    std::error_code error;
    const auto edit = random() % 10;
    if (edit == 0) Write(source, text_of(source));
    if (edit == 1) Write(header, text_of(header));
    if (edit == 2) flags_[pick({"a", "b", "c"})] = {"-DX=" + std::to_string(random() % 2)};
    if (edit == 3)
      fs::remove(Root() + "/" + pick({"include/nested.h", "include/maybe.h", "src/c.cc", "include/other.h"}), error);
    if (edit == 4) fs::last_write_time(Root() + "/" + header, fs::file_time_type::clock::now(), error);
    if (edit == 5 && fs::exists(Root() + "/" + header)) PutKeepingTime(Root() + "/" + header, text_of(header));
    if (edit == 6) Write(shadow, text_of(shadow));
    if (edit == 7) fs::remove_all(Root() + "/" + shadow, error);
    if (edit == 8) fs::remove_all(Root() + "/first/sub", error);
    if (edit == 9) Settle();
    const Read warm = Warm();
    cached += warm.cached;
    ASSERT_EQ(warm.facts, Cold().facts) << "step " << step << ", edit " << edit;
  }
  EXPECT_GT(cached, size_t{kSteps}) << "or the cache was hardly asked";
}

// Whatever moment a run is killed at, the next one is right.
TEST_F(FactsCacheTest, AKilledRunLeavesNothingWrong) {
  Settle();
  const Read cold = Cold();
  std::minstd_rand random(7);
  for (int round = 0; round < 40; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (;;) {  // writes the same entries again and again until the end comes
        FactsCache cache({.folder = base_ + "/cache", .project_root = Root(), .limit = kNoLimit, .settled = kTick});
        for (const std::string& entry : {std::string("aa/x"), std::string("bb/y")}) {
          WriteCacheFile(base_ + "/cache", ProjectFolder(base_ + "/cache", Root()) + "/" + entry,
                         std::string(100'000, 'x'));
        }
        (void)Analyze(&cache);
        cache.Finish();
        (void)CleanCache(base_ + "/cache");
      }
    }
    const int64_t until = WallClock() + static_cast<int64_t>(random() % 60'000'000);
    while (WallClock() < until) ::sched_yield();
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_EQ(Warm().facts, cold.facts) << "round " << round;
  }
}

TEST_F(FactsCacheTest, TwoRunsShareAFolder) {
  Settle();
  const Read cold = Cold();
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      bool good = true;
      for (int round = 0; round < 20; ++round) {
        good = good && Warm().facts == cold.facts;
        if (i == 2) (void)CleanCache(base_ + "/cache");
      }
      _exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  EXPECT_EQ(Warm().facts, cold.facts);
}

TEST(LibclangIdentity, IsRememberedUntilTheLibraryOrTheRequestChanges) {
  const auto clang = LoadLibclang("");
  ASSERT_TRUE(clang.has_value());
  const LibclangIdentity identity = IdentityOf(*clang.value());
  EXPECT_THAT(identity.text, testing::HasSubstr(clang.value()->version));
  EXPECT_FALSE(BuildId(clang.value()->path).empty()) << "distributions link with build-ids";
  EXPECT_NE(BuildId(""), BuildId(clang.value()->path));
  const std::string record = RememberIdentity("", LibclangRequest(""), *clang.value(), identity);
  const auto known = RememberedIdentity(record, LibclangRequest(""));
  ASSERT_TRUE(known.has_value());
  EXPECT_EQ(known->text, identity.text);
  EXPECT_EQ(known->major, clang.value()->major);
  EXPECT_FALSE(RememberedIdentity(record, LibclangRequest("/other")).has_value());
  EXPECT_FALSE(RememberedIdentity("{", LibclangRequest("")).has_value());
  std::string other = record;
  other.replace(other.find("\"stamp\": \"") + 10, 1, "x");
  EXPECT_FALSE(RememberedIdentity(other, LibclangRequest("")).has_value());
}

}  // namespace
}  // namespace spangate
