// Names a finding so that it is recognised again in the next run, in a baseline or in a code-scanning service.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/finding.h"

namespace spangate {

/// "v1:" + 32 lower-case hex digits over the parts and their boundaries (XXH3-128).
std::string Fingerprint(const std::vector<std::string_view>& parts);

/// Source: rule, path, enclosing function, tokens without blanks, and `ordinal` among equals (0 first). No line
/// numbers.
std::string SourceFingerprint(std::string_view rule, const SourcePlace& place, int ordinal);

/// Telemetry: rule, service, scope, span name with id-like parts replaced, kind, key, check id. No ids, times or
/// values.
std::string TelemetryFingerprint(std::string_view rule, const TelemetryPlace& place, std::string_view check_id);

/// The name with every part that looks like an identifier (digits, hex of 8 or more, UUID) replaced by '#'.
std::string WithoutIds(std::string_view name);

}  // namespace spangate
