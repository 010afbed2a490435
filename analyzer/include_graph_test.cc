#include "analyzer/include_graph.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace spangate {
namespace {

namespace fs = std::filesystem;

TEST(FirstCodeLine, SkipsDirectivesAndComments) {
  struct Row {
    const char* why;
    const char* text;
    uint32_t line;
  };
  const Row rows[] = {
      {"nothing", "", 0},
      {"directives alone", "#pragma once\n#include <a.h>\n", 0},
      {"behind an include", "#include <a.h>\nint x;\n", 2},
      {"before it", "int x;\n#include <a.h>\n", 1},
      {"comments are no code", "// int x;\n/* int\ny; */ #if 1\nint z;\n", 4},
      {"a continued directive is one", "#define A \\\n  int x\nint y;\n", 3},
      {"a comment that begins in a directive", "#define A /* one\ntwo */\nint y;\n", 3},
      {"an open comment", "/* int x;", 0},
  };
  for (const Row& row : rows) EXPECT_EQ(FirstCodeLine(row.text), row.line) << row.why;
}

TEST(ScanConditions, KnowsSimpleOnesAlone) {
  const auto found = ScanConditions(
      "#ifdef A\n#include <a.h>\n#else\n#include <b.h>\n#endif\n#if B >= 2 // why\n#  if C && D\n#  endif\n#endif\n"
      "#ifndef E\n#endif\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "A");
  EXPECT_EQ(found[0].first, 1U);
  EXPECT_EQ(found[0].last, 3U);
  EXPECT_EQ(found[1].name, "B");
  EXPECT_EQ(found[1].relation, ">=");
  EXPECT_EQ(found[1].last, 9U);
}

class IncludeGraphTest : public testing::Test {
 protected:
  IncludeGraphTest() : top_(fs::canonical(testing::TempDir()) / "include_graph") { fs::remove_all(top_); }
  ~IncludeGraphTest() override { fs::remove_all(top_); }

  void Write(const std::string& file, const std::string& text) const {
    fs::create_directories((top_ / file).parent_path());
    std::ofstream(top_ / file) << text;
  }

  // Names of the external files that app/main.cc reads, sorted by number.
  std::set<std::string> Reads(std::vector<std::string> flags = {}) {
    std::vector<std::string> arguments = {"g++", "-I" + (top_ / "app").string(), "-isystem", (top_ / "ext").string(),
                                          "--system-header-prefix=api/"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    arguments.push_back((top_ / "app/main.cc").string());
    IncludeGraph graph(texts_, files_, arguments, top_.string());
    std::set<std::string> names;
    spellings_.clear();
    for (const uint32_t file : graph.Reads(arguments.back())) {
      names.insert(fs::path(files_.File(file).view()).filename().string());
      if (!graph.Spelling(file).empty()) spellings_.insert(graph.Spelling(file));
    }
    return names;
  }

  fs::path top_;
  SourceTexts texts_;
  KnownFiles files_;
  std::set<std::string> spellings_;
};

TEST_F(IncludeGraphTest, TellsExternalHeadersFromThoseOfTheProject) {
  Write("app/main.cc", "#include \"own.h\"\n#include <api/span.h>\n#include <none.h>\n");
  Write("app/own.h", "#include <lib.h>\n");
  Write("app/api/span.h", "");
  Write("ext/lib.h", "#include \"detail.inc\"\n");
  Write("ext/detail.inc", "");
  EXPECT_EQ(Reads(), (std::set<std::string>{"span.h", "lib.h", "detail.inc"}));
  EXPECT_EQ(spellings_, (std::set<std::string>{"api/span.h", "lib.h"})) << "a part of a header is not named";
}

TEST_F(IncludeGraphTest, NamesNoHeaderThatReadsTheProject) {
  Write("app/main.cc", "#include <lib.h>\n");
  Write("app/config.h", "");
  Write("ext/lib.h", "#include <config.h>\n");
  EXPECT_EQ(Reads(), (std::set<std::string>{"lib.h"}));
  EXPECT_TRUE(spellings_.empty());
}

TEST_F(IncludeGraphTest, LeavesOutWhatNoMacroAsksFor) {
  Write("app/main.cc", "#ifdef WITH_LIB\n#include <lib.h>\n#endif\n#if VERSION >= 2\n#include <two.h>\n#endif\n");
  Write("ext/lib.h", "");
  Write("ext/two.h", "");
  EXPECT_EQ(Reads({"-DVERSION=1"}), (std::set<std::string>{}));
  EXPECT_EQ(Reads({"-DVERSION=2", "-DWITH_LIB"}), (std::set<std::string>{"lib.h", "two.h"}));
}

}  // namespace
}  // namespace spangate
