// The driver: runs the enabled rules and turns their problems into ordered, fingerprinted, unsuppressed findings.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/finding.h"
#include "rules/policy.h"
#include "rules/rule.h"

namespace spangate {

/// Text of a source file by the path that a Location holds, or nullopt. Injected so that judging touches no disk.
using SourceText = std::function<std::optional<std::string_view>(const std::string& path)>;

/// Findings over source. Problems equal in rule, place and message count once, before ordinals are given; tokens for
/// the fingerprint are read from `text`. `today` is "2026-12-31": suppressions `until` an earlier day no longer hold.
/// NOLINT(rule-id) comments in `text` suppress; sources, rules and overrides of the policy apply.
/// `rules`: those to choose from.
std::vector<Finding> JudgeSource(const SourceModel& source, const Policy& policy, const SourceText& text,
                                 std::string_view today, std::span<const SourceRule* const> rules = SourceRules());

/// Findings over telemetry, one for each fingerprint. Nothing in them is personal data or a secret by its form.
std::vector<Finding> JudgeTelemetry(const TraceModel& telemetry, const Policy& policy,
                                    std::span<const TelemetryRule* const> rules = TelemetryRules());

/// The rules that the two functions run under the policy, by id, with their severities outside every override.
std::vector<RuleRun> EnabledSourceRules(const Policy& policy);
std::vector<RuleRun> EnabledTelemetryRules(const Policy& policy);

}  // namespace spangate
