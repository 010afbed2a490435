// rules, explain, config, doctor, version: commands that only say something.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "analyzer/read_source.h"
#include "cli/commands.h"
#include "common/text.h"
#include "rules/rule.h"

namespace spangate {
namespace {

void PrintRules(const char* title, const std::vector<const RuleInfo*>& rules) {
  fmt::print("{}\n", title);
  for (const RuleInfo* rule : rules) {
    fmt::print("  {:<36} {:<8} {:<12} {}\n", rule->id, Name(rule->severity), Name(rule->trust), rule->summary);
  }
}

int CheckConfiguration(const Arguments& arguments) {
  Result<Session> session = StartSession(arguments, "config");
  if (!session.has_value()) return Fail(session.error());
  const std::string path =
      arguments.Get("config", FindConfigurationFile(std::filesystem::current_path().string(), session.value().root));
  fmt::print("{}\n", path.empty() ? "no spangate.yaml up to the project root: defaults apply" : path + ": good");
  return kExitClean;
}

}  // namespace

int ListRules(const Arguments&) {
  std::vector<const RuleInfo*> source;
  std::vector<const RuleInfo*> telemetry;
  for (const SourceRule* rule : SourceRules()) source.push_back(&rule->info);
  for (const TelemetryRule* rule : TelemetryRules()) telemetry.push_back(&rule->info);
  PrintRules("Over source:", source);
  PrintRules("\nOver telemetry:", telemetry);
  return kExitClean;
}

int Explain(const Arguments& arguments) {
  if (arguments.operands().size() != 1)
    return Fail({ErrorKind::kUsage, "explain needs one rule: spangate explain span-name-not-constant"});
  const std::string& id = arguments.operands().front();
  const RuleInfo* rule = FindRule(id);
  if (rule == nullptr) {
    std::vector<std::string_view> ids;
    for (const RuleInfo* known : AllRules()) ids.push_back(known->id);
    const std::string_view near = DidYouMean(id, ids);
    return Fail({ErrorKind::kUsage,
                 fmt::format("unknown rule '{}'; {}", id,
                             near.empty() ? "spangate rules lists them" : fmt::format("did you mean '{}'?", near))});
  }
  fmt::print("{}: {}\n{}, {}, category {}\n\n{}", rule->id, rule->summary, Name(rule->severity), Name(rule->trust),
             Name(rule->category), RulePage(id));
  return kExitClean;
}

int Config(const Arguments& arguments) {
  const std::string what = arguments.operands().empty() ? "check" : arguments.operands().front();
  if (what == "check") return CheckConfiguration(arguments);
  if (what != "schema")
    return Fail({ErrorKind::kUsage, fmt::format("config {}: known are 'check' and 'schema'", what)});
  fmt::print("{}\n", ConfigurationSchema());
  return kExitClean;
}

int Doctor(const Arguments& arguments) {
  int status = kExitClean;
  const auto say = [&](bool good, std::string_view what, std::string_view text) {
    fmt::print("{} {:<18} {}\n", good ? "ok   " : "WRONG", what, text);
    if (!good) status = kExitFindings;
  };
  Result<std::string> libclang = DescribeLibclang(arguments.Get("libclang"));
  say(libclang.has_value(), "libclang", libclang.has_value() ? libclang.value() : libclang.error().message);
  Result<Session> session = StartSession(arguments, "doctor");
  say(session.has_value(), "configuration", session.has_value() ? "good" : session.error().message);
  const std::string folder =
      arguments.Get("build-dir", session.has_value() && !session.value().configuration.compile_commands.empty()
                                     ? session.value().configuration.compile_commands
                                     : "build");
  Result<std::vector<CompileCommand>> commands = ReadCompileDatabase(folder);
  say(commands.has_value() && !commands.value().empty(), "compile database",
      commands.has_value() ? fmt::format("{}: {} translation units", folder, commands.value().size())
                           : commands.error().message);
  return status;
}

int Version(const Arguments&) {
  fmt::print("spangate {}\n", VersionText());
  return kExitClean;
}

}  // namespace spangate
