// Parts of the terminal form that other formats quote.
#pragma once

#include <string>

#include "reports/report.h"
#include "reports/source_lines.h"

namespace spangate {

/// One finding as the terminal shows it, every line ended: headline, source line and caret, flow, details, help.
std::string FindingText(const Finding& finding, SourceLines& source, bool color);

/// One check that failed or could not be judged.
std::string CheckText(const CheckResult& check, bool color);

}  // namespace spangate
