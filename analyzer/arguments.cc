// The tables of flags that libclang must not see, and the walk that applies them.
#include "analyzer/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <optional>

namespace spangate {
namespace {

enum class Match { kExact, kPrefix };
enum class Value {
  kNone,      // the flag stands alone (a prefix row takes its value in the same argument)
  kSeparate,  // the next argument belongs to it
};

struct DropRule {
  std::string_view flag;
  Match match;
  Value value;
};

// Outputs and diagnostics first: nothing may be written, and warnings are not our subject. Then plug-ins (code that a
// build's flags would run inside this process), flags of GCC and nvcc that Clang calls errors, and builtin headers of
// other compilers, which crash libclang (measured; docs/decisions/0001-libclang-at-run-time.md).
constexpr DropRule kDropped[] = {
    {"-o", Match::kExact, Value::kSeparate},
    {"-c", Match::kExact, Value::kNone},
    {"-S", Match::kExact, Value::kNone},
    {"-E", Match::kExact, Value::kNone},
    {"-M", Match::kExact, Value::kNone},
    {"-MM", Match::kExact, Value::kNone},
    {"-MD", Match::kExact, Value::kNone},
    {"-MMD", Match::kExact, Value::kNone},
    {"-MG", Match::kExact, Value::kNone},
    {"-MP", Match::kExact, Value::kNone},
    {"-MV", Match::kExact, Value::kNone},
    {"-MF", Match::kExact, Value::kSeparate},
    {"-MT", Match::kExact, Value::kSeparate},
    {"-MQ", Match::kExact, Value::kSeparate},
    {"-MJ", Match::kExact, Value::kSeparate},
    {"-MF", Match::kPrefix, Value::kNone},
    {"-MT", Match::kPrefix, Value::kNone},
    {"-MQ", Match::kPrefix, Value::kNone},
    {"-MJ", Match::kPrefix, Value::kNone},
    {"-Wp,-M", Match::kPrefix, Value::kNone},
    {"-v", Match::kExact, Value::kNone},  // this one and the next seven print, some instead of compiling
    {"--verbose", Match::kExact, Value::kNone},
    {"-###", Match::kExact, Value::kNone},
    {"--help", Match::kPrefix, Value::kNone},
    {"--version", Match::kExact, Value::kNone},
    {"-H", Match::kExact, Value::kNone},
    {"--trace-includes", Match::kExact, Value::kNone},
    {"-ftime-report", Match::kPrefix, Value::kNone},
    {"-traditional-cpp", Match::kExact, Value::kNone},  // for preprocessing alone
    {"--traditional-cpp", Match::kExact, Value::kNone},
    {"--serialize-diagnostics", Match::kExact, Value::kSeparate},
    {"-serialize-diagnostics", Match::kExact, Value::kSeparate},
    {"-save-temps", Match::kPrefix, Value::kNone},
    {"--save-temps", Match::kPrefix, Value::kNone},
    {"-ftime-trace", Match::kPrefix, Value::kNone},
    {"-gsplit-dwarf", Match::kPrefix, Value::kNone},
    {"-Werror", Match::kPrefix, Value::kNone},
    {"-Wfatal-errors", Match::kExact, Value::kNone},
    {"-pedantic-errors", Match::kExact, Value::kNone},
    {"-fmax-errors", Match::kPrefix, Value::kNone},
    {"-ferror-limit", Match::kPrefix, Value::kNone},
    {"-fcolor-diagnostics", Match::kExact, Value::kNone},
    {"-fno-color-diagnostics", Match::kExact, Value::kNone},
    {"-fansi-escape-codes", Match::kExact, Value::kNone},
    {"-fdiagnostics-", Match::kPrefix, Value::kNone},
    {"-fno-diagnostics-", Match::kPrefix, Value::kNone},
    {"-l", Match::kPrefix, Value::kNone},
    {"-L", Match::kExact, Value::kSeparate},
    {"-L", Match::kPrefix, Value::kNone},
    {"-Wl,", Match::kPrefix, Value::kNone},
    {"-Wa,", Match::kPrefix, Value::kNone},
    {"-Xlinker", Match::kExact, Value::kSeparate},
    {"-Xassembler", Match::kExact, Value::kSeparate},
    {"-T", Match::kExact, Value::kSeparate},
    {"-shared", Match::kExact, Value::kNone},
    {"-rdynamic", Match::kExact, Value::kNone},
    {"-fuse-ld=", Match::kPrefix, Value::kNone},
    {"-fplugin", Match::kPrefix, Value::kNone},
    {"-fpass-plugin", Match::kPrefix, Value::kNone},
    {"-load", Match::kExact, Value::kSeparate},
    {"-mllvm", Match::kExact, Value::kSeparate},
    {"-resource-dir", Match::kExact, Value::kSeparate},
    {"-resource-dir=", Match::kPrefix, Value::kNone},
    {"-include-pch", Match::kExact, Value::kSeparate},
    {"-working-directory", Match::kExact, Value::kSeparate},
    {"-working-directory=", Match::kPrefix, Value::kNone},
    {"-specs=", Match::kPrefix, Value::kNone},
    {"--specs=", Match::kPrefix, Value::kNone},
    {"-wrapper", Match::kExact, Value::kSeparate},
    {"--param", Match::kExact, Value::kSeparate},
    {"--param=", Match::kPrefix, Value::kNone},
    {"-flto", Match::kPrefix, Value::kNone},
    {"-fno-lto", Match::kExact, Value::kNone},
    {"-ffat-lto-objects", Match::kExact, Value::kNone},
    {"-fno-fat-lto-objects", Match::kExact, Value::kNone},
    {"-fuse-linker-plugin", Match::kExact, Value::kNone},
    {"-fno-use-linker-plugin", Match::kExact, Value::kNone},
    {"-fprofile-", Match::kPrefix, Value::kNone},
    {"-fcs-profile-", Match::kPrefix, Value::kNone},
    {"-fauto-profile", Match::kPrefix, Value::kNone},
    {"-fbranch-", Match::kPrefix, Value::kNone},
    {"--coverage", Match::kExact, Value::kNone},
    {"-fgnu-unique", Match::kExact, Value::kNone},
    {"-fno-gnu-unique", Match::kExact, Value::kNone},
    {"-fanalyzer", Match::kPrefix, Value::kNone},
    {"-fno-analyzer", Match::kPrefix, Value::kNone},
    {"-fconcepts", Match::kPrefix, Value::kNone},
    {"-fcoroutines", Match::kPrefix, Value::kNone},
    {"-fcontracts", Match::kPrefix, Value::kNone},
    {"-fmodules-ts", Match::kExact, Value::kNone},
    {"-fmodule-mapper=", Match::kPrefix, Value::kNone},
    {"-fmodule-header", Match::kPrefix, Value::kNone},
    {"-fdeps-", Match::kPrefix, Value::kNone},
    {"-fipa-", Match::kPrefix, Value::kNone},
    {"-fno-ipa-", Match::kPrefix, Value::kNone},
    {"-ftree-", Match::kPrefix, Value::kNone},
    {"-fno-tree-", Match::kPrefix, Value::kNone},
    {"-fgcse", Match::kPrefix, Value::kNone},
    {"-fno-gcse", Match::kPrefix, Value::kNone},
    {"-floop-", Match::kPrefix, Value::kNone},
    {"-fno-loop-", Match::kPrefix, Value::kNone},
    {"-fgraphite", Match::kPrefix, Value::kNone},
    {"-fvar-tracking", Match::kPrefix, Value::kNone},
    {"-fno-var-tracking", Match::kPrefix, Value::kNone},
    {"-fcode-hoisting", Match::kExact, Value::kNone},
    {"-fno-code-hoisting", Match::kExact, Value::kNone},
    {"-fpartial-inlining", Match::kExact, Value::kNone},
    {"-fno-partial-inlining", Match::kExact, Value::kNone},
    {"-freorder-", Match::kPrefix, Value::kNone},
    {"-fno-reorder-", Match::kPrefix, Value::kNone},
    {"-fno-printf-return-value", Match::kExact, Value::kNone},
    {"-fno-canonical-system-headers", Match::kExact, Value::kNone},
    {"-fallow-store-data-races", Match::kExact, Value::kNone},
    {"-fno-allow-store-data-races", Match::kExact, Value::kNone},
    {"-fconserve-stack", Match::kExact, Value::kNone},
    {"-fimplicit-constexpr", Match::kExact, Value::kNone},
    {"-fno-implement-inlines", Match::kExact, Value::kNone},
    {"-gas-loc", Match::kPrefix, Value::kNone},
    {"-gno-as-loc", Match::kPrefix, Value::kNone},
    {"-gvariable-location-views", Match::kPrefix, Value::kNone},
    {"-gno-variable-location-views", Match::kExact, Value::kNone},
    {"-mavx256-split-", Match::kPrefix, Value::kNone},
    {"-mno-avx256-split-", Match::kPrefix, Value::kNone},
    {"-mtune=", Match::kPrefix, Value::kNone},
    {"-mindirect-branch", Match::kPrefix, Value::kNone},
    {"-mfunction-return=", Match::kPrefix, Value::kNone},
    {"-mpreferred-stack-boundary=", Match::kPrefix, Value::kNone},
    {"-mrecord-mcount", Match::kExact, Value::kNone},
    {"-mskip-rax-setup", Match::kExact, Value::kNone},
    {"-mno-fp-ret-in-387", Match::kExact, Value::kNone},
    {"--gpu-", Match::kPrefix, Value::kNone},
    {"-gencode", Match::kExact, Value::kSeparate},
    {"-gencode=", Match::kPrefix, Value::kNone},
    {"--generate-code", Match::kPrefix, Value::kNone},
    {"-arch=", Match::kPrefix, Value::kNone},
    {"-code=", Match::kPrefix, Value::kNone},
    {"--expt-", Match::kPrefix, Value::kNone},
    {"-expt-", Match::kPrefix, Value::kNone},
    {"--extended-lambda", Match::kExact, Value::kNone},
    {"-extended-lambda", Match::kExact, Value::kNone},
    {"-Xcompiler", Match::kExact, Value::kSeparate},
    {"-Xcompiler=", Match::kPrefix, Value::kNone},
    {"-Xcudafe", Match::kExact, Value::kSeparate},
    {"-Xptxas", Match::kExact, Value::kSeparate},
    {"-ccbin", Match::kExact, Value::kSeparate},
    {"-ccbin=", Match::kPrefix, Value::kNone},
    {"-rdc=", Match::kPrefix, Value::kNone},
    {"-lineinfo", Match::kExact, Value::kNone},
    {"--use_fast_math", Match::kExact, Value::kNone},
    {"-forward-unknown-to-host-compiler", Match::kExact, Value::kNone},
};

// Flags that libclang should see and whose value is the next argument.
constexpr std::string_view kTakesValue[] = {"-I",
                                            "-D",
                                            "-U",
                                            "-isystem",
                                            "-iquote",
                                            "-idirafter",
                                            "-F",
                                            "-imacros",
                                            "-isysroot",
                                            "-iprefix",
                                            "-iwithprefix",
                                            "-iwithprefixbefore",
                                            "-x",
                                            "-target",
                                            "--target",
                                            "-iframework",
                                            "-isystem-after",
                                            "-cxx-isystem",
                                            "-arch",
                                            "-framework",
                                            "--sysroot",
                                            "-ivfsoverlay",
                                            "-fmodule-file",
                                            "-stdlib++-isystem",
                                            "-Xclang",
                                            "-include",
                                            "-B",
                                            "-gcc-toolchain",
                                            "--system-header-prefix",
                                            "-Xpreprocessor",
                                            "-u",
                                            "-z",
                                            "-e",
                                            "-aux-info",
                                            "-idirafter",
                                            "-imultilib"};

// What -m and -f flags change the meaning of a program: they survive Flags::kPortable.
constexpr std::string_view kPortable[] = {
    "-m32",          "-m64",          "-fexceptions",    "-fno-exceptions", "-frtti",       "-fno-rtti",
    "-fshort-enums", "-fsigned-char", "-funsigned-char", "-fchar8_t",       "-fno-char8_t", "-fms-extensions",
    "-fpermissive",  "-fopenmp",      "-ffreestanding",  "-fshort-wchar",   "-fno-builtin", "-fsized-deallocation",
    "-faligned-new", "-fdeclspec",    "-fblocks",        "-fPIC",           "-fPIE",        "-fwrapv"};

struct StandardSpelling {
  std::string_view name;
  int since;  // version of Clang
  std::string_view before;
};

constexpr StandardSpelling kStandards[] = {
    {"c++26", 17, "c++2b"},     {"c++2c", 17, "c++2b"},     {"c++23", 17, "c++2b"}, {"gnu++26", 17, "gnu++2b"},
    {"gnu++2c", 17, "gnu++2b"}, {"gnu++23", 17, "gnu++2b"}, {"c23", 18, "c2x"},     {"gnu23", 18, "gnu2x"},
    {"c2y", 19, "c2x"},         {"gnu2y", 19, "gnu2x"},
};

// What GCC only warns about and Clang rejects unless told so. An unknown -Wno- is silent.
constexpr const char* kAppended[] = {"-w",
                                     "-ferror-limit=0",
                                     "-fsyntax-only",
                                     "-Wno-c++11-narrowing",
                                     "-Wno-register",
                                     "-Wno-reserved-user-defined-literal",
                                     "-Wno-enum-constexpr-conversion",
                                     "-Wno-invalid-constexpr",
                                     "-Wno-missing-template-arg-list-after-template-kw"};

constexpr std::string_view kArchitectures[] = {
    "aarch64", "aarch64_be", "arm",      "armeb",   "armv7l",  "armv7a",      "x86_64",      "i386",    "i486",
    "i586",    "i686",       "riscv32",  "riscv64", "powerpc", "powerpc64",   "powerpc64le", "ppc64le", "mips",
    "mipsel",  "mips64",     "mips64el", "s390x",   "sparc64", "loongarch64", "thumb",       "sparc",   "m68k"};

template <class Table>
bool Contains(const Table& table, std::string_view word) {
  return std::find(std::begin(table), std::end(table), word) != std::end(table);
}

const DropRule* DropRuleFor(std::string_view argument) {
  for (const DropRule& rule : kDropped) {
    const bool hit = rule.match == Match::kExact ? argument == rule.flag : argument.starts_with(rule.flag);
    if (hit) return &rule;
  }
  return nullptr;
}

bool IsUnportable(std::string_view argument) {
  const bool machine_or_optimiser = argument.starts_with("-m") || argument.starts_with("-f");
  return machine_or_optimiser && !Contains(kPortable, argument) && !argument.starts_with("-fmodule");
}

// /usr/lib/gcc/x86_64-linux-gnu/12/include, /usr/lib/llvm-14/lib/clang/14/include
bool IsBuiltinHeaderFolder(std::string_view folder) {
  while (folder.ends_with('/')) folder.remove_suffix(1);
  const bool of_compiler = folder.find("/lib/gcc/") != std::string_view::npos ||
                           folder.find("/lib/clang/") != std::string_view::npos ||
                           folder.find("/lib64/clang/") != std::string_view::npos;
  return of_compiler && (folder.ends_with("/include") || folder.ends_with("/include-fixed")) &&
         folder.find("/c++") == std::string_view::npos;
}

// "/usr/bin/aarch64-linux-gnu-g++-12.exe" -> "aarch64-linux-gnu-g++"
std::string CompilerName(const std::string& path) {
  std::string name = path.substr(path.find_last_of("/\\") + 1);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name.ends_with(".exe")) name.resize(name.size() - 4);
  const size_t digits = name.find_last_not_of("0123456789.");
  if (digits != std::string::npos && name[digits] == '-' && digits + 1 < name.size()) name.resize(digits);
  return name;
}

// The triple before the compiler's name, when it starts with an architecture.
std::string TargetOf(const std::string& compiler) {
  const size_t dash = compiler.rfind('-');
  if (dash == std::string::npos) return {};
  const std::string triple = compiler.substr(0, dash);
  return Contains(kArchitectures, triple.substr(0, triple.find('-'))) ? triple : std::string();
}

std::string WithKnownStandard(const std::string& argument, int major) {
  if (!argument.starts_with("-std=")) return argument;
  for (const StandardSpelling& row : kStandards) {
    if (argument.substr(5) == row.name && major < row.since) return "-std=" + std::string(row.before);
  }
  return argument;
}

std::string RefusalOf(const CompileCommand& command, const std::string& compiler) {
  if (compiler == "cl" || compiler == "clang-cl" || compiler == "icl") {
    return fmt::format("compiled by {}: MSVC command lines are not supported", compiler);
  }
  for (const std::string& argument : command.arguments) {
    if (argument.size() > 1 && argument.front() == '@') {
      return fmt::format("response file '{}' cannot be read; build once so that it exists", argument.substr(1));
    }
  }
  return {};
}

class Adapter {
 public:
  Adapter(const CompileCommand& command, int major, Flags flags)
      : from_(command.arguments), major_(major), flags_(flags) {}

