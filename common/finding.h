// What rules and checks say, in the form that every report format reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/category.h"
#include "common/location.h"

namespace spangate {

/// Fixed facts about one rule. The rule's folder holds the only copy; lists, help and the SARIF table derive from it.
struct RuleInfo {
  std::string_view id;  // kebab-case, names the fault: "span-name-not-constant"
  Severity severity = Severity::kWarning;
  Trust trust = Trust::kRecommended;
  Category category = Category::kConfig;
  std::string_view summary;    // one sentence without full stop
  std::string_view reference;  // URL of the specification or of the reason
};

/// Where in telemetry a problem is. The stable part (all but the ids) makes the fingerprint.
struct TelemetryPlace {
  std::string service_name;   // resource attribute service.name; empty when missing
  std::string scope_name;     // instrumentation scope
  std::string span_name;      // span, event or log name as received
  std::string kind;           // "server", "client", ...; "log", "metric" for the other signals; empty for a resource
  std::string attribute_key;  // empty unless one attribute is at fault
  std::string trace_id;       // 32 hex digits, for the reader; not part of the fingerprint
  std::string span_id;        // 16 hex digits, for the reader; not part of the fingerprint
};

/// Where in source a problem is. The stable part (all but `where`) makes the fingerprint.
struct SourcePlace {
  Location where;
  std::string function;  // qualified name of the enclosing function, empty at namespace scope
  std::string
      tokens;  // source text at `where`, blanks folded, at most 200 bytes; rules leave it empty, the driver fills it
};

/// A rule's answer: the place, and one line that says what is wrong there. The driver adds id, severity and order.
/// A value that may be personal or secret enters `message` only through Mask() (rules/knowledge/mask.h).
struct Problem {
  // At least one of the two; joined rules set both, and then `source` decides the fingerprint.
  std::optional<SourcePlace> source;
  std::optional<TelemetryPlace> telemetry;
  std::string message;                // lower case, no full stop
  std::vector<FlowStep> flow;         // in order of execution; empty when the place says all
  std::vector<std::string> evidence;  // further lines for the reader: ids, counts, masked values
  std::string hint;                   // how to cure it; empty when the rule page says enough
  bool sensitive_source = false;      // the source line holds the value itself: reports print no source text for it
  uint64_t occurrences = 1;           // telemetry: equal cases that this problem stands for
};

/// A violation of a rule or a check, ready to be told. Order in a result: path, line, column, rule, message; findings
/// without a source place follow, by service, span name, key, rule.
struct Finding {
  std::string rule;  // rule id. A failed check is a CheckResult only, never a Finding as well
  Category category = Category::kConfig;
  Severity severity = Severity::kWarning;
  std::string message;
  Location where;  // !known() for telemetry without a known source site
  std::string function;
  std::optional<TelemetryPlace> telemetry;
  std::vector<FlowStep> flow;
  std::vector<std::string> evidence;
  std::string hint;
  bool sensitive_source = false;
  uint64_t occurrences = 1;  // equal telemetry fingerprints are merged; evidence keeps the first few
  std::string fingerprint;   // "v1:" + 32 hex digits, see common/fingerprint.h
  bool known = false;        // the baseline holds it: told, but does not fail the run
};

/// A rule that ran, with its severity after the policy. Owned copies: a result read back may come from another version.
struct RuleRun {
  std::string id, summary, reference;
  Category category = Category::kConfig;
  Severity severity = Severity::kWarning;
  Trust trust = Trust::kRecommended;
};

/// The outcome of one statement of a check file.
struct CheckResult {
  enum class Outcome {
    kPassed,
    kFailed,
    kError,
    kSkipped
  };                   // kError: could not be judged; kSkipped: `when` did not match
  std::string id;      // the check's id, or "edge checkout -> payment", "service payment: traces"
  Location where;      // of the statement in its check file
  std::string select;  // the TraceQL text, empty for edges and services
  Outcome outcome = Outcome::kPassed;
  Severity severity = Severity::kError;
  std::string expected;              // "count >= 1"; set unless skipped
  std::string found;                 // "count = 0"; set unless skipped
  std::vector<std::string> details;  // nearest misses, the offending spans, each one line, values masked
  std::string hint;
};

}  // namespace spangate
