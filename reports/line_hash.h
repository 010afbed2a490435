// The line fingerprint of GitHub code scanning. It computes the same when a SARIF file has none, and warns when ours
// differs (github/codeql-action, src/fingerprints.ts).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spangate {

/// For each line "hex:occurrence": a rolling hash (base 37, 64 bits, wrapping) over the 100 UTF-16 code units from the
/// line's start, spaces and tabs left out, CR and CR LF read as LF, after the end one 65535 and then zeros.
std::vector<std::string> LineHashes(std::string_view text);

}  // namespace spangate
