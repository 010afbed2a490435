#include "analyzer/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace spangate {
namespace {

using Arguments = std::vector<std::string>;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

AdaptedCommand Adapt(Arguments arguments, Flags flags = Flags::kAll, int major = 19) {
  return AdaptArguments({.directory = "/b", .file = "/s/a.cc", .arguments = std::move(arguments)}, {"opentelemetry/"},
                        major, flags);
}

// The part between the compiler and what is always appended.
Arguments Kept(const Arguments& arguments, Flags flags = Flags::kAll, int major = 19) {
  const Arguments all = Adapt(arguments, flags, major).arguments;
  const auto end = std::find(all.begin(), all.end(), "-working-directory");
  return {all.begin() + 1, end - 1};
}

struct KeptCase {
  Arguments flags;
  Arguments kept;
  const char* why;
};

const KeptCase kKeptCases[] = {
    {{"-DX=1", "-Iinc", "-std=c++17", "-O2"}, {"-DX=1", "-Iinc", "-std=c++17", "-O2"}, "what means something stays"},
    {{"-isystem", "/x", "-D", "Y"}, {"-isystem", "/x", "-D", "Y"}, "values of their own argument"},
    {{"-o", "a.o", "-c", "/s/a.cc"}, {}, "outputs and inputs go; the input is appended"},
    {{"-MD", "-MT", "x", "-MF", "a.d", "-MFa.d", "-Wp,-MD,a.d"}, {}, "dependency files"},
    {{"-Wp,-D_FORTIFY_SOURCE=2"}, {"-Wp,-D_FORTIFY_SOURCE=2"}, "-Wp with a macro is no output"},
    {{"-Werror", "-Werror=shadow", "-Wfatal-errors", "-pedantic-errors"}, {}, "warnings are not our subject"},
    {{"-fdiagnostics-color=always", "-fcolor-diagnostics", "--serialize-diagnostics", "d"}, {}, "diagnostics format"},
    {{"-fno-gnu-unique", "-fanalyzer", "-fconcepts", "-specs=x", "-mno-avx256-split-unaligned-load"}, {}, "GCC only"},
    {{"-fmodules-ts", "-fmodule-mapper=m", "-fdeps-format=p1689r5"}, {}, "GCC modules"},
    {{"--gpu-architecture=sm_80", "-gencode", "arch=a", "-Xcompiler", "-fPIC"}, {}, "nvcc"},
    {{"-fplugin=evil.so", "-Xclang", "-load", "-Xclang", "evil.so"}, {}, "code that would run inside spangate"},
    {{"-Xclang", "-include-pch", "-Xclang", "x.pch", "-Xclang", "-include", "-Xclang", "x.h"},
     {"-Xclang", "-include", "-Xclang", "x.h"},
     "CMake's precompiled header: the header stays, the PCH of another version goes"},
    {{"-include", "x.h"}, {"-Xclang", "-include", "-Xclang", "x.h"}, "never through the driver: it looks for x.h.gch"},
    {{"-resource-dir", "/r", "-isystem", "/usr/lib/gcc/x86_64-linux-gnu/12/include",
      "-I/usr/lib/llvm-14/lib/clang/14/include/"},
     {},
     "builtin headers of another compiler crash libclang"},
    {{"-nostdinc"}, {"-nostdlibinc"}, "libclang's own stddef.h stays reachable"},
    {{"--no-standard-includes"}, {"-nostdlibinc"}, "the long spelling of -nostdinc"},
    {{"-v", "--verbose", "-###", "--help=common", "--version", "-H"},
     {},
     "what prints, or prints instead of compiling"},
    {{"-traditional-cpp", "--traditional-cpp"}, {}, "refused unless only preprocessing"},
    {{"-I"}, {}, "a flag whose value is missing"},
    {{"-o"}, {}, "an output whose value is missing"},
    {{"other.cc", "-DX", "lib.a"}, {"-DX"}, "further inputs"},
    {{"-DX", "--", "/s/a.cc", "-DY"}, {"-DX"}, "after -- everything is an input"},
    {{"", "-DX"}, {"-DX"}, "an empty argument"},
};

TEST(AdaptArguments, KeepsWhatMeansSomethingToLibclang) {
  for (const KeptCase& c : kKeptCases) {
    Arguments command = {"g++"};
    command.insert(command.end(), c.flags.begin(), c.flags.end());
    EXPECT_EQ(Kept(command), c.kept) << c.why;
  }
}

TEST(AdaptArguments, AppendsItsOwnFlagsAndTheFile) {
  const Arguments all = Adapt({"/usr/bin/g++-12", "-c", "a.cc"}).arguments;
  EXPECT_EQ(all.front(), "/usr/bin/g++-12") << "the driver mode comes from the name";
  EXPECT_EQ(all.back(), "/s/a.cc");
  for (const char* flag :
       {"-w", "-ferror-limit=0", "--system-header-prefix=opentelemetry/", "-working-directory", "/b"}) {
    EXPECT_THAT(all, Contains(flag));
  }
}

TEST(AdaptArguments, SpellsNewStandardsForOldLibclang) {
  EXPECT_EQ(Kept({"g++", "-std=c++23"}, Flags::kAll, 16), Arguments{"-std=c++2b"});
  EXPECT_EQ(Kept({"g++", "-std=c++23"}, Flags::kAll, 17), Arguments{"-std=c++23"});
  EXPECT_EQ(Kept({"g++", "-std=gnu++26"}, Flags::kAll, 14), Arguments{"-std=gnu++2b"});
}

TEST(AdaptArguments, DropsMachineFlagsInTheSecondTry) {
  const Arguments command = {"g++", "-march=znver9", "-fweird", "-fno-exceptions", "-m32", "-DX"};
  EXPECT_EQ(Kept(command).size(), 5U);
  EXPECT_EQ(Kept(command, Flags::kPortable), (Arguments{"-fno-exceptions", "-m32", "-DX"}));
}

struct TargetCase {
  Arguments command;
  const char* target;
  const char* why;
};

const TargetCase kTargetCases[] = {
    {{"g++"}, "", "the host"},
    {{"/opt/x/aarch64-linux-gnu-g++-12"}, "aarch64-linux-gnu", "with path and version"},
    {{"arm-linux-gnueabihf-gcc"}, "arm-linux-gnueabihf", "C compiler"},
    {{"riscv64-unknown-linux-gnu-clang++"}, "riscv64-unknown-linux-gnu", "libclang ignores clang's prefix too"},
    {{"my-tool-g++"}, "", "no architecture"},
    {{"clang++-14"}, "", "a version is no target"},
    {{"aarch64-linux-gnu-g++", "--target=arm-none-eabi"}, "", "the command says it itself"},
};

TEST(AdaptArguments, ReadsTheTargetFromTheCompilersName) {
  for (const TargetCase& c : kTargetCases) {
    const AdaptedCommand adapted = Adapt(c.command);
    EXPECT_EQ(adapted.target, c.target) << c.why;
    if (*c.target == '\0') continue;
    EXPECT_THAT(adapted.arguments, Contains(std::string("--target=") + c.target));
  }
}

TEST(AdaptArguments, RefusesWhatItCannotRead) {
  EXPECT_THAT(Adapt({"C:\\VS\\cl.exe", "/c", "a.cc"}).refusal, HasSubstr("MSVC"));
  EXPECT_THAT(Adapt({"/usr/bin/clang-cl-14", "a.cc"}).refusal, HasSubstr("MSVC"));
  EXPECT_THAT(Adapt({"g++", "@gone.rsp"}).refusal, HasSubstr("gone.rsp"));
  EXPECT_THAT(Adapt({}).refusal, HasSubstr("empty"));
  EXPECT_EQ(Adapt({"g++"}).refusal, "");
}

}  // namespace
}  // namespace spangate
