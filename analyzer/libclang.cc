// Finds and loads libclang, fills the table of its functions, and tests that it can find its builtin headers.
#include "analyzer/libclang.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <vector>

#include "analyzer/read_source.h"

namespace spangate {
namespace {

constexpr int kOldest = 14;
constexpr const char* kPackages = "libclang1-19 libclang-common-19-dev";

// 19 is Debian 12's default and the version that the golden facts are made with; 14 rejects valid C++20, hence last.
constexpr std::array kSearchOrder = {19, 22, 21, 20, 18, 17, 16, 15, 14};

// File names that distributions give one version: SONAMEs of Debian (-19.so.19, -14.so.13), its -NN.so.1 links, and
// the LLVM project's own packages. Fedora's libclang.so.19.1 follows.
constexpr std::array kNamePatterns = {"libclang-{0}.so.{0}",
                                      "libclang-{0}.so.1",
                                      "libclang-{0}.so.13",
                                      "/usr/lib/llvm-{0}/lib/libclang-{0}.so.1",
                                      "/usr/lib/llvm-{0}/lib/libclang.so.1",
                                      "libclang.so.{0}.1",
                                      "libclang.so.{0}"};
constexpr std::array kUnversionedNames = {"libclang.so.13", "libclang.so.1", "libclang.so"};

std::vector<std::string> Candidates() {
  std::vector<std::string> names;
  for (int version : kSearchOrder) {
    for (const char* pattern : kNamePatterns) names.push_back(fmt::format(fmt::runtime(pattern), version));
  }
  names.insert(names.end(), kUnversionedNames.begin(), kUnversionedNames.end());
  return names;
}

// "Debian clang version 19.1.7 (3~deb12u1)" -> 19; 0 when the text has another form.
int MajorOf(const std::string& version) {
  const size_t at = version.find("version ");
  return at == std::string::npos ? 0 : std::atoi(version.c_str() + at + 8);
}

std::string RealPathOfLibrary(void* symbol) {
  Dl_info info{};
  if (dladdr(symbol, &info) == 0 || info.dli_fname == nullptr) return {};
  std::error_code ignored;
  const std::filesystem::path real = std::filesystem::canonical(info.dli_fname, ignored);
  return ignored ? info.dli_fname : real.string();
}

// Name of the first required function that the library lacks, or nullptr.
const char* FillTable(void* library, Libclang& clang) {
  const char* missing = nullptr;
#define OPTIONAL(function) clang.function = reinterpret_cast<decltype(clang.function)>(dlsym(library, #function));
#define REQUIRED(function) \
  OPTIONAL(function)       \
  if (clang.function == nullptr && missing == nullptr) missing = #function;
#include "analyzer/libclang_functions.inc"
#undef REQUIRED
#undef OPTIONAL
  return missing;
}

// nullopt: there is no such file, look further. An Error: there is one and it cannot be used.
std::optional<Result<const Libclang*>> Open(const std::string& name) {
  // RTLD_LOCAL: two versions of LLVM in one process must not see each other's symbols.
  void* library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return std::nullopt;
  auto clang = std::make_unique<Libclang>();
  if (const char* missing = FillTable(library, *clang)) {
    return Error{ErrorKind::kSystem,
                 fmt::format("{}: not a libclang of version {} or later ({} is missing)", name, kOldest, missing)};
  }
  clang->path = RealPathOfLibrary(reinterpret_cast<void*>(clang->clang_createIndex));
  clang->version = clang->Take(clang->clang_getClangVersion());
  clang->major = MajorOf(clang->version);
  if (clang->major != 0 && clang->major < kOldest) {
    return Error{ErrorKind::kSystem, fmt::format("{}: {}; spangate needs {} or later: apt-get install {}", clang->path,
                                                 clang->version, kOldest, kPackages)};
  }
  return clang.release();  // kept until the process ends: libclang has threads and statics of its own
}

Result<const Libclang*> OpenNamed(const std::string& path, const char* said_by) {
  auto opened = Open(path);
  if (opened) return *opened;
  const char* why = dlerror();  // NOLINT(concurrency-mt-unsafe): glibc keeps it per thread
  return Error{ErrorKind::kSystem, fmt::format("{}{}: cannot load libclang: {}; apt-get install {}", said_by, path,
                                               why != nullptr ? why : "unknown reason", kPackages)};
}

Result<const Libclang*> Search() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): spangate never changes its environment
  const char* variable = std::getenv("SPANGATE_LIBCLANG");
  if (variable != nullptr && *variable != '\0') return OpenNamed(variable, "SPANGATE_LIBCLANG=");
  std::optional<Error> unusable;
  for (const std::string& name : Candidates()) {
    const auto opened = Open(name);
    if (opened && opened->has_value()) return *opened;
    if (opened && !unusable) unusable = opened->error();
  }
  if (unusable) return *unusable;
  return Error{ErrorKind::kSystem,
               fmt::format("no libclang found (versions 14 to 22 work): apt-get install {}, or name the library with "
                           "--libclang=FILE or SPANGATE_LIBCLANG",
                           kPackages)};
}

