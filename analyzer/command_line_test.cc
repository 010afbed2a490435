#include "analyzer/command_line.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace spangate {
namespace {

using Arguments = std::vector<std::string>;

struct SplitCase {
  const char* text;
  Quoting quoting;
  std::optional<Arguments> expected;
  const char* why;
};

const SplitCase kSplitCases[] = {
    {"g++  -c\ta.cc", Quoting::kShell, Arguments{"g++", "-c", "a.cc"}, "blanks separate"},
    {"  ", Quoting::kShell, Arguments{}, "only blanks"},
    {R"(-DX='a b')", Quoting::kShell, Arguments{"-DX=a b"}, "quotes join to the word around them"},
    {R"(-DX=\"v\")", Quoting::kShell, Arguments{R"(-DX="v")"}, "CMake writes string macros so"},
    {R"("-DX=\"a b\"")", Quoting::kShell, Arguments{R"(-DX="a b")"}, "an escaped quote inside double quotes"},
    {R"("a\nb")", Quoting::kShell, Arguments{R"(a\nb)"}, "other backslashes stay inside double quotes"},
    {R"('a\b')", Quoting::kShell, Arguments{R"(a\b)"}, "nothing is special inside single quotes"},
    {R"('a\'b')", Quoting::kResponseFile, Arguments{"a'b"}, "GNU response files escape there too"},
    {R"(a\ b)", Quoting::kShell, Arguments{"a b"}, "an escaped blank"},
    {"a\\\nb", Quoting::kShell, Arguments{"ab"}, "a continued line"},
    {R"(x "" y)", Quoting::kShell, Arguments{"x", "", "y"}, "an empty argument is one"},
    {R"(x "y)", Quoting::kShell, std::nullopt, "an open double quote"},
    {"x 'y", Quoting::kResponseFile, std::nullopt, "an open single quote"},
    {R"(x\)", Quoting::kShell, Arguments{R"(x\)"}, "a backslash at the end stands for itself"},
};

TEST(SplitCommandLine, FollowsShellAndGnuQuoting) {
  for (const SplitCase& c : kSplitCases) EXPECT_EQ(SplitCommandLine(c.text, c.quoting), c.expected) << c.why;
}

class ExpandResponseFilesTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void Write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string("rsp-") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(ExpandResponseFilesTest, ReadsNestedFilesRelativeToTheDirectory) {
  Write("a.rsp", "-DA '-DB=x y' @b.rsp");
  Write("b.rsp", "-DC\n-DD");
  EXPECT_EQ(ExpandResponseFiles({"g++", "@a.rsp", "x.cc"}, folder_),
            (Arguments{"g++", "-DA", "-DB=x y", "-DC", "-DD", "x.cc"}));
}

TEST_F(ExpandResponseFilesTest, KeepsAFileThatCannotBeRead) {
  EXPECT_EQ(ExpandResponseFiles({"g++", "@gone.rsp"}, folder_), (Arguments{"g++", "@gone.rsp"}));
}

TEST_F(ExpandResponseFilesTest, EndsWhenFilesNameEachOther) {
  Write("loop.rsp", "-DL @loop.rsp");
  EXPECT_EQ(ExpandResponseFiles({"@loop.rsp"}, folder_).size(), 17U);
  Write("bomb.rsp", "@bomb.rsp @bomb.rsp @bomb.rsp @bomb.rsp");
  EXPECT_LE(ExpandResponseFiles({"@bomb.rsp"}, folder_).size(), 500'000U);
}

struct LauncherCase {
  Arguments command;
  const char* compiler;
  const char* why;
};

const LauncherCase kLauncherCases[] = {
    {{"g++", "a.cc"}, "g++", "nothing before it"},
    {{"/usr/bin/ccache", "g++", "a.cc"}, "g++", "by its base name"},
    {{"ccache", "distcc", "g++"}, "g++", "several of them"},
    {{"sccache.exe", "cl.exe"}, "cl.exe", "with an extension"},
    {{"ccache", "CCACHE_DIR=/tmp", "g++"}, "g++", "ccache takes settings first"},
    {{"env", "A=b", "C=d", "icecc", "clang++"}, "clang++", "environment settings"},
    {{"distcc", "-c", "a.cc"}, "distcc", "no compiler is named: left alone"},
    {{"ccache"}, "ccache", "nothing follows"},
};

TEST(WithoutLaunchers, LeavesTheCompilerInFront) {
  for (const LauncherCase& c : kLauncherCases) EXPECT_EQ(WithoutLaunchers(c.command).front(), c.compiler) << c.why;
}

}  // namespace
}  // namespace spangate
