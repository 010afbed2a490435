// Text of unknown origin as code points: what every format must do before its own escaping.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spangate {

inline constexpr char32_t kReplacement = 0xFFFD;

struct CodePoint {
  char32_t value = kReplacement;  // kReplacement where the bytes are not UTF-8
  size_t length = 1;              // bytes taken; 1 where they are not UTF-8
  bool valid = false;
};

/// The code point at the front. REQUIRES: !text.empty()
CodePoint FrontCodePoint(std::string_view text);

/// Number of UTF-16 code units.
size_t Utf16Length(std::string_view text);

/// At most `bytes` bytes, cut between code points, with "..." appended when something was cut.
std::string Shortened(std::string_view text, size_t bytes);

/// Without ANSI control sequences and without what XML 1.0 forbids; invalid UTF-8 becomes U+FFFD.
std::string XmlText(std::string_view text);

/// Like Printable, and also shows the controls that reorder text (bidirectional overrides and isolates) as "\u{202e}".
std::string TerminalText(std::string_view text);

/// Columns that a terminal gives the code point: 0 for combining marks, 2 for wide East Asian forms and emoji, else 1.
int TerminalWidth(char32_t value);

/// "2026-01-05T10:00:00Z", with optional fraction and offset: what the formats accept as a time.
bool IsTimestamp(std::string_view text);

}  // namespace spangate
