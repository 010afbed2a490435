#include "analyzer/read_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "analyzer/libclang.h"
#include "analyzer/translation_unit.h"

namespace spangate {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class ReadSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    folder_ = fs::canonical(folder_);
    options_.project_root = folder_.string();
    options_.jobs = 2;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  CompileCommand Command(const std::string& name, std::vector<std::string> flags = {}) {
    CompileCommand command{.directory = folder_.string(), .file = (folder_ / name).string(), .arguments = {"g++"}};
    command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
    return command;
  }

  std::vector<TuFacts> Read(const std::vector<CompileCommand>& commands) {
    auto facts = ReadSource(commands, options_);
    EXPECT_TRUE(facts.has_value()) << facts.error().message;
    return facts.has_value() ? std::move(facts.value()) : std::vector<TuFacts>();
  }

  TuFacts ReadOne(const CompileCommand& command) {
    auto facts = Read({command});
    return facts.empty() ? TuFacts() : std::move(facts[0]);
  }

  fs::path folder_ = fs::path(testing::TempDir()) /
                     (std::string("read-source-") + testing::UnitTest::GetInstance()->current_test_info()->name());
  ReadSourceOptions options_;
};

TEST_F(ReadSourceTest, ACleanUnitNamesItsFunctionsAndIncludes) {
  const std::string header = Write("inc/a.h", "int g();\n");
  const std::string source = Write("a.cc", "#include \"a.h\"\nint f() { return g(); }\n");
  const TuFacts facts = ReadOne(Command("a.cc", {"-Iinc", "-c", "a.cc", "-o", "a.o", "-Werror"}));
  EXPECT_EQ(facts.outcome, TuOutcome::kClean) << facts.reason;
  EXPECT_EQ(facts.main_file, source);
  EXPECT_THAT(facts.includes, testing::UnorderedElementsAre(Symbol(source), Symbol(header)));
  ASSERT_EQ(facts.functions.size(), 1U);
  EXPECT_EQ(facts.functions[0].qualified_name, "f");
}

TEST_F(ReadSourceTest, FlagsThatOnlyGccKnowsAreNotesAtMost) {
  Write("a.cc", "int f() { return 1; }\n");
  const TuFacts facts = ReadOne(Command("a.cc", {"-fno-gnu-unique", "-fno-such-flag", "-mno-such-machine"}));
  EXPECT_EQ(facts.outcome, TuOutcome::kClean) << facts.reason;
  for (const Diagnostic& diagnostic : facts.diagnostics) EXPECT_EQ(diagnostic.severity, Diagnostic::Severity::kNote);
}

TEST_F(ReadSourceTest, AMissingIncludeIsRecoveredAndLaterIncludesStillCount) {
  const std::string header = Write("b.h", "struct B { int x; };\n");
  Write("src/a.cc", "#include \"gone.h\"\n#include \"../b.h\"\nint f(B b) { return b.x; }\n");
  const TuFacts facts = ReadOne(Command("src/a.cc"));
  EXPECT_EQ(facts.outcome, TuOutcome::kRecovered);
  EXPECT_EQ(facts.reason, "src/a.cc:1: fatal: 'gone.h' file not found (1 error)");
  EXPECT_THAT(facts.includes, testing::Contains(Symbol(header)));
  ASSERT_EQ(facts.functions.size(), 1U);
}

TEST_F(ReadSourceTest, CallsThatErrorsSwallowAreMissedSites) {
  Write("a.cc",
        "#include <opentelemetry/trace/tracer.h>\n"
        "void f(Tracer& t) {\n  auto span = t.StartSpan(\"x\");\n  span->SetAttribute(\"k\", 1);\n}\n");
  const TuFacts facts = ReadOne(Command("a.cc"));
  EXPECT_EQ(facts.outcome, TuOutcome::kRecovered);
  EXPECT_EQ(facts.sites_expected, 2U);
  EXPECT_EQ(facts.missed.size(), facts.sites_expected - facts.sites_seen);
  EXPECT_FALSE(facts.missed.empty());
}

