#include "cli/facts_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace spangate {
namespace {

CompileCommand Command(const std::string& root, const std::string& file, std::vector<std::string> flags = {}) {
  CompileCommand command{.directory = root + "/build", .file = root + "/" + file, .arguments = {"c++"}};
  command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
  command.arguments.insert(command.arguments.end(), {"-I" + root + "/include", "-c", command.file});
  return command;
}

TEST(CommandKey, TellsMeaningsApartAndNothingElse) {
  const uint64_t key = CommandKey(Command("/a", "x.cc"), "/a");
  const struct {
    CompileCommand command;
    const char* root;
    bool same;
    const char* why;
  } kCases[] = {
      {Command("/elsewhere/b", "x.cc"), "/elsewhere/b", true, "another checkout"},
      {Command("/elsewhere/b", "x.cc"), "/elsewhere/b/", true, "a root with a slash"},
      {Command("/a", "x.cc", {"-o", "x.o", "-MD", "-MF", "x.d"}), "/a", true, "outputs"},
      {Command("/a", "y.cc"), "/a", false, "another file"},
      {Command("/a", "x.cc", {"-DX"}), "/a", false, "another flag"},
      {Command("/a", "x.cc", {"-I/ab"}), "/a", false, "a folder whose name begins as the root's"},
  };
  for (const auto& [command, root, same, why] : kCases) EXPECT_EQ(CommandKey(command, root) == key, same) << why;
}

TEST(ShardOf, DividesTheDatabaseWhateverItsOrder) {
  std::vector<CompileCommand> all;
  for (int i = 0; i < 10; ++i) all.push_back(Command("/a", "f" + std::to_string(i) + ".cc"));
  std::vector<CompileCommand> moved;
  for (int i = 9; i >= 0; --i) moved.push_back(Command("/b", "f" + std::to_string(i) + ".cc"));
  EXPECT_EQ(DatabaseKey(all, "/a"), DatabaseKey(moved, "/b"));
  std::multiset<std::string> seen;
  for (uint32_t number = 1; number <= 3; ++number) {
    const std::vector<CompileCommand> mine = ShardOf(all, {number, 3}, "/a");
    const std::vector<CompileCommand> theirs = ShardOf(moved, {number, 3}, "/b");
    EXPECT_THAT(mine.size(), testing::AllOf(testing::Ge(3u), testing::Le(4u)));
    ASSERT_EQ(mine.size(), theirs.size());
    for (size_t i = 0; i < mine.size(); ++i) {
      EXPECT_EQ(mine[i].file.substr(2), theirs[i].file.substr(2));
      seen.insert(mine[i].file);
    }
  }
  EXPECT_EQ(seen.size(), 10u);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 10u);
}

TEST(Pack, ComesBackAndNoDamageDoes) {
  const Pack pack{.shard = {2, 3}, .database = 77, .database_units = 9, .keys = {1, 2, UINT64_MAX}};
  const std::string bytes = SerializePack(pack);
  const Result<Pack> read = ParsePack(bytes);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read.value().shard, pack.shard);
  EXPECT_EQ(read.value().keys, pack.keys);
  EXPECT_EQ(read.value().database, 77u);
  EXPECT_EQ(read.value().database_units, 9u);
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_FALSE(ParsePack(damaged).has_value()) << i;
    EXPECT_FALSE(ParsePack(bytes.substr(0, i)).has_value()) << i;
  }
}

TEST(Depfile, EscapesAsMakeAndNinjaReadIt) {
  EXPECT_EQ(Depfile("out dir/f.facts", {"/dev/null", "/dev/null"}), "out\\ dir/f.facts: \\\n  /dev/null\n");
  EXPECT_EQ(Depfile("f", {"/no/a b#$c"}), "f: \\\n  /no/a\\ b\\#$$c\n/no/a\\ b\\#$$c:\n");
  EXPECT_EQ(Depfile("f", {"/no/x\\ y"}), "f: \\\n  /no/x\\\\\\ y\n/no/x\\\\\\ y:\n") << "a backslash before a blank";
}

TEST(CommandFromWords, TakesTheOneSourceFile) {
  const struct {
    std::vector<std::string> words;
    const char* file;  // nullptr: usage error
    const char* why;
  } kCases[] = {
      {{"ccache", "/usr/bin/c++", "-c", "a.cc", "-o", "a.o"}, "a.cc", "a launcher"},
      {{"g++", "-include", "pre.cc", "-MF", "x.c", "b.cpp"}, "b.cpp", "values of flags"},
      {{"g++", "-c", "x.o"}, nullptr, "an object file"},
      {{"g++", "a.cc", "b.cc"}, nullptr, "two"},
      {{"-c", "a.cc"}, nullptr, "no compiler"},
      {{}, nullptr, "nothing"},
  };
  for (const auto& [words, file, why] : kCases) {
    const Result<CompileCommand> command = CommandFromWords(words);
    ASSERT_EQ(command.has_value(), file != nullptr) << why;
    if (command.has_value()) {
      EXPECT_THAT(command.value().file, testing::EndsWith(std::string("/") + file)) << why;
    } else {
      EXPECT_EQ(command.error().kind, ErrorKind::kUsage) << why;
    }
  }
}

}  // namespace
}  // namespace spangate
