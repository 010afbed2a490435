// spangate.yaml: text in, Configuration out. Finding and reading the file is the caller's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/category.h"
#include "common/result.h"
#include "rules/policy.h"

namespace spangate {

/// What spangate.yaml says. Empty or nullopt: the file does not say. Paths are resolved from the folder of the file;
/// when that is absolute, so are they.
struct Configuration {
  Policy policy;
  std::string compile_commands;                // compile_commands.json or its folder
  std::vector<std::string> checks;             // globs on paths of check files
  std::optional<double> operations_threshold;  // run.coverage.operations, in percent
  std::optional<double> span_sites_threshold;  // run.coverage.span_sites, in percent
  std::optional<Severity> fail_on;
  bool fail_on_never = false;
  std::string contract_file;
  std::string baseline_file;
  std::string output_dir;
  std::string cache_dir;
};

/// `path` is that of the file, for messages and for resolving. `rule_ids`: all known rules. `root`: the project root;
/// when the file lies in a folder below it, globs on repository paths (analyze.sources, overrides) are prefixed with
/// that folder. Errors (kUsage): every mistake of the file, one line each, "path:line:column: what and cure".
Result<Configuration> ParseConfiguration(std::string_view text, std::string_view path,
                                         const std::vector<std::string_view>& rule_ids, std::string_view root = {});

/// JSON Schema (draft-07) of the file, for editors and `spangate config schema`.
std::string_view ConfigurationSchema();

/// Every key that ParseConfiguration accepts, sorted: "analyze.critical_paths[].entry", "rules.*.severity".
std::vector<std::string> ConfigurationKeys();

}  // namespace spangate
