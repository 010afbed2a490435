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

/// The name of a run as part of a file name: what could leave the folder or confuse a shell becomes '_'.
std::string FileNameOf(std::string_view name);

/// Whether two paths, of files that may not exist yet, name one file.
bool SameFile(const std::string& a, const std::string& b);

/// Writes every report and, on standard error, the human form unless --quiet. Returns the first failure after trying
/// all.
Status Tell(const RunResult& result, const std::vector<ReportRequest>& reports, SourceCache& sources, bool quiet);

}  // namespace spangate
