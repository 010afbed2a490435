// spangate analyze: observe source, judge, tell.

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <thread>

#include "analyzer/read_source.h"
#include "cli/commands.h"
#include "common/glob.h"
#include "common/path.h"
#include "rules/judge.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

std::atomic<bool> stop_requested{false};

// The TUs under way are finished, the reports still written.
void StopOnSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_requested.store(true); };
  action.sa_flags = SA_RESETHAND;  // a second signal ends us at once
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
}

std::string RealPath(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real.string();
}

Error NoDatabase() {
  return {ErrorKind::kUsage,
          "no compile_commands.json in . or build; name its folder with -p, make one with "
          "cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON, bear or compdb, or give one file and its flags: "
          "spangate analyze a.cc -- -std=c++20 -Iinclude"};
}

Result<std::string> DatabasePath(const Arguments& arguments, const Configuration& configuration) {
  if (arguments.Has("build-dir")) return arguments.Get("build-dir");
  if (!configuration.compile_commands.empty()) return configuration.compile_commands;
  std::error_code error;
  for (const char* folder : {".", "build"}) {
    if (fs::exists(fs::path(folder) / "compile_commands.json", error)) return std::string(folder);
  }
  return NoDatabase();
}

// The commands of the files named on the command line, or all. A file without a command is an error, never skipped.
Result<std::vector<CompileCommand>> Selected(std::vector<CompileCommand> all, const std::vector<std::string>& files) {
  if (files.empty()) return all;
  std::vector<CompileCommand> selected;
  for (const std::string& file : files) {
    const std::string wanted = RealPath(fs::absolute(file).string());
    const size_t before = selected.size();
    for (const CompileCommand& command : all) {
      if (RealPath(command.file) == wanted) selected.push_back(command);
    }
    if (selected.size() == before) {
      return Error{ErrorKind::kUsage,
                   fmt::format("{}: the compile database has no command for this file; give its flags "
                               "after --, or name a file that includes it",
                               file)};
    }
  }
  return selected;
}

Result<std::vector<CompileCommand>> CommandsToAnalyze(const Arguments& arguments, const Configuration& configuration) {
  if (arguments.had_separator()) {
    if (arguments.operands().empty())
      return Error{ErrorKind::kUsage, "flags after -- need a file before it: spangate analyze a.cc -- -std=c++20"};
    std::vector<CompileCommand> commands;
    for (const std::string& file : arguments.operands()) commands.push_back(CompileCommandFor(file, arguments.rest()));
    return commands;
  }
  Result<std::string> path = DatabasePath(arguments, configuration);
  if (!path.has_value()) return path.error();
  Result<std::vector<CompileCommand>> all = ReadCompileDatabase(path.value());
  if (!all.has_value()) return all;
  return Selected(std::move(all.value()), arguments.operands());
}

// Errors in system headers cost nothing that rules look at; any other error means that something was not read.
bool LostSomething(const TuSummary& unit, const std::string& root) {
  if (unit.outcome == TuOutcome::kFailed || !unit.missed.empty()) return true;
  return std::any_of(unit.diagnostics.begin(), unit.diagnostics.end(), [&](const Diagnostic& diagnostic) {
    const bool error = diagnostic.severity >= Diagnostic::Severity::kError;
    return error && (diagnostic.severity == Diagnostic::Severity::kFatal || IsBelow(diagnostic.file, root));
  });
}

void Summarise(const SourceModel& source, RunInfo& info) {
  const auto shown = [&](Symbol file) { return std::string(RelativeTo(file, source.project_root)); };
  for (const TuSummary& unit : source.translation_units) {
    ++info.translation_units;
    info.clean += unit.outcome == TuOutcome::kClean ? 1 : 0;
    info.recovered += unit.outcome == TuOutcome::kRecovered ? 1 : 0;
    info.failed += unit.outcome == TuOutcome::kFailed ? 1 : 0;
    info.sites_missed += static_cast<uint32_t>(unit.missed.size());
    if (unit.outcome == TuOutcome::kClean && unit.missed.empty()) continue;
    const char* how = unit.outcome == TuOutcome::kFailed ? "not analysed" : "analysed in part";
    const std::string line = fmt::format("{}: {}: {}", shown(unit.main_file), how, unit.reason);
    (LostSomething(unit, source.project_root) ? info.incomplete : info.notes).push_back(line);
    for (const MissedSite& site : unit.missed) {
      info.incomplete.push_back(fmt::format("{}:{}: {} is in the text, but could not be analysed", shown(site.file),
                                            site.line, site.what.view()));
    }
  }
  if (info.translation_units == 0) info.incomplete.emplace_back("the compile database is empty: nothing was analysed");
}

