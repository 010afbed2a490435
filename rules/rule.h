// A rule is a folder and one constant of one of these two types, listed in rules/registry.cc.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "analyzer/source_model.h"
#include "common/finding.h"
#include "mock-collector/trace_model.h"
#include "rules/policy.h"

namespace spangate {

/// A general law over source. `check` is a pure function; problems in any order.
struct SourceRule {
  RuleInfo info;
  std::vector<Problem> (*check)(const SourceModel&, const Policy&);
};

/// A general law over telemetry.
struct TelemetryRule {
  RuleInfo info;
  std::vector<Problem> (*check)(const TraceModel&, const Policy&);
};

/// Every rule, ordered by id.
std::span<const SourceRule* const> SourceRules();
std::span<const TelemetryRule* const> TelemetryRules();

/// Facts of a rule by id, or null.
const RuleInfo* FindRule(std::string_view id);
std::vector<const RuleInfo*> AllRules();
/// The text of the rule's rule.md, embedded at build; empty for an unknown id.
std::string_view RulePage(std::string_view id);

}  // namespace spangate
