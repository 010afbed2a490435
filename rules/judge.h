// The driver: runs the enabled rules and turns their problems into ordered, fingerprinted, unsuppressed findings.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/finding.h"
#include "rules/policy.h"
#include "rules/rule.h"

namespace spangate {

/// Text of a source file by the path that a Location holds, or nullopt. Injected so that judging touches no disk.
using SourceText = std::function<std::optional<std::string_view>(const std::string& path)>;

/// Findings over source. NOLINT(rule-id) comments in `text` suppress; sources, rules and overrides of the policy apply.
std::vector<Finding> JudgeSource(const SourceModel& source, const Policy& policy, const SourceText& text);

/// Findings over telemetry.
std::vector<Finding> JudgeTelemetry(const TraceModel& telemetry, const Policy& policy);

}  // namespace spangate
