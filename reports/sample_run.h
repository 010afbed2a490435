// Fixed results for the tests of this folder.
#pragma once

#include <random>

#include "reports/report.h"

namespace spangate {

/// A run with every kind of finding and check, and with hostile text wherever text can come from outside.
RunResult SampleRun();

/// Text of the files that SampleRun() names.
std::optional<std::string_view> SampleSource(const std::string& path);

/// A run in which every text holds random bytes.
RunResult RandomRun(std::mt19937& random);

/// The same run with every text well-formed UTF-8, for comparisons after a round trip.
RunResult WithoutInvalidUtf8(RunResult run);

}  // namespace spangate
