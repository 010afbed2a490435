// libclang, loaded at run time: one binary works with 14 to 22 (docs/decisions/0001-libclang-at-run-time.md).
//
// Inside the analyzer only: no other folder includes this header. Built against one version's headers; enumerators that
// moved between versions (CXCursor_TranslationUnit) are never compared, unknown kinds mean "visit the children".
#pragma once

#include <clang-c/Index.h>

#include <memory>
#include <string>

#include "common/result.h"

namespace spangate {

struct Libclang {
#define REQUIRED(function) decltype(&::function) function = nullptr;
#define OPTIONAL(function) decltype(&::function) function = nullptr;
#include "analyzer/libclang_functions.inc"
#undef REQUIRED
#undef OPTIONAL
  std::string path;     // real path of the library
  std::string version;  // "Debian clang version 19.1.7 (3~deb12u1)"
  int major = 0;        // 19

  /// Takes ownership of a CXString.
  std::string Take(CXString text) const;
};

/// Loads the library at `path`, or searches: $SPANGATE_LIBCLANG, then 19, 22, other versions from 16 newest first, 14
/// last. Loaded once per process and kept. Errors: kSystem naming the packages to install.
Result<const Libclang*> LoadLibclang(const std::string& path);

/// Parses `#include <stddef.h>` once: without libclang-common-NN-dev every TU would lose most of its facts and look
/// fine. Errors: kSystem with the apt line that cures it.
Status TestBuiltinHeaders(const Libclang& clang);

/// The folder in which the library finds its stddef.h; empty when it finds none.
std::string BuiltinHeaderFolder(const Libclang& clang);

}  // namespace spangate
