#include "cli/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <system_error>

#include "common/text.h"

namespace spangate {
namespace {

std::string DefaultPath(const std::string& folder, std::string_view command, const Format& format) {
  constexpr std::pair<std::string_view, std::string_view> kExtensions[] = {{"junit", "junit.xml"}, {"text", "txt"}};
  std::string_view extension = format.name;
  for (const auto& [name, ending] : kExtensions) {
    if (name == format.name) extension = ending;
  }
  return fmt::format("{}/{}.{}", folder, command, extension);
}

std::string Canonical(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  return error ? path : real.string();
}

Error UnknownFormat(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Format& format : Formats()) names.push_back(format.name);
  const std::string_view near = DidYouMean(name, names);
  return {ErrorKind::kUsage, fmt::format("--report: unknown format '{}'; {}", name,
                                         near.empty() ? fmt::format("known: {}", fmt::join(names, ", "))
                                                      : fmt::format("did you mean '{}'?", near))};
}

}  // namespace

std::string FileNameOf(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_';
    out += plain ? c : '_';
  }
  return out.empty() || out.find_first_not_of('.') == std::string::npos ? "_" + out : out;
}

bool SameFile(const std::string& a, const std::string& b) { return a != "-" && Canonical(a) == Canonical(b); }

Result<std::vector<ReportRequest>> ParseReportFlags(const Arguments& arguments, std::string_view command,
                                                    const std::string& folder) {
  std::vector<ReportRequest> reports;
  std::set<std::string> paths;
  const std::string stem = arguments.Has("name") ? FileNameOf(arguments.Get("name")) : std::string(command);
  for (const std::string& text : arguments.All("report")) {
    const size_t equals = std::min(text.find('='), text.size());
    const Format* format = FindFormat(text.substr(0, equals));
    if (format == nullptr) return UnknownFormat(text.substr(0, equals));
    const std::string path = equals < text.size() ? text.substr(equals + 1) : DefaultPath(folder, stem, *format);
    if (path.empty()) return Error{ErrorKind::kUsage, fmt::format("--report {}: the path is empty", text)};
    if (path != "-" && !paths.insert(Canonical(path)).second)
      return Error{ErrorKind::kUsage, fmt::format("--report: two reports go to '{}'", path)};
    reports.push_back({format, path});
  }
  return reports;
}

Status Tell(const RunResult& result, const std::vector<ReportRequest>& reports, SourceCache& sources, bool quiet) {
  const SourceLookup lookup = [&sources](const std::string& path) { return sources.Text(path); };
  Status first = Ok();
  std::string written;
  for (const ReportRequest& report : reports) {
    Status status = WriteFile(report.path, report.format->render(result, lookup));
    if (status.has_value() && report.path != "-")
      written += fmt::format("{}{}", written.empty() ? "" : " ", report.path);
    if (!status.has_value() && first.has_value()) first = status;
  }
  std::string text = quiet ? "" : RenderText(result, lookup, UseColor());
  if (!quiet && !written.empty()) text += fmt::format("reports: {}\n", written);
  fmt::print(stderr, "{}", text);
  return first;
}

}  // namespace spangate
