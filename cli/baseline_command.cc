// spangate baseline create|update|prune: the baseline from the results of runs.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/baseline.h"
#include "cli/commands.h"
#include "common/text.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

Result<BaselineChange> ChangeOf(const std::vector<std::string>& operands) {
  constexpr std::pair<std::string_view, BaselineChange> kChanges[] = {
      {"create", BaselineChange::kCreate}, {"update", BaselineChange::kUpdate}, {"prune", BaselineChange::kPrune}};
  for (const auto& [name, change] : kChanges) {
    if (operands.size() >= 2 && operands.front() == name) return change;
  }
  return Error{ErrorKind::kUsage,
               "baseline needs create, update or prune, and the result of a run: spangate analyze --report "
               "json=result.json; spangate baseline create result.json"};
}

Result<RunResult> ReadRun(const std::string& path) {
  Result<std::string> text = ReadFile(path);
  if (!text.has_value()) return Error{ErrorKind::kUsage, text.error().message};
  Result<RunResult> result = ParseResult(text.value());
  if (!result.has_value()) return Error{result.error().kind, fmt::format("{}: {}", path, result.error().message)};
  const RunInfo& info = result.value().info;
  if (!info.tool_error.empty()) {
    return Error{ErrorKind::kUsage, fmt::format("{}: the run could not work: {}", path, Printable(info.tool_error))};
  }
  return result;
}

// A baseline of a part would look like that of the whole.
Status CheckWhole(const RunResult& result, const std::string& path) {
  if (result.info.command != "analyze" || !result.info.files.empty()) return Ok();
  return Error{
      ErrorKind::kUsage,
      fmt::format("{}: the run judged only a part; make the baseline from a run without --new-from and without "
                  "files on its command line",
                  path)};
}

size_t CountMissing(const std::vector<BaselineEntry>& from, const std::vector<BaselineEntry>& in) {
  return static_cast<size_t>(std::count_if(from.begin(), from.end(), [&](const BaselineEntry& entry) {
    return std::none_of(in.begin(), in.end(),
                        [&](const BaselineEntry& other) { return other.fingerprint == entry.fingerprint; });
  }));
}

Result<std::vector<BaselineEntry>> Before(BaselineChange change, const std::string& path) {
  std::error_code error;
  const bool exists = fs::exists(path, error);
  if (change == BaselineChange::kCreate) {
    if (!exists) return std::vector<BaselineEntry>{};
    return Error{ErrorKind::kUsage, fmt::format("{}: exists already; spangate baseline update changes it", path)};
  }
  if (!exists)
    return Error{ErrorKind::kUsage, fmt::format("{}: does not exist; spangate baseline create makes it", path)};
  Result<Baseline> baseline = ReadBaseline(path);
  if (!baseline.has_value()) return baseline.error();
  return std::move(baseline.value().entries);
}

}  // namespace

int ChangeBaseline(const Arguments& arguments) {
  Result<BaselineChange> change = ChangeOf(arguments.operands());
  if (!change.has_value()) return Fail(change.error());
  Result<Session> started = StartProject(arguments);
  if (!started.has_value()) return Fail(started.error());
  const Session& session = started.value();
  const std::string path = BaselinePath(arguments, session);
  Result<std::vector<BaselineEntry>> before = Before(change.value(), path);
  if (!before.has_value()) return Fail(before.error());
  std::vector<RunResult> results;
  for (size_t i = 1; i < arguments.operands().size(); ++i) {
    const std::string& name = arguments.operands()[i];
    Result<RunResult> result = ReadRun(name);
    if (!result.has_value()) return Fail(result.error());
    if (change.value() == BaselineChange::kCreate) {
      if (Status whole = CheckWhole(result.value(), name); !whole.has_value()) return Fail(whole.error());
    }
    results.push_back(std::move(result.value()));
  }
  const std::vector<BaselineEntry> after = Changed(change.value(), before.value(), results, ExistsBelow(session.root));
  if (Status written = WriteFile(path, RenderBaseline(after)); !written.has_value()) return Fail(written.error());
  fmt::print("{}: {} entries, {} added, {} removed\n", path, after.size(), CountMissing(after, before.value()),
             CountMissing(before.value(), after));
  return kExitClean;
}

}  // namespace spangate