// A path that matches nothing would guard nothing in silence. Only part of the code was read where files were named.
void CheckCriticalPaths(const SourceModel& source, const Policy& policy, bool whole_database, RunInfo& info) {
  const auto matches = [&](const std::string& glob) {
    return std::any_of(source.functions.begin(), source.functions.end(), [&](const Function& function) {
      return GlobMatches(glob, function.facts.qualified_name.view());
    });
  };
  const auto check = [&](const CriticalPath& path, const std::string& glob, const char* key) {
    if (matches(glob)) return;
    const std::string line = fmt::format("critical path '{}': no function matches {} '{}'", path.name, key, glob);
    (whole_database ? info.incomplete : info.notes).push_back(line);
  };
  for (const CriticalPath& path : policy.critical_paths) {
    check(path, path.entry, "entry");
    for (const std::string& glob : path.reaches) check(path, glob, "reaches");
  }
}

// A line per step on a terminal; nothing in a log file.
auto Progress(bool quiet) {
  const bool show = !quiet && isatty(STDERR_FILENO) != 0;
  return [show](size_t done, size_t total, const TuFacts& last) {
    if (!show) return;
    const std::string_view path = last.main_file.view();
    fmt::print(stderr, "\r\x1b[K[{}/{}] {}{}", done, total, path.substr(path.rfind('/') + 1),
               done == total ? "\r\x1b[K" : "");
  };
}

}  // namespace

int Analyze(const Arguments& arguments) {
  Result<Session> started = StartSession(arguments, "analyze");
  if (!started.has_value()) return Fail(started.error());
  Session& session = started.value();
  SourceCache sources(session.root);

  Result<std::vector<CompileCommand>> commands = CommandsToAnalyze(arguments, session.configuration);
  if (!commands.has_value()) return Fail(commands.error());
  const bool any_below =
      std::any_of(commands.value().begin(), commands.value().end(),
                  [&](const CompileCommand& command) { return IsBelow(RealPath(command.file), session.root); });
  if (!commands.value().empty() && !any_below) {
    return Fail(
        {ErrorKind::kUsage,
         fmt::format(
             "none of the {} files to analyse lies below the project root {}; run inside the repository or give --root",
             commands.value().size(), session.root)});
  }

  // Observe. Only this pass reads sources.
  StopOnSignals();
  ReadSourceOptions options;
  options.libclang = arguments.Get("libclang");
  options.project_root = session.root;
  options.jobs = static_cast<unsigned>(std::strtoul(arguments.Get("jobs", "0").c_str(), nullptr, 10));
  options.precompiled_headers = !arguments.Has("no-pch");
  options.progress = Progress(session.quiet);
  options.stop = &stop_requested;
  KnownContents known;
  options.known = &known;
  Result<std::vector<TuFacts>> facts = ReadSource(commands.value(), options);
  if (!facts.has_value()) {
    session.result.info.tool_error = facts.error().message;
    return Finish(session, {.tool_failed = true}, sources);
  }
  const SourceModel source = LinkSource(
      std::move(facts.value()), {.project_root = session.root, .span_wrappers = session.configuration.policy.span_api});

  // Judge. No disk but the text of files with findings, no clock or network in here.
  session.result.findings = JudgeSource(
      source, session.configuration.policy, [&](const std::string& path) { return sources.Text(path); },
      session.result.info.started_at.substr(0, 10));
  session.result.rules = EnabledSourceRules(session.configuration.policy);
  Summarise(source, session.result.info);
  const bool whole_database = arguments.operands().empty();
  CheckCriticalPaths(source, session.configuration.policy, whole_database, session.result.info);

  // Tell.
  return Finish(session, {}, sources);
}

}  // namespace spangate
