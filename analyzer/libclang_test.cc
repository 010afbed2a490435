#include "analyzer/libclang.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "analyzer/read_source.h"

namespace spangate {
namespace {

using testing::HasSubstr;

TEST(LoadLibclang, FindsOneWithoutAPathAndKeepsIt) {
  const auto first = LoadLibclang("");
  ASSERT_TRUE(first.has_value()) << first.error().message;
  EXPECT_EQ(first.value(), LoadLibclang("").value());
  EXPECT_GE(first.value()->major, 14);
  EXPECT_THAT(first.value()->version, HasSubstr("clang version"));
  EXPECT_TRUE(std::filesystem::exists(first.value()->path));
}

TEST(LoadLibclang, NamesTheFileAndThePackagesWhenAPathIsWrong) {
  const auto loaded = LoadLibclang("/nowhere/libclang.so");
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().kind, ErrorKind::kSystem);
  EXPECT_THAT(loaded.error().message, HasSubstr("/nowhere/libclang.so"));
  EXPECT_THAT(loaded.error().message, HasSubstr("libclang1-19 libclang-common-19-dev"));
}

TEST(LoadLibclang, RefusesALibraryThatIsNotLibclang) {
  const auto loaded = LoadLibclang("libm.so.6");
  ASSERT_FALSE(loaded.has_value());
  EXPECT_THAT(loaded.error().message, HasSubstr("not a libclang"));
}

// Every version that this machine has; 14 to 22 must all load from one binary, built with one version's headers.
TEST(LoadLibclang, LoadsEveryInstalledVersion) {
  int found = 0;
  for (int version = 14; version <= 22; ++version) {
    const std::string path = "libclang-" + std::to_string(version) + ".so.1";
    const auto loaded = LoadLibclang(path);
    if (!loaded.has_value()) continue;
    ++found;
    EXPECT_EQ(loaded.value()->major, version) << loaded.value()->version;
  }
  EXPECT_GE(found, 1);
}

TEST(TestBuiltinHeaders, AcceptsACompleteInstallation) {
  const auto loaded = LoadLibclang("");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  const Status headers = TestBuiltinHeaders(*loaded.value());
  EXPECT_TRUE(headers.has_value()) << headers.error().message;
}

// A parser that finds no header stands in for a machine without libclang-common-NN-dev.
TEST(TestBuiltinHeaders, NamesThePackageOfTheSameVersion) {
  const auto loaded = LoadLibclang("");
  ASSERT_TRUE(loaded.has_value());
  Libclang broken = *loaded.value();
  broken.major = 19;
  broken.clang_parseTranslationUnit2FullArgv = [](CXIndex, const char*, const char* const*, int, CXUnsavedFile*,
                                                  unsigned, unsigned, CXTranslationUnit*) { return CXError_Failure; };
  const Status headers = TestBuiltinHeaders(broken);
  ASSERT_FALSE(headers.has_value());
  EXPECT_THAT(headers.error().message, HasSubstr("apt-get install libclang1-19 libclang-common-19-dev"));
}

TEST(DescribeLibclang, SaysVersionAndPath) {
  const auto text = DescribeLibclang("");
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_THAT(text.value(), HasSubstr("clang version"));
  EXPECT_THAT(text.value(), HasSubstr(LoadLibclang("").value()->path));
}

}  // namespace
}  // namespace spangate
