#include "cli/flags.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace spangate {
namespace {

constexpr Flag kFlags[] = {
    {"build-dir", 'p', "DIR", false, "folder"},
    {"report", 0, "FORMAT=PATH", true, "report"},
    {"allow-incomplete", 0, "", false, "switch"},
};
constexpr Command kCommand = {.name = "analyze",
                              .arguments = "[FILE...]",
                              .summary = "s",
                              .details = "d",
                              .flags = kFlags,
                              .takes_operands = true,
                              .wraps_a_command = false,
                              .execute = nullptr};

TEST(ParseArguments, ReadsFlagsOperandsAndTheRest) {
  const auto arguments = ParseArguments(
      kCommand, {"-p", "build", "a.cc", "--report", "junit=x", "--report=sarif=y", "--", "-O2", "--report"});
  ASSERT_TRUE(arguments.has_value()) << arguments.error().message;
  EXPECT_EQ(arguments.value().Get("build-dir"), "build");
  EXPECT_EQ(arguments.value().All("report"), (std::vector<std::string>{"junit=x", "sarif=y"}));
  EXPECT_EQ(arguments.value().operands(), std::vector<std::string>{"a.cc"});
  EXPECT_EQ(arguments.value().rest(), (std::vector<std::string>{"-O2", "--report"}));
  EXPECT_FALSE(arguments.value().Has("allow-incomplete"));
}

TEST(ParseArguments, NamesTheFlagThatWasMeant) {
  const auto arguments = ParseArguments(kCommand, {"--reprot", "x"});
  ASSERT_FALSE(arguments.has_value());
  EXPECT_EQ(arguments.error().kind, ErrorKind::kUsage);
  EXPECT_NE(arguments.error().message.find("did you mean --report?"), std::string::npos) << arguments.error().message;
}

TEST(ParseArguments, RefusesAValueThatIsMissing) { EXPECT_FALSE(ParseArguments(kCommand, {"--report"}).has_value()); }

TEST(ParseArguments, TakesTheEnvironmentWhereTheFlagIsAbsent) {
  setenv("SPANGATE_REPORT", "junit=a;sarif=b", 1);
  setenv("SPANGATE_ALLOW_INCOMPLETE", "0", 1);
  const auto from_environment = ParseArguments(kCommand, {});
  const auto from_flag = ParseArguments(kCommand, {"--report", "json=c"});
  unsetenv("SPANGATE_REPORT");
  unsetenv("SPANGATE_ALLOW_INCOMPLETE");
  EXPECT_EQ(from_environment.value().All("report"), (std::vector<std::string>{"junit=a", "sarif=b"}));
  EXPECT_FALSE(from_environment.value().Has("allow-incomplete")) << "0 switches off";
  EXPECT_EQ(from_flag.value().All("report"), std::vector<std::string>{"json=c"});
}

TEST(Help, ListsEveryFlag) {
  const std::string help = Help(kCommand);
  for (const Flag& flag : kFlags) EXPECT_NE(help.find("--" + std::string(flag.name)), std::string::npos) << flag.name;
}

}  // namespace
}  // namespace spangate