bool HasError(const Libclang& clang, CXTranslationUnit unit) {
  bool error = false;
  for (unsigned i = 0; i < clang.clang_getNumDiagnostics(unit); ++i) {
    CXDiagnostic diagnostic = clang.clang_getDiagnostic(unit, i);
    error = error || clang.clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error;
    clang.clang_disposeDiagnostic(diagnostic);
  }
  return error;
}

}  // namespace

std::string Libclang::Take(CXString text) const {
  const char* characters = clang_getCString(text);
  std::string taken = characters != nullptr ? characters : "";
  clang_disposeString(text);
  return taken;
}

Result<const Libclang*> LoadLibclang(const std::string& path) {
  static std::mutex mutex;
  static auto& loaded = *new std::map<std::string, const Libclang*>;
  const std::scoped_lock lock(mutex);
  const auto known = loaded.find(path);
  if (known != loaded.end()) return known->second;
  Result<const Libclang*> opened = path.empty() ? Search() : OpenNamed(path, "");
  if (opened.has_value()) loaded.emplace(path, opened.value());
  return opened;
}

std::string BuiltinHeaderFolder(const Libclang& clang) {
  static constexpr char kName[] = "/spangate-self-test.cc";
  static constexpr char kText[] = "#include <stddef.h>\nsize_t size;\n";
  CXUnsavedFile file{kName, kText, sizeof(kText) - 1};
  const std::array<const char*, 3> arguments = {"clang++", "-fsyntax-only", kName};
  CXIndex index = clang.clang_createIndex(0, 0);
  CXTranslationUnit unit = nullptr;
  const CXErrorCode code = clang.clang_parseTranslationUnit2FullArgv(
      index, nullptr, arguments.data(), static_cast<int>(arguments.size()), &file, 1, CXTranslationUnit_None, &unit);
  struct Visit {
    const Libclang* clang;
    std::string folder;
  } visit{&clang, {}};
  if (code == CXError_Success && unit != nullptr && !HasError(clang, unit)) {
    clang.clang_getInclusions(
        unit,
        [](CXFile header, CXSourceLocation*, unsigned, CXClientData data) {
          auto* to = static_cast<Visit*>(data);
          const std::filesystem::path path = to->clang->Take(to->clang->clang_getFileName(header));
          if (path.filename() == "stddef.h") to->folder = path.parent_path().string();
        },
        &visit);
  }
  if (unit != nullptr) clang.clang_disposeTranslationUnit(unit);
  clang.clang_disposeIndex(index);
  return visit.folder;
}

Status TestBuiltinHeaders(const Libclang& clang) {
  if (!BuiltinHeaderFolder(clang).empty()) return Ok();
  return Error{ErrorKind::kSystem,
               fmt::format("{}: libclang {} cannot find its builtin headers (stddef.h), so most facts would be lost: "
                           "apt-get install libclang1-{} libclang-common-{}-dev",
                           clang.path, clang.major, clang.major, clang.major)};
}

Result<std::string> DescribeLibclang(const std::string& libclang) {
  const Result<const Libclang*> loaded = LoadLibclang(libclang);
  if (!loaded.has_value()) return loaded.error();
  const Status headers = TestBuiltinHeaders(*loaded.value());
  if (!headers.has_value()) return headers.error();
  return fmt::format("{} ({}), builtin headers found", loaded.value()->version, loaded.value()->path);
}

}  // namespace spangate
