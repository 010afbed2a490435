// spangate analyze: observe source, judge, tell.

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <thread>

#include "analyzer/facts_cache.h"
#include "analyzer/read_source.h"
#include "cli/commands.h"
#include "cli/facts_files.h"
#include "cli/gaps.h"
#include "cli/new_code.h"
#include "cli/time_report.h"
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

// The commands whose facts are made: of the files named on the command line, or all. A file without a command is an
// error, never skipped.
Result<std::vector<CompileCommand>> Selected(std::vector<CompileCommand> all, const std::vector<std::string>& files) {
  if (files.empty()) return all;
  std::multimap<std::string, const CompileCommand*> by_file;
  for (const CompileCommand& command : all) by_file.emplace(RealPath(command.file), &command);
  std::vector<CompileCommand> selected;
  for (const std::string& file : files) {
    const auto [first, last] = by_file.equal_range(RealPath(fs::absolute(file).string()));
    if (first == last) {
      return Error{ErrorKind::kUsage,
                   fmt::format("{}: the compile database has no command for this file; give its flags "
                               "after --, or name a file that includes it",
                               file)};
    }
    for (auto entry = first; entry != last; ++entry) selected.push_back(*entry->second);
  }
  return selected;
}

bool MakesFacts(const Arguments& arguments) { return arguments.Has("facts-out") || arguments.Has("commands-out"); }

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
  // Who judges takes all: units that are not named come from the cache (new_code.h).
  if (!all.has_value() || !MakesFacts(arguments)) return all;
  const Result<std::vector<std::string>> files = WithLists(arguments.operands());
  if (!files.has_value()) return files.error();
  return Selected(std::move(all.value()), files.value());
}

// For --link the database says what must be there; one that only might be found may be missing.
Result<std::vector<CompileCommand>> CommandsToLink(const Arguments& arguments, const Configuration& configuration,
                                                   bool& has_database) {
  const Result<std::string> path = DatabasePath(arguments, configuration);
  std::error_code error;
  has_database = path.has_value() && (arguments.Has("build-dir") || fs::exists(path.value(), error));
  if (!has_database) return std::vector<CompileCommand>{};
  return ReadCompileDatabase(path.value());
}

