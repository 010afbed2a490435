// Personal data by its form, anywhere in telemetry.
#include "rules/rule.h"

#include "rules/telemetry/sensitive_values.h"

namespace spangate {

static bool IsPersonal(Detector detector) { return KindOf(detector) != PersonalKind::kSecret; }

static std::vector<Problem> Check(const TraceModel& model, const Policy& policy) {
  return FindSensitiveValues(model, policy, &IsPersonal);
}

extern constinit const TelemetryRule kPersonalDataInValue{
    .info = {.id = "personal-data-in-value",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kPersonalData,
             .summary = "Telemetry holds an e-mail address, card number or other personal data",
             .reference = "https://opentelemetry.io/docs/security/handling-sensitive-data/"},
    .check = &Check};

}  // namespace spangate
