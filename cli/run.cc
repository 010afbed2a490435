// spangate run -- COMMAND: a collector around a command, then verify, then report.

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <chrono>
#include <cstdlib>

#include "cli/commands.h"
#include "cli/process.h"
#include "mock-collector/collector.h"

namespace spangate {
namespace {

using std::chrono::milliseconds;

// Batch processors flush late: this much silence counts as the end, and no run waits longer than the limit.
constexpr milliseconds kQuiet{200};
constexpr milliseconds kQuietLimit{2000};
constexpr milliseconds kGrace{2000};

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The value of one entry of OTEL_RESOURCE_ATTRIBUTES: W3C Baggage octets, all others percent-encoded.
std::string Encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_' || c == '/';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// What an SDK needs to export here, fast. Delays that the user set stay; the endpoint is ours.
std::map<std::string, std::optional<std::string>> ChildEnvironment(uint16_t port, const std::string& name) {
  const std::string endpoint = fmt::format("http://127.0.0.1:{}", port);
  std::map<std::string, std::optional<std::string>> environment = {
      {"OTEL_EXPORTER_OTLP_ENDPOINT", endpoint},
      {"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"},
      {"SPANGATE_ENDPOINT", endpoint},
      {"OTEL_SDK_DISABLED", std::nullopt},
  };
  constexpr std::pair<const char*, const char*> kSignals[] = {
      {"TRACES", "traces"}, {"METRICS", "metrics"}, {"LOGS", "logs"}};
  for (const auto& [upper, lower] : kSignals) {
    // No trailing slash, signal path in full: opentelemetry-cpp joins the general endpoint as plain text.
    environment[fmt::format("OTEL_EXPORTER_OTLP_{}_ENDPOINT", upper)] = fmt::format("{}/v1/{}", endpoint, lower);
    environment[fmt::format("OTEL_EXPORTER_OTLP_{}_PROTOCOL", upper)] = "http/protobuf";
    environment[fmt::format("OTEL_{}_EXPORTER", upper)] = "otlp";
  }
  constexpr std::pair<const char*, const char*> kUnlessSet[] = {
      {"OTEL_BSP_SCHEDULE_DELAY", "100"}, {"OTEL_BLRP_SCHEDULE_DELAY", "100"}, {"OTEL_METRIC_EXPORT_INTERVAL", "500"}};
  for (const auto& [variable, value] : kUnlessSet) {
    if (Variable(variable).empty()) environment[variable] = value;
  }
  // A proxy for the world must not swallow what goes to this machine.
  for (const char* variable : {"NO_PROXY", "no_proxy"}) {
    const std::string before = Variable(variable);
    environment[variable] = before.empty() ? "127.0.0.1,localhost" : before + ",127.0.0.1,localhost";
  }
  if (!name.empty()) {
    const std::string before = Variable("OTEL_RESOURCE_ATTRIBUTES");
    environment["OTEL_RESOURCE_ATTRIBUTES"] =
        fmt::format("{}{}test.case.name={}", before, before.empty() ? "" : ",", Encoded(name));
  }
  return environment;
}

// Why nothing came, as far as the collector can tell.
std::string Diagnose(const CollectorCounts& counts, uint16_t port) {
  if (counts.refused > 0) {
    return fmt::format("{} of {} requests were refused; the last: {}", counts.refused, counts.requests,
                       counts.last_refusal);
  }
  if (counts.lost > 0) return fmt::format("{} requests broke off; the last: {}", counts.lost, counts.last_refusal);
  if (counts.accepted > 0)
    return fmt::format("{} requests came, but none held a span: is the sampler off, or only metrics or logs exported?",
                       counts.accepted);
  if (counts.connections > 0)
    return "connections were made, but no request was complete: another protocol (gRPC?), or an exit in the middle of "
           "an export";
  return fmt::format(
      "no connection was made to 127.0.0.1:{}: is the exporter set up, does code override OTEL_EXPORTER_OTLP_ENDPOINT, "
      "is the provider flushed "
      "before exit, does the program speak OTLP/HTTP?",
      port);
}

Result<milliseconds> TimeLimit(const Arguments& arguments) {
  const std::string text = arguments.Get("timeout", "0");
  double seconds = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0 && seconds < 1e7)) {
    return Error{ErrorKind::kUsage, fmt::format("--timeout {}: not a number of seconds", text)};
  }
  return milliseconds(static_cast<int64_t>(seconds * 1000));
}

