// The program: finds the command, parses its flags, executes it. Every command's table stands here.

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <exception>

#include "cli/commands.h"
#include "common/text.h"

namespace spangate {
namespace {

constexpr Flag kAnalyzeFlags[] = {
    {"build-dir", 'p', "DIR", false, "folder of compile_commands.json (default: configuration, then . and build)"},
    {"jobs", 'j', "N", false, "threads (default: as many as the machine has)"},
    {"libclang", 0, "FILE", false, "libclang to load (default: 19, 22, then others from 16)"},
    {"new-from", 0, "REF", false,
     "tell only findings in what changed since the merge base of REF and HEAD;\n"
     "auto: the target branch that the CI names"},
    {"new-scope", 0, "SCOPE", false, "how near to a changed line: line, function (default) or file"},
    {"affected-only", 0, "", false, "with --new-from: read only the translation units that the change touches"},
    {"cache-dir", 0, "DIR", false, "folder of the facts cache (default: ~/.cache/spangate)"},
    {"no-cache", 0, "", false, "parse everything, keep nothing"},
    {"cache-limit", 0, "MIB", false, "size that the cache is kept below (default: 4096)"},
    {"no-pch", 0, "", false, "parse every external header in every unit that includes it (slower, same findings)"},
    {"time-report", 0, "", false, "say where the time went: passes, and the ten slowest translation units"},
    {"facts-out", 0, "FILE", false, "observe only: write the facts, for a later analyze --link"},
    {"depfile", 0, "FILE", false, "with --facts-out: what those depend on, for ninja and make"},
    {"shard", 0, "K/N", false, "with --facts-out: only this part of the compile database"},
    {"commands-out", 0, "DIR", false, "observe nothing: divide the compile database, a file for each source"},
    {"link", 0, "", false, "judge facts made before: files, folders of *.facts, @lists"},
    SPANGATE_SESSION_FLAGS,
};
constexpr Flag kRunFlags[] = {
    {"checks", 0, "GLOB", true, "check files (default: run.checks of the configuration)"},
    {"timeout", 0, "SECONDS", false, "end the command after this long (status 124)"},
    {"name", 0, "NAME", false, "name of this run: its capture file, and test.case.name in the telemetry"},
    {"capture", 0, "FILE", false, "where the captured telemetry goes (default: OUT/capture.spgcap)"},
    SPANGATE_SESSION_FLAGS,
};
constexpr Flag kVerifyFlags[] = {
    {"checks", 0, "GLOB", true, "check files (default: run.checks of the configuration)"},
    SPANGATE_SESSION_FLAGS,
};
constexpr Flag kCacheFlags[] = {
    {"cache-dir", 0, "DIR", false, "folder of the facts cache (default: ~/.cache/spangate)"},
    SPANGATE_PROJECT_FLAGS,
};
constexpr Flag kConfigFlags[] = {SPANGATE_PROJECT_FLAGS};
constexpr Flag kBaselineFlags[] = {SPANGATE_BASELINE_FLAG, SPANGATE_PROJECT_FLAGS};
constexpr Flag kDoctorFlags[] = {
    {"build-dir", 'p', "DIR", false, "folder of compile_commands.json"},
    {"libclang", 0, "FILE", false, "libclang to load"},
    SPANGATE_PROJECT_FLAGS,
};

constexpr std::array kCommands = {
    Command{"analyze", "[FILE...] [-- FLAGS...]", "Check source code with libclang.",
            "Reads every translation unit of a compile database, or FILE with the compiler flags after --.\n"
            "Of a compile database, FILE selects its own units, a header those that include it; only findings in FILE\n"
            "are told.\n\n"
            "  spangate analyze -p build\n"
            "  spangate analyze src/pay.cc -p build --report sarif=spangate.sarif\n"
            "  spangate analyze -p build --new-from origin/main\n"
            "  spangate analyze src/pay.cc -- -std=c++20 -Iinclude\n\n"
            "Spread over a build engine or machines, the facts of parts are made first and judged together:\n\n"
            "  spangate analyze --facts-out pay.facts --depfile pay.d -- c++ -std=c++20 -c src/pay.cc\n"
            "  spangate analyze -p build --shard 1/3 --facts-out 1.facts\n"
            "  spangate analyze --link facts/ -p build\n",
            kAnalyzeFlags, true, false, &Analyze},
    Command{"run", "-- COMMAND...", "Run a command with a mock OTLP collector around it and judge what it emits.",
            "The command finds the collector through the OTEL_* environment variables (OTLP/HTTP on an ephemeral port\n"
            "of 127.0.0.1). When it has ended, the telemetry rules and the check files are evaluated.\n\n"
            "  spangate run --checks tests/checkout.checks.yaml -- ctest --preset dev\n"
            "  spangate run --timeout 60 --report junit=out/junit.xml -- ./integration_test\n",
            kRunFlags, false, true, &Run},
    Command{"verify", "CAPTURE...", "Judge telemetry captured before.",
            "CAPTURE is a capture file of spangate, JSON lines of the OpenTelemetry Collector's file exporter, or an\n"
            "OTLP/JSON document; which one is told by its content.\n\n"
            "  spangate verify spangate-out/capture.spgcap --checks 'tests/**/*.checks.yaml'\n",
            kVerifyFlags, true, false, &Verify},
    Command{
        "baseline", "create|update|prune RESULT...", "Accept what is there today, so that only new findings fail.",
        "RESULT is what --report json wrote. create makes the file and never overwrites one; update adds what is new\n"
        "and drops what is gone; prune only drops. What no result judged stays. For telemetry give prune the results\n"
        "of all test runs at once.\n\n"
        "  spangate analyze -p build --report json=result.json --fail-on never\n"
        "  spangate baseline create result.json\n",
        kBaselineFlags, true, false, &ChangeBaseline},
    Command{"rules", "", "List the rules.", "", {}, false, false, &ListRules},
    Command{"explain",
            "RULE",
            "Explain a rule: what it reports, why, what to write instead.",
            "",
            {},
            true,
            false,
            &Explain},
    Command{"config", "[check|schema]", "Check spangate.yaml, or print its JSON Schema.", "", kConfigFlags, true, false,
            &Config},
    Command{"cache", "stats|clean", "Say what the cache of facts holds, or empty it.",
            "analyze keeps the facts of every translation unit and parses only what changed since.\n\n"
            "  spangate cache stats\n"
            "  spangate cache clean\n",
            kCacheFlags, true, false, &Cache},
    Command{"doctor", "", "Say whether libclang, configuration and compile database are usable, and the cure.", "",
            kDoctorFlags, false, false, &Doctor},
    Command{"version", "", "Print the version.", "", {}, false, false, &Version},
};

std::string GeneralHelp() {
  std::string text =
      "usage: spangate COMMAND [options]\n\nThe gate that keeps bad OpenTelemetry instrumentation out of "
      "production.\n\nCommands:\n";
  for (const Command& command : kCommands) text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  return text + "\nspangate COMMAND --help tells more.\n";
}

int Execute(const Command& command, const std::vector<std::string>& words) {
  Result<Arguments> arguments = ParseArguments(command, words);
  if (!arguments.has_value()) return Fail(arguments.error());
  if (arguments.value().wants_help()) {
    fmt::print("{}", Help(command));
    return kExitClean;
  }
  return command.execute(arguments.value());
}

int Main(const std::vector<std::string>& words) {
  if (words.empty()) {
    fmt::print(stderr, "{}", GeneralHelp());
    return kExitUsage;
  }
  const std::string& first = words.front();
  if (first == "--help" || first == "-h" || first == "help") {
    fmt::print("{}", GeneralHelp());
    return kExitClean;
  }
  const std::string_view name = first == "--version" ? "version" : std::string_view(first);
  const auto command =
      std::find_if(kCommands.begin(), kCommands.end(), [&](const Command& c) { return c.name == name; });
  if (command != kCommands.end()) return Execute(*command, {words.begin() + 1, words.end()});
  std::vector<std::string_view> names;
  for (const Command& known : kCommands) names.push_back(known.name);
  const std::string_view near = DidYouMean(first, names);
  return Fail({ErrorKind::kUsage,
               fmt::format("unknown command '{}'; {}", first,
                           near.empty() ? "spangate --help lists them" : fmt::format("did you mean '{}'?", near))});
}

}  // namespace

std::span<const Command> Commands() { return kCommands; }

}  // namespace spangate

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);  // a reader that went away is an error of the write, not our death
  signal(SIGXFSZ, SIG_IGN);  // and so is a file that may not grow
  // A capture or report must never get the number of a closed standard stream, and with it our messages.
  for (int stream = 0; stream < 3; ++stream) {
    if (fcntl(stream, F_GETFD) == -1 && open("/dev/null", O_RDWR) != stream) return spangate::kExitToolFailed;
  }
  try {
    return spangate::Main({argv + 1, argv + argc});
  } catch (const std::exception& error) {  // only what no library's caller caught: out of memory, or our own defect
    fmt::print(stderr, "spangate: internal error: {}\n", error.what());
    const bool wraps_a_command = argc > 1 && std::string_view(argv[1]) == "run";
    return wraps_a_command ? spangate::kExitToolFailed : spangate::kExitIncomplete;
  }
}
