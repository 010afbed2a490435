// Small text functions that several folders need.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spangate {

/// Lower-case hex, two digits a byte.
std::string Hex(std::span<const uint8_t> bytes);

/// The nearest of `candidates` to a misspelt word, or empty when none is near (more than a third of it differs).
std::string_view DidYouMean(std::string_view word, const std::vector<std::string_view>& candidates);

/// Text that is safe on a terminal and in a log: control characters and invalid UTF-8 become "\xNN"; line feeds too.
std::string Printable(std::string_view text);

/// Well-formed UTF-8 as in RFC 3629: no overlong forms, no surrogates.
bool IsUtf8(std::string_view text);

}  // namespace spangate
