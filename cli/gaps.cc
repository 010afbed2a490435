#include "cli/gaps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "common/fingerprint.h"
#include "common/path.h"

namespace spangate {
namespace {

std::string Shown(std::string_view path, const std::string& root) { return std::string(RelativeTo(path, root)); }

bool IsError(const Diagnostic& diagnostic) { return diagnostic.severity >= Diagnostic::Severity::kError; }

// Errors in system headers cost nothing that rules look at; any other error means that something was not read.
bool LostSomething(const TuSummary& unit, const std::string& root) {
  if (unit.outcome == TuOutcome::kFailed || !unit.missed.empty()) return true;
  return std::any_of(unit.diagnostics.begin(), unit.diagnostics.end(), [&](const Diagnostic& diagnostic) {
    const bool fatal = diagnostic.severity == Diagnostic::Severity::kFatal;
    return IsError(diagnostic) && (fatal || IsBelow(diagnostic.file, root));
  });
}

// What is equal on another machine and after an edit elsewhere in the file: numbers are '#', of an absolute path only
// its last part is left.
std::string Normalised(std::string_view text) {
  std::string out;
  size_t path = std::string::npos;  // where an absolute path began in `out`
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool word =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("._-+/").find(c) != std::string_view::npos;
    if (!word) path = std::string::npos;
    if (c == '/' && path != std::string::npos) {
      out.resize(path);
      continue;
    }
    if (c == '/' && (i == 0 || std::string_view(" '\"(:").find(text[i - 1]) != std::string_view::npos)) {
      path = out.size();
      continue;
    }
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (digit && out.ends_with('#')) continue;
    out += digit ? '#' : c;
  }
  return out;
}

// The first cause: the worst error, else the reason. How many sites were missed is told by the gaps of the sites.
std::string CauseOf(const TuSummary& unit, const std::string& root) {
  // A fatal error explains the others, wherever it stands.
  const auto error = std::max_element(unit.diagnostics.begin(), unit.diagnostics.end(),
                                      [](const Diagnostic& a, const Diagnostic& b) { return a.severity < b.severity; });
  if (error != unit.diagnostics.end() && IsError(*error))
    return Normalised(Shown(error->file.view(), root) + ": " + error->message);
  if (unit.outcome != TuOutcome::kFailed) return unit.missed.empty() ? "cut" : "sites missed";
  return Normalised(unit.reason);
}

Gap GapOf(std::string_view kind, const std::string& path, uint32_t line, std::string_view cause, std::string text) {
  return {.fingerprint = Fingerprint({"gap", kind, path, cause}),
          .kind = std::string(kind),
          .where = {path, line, 0, 0, 0},
          .text = std::move(text)};
}

void AddLosses(const TuSummary& unit, const std::string& root, RunInfo& info) {
  const std::string path = Shown(unit.main_file.view(), root);
  const bool failed = unit.outcome == TuOutcome::kFailed;
  const std::string text = fmt::format("{}: {}: {}", path, failed ? "not analysed" : "analysed in part", unit.reason);
  if (!LostSomething(unit, root)) {
    info.notes.push_back(text);
  } else if (unit.reason.ends_with(": stopped")) {
    info.incomplete.push_back(text);  // a run that was broken off says nothing about the file
  } else {
    info.gaps.push_back(GapOf(failed ? "not-analysed" : "analysed-in-part", path, 0, CauseOf(unit, root), text));
  }
  for (const MissedSite& site : unit.missed) {
    const std::string file = Shown(site.file.view(), root);
    info.gaps.push_back(
        GapOf("site-missed", file, site.line, site.what.view(),
              fmt::format("{}:{}: {} is in the text, but could not be analysed", file, site.line, site.what.view())));
  }
}

}  // namespace

void AddUnits(const SourceModel& source, RunInfo& info) {
  for (const TuSummary& unit : source.translation_units) {
    ++info.translation_units;
    info.clean += unit.outcome == TuOutcome::kClean ? 1 : 0;
    info.recovered += unit.outcome == TuOutcome::kRecovered ? 1 : 0;
    info.failed += unit.outcome == TuOutcome::kFailed ? 1 : 0;
    info.sites_missed += static_cast<uint32_t>(unit.missed.size());
    if (unit.outcome != TuOutcome::kClean || !unit.missed.empty()) AddLosses(unit, source.project_root, info);
  }
}

}  // namespace spangate
