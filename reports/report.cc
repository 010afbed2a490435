// The table of formats. Everything that lists them derives from it.
#include "reports/report.h"

#include <algorithm>
#include <array>

#include "reports/formats.h"

namespace spangate {
namespace {

constexpr std::array<Format, 4> kFormats = {{
    {"text", "for people: place, source line, message, summary", &RenderPlainText},
    {"json", "the whole result; input of 'spangate report' and of baselines", &RenderJson},
    {"junit", "JUnit XML, for the test tab of CI services", &RenderJunit},
    {"sarif", "SARIF 2.1.0, for code scanning and editors", &RenderSarif},
}};

}  // namespace

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      return "passed";
    case Verdict::kFailed:
      return "failed";
    case Verdict::kIncomplete:
      return "incomplete";
    case Verdict::kError:
      break;
  }
  return "error";
}

std::span<const Format> Formats() { return kFormats; }

const Format* FindFormat(std::string_view name) {
  const auto* found = std::ranges::find(kFormats, name, &Format::name);
  return found == kFormats.end() ? nullptr : found;
}

}  // namespace spangate
