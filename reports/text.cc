// The terminal form. Problem matchers and editors read its first line: path:line:col: severity: message [rule].
#include "reports/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/formats.h"
#include "reports/summary.h"
#include "reports/utf8.h"

namespace spangate {
namespace {

constexpr size_t kTabStop = 4;
constexpr size_t kLineBytes = 200;   // of a longer source line only the part around the place is shown
constexpr size_t kBeforePlace = 60;  // bytes of it before the place
constexpr size_t kReasonsShown = 20;
constexpr size_t kTextBytes = 8192;

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kCyan = "\x1b[1;36m";
constexpr std::string_view kGreen = "\x1b[1;32m";
constexpr std::string_view kReset = "\x1b[0m";

std::string Painted(std::string_view text, std::string_view escape, bool color) {
  return color ? fmt::format("{}{}{}", escape, text, kReset) : std::string(text);
}

std::string_view Escape(Severity severity) {
  return severity == Severity::kError ? kRed : severity == Severity::kWarning ? kYellow : kCyan;
}

// The json report has texts in full; a terminal and a test tab do not need megabytes of a span name.
std::string Shown(std::string_view text) { return TerminalText(Shortened(text, kTextBytes)); }

bool IsTail(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

struct ShownLine {
  std::string text;
  std::string marks;  // blanks, then '^' and '~' below the extent
};

// Walks the line once, so that text and marks agree on what a tab, a wide or an escaped character takes.
ShownLine ShowLine(std::string_view line, size_t begin, size_t end) {
  ShownLine shown;
  size_t width = 0;
  const auto add = [&](std::string_view text, size_t columns, size_t at) {
    shown.text += text;
    if (at >= begin && at < end) {
      shown.marks.resize(width, ' ');
      shown.marks.append(columns, '~');
    }
    width += columns;
  };
  for (size_t i = 0; i < line.size();) {
    const CodePoint point = FrontCodePoint(line.substr(i));
    const std::string_view bytes = line.substr(i, point.length);
    const std::string safe = bytes == "\t" ? std::string(kTabStop - width % kTabStop, ' ') : TerminalText(bytes);
    // An escape such as \x1b is longer than the character and all ASCII.
    const size_t columns = safe == bytes ? static_cast<size_t>(TerminalWidth(point.value)) : safe.size();
    add(safe, columns, i);
    i += point.length;
  }
  if (begin >= line.size()) shown.marks = std::string(width, ' ') + "~";
  const size_t first = shown.marks.find('~');
  if (first == std::string::npos) {
    shown.marks = "^";  // below a combining mark alone: nothing with a width to stand under
  } else {
    shown.marks[first] = '^';
  }
  return shown;
}

// The part of a very long line that holds the place, cut between characters.
std::string_view Window(std::string_view line, size_t& begin, size_t& end) {
  if (line.size() <= kLineBytes) return line;
  size_t from = begin > kBeforePlace ? std::min(begin - kBeforePlace, line.size()) : 0;
  while (from > 0 && from < line.size() && IsTail(line[from])) --from;
  size_t length = std::min(kLineBytes, line.size() - from);
  while (from + length < line.size() && length > 0 && IsTail(line[from + length])) --length;
  begin -= std::min(begin, from);
  end = std::min(end - std::min(end, from), length);
  return line.substr(from, length);
}

std::string SourceText(const Location& where, SourceLines& source, bool color) {
  const std::optional<std::string_view> line = source.Line(where.path, where.line);
  if (!line.has_value() || where.column == 0) return "";
  size_t begin = std::min<size_t>(where.column - 1, line->size());
  size_t end = begin + 1;
  if (where.end_line > where.line) end = line->size();
  if (where.end_line == where.line && where.end_column > where.column) end = where.end_column - 1;
  const std::string_view part = Window(*line, begin, end);
  const ShownLine shown = ShowLine(part, begin, std::max(end, begin + 1));
  const std::string number = fmt::format("{:>5}", where.line);
  return fmt::format("{} | {}\n{} | {}\n", number, shown.text, std::string(number.size(), ' '),
                     Painted(shown.marks, kGreen, color));
}

std::string Headline(std::string_view place, Severity severity, std::string_view message, std::string_view rule,
                     bool color) {
  return fmt::format("{}: {}: {} [{}]\n", Painted(Shown(place), kBold, color),
                     Painted(Name(severity), Escape(severity), color), Shown(message), Shown(rule));
}

std::string Detail(std::string_view text) { return fmt::format("      = {}\n", Shown(text)); }

std::string Reasons(std::string_view label, Severity severity, const std::vector<std::string>& reasons, bool color) {
  std::string text;
  for (size_t i = 0; i < std::min(reasons.size(), kReasonsShown); ++i) {
    text += fmt::format("spangate: {}: {}\n", Painted(label, Escape(severity), color), Shown(reasons[i]));
  }
  if (reasons.size() > kReasonsShown) {
    text += fmt::format("spangate: {}: {} more, see the json report\n", Painted(label, Escape(severity), color),
                        reasons.size() - kReasonsShown);
  }
  return text;
}

}  // namespace

std::string FindingText(const Finding& finding, SourceLines& source, bool color) {
  std::string place = PlaceText(finding.where);
  if (!finding.where.known() && finding.telemetry.has_value()) place = TelemetryText(*finding.telemetry);
  if (place.empty()) place = "spangate";
  std::string text = Headline(place, finding.severity, finding.message, finding.rule, color);
  if (!finding.sensitive_source) text += SourceText(finding.where, source, color);
  for (const FlowStep& step : finding.flow) {
    text += fmt::format("{}: {}: {}\n", Painted(Shown(PlaceText(step.where)), kBold, color),
                        Painted("note", kCyan, color), Shown(step.message));
  }
  for (const std::string& line : Details(finding)) text += Detail(line);
  if (!finding.hint.empty()) text += Detail("help: " + finding.hint);
  return text;
}

std::string CheckText(const CheckResult& check, bool color) {
  const bool judged = check.outcome != CheckResult::Outcome::kError;
  const std::string message = fmt::format("check '{}' {}", check.id, judged ? "failed" : "could not be judged");
  const std::string place = check.where.path.empty() ? "checks" : PlaceText(check.where);
  std::string text = Headline(place, judged ? check.severity : Severity::kError, message, "check", color);
  if (!check.select.empty()) text += Detail("select: " + check.select);
  if (!check.expected.empty()) text += Detail("expected: " + check.expected);
  if (!check.found.empty()) text += Detail("found: " + check.found);
  for (const std::string& line : check.details) text += Detail(line);
  if (!check.hint.empty()) text += Detail("help: " + check.hint);
  return text;
}

std::string RenderText(const RunResult& result, const SourceLookup& source, bool color) {
  SourceLines lines(source);
  std::string text;
  for (const Finding& finding : result.findings) {
    if (!finding.known) text += FindingText(finding, lines, color);  // the summary line counts the known ones
  }
  for (const CheckResult& check : result.checks) {
    const bool told = check.outcome == CheckResult::Outcome::kFailed || check.outcome == CheckResult::Outcome::kError;
    if (told) text += CheckText(check, color);
  }
  const RunInfo& info = result.info;
  text += Reasons("note", Severity::kNote, info.notes, color);
  text += Reasons("incomplete", Severity::kWarning, info.incomplete, color);
  if (!info.tool_error.empty()) text += Reasons("error", Severity::kError, {info.tool_error}, color);
  return text + Shown(SummaryLine(result)) + "\n";
}

std::string RenderPlainText(const RunResult& result, const SourceLookup& source) {
  return RenderText(result, source, false);
}

}  // namespace spangate
