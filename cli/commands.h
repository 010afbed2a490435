// The commands of the program, and what several of them share.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/baseline.h"
#include "cli/configuration.h"
#include "cli/exit_status.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "cli/project.h"
#include "reports/report.h"
#include "rules/checks/check_file.h"

namespace spangate {

/// Every command, in the order of `spangate --help`.
std::span<const Command> Commands();

int Analyze(const Arguments& arguments);
int Run(const Arguments& arguments);
int Verify(const Arguments& arguments);
int ListRules(const Arguments& arguments);
int Explain(const Arguments& arguments);
int Config(const Arguments& arguments);
int ChangeBaseline(const Arguments& arguments);
int Doctor(const Arguments& arguments);
int Cache(const Arguments& arguments);
int Version(const Arguments& arguments);

std::string_view VersionText();  // "0.1.0"

/// What analyze, run and verify set up before they observe: where they are, the configuration, where reports go.
struct Session {
  std::string command;
  std::string root;  // of the project, absolute and real
  Configuration configuration;
  std::string output_folder;  // of reports without a path, and of captures
  std::vector<ReportRequest> reports;
  std::optional<Baseline> baseline;
  bool quiet = false;
  bool allow_incomplete = false;
  RunResult result;
  uint64_t started_ms = 0;  // steady clock
};

/// A session with root and configuration alone. Errors: kUsage. Applies --config, --no-config, --root.
Result<Session> StartProject(const Arguments& arguments);

/// Errors: kUsage. Applies, beside those of StartProject, --report, --fail-on, --select, --baseline, --no-baseline,
/// --quiet, --allow-incomplete.
Result<Session> StartSession(const Arguments& arguments, std::string_view command);

/// --baseline, else baseline.file of the configuration, else the file of that name at the project's root.
std::string BaselinePath(const Arguments& arguments, const Session& session);
Result<Baseline> ReadBaseline(const std::string& path);
/// The baseline into the session, where there is one. Errors: kUsage.
Status LoadBaseline(const Arguments& arguments, Session& session);
FileExists ExistsBelow(const std::string& root);

/// Folder of the facts cache: --cache-dir, the configuration, $XDG_CACHE_HOME/spangate, ~/.cache/spangate; empty with
/// --no-cache or where there is no home.
std::string CacheFolder(const Arguments& arguments, const Configuration& configuration);
/// --cache-limit in bytes. Errors: kUsage.
Result<uint64_t> CacheLimit(const Arguments& arguments);

/// Flags that StartSession reads; each command's table ends with them.
#define SPANGATE_PROJECT_FLAGS                                                                                       \
  {"config", 'c', "FILE", false, "configuration file (default: spangate.yaml, searched up to the repository root)"}, \
      {"no-config", 0, "", false, "read no configuration file"}, {                                                   \
    "root", 0, "DIR", false, "project root; findings are relative to it (default: the git repository)"               \
  }
#define SPANGATE_BASELINE_FLAG \
  { "baseline", 0, "FILE", false, "what is known and accepted (default: baseline.file, then .spangate-baseline.jsonl)" }
#define SPANGATE_SESSION_FLAGS                                                                                  \
  SPANGATE_PROJECT_FLAGS, SPANGATE_BASELINE_FLAG,                                                               \
      {"no-baseline", 0, "", false, "count known findings and accepted gaps as new"},                           \
      {"report", 0, "FORMAT[=PATH]", true, "also write json, junit, sarif or text; PATH - is standard output"}, \
      {"out", 'o', "DIR", false, "folder of reports without a PATH and of captures (default: spangate-out)"},   \
      {"fail-on", 0, "LEVEL", false, "error (default), warning, note or never: findings that fail the run"},    \
      {"select", 0, "all", false, "all: strict and preview rules too"},                                         \
      {"allow-incomplete", 0, "", false,                                                                        \
       "judge what there is instead of ending with status 3; zero spans stay a finding"},                       \
  {                                                                                                             \
    "quiet", 'q', "", false, "no human output; reports and exit status only"                                    \
  }

/// Check files by the globs of --checks, else of the configuration. Errors: kUsage; a glob without a match is one.
Result<std::vector<CheckFile>> LoadCheckFiles(const Arguments& arguments, const Session& session);

/// Adds the findings of the telemetry rules and the results of the checks. Zero spans are the caller's to explain.
void JudgeTelemetryInto(Session& session, const TraceModel& telemetry, const std::vector<CheckFile>& checks);

/// Sets verdict and status, sorts, writes the reports, returns the exit status.
int Finish(Session& session, Outcome outcome, SourceCache& sources);

/// "spangate: message" on standard error; the status for the error's kind.
int Fail(const Error& error);

}  // namespace spangate