// A reader of the report must learn why a unit without errors is not clean.
TEST_F(ReadSourceTest, CallsMissedWithoutAnErrorAreAReasonOfTheirOwn) {
  Write("a.cc", "struct T { int StartSpan(int); };\nint f(T* t) {\n  t->StartSpan(1);\n  return t->StartSpan(2);\n}\n");
  const auto clang = LoadLibclang("");
  ASSERT_TRUE(clang.has_value());
  UnitReader blind(*clang.value(), options_, [](const Libclang&, CXTranslationUnit, TuFacts&) {});
  const TuFacts facts = blind.Read(Command("a.cc"));
  EXPECT_EQ(facts.missed.size(), 2U);
  EXPECT_EQ(facts.outcome, TuOutcome::kRecovered);
  EXPECT_EQ(facts.reason, "2 OpenTelemetry calls in the text could not be analysed, the first in line 3");
  EXPECT_EQ(ReadOne(Command("a.cc")).outcome, TuOutcome::kClean) << "the real extraction sees both";
}

TEST_F(ReadSourceTest, CallsInALambdaOfADefaultArgumentAreSeen) {
  Write("a.cc",
        "struct T { int StartSpan(int); } t;\n"
        "template <class F> struct Function { template <class G> Function(G) {} };\n"
        "void f(Function<int()> g = [] { return t.StartSpan(1); });\n");
  const TuFacts facts = ReadOne(Command("a.cc"));
  EXPECT_EQ(facts.outcome, TuOutcome::kClean) << facts.reason;
  EXPECT_EQ(facts.sites_expected, 1U);
  EXPECT_EQ(facts.sites_seen, 1U);
}

TEST_F(ReadSourceTest, WhatCannotBeParsedFailsWithItsReason) {
  Write("a.cc", "int x;\n");
  CompileCommand no_folder = Command("a.cc");
  no_folder.directory = (folder_ / "nowhere").string();
  CompileCommand msvc = Command("a.cc");
  msvc.arguments[0] = "cl.exe";
  const auto facts = Read({Command("gone.cc"), no_folder, msvc, Command("a.cc", {"@gone.rsp"}), Command("")});
  ASSERT_EQ(facts.size(), 5U);
  const char* const kReasons[] = {"file does not exist", "directory", "MSVC", "gone.rsp", "file does not exist"};
  for (size_t i = 0; i < facts.size(); ++i) {
    EXPECT_EQ(facts[i].outcome, TuOutcome::kFailed);
    EXPECT_THAT(facts[i].reason, HasSubstr(kReasons[i]));
  }
}

TEST_F(ReadSourceTest, ACommandThatLibclangRejectsIsTriedWithoutMachineFlags) {
  Write("a.cc", "int f() { return 1; }\n");
  const TuFacts facts = ReadOne(Command("a.cc", {"-march=znver99"}));
  EXPECT_NE(facts.outcome, TuOutcome::kFailed) << facts.reason;
  EXPECT_EQ(facts.functions.size(), 1U);
}

