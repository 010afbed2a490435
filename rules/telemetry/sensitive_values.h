// The walk over everything in telemetry that can carry a sensitive value; personal-data-in-value and secret-in-value
// differ only in the detectors that they ask for.
#pragma once

#include <vector>

#include "common/finding.h"
#include "mock-collector/trace_model.h"
#include "rules/knowledge/detectors.h"
#include "rules/policy.h"

namespace spangate {

/// One problem per place and key: "attribute 'order.note' holds an e-mail address", with masked samples.
/// `wanted` decides by detector. Keys that the policy allows are left out.
std::vector<Problem> FindSensitiveValues(const TraceModel& model, const Policy& policy, bool (*wanted)(Detector));

}  // namespace spangate