  std::vector<std::string> Adapt() {
    to_.push_back(from_.front());
    for (at_ = 1; at_ < from_.size() && from_[at_] != "--"; ++at_) Take(from_[at_]);
    return std::move(to_);
  }

  bool has_target() const { return has_target_; }

 private:
  void Take(const std::string& argument) {
    if (argument.empty() || argument.front() != '-') return;  // an input; ours is appended by the caller
    if (const DropRule* rule = DropRuleFor(argument)) {
      if (rule->value == Value::kSeparate) ++at_;
      return;
    }
    if (flags_ == Flags::kPortable && IsUnportable(argument)) return;
    has_target_ = has_target_ || argument.starts_with("--target") || argument == "-target";
    if (Contains(kTakesValue, argument)) {
      if (at_ + 1 < from_.size()) TakePair(argument, from_[++at_]);
      return;
    }
    if (argument.starts_with("-I") && IsBuiltinHeaderFolder(argument.substr(2))) return;
    // Without its own builtin headers libclang loses stddef.h; the other half of -nostdinc is kept.
    const bool no_headers = argument == "-nostdinc" || argument == "--no-standard-includes";
    to_.push_back(no_headers ? "-nostdlibinc" : WithKnownStandard(argument, major_));
  }

  void TakePair(const std::string& flag, const std::string& value) {
    if ((flag == "-I" || flag == "-isystem") && IsBuiltinHeaderFolder(value)) return;
    if (flag == "-Xclang") {
      TakeXclang(value);
    } else if (flag == "-include") {
      // Through the driver, `-include x.h` would pick up x.h.gch, which GCC may have written.
      to_.insert(to_.end(), {"-Xclang", "-include", "-Xclang", value});
    } else if (flag == "-x" && value == "cu") {
      to_.insert(to_.end(), {"-x", "cuda", "--cuda-host-only", "-nocudainc", "-nocudalib"});
    } else {
      to_.insert(to_.end(), {flag, value});
    }
  }

