// spangate verify: judge telemetry that was captured before.

#include <fmt/format.h>

#include <filesystem>

#include "cli/commands.h"
#include "mock-collector/capture.h"

namespace spangate {

int Verify(const Arguments& arguments) {
  Result<Session> started = StartSession(arguments, "verify");
  if (!started.has_value()) return Fail(started.error());
  Session& session = started.value();
  SourceCache sources(session.root);
  if (arguments.operands().empty())
    return Fail({ErrorKind::kUsage, "verify needs a capture: spangate verify spangate-out/capture.spgcap"});
  Result<std::vector<CheckFile>> checks = LoadCheckFiles(arguments, session);
  if (!checks.has_value()) return Fail(checks.error());

  // Observe. A capture that cannot be read at all is an error of the command, a torn one makes the run incomplete.
  TraceModel telemetry;
  for (const std::string& path : arguments.operands()) {
    Result<CaptureContents> contents = ReadCapture(path);
    if (!contents.has_value()) {
      std::error_code error;
      const bool exists = std::filesystem::exists(path, error);
      if (!exists) return Fail({ErrorKind::kUsage, contents.error().message});
      session.result.info.incomplete.push_back(contents.error().message);
      continue;
    }
    if (!contents.value().truncated.empty())
      session.result.info.incomplete.push_back(fmt::format("{}: {}", path, contents.value().truncated));
    telemetry.Append(contents.value().model);
  }
  telemetry.BuildTraces();
  session.result.info.capture = arguments.operands().front();

  JudgeTelemetryInto(session, telemetry, checks.value());
  if (telemetry.spans.empty()) session.result.info.incomplete.emplace_back("zero spans: there was nothing to judge");
  return Finish(session, {}, sources);
}

}  // namespace spangate
