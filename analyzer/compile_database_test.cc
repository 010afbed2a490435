#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "analyzer/read_source.h"

namespace spangate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CompileDatabase : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result<std::vector<CompileCommand>> Read(const std::string& json) {
    std::ofstream(folder_ / "compile_commands.json") << json;
    return ReadCompileDatabase(folder_.string());
  }

  std::string ErrorOf(const std::string& json) {
    const auto commands = Read(json);
    return commands.has_value() ? "no error" : commands.error().message;
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string("db-") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(CompileDatabase, ReadsArgumentsAndCommand) {
  const auto commands = Read(R"([
    {"directory": "/b", "file": "/s/a.cc", "arguments": ["g++", "-c", "/s/a.cc"], "output": "a.o"},
    {"directory": "/b", "file": "x/b.cc", "command": "ccache g++ -DN=\\\"x\\\" -c x/b.cc"}])");
  ASSERT_TRUE(commands.has_value()) << commands.error().message;
  ASSERT_EQ(commands.value().size(), 2U);
  EXPECT_EQ(commands.value()[0].directory, "/b");
  EXPECT_EQ(commands.value()[0].file, "/s/a.cc");
  EXPECT_THAT(commands.value()[0].arguments, ElementsAre("g++", "-c", "/s/a.cc"));
  EXPECT_EQ(commands.value()[1].file, "/b/x/b.cc");
  EXPECT_THAT(commands.value()[1].arguments, ElementsAre("g++", "-DN=\"x\"", "-c", "x/b.cc"));
}

TEST_F(CompileDatabase, CountsRelativeDirectoriesFromItsOwnFolder) {
  const auto commands = Read(R"([{"directory": "sub", "file": "../a.cc", "arguments": ["c++", "../a.cc"]},
                                 {"file": "b.cc", "arguments": ["c++", "b.cc"]}])");
  ASSERT_TRUE(commands.has_value()) << commands.error().message;
  EXPECT_EQ(commands.value()[0].directory, (folder_ / "sub").string());
  EXPECT_EQ(commands.value()[0].file, (folder_ / "sub" / "../a.cc").string());
  EXPECT_EQ(commands.value()[1].file, (folder_ / "b.cc").string());
}

TEST_F(CompileDatabase, ExpandsResponseFiles) {
  std::ofstream(folder_ / "flags.rsp") << "-DX=1 -Iinc";
  const auto commands = Read(R"([{"directory": ".", "file": "a.cc", "command": "g++ @flags.rsp a.cc"}])");
  ASSERT_TRUE(commands.has_value()) << commands.error().message;
  EXPECT_THAT(commands.value()[0].arguments, ElementsAre("g++", "-DX=1", "-Iinc", "a.cc"));
}

TEST_F(CompileDatabase, KeepsOneOfEntriesThatDifferInOutputsOnly) {
  const auto commands = Read(R"([
    {"directory": "/b", "file": "a.cc", "arguments": ["g++", "-o", "1.o", "a.cc"]},
    {"directory": "/b", "file": "a.cc", "arguments": ["g++", "-o", "2.o", "a.cc"]},
    {"directory": "/b", "file": "a.cc", "arguments": ["g++", "-DY", "-o", "3.o", "a.cc"]}])");
  ASSERT_TRUE(commands.has_value());
  EXPECT_EQ(commands.value().size(), 2U);
}

TEST_F(CompileDatabase, LeavesOutLanguagesWithoutCpp) {
  const auto commands = Read(R"([{"directory": "/b", "file": "start.S", "arguments": ["gcc", "start.S"]},
                                 {"directory": "/b", "file": "a.c", "arguments": ["gcc", "a.c"]}])");
  ASSERT_TRUE(commands.has_value());
  ASSERT_EQ(commands.value().size(), 1U);
  EXPECT_EQ(commands.value()[0].file, "/b/a.c");
}

TEST_F(CompileDatabase, SkipsKeysThatItDoesNotKnow) {
  const auto commands =
      Read(R"([{"directory": "/b", "file": "a.cc", "arguments": ["g++"], "x": {"file": [1, {"y": null}]}, "z": 3}])");
  ASSERT_TRUE(commands.has_value()) << commands.error().message;
  EXPECT_EQ(commands.value()[0].file, "/b/a.cc");
}

struct ErrorCase {
  const char* json;
  const char* expected;
  const char* why;
};

constexpr ErrorCase kErrorCases[] = {
    {"", ":1:1: ", "an empty file is no database"},
    {"[\n  {\"file\": }]", ":2:12: ", "a syntax error has line and column"},
    {"[{\"file\": \"a.cc\"", ":1:17: ", "a file that was cut off"},
    {"{}", "array of objects", "an object"},
    {"3", "array of objects", "a number"},
    {"[[]]", "not an array", "an array as entry"},
    {"[\n\"x\"]", ":2:", "a string as entry"},
    {"[\n\n{\"command\": \"g++ a.cc\"}]", ":3:", "no file: the line is that of the entry"},
    {R"([{"file": "a.cc"}])", "neither", "no command"},
    {R"([{"file": "a.cc", "arguments": []}])", "empty", "no arguments"},
    {R"([{"file": "a.cc", "arguments": [1]}])", "must not hold a number", "a number as argument"},
    {R"([{"file": "a.cc", "arguments": "g++"}])", "array of strings", "arguments as one string"},
    {R"([{"file": 3, "arguments": ["g++"]}])", "\"file\" must not hold", "a number as file"},
    {R"([{"file": "a.cc", "command": "g++ 'a.cc"}])", "quote", "an open quote"},
    {R"([{"file": "a\u0000.cc", "command": "g++ a.cc"}])", "NUL", "a path never holds NUL"},
    {"[] []", ":1:4: ", "text after the end"},
};

TEST_F(CompileDatabase, SaysWhatIsWrongAndWhere) {
  for (const ErrorCase& c : kErrorCases) EXPECT_THAT(ErrorOf(c.json), HasSubstr(c.expected)) << c.why << ": " << c.json;
}

TEST_F(CompileDatabase, SaysHowToGetOne) {
  const auto commands = ReadCompileDatabase((folder_ / "nowhere").string());
  ASSERT_FALSE(commands.has_value());
  EXPECT_EQ(commands.error().kind, ErrorKind::kUsage);
  for (const char* cure : {"CMAKE_EXPORT_COMPILE_COMMANDS", "bear", "compdb", "flags after --"}) {
    EXPECT_THAT(commands.error().message, HasSubstr(cure));
  }
}

TEST_F(CompileDatabase, SurvivesDeepNesting) {
  const std::string deep(200'000, '[');
  EXPECT_NE(ErrorOf("[{\"x\": " + deep), "no error");
}

TEST(CompileCommandFor, PutsTheFileBehindItsFlags) {
  const CompileCommand command = CompileCommandFor("src/a.cc", {"-DX", "-Iinc"});
  const std::string file = (std::filesystem::current_path() / "src/a.cc").string();
  EXPECT_EQ(command.file, file);
  EXPECT_THAT(command.arguments, ElementsAre("c++", "-DX", "-Iinc", file));
}

TEST(CompileCommandFor, KnowsCompilersHeadersAndC) {
  EXPECT_EQ(CompileCommandFor("a.cc", {"clang++-19", "-DX"}).arguments[0], "clang++-19");
  EXPECT_EQ(CompileCommandFor("a.c", {}).arguments[0], "cc");
  EXPECT_THAT(CompileCommandFor("/a.h", {}).arguments, ElementsAre("c++", "-x", "c++", "/a.h"));
}

}  // namespace
}  // namespace spangate