  // Of the compiler's inner options only forced includes and language switches matter; others write files, load
  // plug-ins or name a PCH of another version.
  void TakeXclang(const std::string& value) {
    const bool has_value = at_ + 2 < from_.size() && from_[at_ + 1] == "-Xclang";
    if (value == "-include" && has_value) {
      to_.insert(to_.end(), {"-Xclang", "-include", "-Xclang", from_[at_ + 2]});
      at_ += 2;
    } else if ((value == "-include-pch" || value == "-load" || value == "-plugin") && has_value) {
      at_ += 2;
    } else if (value.starts_with("-f") && DropRuleFor(value) == nullptr && flags_ == Flags::kAll) {
      to_.insert(to_.end(), {"-Xclang", value});
    }
  }

  const std::vector<std::string>& from_;
  int major_;
  Flags flags_;
  size_t at_ = 0;
  bool has_target_ = false;
  std::vector<std::string> to_;
};

}  // namespace

AdaptedCommand AdaptArguments(const CompileCommand& command, const std::vector<std::string>& system_prefixes,
                              int libclang_major, Flags flags) {
  AdaptedCommand adapted;
  if (command.arguments.empty()) {
    adapted.refusal = "the compile command is empty";
    return adapted;
  }
  const std::string compiler = CompilerName(command.arguments.front());
  adapted.refusal = RefusalOf(command, compiler);
  if (!adapted.refusal.empty()) return adapted;

  Adapter adapter(command, libclang_major, flags);
  adapted.arguments = adapter.Adapt();
  if (!adapter.has_target()) adapted.target = TargetOf(compiler);
  if (!adapted.target.empty()) adapted.arguments.push_back("--target=" + adapted.target);
  // Commands of one run have many directories and threads share one. Told itself, the driver would chdir() the whole
  // process; the compiler proper only counts paths from there.
  adapted.arguments.insert(adapted.arguments.end(), {"-Xclang", "-working-directory", "-Xclang", command.directory});
  for (const std::string& prefix : system_prefixes) adapted.arguments.push_back("--system-header-prefix=" + prefix);
  adapted.arguments.insert(adapted.arguments.end(), std::begin(kAppended), std::end(kAppended));
  adapted.arguments.push_back(command.file);
  return adapted;
}

}  // namespace spangate
