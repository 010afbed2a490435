// The renderers, one file each. report.cc lists them.
#pragma once

#include <string>

#include "reports/report.h"

namespace spangate {

std::string RenderPlainText(const RunResult& result, const SourceLookup& source);  // text.cc
std::string RenderJson(const RunResult& result, const SourceLookup& source);       // result_json.cc
std::string RenderJunit(const RunResult& result, const SourceLookup& source);      // junit.cc
std::string RenderSarif(const RunResult& result, const SourceLookup& source);      // sarif.cc

}  // namespace spangate
