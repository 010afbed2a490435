// Which libclang made facts, told without loading it: a warm run never does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/libclang.h"

namespace spangate {

struct LibclangIdentity {
  std::string version;  // as Libclang::version
  int major = 0;
  std::string text;  // version, build-id and folder of the builtin headers: facts of equal texts are the same
};

/// Of a loaded library.
LibclangIdentity IdentityOf(const Libclang& clang);

/// What to ask the record for: --libclang and the environment that decides which library is loaded.
std::string LibclangRequest(const std::string& option);

/// From a record that RememberIdentity wrote; nullopt when the library, the loader's cache or the request has changed
/// since.
std::optional<LibclangIdentity> RememberedIdentity(std::string_view record, const std::string& request);

/// The record with this answer added to it.
std::string RememberIdentity(std::string_view record, const std::string& request, const Libclang& clang,
                             const LibclangIdentity& identity);

/// The build-id of the loaded object at `path`, of the running program for an empty path; empty when it has none.
std::string BuildId(const std::string& path);

}  // namespace spangate
