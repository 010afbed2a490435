#include "cli/new_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace spangate {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class SelectionTest : public testing::Test {
 protected:
  SelectionTest() {
    std::string name = (fs::temp_directory_path() / "spangate-select-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    root_ = fs::canonical(name).string();
  }
  ~SelectionTest() override {
    std::error_code error;
    fs::remove_all(root_, error);
  }
  void Write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(root_ + "/" + name).parent_path());
    std::ofstream(root_ + "/" + name) << text;
  }
  CompileCommand Command(const std::string& file, std::vector<std::string> flags = {}) const {
    std::vector<std::string> arguments = {"g++"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    arguments.push_back(file);
    return {root_, root_ + "/" + file, arguments};
  }
  std::vector<size_t> Affected(const std::vector<CompileCommand>& commands, const std::string& changed,
                               const std::set<std::string>& gone = {}) const {
    return AffectedCommands(commands, {root_ + "/" + changed}, ScannedIncludes(root_, gone));
  }
  std::string root_;
};

TEST_F(SelectionTest, AHeaderSelectsEveryUnitThatReachesIt) {
  Write("inc/deep.h", "#include \"loop.h\"\n");
  Write("inc/loop.h", "#include \"deep.h\"\n");
  Write("inc/top.h", "#if 0\n#include <deep.h>\n#endif\n");
  Write("a.cc", "#include <top.h>\n");
  Write("b.cc", "#include \"inc/loop.h\"\n");
  Write("c.cc", "#include <vector>\n");
  Write("d.cc", "");
  const std::vector<CompileCommand> commands = {Command("a.cc", {"-Iinc"}), Command("b.cc"), Command("c.cc", {"-Iinc"}),
                                                Command("d.cc", {"-include", "inc/deep.h"}), Command("a.cc")};
  EXPECT_THAT(Affected(commands, "inc/deep.h"), ElementsAre(0, 1, 3)) << "without -Iinc a.cc does not find it";
  EXPECT_THAT(Affected(commands, "inc/top.h"), ElementsAre(0));
  EXPECT_THAT(Affected(commands, "a.cc"), ElementsAre(0, 4));
  EXPECT_THAT(Affected(commands, "other.h"), ElementsAre());
}

TEST_F(SelectionTest, AHeaderThatIsGoneSelectsThoseThatAskForIt) {
  Write("a.cc", "#include \"gone.h\"\n");
  Write("b.cc", "");
  EXPECT_THAT(Affected({Command("a.cc"), Command("b.cc")}, "gone.h", {root_ + "/gone.h"}), ElementsAre(0));
}

TEST_F(SelectionTest, WhatIsNotKnownIsAffected) {
  Write("a.cc", "#define X \"x.h\"\n#include X\n");
  Write("b.cc", "");
  EXPECT_THAT(Affected({Command("a.cc"), Command("b.cc")}, "x.h"), ElementsAre(0));
  const IncludedFiles unknown = [](const CompileCommand&) { return std::nullopt; };
  EXPECT_THAT(AffectedCommands({Command("a.cc"), Command("b.cc")}, {"/x"}, unknown), ElementsAre(0, 1));
}

TEST_F(SelectionTest, LinksLeadToTheFileThatChanged) {
  Write("real/x.h", "");
  fs::create_directory_symlink(root_ + "/real", root_ + "/link");
  Write("a.cc", "#include \"link/x.h\"\n");
  EXPECT_THAT(Affected({Command("a.cc")}, "real/x.h"), ElementsAre(0));
}

}  // namespace
}  // namespace spangate
