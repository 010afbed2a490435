// Where the baseline is, on disk.

#include <fmt/format.h>

#include <filesystem>

#include "cli/commands.h"

namespace spangate {

namespace fs = std::filesystem;

std::string BaselinePath(const Arguments& arguments, const Session& session) {
  if (arguments.Has("baseline")) return arguments.Get("baseline");
  if (!session.configuration.baseline_file.empty()) return session.configuration.baseline_file;
  return fmt::format("{}/{}", session.root, kBaselineName);
}

Result<Baseline> ReadBaseline(const std::string& path) {
  Result<std::string> text = ReadFile(path);
  if (!text.has_value()) return Error{ErrorKind::kUsage, text.error().message};
  return ParseBaseline(text.value(), path);
}

Status LoadBaseline(const Arguments& arguments, Session& session) {
  const bool named = arguments.Has("baseline");
  if (arguments.Has("no-baseline")) {
    if (named) return Error{ErrorKind::kUsage, "--baseline and --no-baseline exclude each other"};
    return Ok();
  }
  const std::string path = BaselinePath(arguments, session);
  RunInfo& info = session.result.info;
  std::error_code error;
  if (!named && !fs::exists(path, error)) {
    // Not there yet, or lost: either way nothing is hidden.
    if (session.configuration.baseline_file.empty()) return Ok();
    info.notes.push_back(fmt::format("baseline.file {} does not exist: everything counts as new", path));
    return Ok();
  }
  Result<Baseline> baseline = ReadBaseline(path);
  if (!baseline.has_value()) return baseline.error();
  const std::string shown = fs::proximate(path, session.root, error).string();
  info.baseline = error || shown.starts_with("..") ? path : shown;
  session.baseline = std::move(baseline.value());
  return Ok();
}

FileExists ExistsBelow(const std::string& root) {
  return [root](const std::string& path) {
    std::error_code error;
    return fs::exists(fs::path(root) / path, error);
  };
}

}  // namespace spangate
