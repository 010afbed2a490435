// Credentials by their form, anywhere in telemetry.
#include "rules/rule.h"

#include "rules/telemetry/sensitive_values.h"

namespace spangate {

static bool IsSecret(Detector detector) { return KindOf(detector) == PersonalKind::kSecret; }

static std::vector<Problem> Check(const TraceModel& model, const Policy& policy) {
  return FindSensitiveValues(model, policy, &IsSecret);
}

extern constinit const TelemetryRule kSecretInValue{
    .info = {.id = "secret-in-value",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kPersonalData,
             .summary = "Telemetry holds a token, key, password or other credential",
             .reference = "https://opentelemetry.io/docs/security/handling-sensitive-data/"},
    .check = &Check};

}  // namespace spangate
