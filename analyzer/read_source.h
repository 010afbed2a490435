// The one entry point of the analyzer: compile commands in, SourceModel's raw material out.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts.h"
#include "common/result.h"

namespace spangate {

/// One entry of compile_commands.json after expansion of response files.
struct CompileCommand {
  std::string directory;               // absolute
  std::string file;                    // absolute, as named; not resolved
  std::vector<std::string> arguments;  // arguments[0] = compiler
};

/// Reads a compile database (the file, or the folder that holds compile_commands.json). Relative directories count from
/// the database's folder. `command` is split as a shell would; @response files are expanded.
/// Errors: kUsage when there is none (the message says how to get one), kInput with line and column when malformed.
Result<std::vector<CompileCommand>> ReadCompileDatabase(const std::string& path);

/// A lone file with the flags after `--`.
CompileCommand CompileCommandFor(const std::string& file, const std::vector<std::string>& flags);

class FactsCache;

struct ReadSourceOptions {
  std::string libclang;      // file to load; empty = search (19, 22, 21, 20, 18, 17, 16, 15, 14)
  std::string project_root;  // absolute: functions of files below it are kept
  unsigned jobs = 0;         // threads; 0 = as many as the machine (cgroup) has
  // Headers whose spelling starts so are external wherever they lie. Folders outside the project are found from the
  // commands (external_headers.h); the API itself is also vendored, and what its functions mean is known by name.
  std::vector<std::string> system_prefixes = {"opentelemetry/"};
  bool precompiled_headers = true;  // external headers that many units share are parsed once (precompiled_header.h)
  std::string pch_folder;           // where the run's folder of them is made, and removed; empty = the system's
  std::function<void(size_t done, size_t total, const TuFacts& last)>
      progress;                 // called from any thread, one at a time
  FactsCache* cache = nullptr;  // facts of unchanged TUs come from here, new ones go there
  std::vector<bool>
      parse;  // by command: whether it may be parsed; empty = all. Others come from the cache or are left out
  KnownContents* known = nullptr;           // header functions that it has are left out: one TU brings them for all
  const std::atomic<bool>* stop = nullptr;  // set by a signal: finish the TUs under way, leave the rest as failed
};

/// Parses every command and extracts its facts, in the order of `commands`, whatever the number of threads. Where the
/// cache has all of them, libclang is not loaded.
/// Errors: kSystem when no usable libclang is found or its builtin headers are missing; the message names the package.
Result<std::vector<TuFacts>> ReadSource(const std::vector<CompileCommand>& commands, const ReadSourceOptions& options);

/// Files below the project root that the command read when `options.cache` last kept its facts, however long ago, real
/// paths; nullopt when it has none.
std::optional<std::vector<std::string>> FilesLastRead(const CompileCommand& command, const ReadSourceOptions& options);

/// What `spangate doctor` and `spangate version` say about libclang: path, version, builtin headers, or why not.
Result<std::string> DescribeLibclang(const std::string& libclang);

}  // namespace spangate
