// What analyze, run and verify have in common: setting up, judging telemetry, ending.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>

#include "cli/commands.h"
#include "common/glob.h"
#include "common/text.h"
#include "rules/judge.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

uint64_t SteadyMilliseconds() {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

Status ApplyFailOn(const std::string& text, RunInfo& info) {
  if (text == "never") {
    info.fail_on_never = true;
    return Ok();
  }
  const std::optional<Severity> severity = ParseSeverity(text);
  if (!severity.has_value()) {
    return Error{ErrorKind::kUsage, fmt::format("--fail-on: '{}' is none of error, warning, note, never", text)};
  }
  info.fail_on = *severity;
  info.fail_on_never = false;
  return Ok();
}

std::vector<std::string_view> RuleIds() {
  std::vector<std::string_view> ids;
  for (const RuleInfo* rule : AllRules()) ids.push_back(rule->id);
  return ids;
}

Result<Configuration> LoadConfiguration(const Arguments& arguments, const std::string& root) {
  if (arguments.Has("no-config")) return Configuration{};
  const std::string path = arguments.Get("config", FindConfigurationFile(fs::current_path().string(), root));
  if (path.empty()) return Configuration{};
  Result<std::string> text = ReadFile(path);
  if (!text.has_value()) return Error{ErrorKind::kUsage, text.error().message};
  return ParseConfiguration(text.value(), fs::absolute(path).lexically_normal().string(), RuleIds(), root);
}

// Keys of the format that later versions act on: a gate that is asked for and not there must say so.
std::vector<std::string_view> UnenforcedKeys(const Configuration& configuration) {
  std::vector<std::string_view> keys;
  if (configuration.operations_threshold.has_value()) keys.emplace_back("run.coverage.operations");
  if (configuration.span_sites_threshold.has_value()) keys.emplace_back("run.coverage.span_sites");
  if (!configuration.contract_file.empty()) keys.emplace_back("contract.file");
  return keys;
}

// Plain paths are taken as they are; globs are matched against the files below their fixed part.
std::vector<std::string> Expand(const std::string& pattern) {
  const size_t star = pattern.find_first_of("*?");
  std::error_code error;
  if (star == std::string::npos)
    return fs::is_regular_file(pattern, error) ? std::vector<std::string>{pattern} : std::vector<std::string>{};
  const size_t slash = pattern.rfind('/', star);
  const std::string base = slash == std::string::npos ? "." : pattern.substr(0, slash + 1);
  std::vector<std::string> found;
  for (auto entry = fs::recursive_directory_iterator(base, fs::directory_options::skip_permission_denied, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::string path = entry->path().string();
    if (slash == std::string::npos && path.starts_with("./")) path.erase(0, 2);
    if (entry->is_regular_file(error) && GlobMatches(pattern, path)) found.push_back(path);
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool AtOrAbove(const RunInfo& info, Severity severity) { return !info.fail_on_never && severity >= info.fail_on; }

bool Failed(const RunResult& result) {
  const bool findings = std::any_of(result.findings.begin(), result.findings.end(), [&](const Finding& finding) {
    return !finding.known && AtOrAbove(result.info, finding.severity);
  });
  const bool checks = std::any_of(result.checks.begin(), result.checks.end(), [&](const CheckResult& check) {
    const bool bad = check.outcome == CheckResult::Outcome::kFailed || check.outcome == CheckResult::Outcome::kError;
    return bad && AtOrAbove(result.info, check.severity);
  });
  return findings || checks;
}

}  // namespace

std::string_view VersionText() { return SPANGATE_VERSION; }

int Fail(const Error& error) {
  fmt::print(stderr, "spangate: {}\n", error.message);
  return error.kind == ErrorKind::kUsage ? kExitUsage : kExitIncomplete;
}

Result<Session> StartProject(const Arguments& arguments) {
  Session session;
  session.root = FindProjectRoot(fs::current_path().string());
  if (arguments.Has("root")) {
    std::error_code error;
    session.root = fs::canonical(arguments.Get("root"), error).string();
    if (error) return Error{ErrorKind::kUsage, fmt::format("--root {}: {}", arguments.Get("root"), error.message())};
  }
  Result<Configuration> configuration = LoadConfiguration(arguments, session.root);
  if (!configuration.has_value()) return configuration.error();
  session.configuration = std::move(configuration.value());
  return session;
}

Result<Session> StartSession(const Arguments& arguments, std::string_view command) {
  const uint64_t started_ms = SteadyMilliseconds();
  Result<Session> started = StartProject(arguments);
  if (!started.has_value()) return started;
  Session& session = started.value();
  session.command = command;
  session.started_ms = started_ms;
  if (arguments.Has("select")) {
    if (arguments.Get("select") != "all") {
      return Error{
          ErrorKind::kUsage,
          fmt::format("--select {}: only 'all' is known; name single rules in spangate.yaml", arguments.Get("select"))};
    }
    session.configuration.policy.select_all = true;
  }
  session.output_folder = arguments.Get(
      "out", session.configuration.output_dir.empty() ? "spangate-out" : session.configuration.output_dir);
  Result<std::vector<ReportRequest>> reports = ParseReportFlags(arguments, command, session.output_folder);
  if (!reports.has_value()) return reports.error();
  session.reports = std::move(reports.value());
  RunInfo& info = session.result.info;
  info.fail_on = session.configuration.fail_on.value_or(Severity::kError);
  info.fail_on_never = session.configuration.fail_on_never;
  if (arguments.Has("fail-on")) {
    if (Status status = ApplyFailOn(arguments.Get("fail-on"), info); !status.has_value()) return status.error();
  }
  info.version = VersionText();
  info.command = command;
  info.started_at = Now();
  for (const std::string_view key : UnenforcedKeys(session.configuration)) {
    info.notes.push_back(fmt::format("{} is read, but this version does not enforce it", key));
  }
  if (Status status = LoadBaseline(arguments, session); !status.has_value()) return status.error();
  session.quiet = arguments.Has("quiet");
  session.allow_incomplete = arguments.Has("allow-incomplete");
  return started;
}

Result<std::vector<CheckFile>> LoadCheckFiles(const Arguments& arguments, const Session& session) {
  std::vector<std::string> patterns = arguments.All("checks");
  if (patterns.empty()) patterns = session.configuration.checks;
  std::vector<CheckFile> files;
  std::set<std::string> seen;
  for (const std::string& pattern : patterns) {
    const std::vector<std::string> paths = Expand(pattern);
    if (paths.empty()) return Error{ErrorKind::kUsage, fmt::format("checks: no file matches '{}'", pattern)};
    for (const std::string& path : paths) {
      if (!seen.insert(path).second) continue;
      Result<std::string> text = ReadFile(path);
      if (!text.has_value()) return Error{ErrorKind::kUsage, text.error().message};
      const std::string shown = fs::proximate(path, session.root).string();
      Result<CheckFile> file = CheckFile::Parse(text.value(), shown.starts_with("..") ? path : shown);
      if (!file.has_value()) return file.error();
      files.push_back(std::move(file.value()));
    }
  }
  return files;
}

void JudgeTelemetryInto(Session& session, const TraceModel& telemetry, const std::vector<CheckFile>& checks) {
  RunResult& result = session.result;
  result.info.spans = telemetry.spans.size();
  result.info.logs = telemetry.logs.size();
  result.info.points = telemetry.points.size();
  for (Finding& finding : JudgeTelemetry(telemetry, session.configuration.policy))
    result.findings.push_back(std::move(finding));
  for (const RuleRun& rule : EnabledTelemetryRules(session.configuration.policy)) result.rules.push_back(rule);
  for (const CheckFile& file : checks) {
    for (CheckResult& check : file.Evaluate(telemetry)) result.checks.push_back(std::move(check));
  }
}

int Finish(Session& session, Outcome outcome, SourceCache& sources) {
  RunResult& result = session.result;
  ApplyBaseline(session.baseline.has_value() ? &*session.baseline : nullptr, ExistsBelow(session.root), result);
  outcome.incomplete = !result.info.incomplete.empty() && !session.allow_incomplete;
  outcome.failed = Failed(result);
  outcome.tool_failed = outcome.tool_failed || !result.info.tool_error.empty();
  result.info.verdict = VerdictOf(outcome);
  result.info.exit_status = ExitStatus(outcome);
  result.info.duration_ms = SteadyMilliseconds() - session.started_ms;
  Status told = Tell(result, session.reports, sources, session.quiet);
  if (told.has_value()) return result.info.exit_status;
  // The reports that could be written must not say "passed" beside one that is missing.
  fmt::print(stderr, "spangate: {}\n", told.error().message);
  outcome.tool_failed = true;
  result.info.tool_error = told.error().message;
  result.info.verdict = VerdictOf(outcome);
  result.info.exit_status = ExitStatus(outcome);
  std::erase_if(session.reports, [](const ReportRequest& report) { return report.path == "-"; });
  (void)Tell(result, session.reports, sources, /*quiet=*/true).has_value();
  return result.info.exit_status;
}

}  // namespace spangate
