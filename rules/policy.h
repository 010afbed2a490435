// Policy: immutable parsed configuration that rules read. Knowledge (lexicon, detectors) is code beside the rules.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/source_model.h"
#include "common/category.h"

namespace spangate {

/// An entry function and what it must reach inside an active span. Globs on qualified names.
struct CriticalPath {
  std::string name;
  std::string entry;
  std::vector<std::string> reaches;
};

/// A named unit of work that must be seen at run time.
struct RequiredOperation {
  std::string service;  // empty: any
  std::string name;     // glob on the span name
  std::string kind;     // "server", ...; empty: any
};

/// The setting of one rule: off, or a severity, or as the rule says.
struct RuleSetting {
  bool off = false;
  std::optional<Severity> severity;
};

struct PathOverride {
  std::vector<std::string> paths;  // globs on repository paths
  std::map<std::string, RuleSetting, std::less<>> rules;
};

struct Policy {
  std::vector<std::string> sources;  // globs; findings are reported only here; empty: everywhere in the project
  std::vector<CriticalPath> critical_paths;
  std::vector<SpanWrapper> span_api;
  std::vector<std::string> outbound;
  std::vector<std::string> personal_fields;      // globs on qualified names of fields, getters, parameters' types
  std::vector<std::string> personal_sanitizers;  // globs on qualified names of functions
  std::vector<std::string> personal_allow_keys;  // attribute keys, exact or glob
  std::string attribute_namespace;
  std::vector<RequiredOperation> operations;
  std::map<std::string, RuleSetting, std::less<>> rules;
  std::vector<PathOverride> overrides;
  bool select_all = false;  // --select all: strict and preview rules too
};

}  // namespace spangate
