// --report FORMAT[=PATH]: which views of the result are written where, and the terminal's own.
#pragma once

#include <string>
#include <vector>

#include "cli/flags.h"
#include "cli/project.h"
#include "common/result.h"
#include "reports/report.h"

namespace spangate {

struct ReportRequest {
  const Format* format = nullptr;
  std::string path;  // "-": standard output
};

/// Errors: kUsage for an unknown format ("did you mean") or two reports with one path. Without "=PATH" the report goes
/// to `folder`/<command>.<extension>.
Result<std::vector<ReportRequest>> ParseReportFlags(const Arguments& arguments, std::string_view command,
                                                    const std::string& folder);

/// Writes every report and, on standard error, the human form unless --quiet. Returns the first failure after trying
/// all.
Status Tell(const RunResult& result, const std::vector<ReportRequest>& reports, SourceCache& sources, bool quiet);

}  // namespace spangate
