// The list of every rule. A rule is here and in its folder; registry_test.cc compares the two.
#include <algorithm>
#include <initializer_list>

#include "rules/rule.h"
#include "rules/rule_pages.h"

namespace spangate {

// One declaration per folder, ordered by id.

// Over source.
extern const SourceRule kAttributeKeyFormat;
extern const SourceRule kCatchWithoutErrorStatus;
extern const SourceRule kCriticalFunctionWithoutSpan;
extern const SourceRule kDiscardedScope;
extern const SourceRule kDiscardedSpan;
extern const SourceRule kPersonalDataKey;
extern const SourceRule kPersonalDataValue;
extern const SourceRule kSpanNameNotConstant;

// Over telemetry.
extern const TelemetryRule kErrorWithoutDetail;
extern const TelemetryRule kImpossibleTime;
extern const TelemetryRule kInvalidIds;
extern const TelemetryRule kNothingReceived;
extern const TelemetryRule kOrphanSpan;
extern const TelemetryRule kPersonalDataInValue;
extern const TelemetryRule kRequiredOperationMissing;
extern const TelemetryRule kSecretInValue;
extern const TelemetryRule kServiceNameMissing;
extern const TelemetryRule kSeveralRoots;
extern const TelemetryRule kSpanNameHighCardinality;
extern const TelemetryRule kTelemetryKeyFormat;

namespace {

constexpr std::initializer_list<const SourceRule*> kSourceRules = {
    &kAttributeKeyFormat, &kCatchWithoutErrorStatus, &kCriticalFunctionWithoutSpan, &kDiscardedScope,
    &kDiscardedSpan,      &kPersonalDataKey,         &kPersonalDataValue,           &kSpanNameNotConstant};

constexpr std::initializer_list<const TelemetryRule*> kTelemetryRules = {
    &kErrorWithoutDetail,      &kImpossibleTime,           &kInvalidIds,    &kNothingReceived,    &kOrphanSpan,
    &kPersonalDataInValue,     &kRequiredOperationMissing, &kSecretInValue, &kServiceNameMissing, &kSeveralRoots,
    &kSpanNameHighCardinality, &kTelemetryKeyFormat,
};

}  // namespace

std::span<const SourceRule* const> SourceRules() { return {kSourceRules.begin(), kSourceRules.size()}; }
std::span<const TelemetryRule* const> TelemetryRules() { return {kTelemetryRules.begin(), kTelemetryRules.size()}; }

std::vector<const RuleInfo*> AllRules() {
  std::vector<const RuleInfo*> all;
  for (const SourceRule* rule : SourceRules()) all.push_back(&rule->info);
  for (const TelemetryRule* rule : TelemetryRules()) all.push_back(&rule->info);
  std::ranges::sort(all, {}, &RuleInfo::id);
  return all;
}

const RuleInfo* FindRule(std::string_view id) {
  const std::vector<const RuleInfo*> all = AllRules();
  const auto found = std::ranges::find(all, id, &RuleInfo::id);
  return found == all.end() ? nullptr : *found;
}

std::string_view RulePage(std::string_view id) {
  const auto found = std::ranges::find(RulePages(), id, &RulePageText::id);
  return found == RulePages().end() ? std::string_view() : found->markdown;
}

}  // namespace spangate
