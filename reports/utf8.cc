#include "reports/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "common/text.h"

namespace spangate {
namespace {

struct Range {
  char32_t first, last;
};

// Zero and double width, as far as source lines and span names need it (Unicode 15, East Asian Width W and F).
constexpr Range kZeroWidth[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},  {0x0610, 0x061A},
                                {0x064B, 0x065F}, {0x200B, 0x200F}, {0x20D0, 0x20FF},  {0xFE00, 0xFE0F},
                                {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF}};
constexpr Range kDoubleWidth[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},  {0x3400, 0x4DBF},
                                  {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},
                                  {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                                  {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
// Text that looks other than it compiles ("Trojan Source", CVE-2021-42574).
constexpr Range kReordering[] = {{0x061C, 0x061C}, {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2066, 0x2069}};

template <size_t kCount>
bool Contains(const Range (&ranges)[kCount], char32_t value) {
  return std::ranges::any_of(ranges, [&](const Range& r) { return value >= r.first && value <= r.last; });
}

// Length of an ANSI control sequence (ESC [ parameters final) at the front, or 0.
size_t ControlSequenceLength(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  size_t i = 2;
  while (i < text.size() && text[i] >= 0x20 && text[i] <= 0x3F) ++i;
  return i < text.size() && text[i] >= 0x40 && text[i] <= 0x7E ? i + 1 : 0;
}

bool AllowedInXml(char32_t value) {
  if (value < 0x20) return value == '\t' || value == '\n' || value == '\r';
  return value != 0xFFFE && value != 0xFFFF;
}

bool MatchesTemplate(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (pattern[i] == 'd' ? !digit : text[i] != pattern[i]) return false;
  }
  return true;
}

}  // namespace

CodePoint FrontCodePoint(std::string_view text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  if (lead < 0x80) return {lead, 1, true};
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  // IsUtf8 knows overlong forms, surrogates and stray tails.
  if (text.size() < length || !IsUtf8(text.substr(0, length))) return {};
  char32_t value = lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) value = (value << 6) | (static_cast<uint8_t>(text[i]) & 0x3Fu);
  return {value, length, true};
}

size_t Utf16Length(std::string_view text) {
  size_t units = 0;
  while (!text.empty()) {
    const CodePoint point = FrontCodePoint(text);
    units += point.value > 0xFFFF ? 2 : 1;
    text.remove_prefix(point.length);
  }
  return units;
}

std::string Shortened(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  size_t end = bytes;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80 && bytes - end < 4) --end;
  return std::string(text.substr(0, end)) + "...";
}

std::string XmlText(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (const size_t sequence = ControlSequenceLength(text); sequence > 0) {
      text.remove_prefix(sequence);
      continue;
    }
    const CodePoint point = FrontCodePoint(text);
    if (!point.valid) {
      out += "\xEF\xBF\xBD";
    } else if (AllowedInXml(point.value)) {
      out += text.substr(0, point.length);
    }
    text.remove_prefix(point.length);
  }
  return out;
}

std::string TerminalText(std::string_view text) {
  std::string out;
  size_t plain = 0;  // start of what is not copied yet
  for (size_t i = 0; i < text.size();) {
    const CodePoint point = FrontCodePoint(text.substr(i));
    if (point.valid && Contains(kReordering, point.value)) {
      out += Printable(text.substr(plain, i - plain));
      out += fmt::format("\\u{{{:x}}}", static_cast<uint32_t>(point.value));
      plain = i + point.length;
    }
    i += point.length;
  }
  return out + Printable(text.substr(plain));
}

int TerminalWidth(char32_t value) {
  if (value < 0x300) return 1;
  if (Contains(kZeroWidth, value)) return 0;
  return Contains(kDoubleWidth, value) ? 2 : 1;
}

bool IsTimestamp(std::string_view text) {
  if (!MatchesTemplate(text, "dddd-dd-ddTdd:dd:dd")) return false;
  text.remove_prefix(19);
  if (text.starts_with('.')) {
    const size_t digits = text.find_first_not_of("0123456789", 1);
    if (digits == 1 || digits == std::string_view::npos) return false;
    text.remove_prefix(digits);
  }
  if (text == "Z") return true;
  return text.size() == 6 && (MatchesTemplate(text, "+dd:dd") || MatchesTemplate(text, "-dd:dd"));
}

}  // namespace spangate