// Waits only while something can still come.
void WaitForLateTelemetry(Collector& collector, ProcessGroup& group) {
  const CollectorCounts counts = collector.counts();
  if (counts.open_connections > 0 || counts.requests > 0 || group.Alive()) collector.WaitForQuiet(kQuiet, kQuietLimit);
}

void Describe(const ProcessEnd& end, const std::vector<std::string>& command, RunInfo& info) {
  info.child_exit = end.status;
  if (!end.failure.empty()) {
    info.notes.push_back(fmt::format("{}: cannot run the command: {}", command.front(), end.failure));
  } else if (end.time_limit) {
    info.notes.emplace_back("the command ran longer than --timeout and was ended");
  } else if (end.status > kExitSignalBase) {
    info.notes.push_back(
        fmt::format("the command was killed by signal {}; what had arrived is judged", end.status - kExitSignalBase));
  } else if (end.interrupted != 0) {
    info.incomplete.push_back(
        fmt::format("interrupted by signal {}: the command did not run to its end", end.interrupted));
  } else if (end.status != 0) {
    info.notes.push_back(fmt::format("the command ended with exit code {}", end.status));
  }
}

}  // namespace

int Run(const Arguments& arguments) {
  Result<Session> started = StartSession(arguments, "run");
  if (!started.has_value()) return Fail(started.error());
  Session& session = started.value();
  RunInfo& info = session.result.info;
  SourceCache sources(session.root);
  if (arguments.rest().empty())
    return Fail({ErrorKind::kUsage, "run needs a command: spangate run -- ctest --preset dev"});
  Result<milliseconds> limit = TimeLimit(arguments);
  if (!limit.has_value()) return Fail(limit.error());
  Result<std::vector<CheckFile>> checks = LoadCheckFiles(arguments, session);
  if (!checks.has_value()) return Fail(checks.error());
  const std::string name = arguments.Get("name");
  const std::string capture = arguments.Get(
      "capture", fmt::format("{}/{}.spgcap", session.output_folder, name.empty() ? "capture" : FileNameOf(name)));
  for (const ReportRequest& report : session.reports) {
    if (SameFile(report.path, capture))
      return Fail({ErrorKind::kUsage, fmt::format("--report and --capture both name '{}'", capture)});
  }

  // Observe. Signals are blocked before the collector's threads start, so that only the wrapper takes them.
  BlockHandledSignals();
  CollectorOptions options;
  options.capture_path = capture;
  info.capture = capture;
  Outcome outcome{.wraps_a_command = true};
  const auto fail = [&](const Error& error) {
    info.tool_error = error.message;
    return Finish(session, outcome, sources);
  };
  if (Status made = MakeParentFolder(capture); !made.has_value()) return fail(made.error());
  Result<std::unique_ptr<Collector>> collector = Collector::Start(options);
  if (!collector.has_value()) return fail(collector.error());
  const uint16_t port = collector.value()->port();
  {
    ProcessGroup group = ProcessGroup::Start(arguments.rest(), ChildEnvironment(port, name));
    const ProcessEnd end = group.Wait(limit.value(), kGrace);
    Describe(end, arguments.rest(), info);
    outcome.child_status = end.status;
    outcome.time_limit = end.time_limit;
    WaitForLateTelemetry(*collector.value(), group);
    if (group.End(kGrace)) {
      info.notes.emplace_back("the command left processes behind; they were ended");
      collector.value()->WaitForQuiet(kQuiet, kQuietLimit);
    } else if (ProcessGroup::DescendantsLeft()) {
      info.notes.emplace_back(
          "processes that left the command's group are still running; what they send later is not judged");
      collector.value()->WaitForQuiet(kQuiet, kQuietLimit);
    }
    if (group.late_signal() != 0)
      info.incomplete.push_back(fmt::format("interrupted by signal {}", group.late_signal()));
  }
  UnblockHandledSignals();
  collector.value()->Stop();
  const CollectorCounts counts = collector.value()->counts();
  const TraceModel telemetry = collector.value()->TakeModel();

  // Judge.
  JudgeTelemetryInto(session, telemetry, checks.value());
  if (telemetry.spans.empty()) info.incomplete.push_back("zero spans received: " + Diagnose(counts, port));
  if (!telemetry.spans.empty() && counts.refused + counts.lost > 0) {
    (counts.lost > 0 ? info.incomplete : info.notes).push_back(Diagnose(counts, port));
  }
  info.tool_error = counts.capture_error;

  // Tell.
  return Finish(session, outcome, sources);
}

}  // namespace spangate