Result<std::vector<TuFacts>> LinkedFacts(const Arguments& arguments, const std::vector<CompileCommand>* database,
                                         Session& session, unsigned jobs) {
  Result<LoadedFacts> loaded = LoadFacts(arguments.operands(), database, session.root, jobs);
  if (!loaded.has_value()) return loaded.error();
  RunInfo& info = session.result.info;
  for (std::string& line : loaded.value().incomplete) info.incomplete.push_back(std::move(line));
  for (std::string& line : loaded.value().notes) info.notes.push_back(std::move(line));
  return std::move(loaded.value().units);
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

Status NoneBelow(const std::vector<CompileCommand>& commands, const std::string& root) {
  const bool any = std::any_of(commands.begin(), commands.end(),
                               [&](const CompileCommand& command) { return IsBelow(RealPath(command.file), root); });
  if (commands.empty() || any) return Ok();
  return Error{ErrorKind::kUsage,
               fmt::format("none of the {} files to analyse lies below the project root {}; run inside "
                           "the repository or give --root",
                           commands.size(), root)};
}

// What is to be read, and how. The cache outlives the options that point to it.
struct Plan {
  bool links = false;
  bool has_database = true;
  std::vector<CompileCommand> commands;
  std::unique_ptr<FactsCache> cache;
  KnownContents known;
  ReadSourceOptions options;
  Asked asked;
};

Status PlanCache(const Arguments& arguments, const Session& session, Plan& plan) {
  const Result<uint64_t> limit = CacheLimit(arguments);
  if (!limit.has_value()) return limit.error();
  const std::string folder = CacheFolder(arguments, session.configuration);
  // Facts from the cache do not say which files were opened, as a dependency file must; facts to link are at hand.
  if (folder.empty() || plan.links || arguments.Has("depfile")) return Ok();
  plan.cache = std::make_unique<FactsCache>(FactsCacheOptions{folder, session.root, limit.value()});
  plan.options.cache = plan.cache.get();
  return Ok();
}

Status MakePlan(const Arguments& arguments, Session& session, Plan& plan) {
  plan.links = arguments.Has("link");
  Result<std::vector<CompileCommand>> commands =
      plan.links ? CommandsToLink(arguments, session.configuration, plan.has_database)
                 : CommandsToAnalyze(arguments, session.configuration);
  if (!commands.has_value()) return commands.error();
  plan.commands = std::move(commands.value());
  if (Status below = NoneBelow(plan.commands, session.root); !below.has_value()) return below;

  plan.options.libclang = arguments.Get("libclang");
  plan.options.project_root = session.root;
  plan.options.jobs = static_cast<unsigned>(std::strtoul(arguments.Get("jobs", "0").c_str(), nullptr, 10));
  plan.options.precompiled_headers = !arguments.Has("no-pch");
  plan.options.progress = Progress(session.quiet);
  plan.options.stop = &stop_requested;
  if (Status status = PlanCache(arguments, session, plan); !status.has_value()) return status;

  const Result<std::vector<std::string>> names =
      plan.links || MakesFacts(arguments) ? std::vector<std::string>{} : WithLists(arguments.operands());
  if (!names.has_value()) return names.error();
  Result<Asked> asked =
      ReadAsked(arguments, names.value(), session, plan.commands,
                [&plan](const CompileCommand& command) { return FilesLastRead(command, plan.options); });
  if (!asked.has_value()) return asked.error();
  plan.asked = std::move(asked.value());
  if (plan.asked.in_part) {
    plan.options.parse.assign(plan.commands.size(), false);
    for (const size_t index : plan.asked.affected) plan.options.parse[index] = true;
  }
  return Ok();
}

void CloseCache(Plan& plan, RunInfo& info) {
  if (plan.cache == nullptr) return;
  plan.cache->Finish();
  for (std::string& warning : plan.cache->warnings()) info.notes.push_back(std::move(warning));
}

void Judge(const Plan& plan, const SourceModel& source, Session& session, SourceCache& sources) {
  RunResult& result = session.result;
  result.findings = JudgeSource(
      source, session.configuration.policy, [&](const std::string& path) { return sources.Text(path); },
      result.info.started_at.substr(0, 10));
  result.rules = EnabledSourceRules(session.configuration.policy);
  AddUnits(source, result.info);
  const size_t read = source.translation_units.size();
  if (read == 0 && !plan.asked.in_part) {
    result.info.incomplete.emplace_back("the compile database is empty: nothing was analysed");
  }
  CheckCriticalPaths(source, session.configuration.policy, plan.links || read >= plan.commands.size(), result.info);
  KeepAsked(plan.asked, source, sources, result);
}

}  // namespace

int Analyze(const Arguments& arguments) {
  if (Status sound = CheckFactsFlags(arguments); !sound.has_value()) return Fail(sound.error());
  if (arguments.Has("facts-out") && arguments.had_separator()) return WriteFactsOfCommand(arguments);
  Result<Session> started = StartSession(arguments, "analyze");
  if (!started.has_value()) return Fail(started.error());
  Session& session = started.value();
  SourceCache sources(session.root);
  Plan plan;
  if (Status planned = MakePlan(arguments, session, plan); !planned.has_value()) return Fail(planned.error());
  if (arguments.Has("commands-out")) return WriteCommands(arguments, plan.commands);

  // Observe. Only this pass reads sources.
  StopOnSignals();
  TimeReport times(arguments.Has("time-report"));
  if (arguments.Has("facts-out")) {
    const int status =
        WriteFactsOfDatabase(arguments, std::move(plan.commands), arguments.operands().empty(), plan.options);
    CloseCache(plan, session.result.info);
    return status;
  }
  plan.options.known = &plan.known;
  Result<std::vector<TuFacts>> facts =
      plan.links ? LinkedFacts(arguments, plan.has_database ? &plan.commands : nullptr, session, plan.options.jobs)
                 : ReadSource(plan.commands, plan.options);
  if (!facts.has_value() && facts.error().kind == ErrorKind::kUsage) return Fail(facts.error());
  if (!facts.has_value()) {
    session.result.info.tool_error = facts.error().message;
    return Finish(session, {.tool_failed = true}, sources);
  }
  times.Units(facts.value(), session.root);
  CloseCache(plan, session.result.info);
  times.Passed("read");
  const SourceModel source = LinkSource(
      std::move(facts.value()), {.project_root = session.root, .span_wrappers = session.configuration.policy.span_api});
  times.Passed("link");

  // Judge. No disk but the text of files with findings, no clock or network in here.
  Judge(plan, source, session, sources);
  times.Passed("rules");

  // Tell.
  const int status = Finish(session, {}, sources);
  times.Passed("reports");
  times.Print();
  return status;
}

}  // namespace spangate
