#include "analyzer/precompiled_header.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "analyzer/macro_scan.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

NameSet Names(std::vector<std::string_view> names) {
  NameSet set;
  for (const std::string_view name : names) set.push_back(HashOfName(name));
  std::sort(set.begin(), set.end());
  return set;
}

TEST(ScanMacros, SeesMoreRatherThanLess) {
  const MacroUse use = ScanMacros(
      "#define A 1\n# undef B\n#if defined(C) && \\\n  D > 1\n#elif E\n#endif\n/* x */ #define F\n"
      "#pragma push_macro(\"G\")\nint h;\n");
  EXPECT_TRUE(Intersects(use.defined, Names({"A"})));
  EXPECT_TRUE(Intersects(use.undefined, Names({"B"})));
  EXPECT_TRUE(Intersects(use.tested, Names({"D"}))) << "a continued line";
  EXPECT_TRUE(Intersects(use.tested, Names({"E"})));
  EXPECT_TRUE(Intersects(use.defined, Names({"F"}))) << "behind a comment";
  EXPECT_TRUE(Intersects(use.undefined, Names({"G"}))) << "push_macro";
  EXPECT_TRUE(Intersects(use.words, Names({"h"})));
  EXPECT_FALSE(Intersects(use.defined, Names({"h", "C"})));
}

// A project of a few units that share external headers.
class PrecompiledHeaderTest : public testing::Test {
 protected:
  PrecompiledHeaderTest()
      : top_((fs::path(testing::TempDir()) / ("precompiled_header." + std::to_string(::getpid()))).string()) {
    fs::remove_all(top_);
    Write("ext/big.h", "#pragma once\n#ifndef LIMIT\n#define LIMIT 8\n#endif\n" + std::string(400'000, '\n') +
                           "#ifdef BIG_MODE\ninline int Big(long i) { return 2; }\n#else\n"
                           "inline int Big(int i) { return 1; }\n#endif\n"
                           "template <class T> T Twice(T t) { return t + t; }\n#define BIG_SEEN 1\n");
    for (int i = 0; i < 8; ++i) {
      Write("app/" + std::to_string(i) + ".cc",
            "#include <big.h>\ntemplate <class T> int Own(T t) { return Big(t); }\n"
            "int F" +
                std::to_string(i) + "() { return Own(1) + Twice(2); }\n");
    }
    fs::create_directories(top_ + "/pch");
  }
  ~PrecompiledHeaderTest() override { fs::remove_all(top_); }

  void Write(const std::string& file, const std::string& text) const {
    fs::create_directories(fs::path(top_ + "/" + file).parent_path());
    std::ofstream(top_ + "/" + file) << text;
  }

  // Facts of all units, with precompiled headers or without.
  std::vector<std::string> Read(bool precompiled) {
    std::vector<CompileCommand> commands;
    for (const auto& entry : fs::directory_iterator(top_ + "/app")) {
      if (entry.path().extension() != ".cc") continue;
      commands.push_back({top_ + "/app", entry.path().string(), {"g++", "-std=c++17", "-I" + top_ + "/ext"}});
    }
    std::sort(commands.begin(), commands.end(), [](const auto& a, const auto& b) { return a.file < b.file; });
    ReadSourceOptions options;
    options.project_root = top_ + "/app";
    options.jobs = 1;
    options.precompiled_headers = precompiled;
    options.pch_folder = top_ + "/pch";
    // While units are read the header is there; what it saves is no matter of a unit test.
    options.progress = [&](size_t, size_t, const TuFacts&) {
      size_t built = 0;
      for (const auto& entry : fs::recursive_directory_iterator(top_ + "/pch")) {
        if (entry.path().extension() == ".pch") ++built;
      }
      built_ |= built > 0;
      most_built_ = std::max(most_built_, built);
    };
    const auto facts = ReadSource(commands, options);
    EXPECT_TRUE(facts.has_value()) << facts.error().message;
    std::vector<std::string> bytes;
    read_big_ = 0;
    for (const TuFacts& unit : facts.value()) {
      EXPECT_EQ(unit.outcome, TuOutcome::kClean) << unit.reason;
      bytes.push_back(SerializeFacts(unit, options.project_root));
      for (const std::string& file : unit.files_read) read_big_ += file.ends_with("/big.h") ? 1 : 0;
    }
    return bytes;
  }

  void ExpectEqual() {
    const auto alone = Read(false);
    EXPECT_FALSE(built_);
    EXPECT_EQ(Read(true), alone);
    EXPECT_TRUE(built_) << "else this test says nothing";
    EXPECT_TRUE(fs::is_empty(top_ + "/pch")) << "the run's folder stays behind";
  }

  std::string top_;
  bool built_ = false;
  size_t most_built_ = 0;
  size_t read_big_ = 0;
};

TEST_F(PrecompiledHeaderTest, ChangesNoFact) {
  ExpectEqual();
  EXPECT_EQ(read_big_, 8U) << "files of the header are files that the unit read";
}

TEST_F(PrecompiledHeaderTest, IsNotUsedWhereAMacroChangesIt) {
  Write("app/5.cc", "#define BIG_MODE\n#include <big.h>\nint F() { return Big(1); }\n");
  Write("app/mode.h", "#define BIG_MODE\n");
  Write("app/6.cc", "#include \"mode.h\"\n#include <big.h>\nint F() { return Big(1); }\n");
  ExpectEqual();
}

TEST_F(PrecompiledHeaderTest, IsNotUsedWhereItsMacrosAreAskedForBefore) {
  Write("app/5.cc",
        "#ifndef BIG_SEEN\nint Before() { return 1; }\n#endif\n#include <big.h>\nint F() { return Big(1); }\n");
  ExpectEqual();
}

TEST_F(PrecompiledHeaderTest, IsNotUsedWhereCodeStandsBeforeIt) {
  Write("app/5.cc",
        "int Big(...) { return 3; }\nint G() { return Big(1); }\n#include <big.h>\nint F() { return G(); }\n");
  ExpectEqual();
}

TEST_F(PrecompiledHeaderTest, IsBuiltOnWhatMoreUnitsShare) {
  Write("ext/more.h", "#pragma once\n#include <big.h>\n#ifndef BIG_SEEN\n#error\n#endif\n" +
                          std::string(400'000, '\n') + "inline int More(int i) { return Big(i) + LIMIT; }\n");
  for (int i = 0; i < 8; ++i) {
    Write("app/more" + std::to_string(i) + ".cc", "#include <more.h>\nint F() { return More(Twice(2)); }\n");
  }
  ExpectEqual();
  EXPECT_EQ(read_big_, 16U);
  EXPECT_EQ(most_built_, 2U);
}

TEST_F(PrecompiledHeaderTest, RemovesFoldersOfRunsThatWereKilled) {
  const std::string old = top_ + "/pch/spangate-pch-AbCdEf";
  const std::string recent = top_ + "/pch/spangate-pch-GhIjKl";
  for (const std::string& folder : {old, recent}) fs::create_directories(folder);
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(25));
  Read(true);
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(recent)) << "another run may use it";
}

TEST_F(PrecompiledHeaderTest, IsNotUsedWhereItIsNotIncluded) {
  Write("app/5.cc", "#if 0\n#include <big.h>\n#endif\nint Big(char c) { return c; }\nint F() { return Big(1); }\n");
  ExpectEqual();
}

}  // namespace
}  // namespace spangate