TEST_F(ReadSourceTest, ResultsStandInTheOrderOfTheCommandsWhateverTheThreads) {
  std::vector<CompileCommand> commands;
  for (int i = 0; i < 6; ++i) {
    const std::string name = "f" + std::to_string(i) + ".cc";
    Write(name, std::string(static_cast<size_t>(i % 3) * 100, '\n') + "int f() { return 1; }\n");
    commands.push_back(Command(name));
  }
  options_.jobs = 1;
  const auto one = Read(commands);
  options_.jobs = 4;
  std::vector<size_t> progress;
  options_.progress = [&](size_t done, size_t, const TuFacts&) { progress.push_back(done); };
  const auto four = Read(commands);
  ASSERT_EQ(one.size(), four.size());
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].main_file, commands[i].file);
    EXPECT_EQ(SerializeFacts(one[i]), SerializeFacts(four[i]));
  }
  EXPECT_THAT(progress, testing::ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(ReadSourceTest, DeepSourceIsReadOrRefusedNeverACrash) {
  const std::string open(1500, '(');
  const std::string close(1500, ')');
  Write("brackets.cc", "int f() { return " + open + "1" + close + "; }\n");
  std::string sum = "i";
  for (int i = 0; i < 90'000; ++i) sum += "+i";
  Write("sum.cc", "int f(int i) { return " + sum + "; }\n");
  Write("good.cc", "int g() { return 1; }\n");
  options_.jobs = 1;
  sum += " + " + sum;
  Write("deeper.cc", "int f() { return " + open + open + "1" + close + close + "; }\n");
  Write("longer.cc", "int f(int i) { return " + sum + "; }\n");
  options_.jobs = 1;
  const auto facts = Read({Command("brackets.cc", {"-fbracket-depth=10000"}), Command("sum.cc"),
                           Command("deeper.cc", {"-fbracket-depth=10000"}), Command("longer.cc"), Command("good.cc")});
  ASSERT_EQ(facts.size(), 5U);
  EXPECT_EQ(facts[0].functions.size(), 1U) << facts[0].reason;
  EXPECT_EQ(facts[1].functions.size(), 1U) << facts[1].reason;
  EXPECT_EQ(facts[2].outcome, TuOutcome::kFailed);
  EXPECT_EQ(facts[2].reason, "nested too deeply (3001 brackets)");
  EXPECT_EQ(facts[3].reason, "nested too deeply (180001 operators in one expression)");
  EXPECT_EQ(facts[4].outcome, TuOutcome::kClean) << facts[4].reason;
}

// The text of headers is not looked at before the parse, so that here libclang does run out of stack.
TEST_F(ReadSourceTest, AParseThatExhaustsTheStackFailsAloneAndNotTheRun) {
  std::string negations;
  for (int i = 0; i < 3'000'000; ++i) negations += "!";
  Write("deep.h", "inline bool f(bool b) { return " + negations + "b; }\n");
  Write("deep.cc", "#include \"deep.h\"\n");
  Write("good.cc", "int g() { return 1; }\n");
  options_.jobs = 1;
  const auto is_isolated = [this] {
    const auto facts = Read({Command("deep.cc"), Command("good.cc")});
    return facts.size() == 2 && facts[0].outcome == TuOutcome::kFailed && facts[0].reason == "libclang crashed on it" &&
           facts[1].outcome == TuOutcome::kClean;
  };
  // In a process of its own: what the crashed parse held is never freed.
  EXPECT_EXIT(_exit(is_isolated() ? 0 : 1), testing::ExitedWithCode(0), "");
}

TEST_F(ReadSourceTest, AfterAStopTheRestIsNotAnalysed) {
  Write("a.cc", "int x;\n");
  const std::atomic<bool> stop = true;
  options_.stop = &stop;
  const TuFacts facts = ReadOne(Command("a.cc"));
  EXPECT_EQ(facts.outcome, TuOutcome::kFailed);
  EXPECT_THAT(facts.reason, HasSubstr("stopped"));
}

TEST_F(ReadSourceTest, AMissingLibraryIsAnErrorOfTheSystem) {
  options_.libclang = "/nowhere/libclang.so";
  const auto facts = ReadSource({}, options_);
  ASSERT_FALSE(facts.has_value());
  EXPECT_EQ(facts.error().kind, ErrorKind::kSystem);
}

// Facts of one library version say the same as those of any other, for code that all of them accept.
TEST_F(ReadSourceTest, EveryInstalledLibclangReadsTheSame) {
  Write("a.cc",
        "#include <string>\nstruct S { void Set(std::string); };\n"
        "int f(S& s) { s.Set(\"a\"); if (s.x) return 1; return 0; }\n");
  for (int version = 14; version <= 22; ++version) {
    options_.libclang = "libclang-" + std::to_string(version) + ".so.1";
    const auto loaded = LoadLibclang(options_.libclang);
    if (!loaded.has_value() || !TestBuiltinHeaders(*loaded.value()).has_value()) continue;
    const TuFacts facts = ReadOne(Command("a.cc"));
    EXPECT_EQ(facts.reason, "a.cc:3: error: no member named 'x' in 'S' (1 error)") << version;
    EXPECT_EQ(facts.functions.size(), 1U) << version;
  }
}

TEST(ReasonFrom, LeadsWithTheFatalErrorAndCounts) {
  const std::vector<Diagnostic> diagnostics = {
      {Diagnostic::Severity::kNote, Symbol(), 0, 0, "unknown argument: '-fx'"},
      {Diagnostic::Severity::kError, Symbol("/p/src/a.cc"), 9, 1, "use of undeclared identifier 'x'"},
      {Diagnostic::Severity::kFatal, Symbol("/p/src/a.cc"), 3, 1, "'x.h' file not found"}};
  EXPECT_EQ(ReasonFrom(diagnostics, "/p"), "src/a.cc:3: fatal: 'x.h' file not found (2 errors)");
  EXPECT_EQ(ReasonFrom({diagnostics[0]}, "/p"), "") << "a note makes no unit dirty";
}

}  // namespace
}  // namespace spangate
