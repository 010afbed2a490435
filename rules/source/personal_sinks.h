// What the two personal-data rules share: keys of sinks, and values that make a key harmless.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/source_model.h"
#include "rules/knowledge/personal_data.h"
#include "rules/policy.h"
#include "rules/source/expressions.h"
#include "rules/source/value_flow.h"

namespace spangate {

bool HasKey(SinkKind kind);
std::string_view What(SinkKind kind);  // "attribute", "baggage entry", "span name"...

/// Which spans are SERVER spans: there the peer's address is the user's.
class SpanKinds {
 public:
  explicit SpanKinds(const SourceModel& source);
  bool IsServer(const Sink& sink) const;

 private:
  std::set<EntityId> server_variables_;
  std::set<std::pair<FunctionId, ExprId>> server_starts_;
};

struct PersonalKeyMatch {
  std::string key;
  PersonalName name;
};

/// The personal data that the key stands for, unless the project allows the key.
std::optional<PersonalKeyMatch> PersonalKey(const SourceModel& source, const Policy& policy, const SpanKinds& kinds,
                                            const Sink& sink, const DecidedText& key);
bool IsAllowedKey(const Policy& policy, const std::vector<std::string>& keys);

/// The value that belongs to a key which was decided at a wrapper's call site; not known() when it cannot be found.
ExprRef ValueFor(const SourceModel& source, const Sink& sink, const DecidedText& key);

/// A truth value, a placeholder ("redacted", "***") or something sanitised.
bool IsHarmlessValue(const SourceModel& source, ValueFlow& values, ExprRef value);

/// The key is computed and no condition looks at what it is computed from: whatever comes is copied.
bool IsOpenKey(const SourceModel& source, const Sink& sink);

}  // namespace spangate
