// The only forms in which a sensitive value may be printed.
#pragma once

#include <string>
#include <string_view>

#include "rules/knowledge/detectors.h"

namespace spangate {

/// "j***@***.com" for an e-mail address; otherwise at most the first two characters, "***" and the length:
/// "ey*** (212 characters)". Secrets under eight characters show nothing. The result is printable.
std::string Mask(std::string_view sensitive, Detector detector);

/// `text` with everything that Detect() finds replaced by what it is: "login {e-mail address}". Equal for all people,
/// so it may enter fingerprints. For every name and message that goes into a report.
std::string Redacted(std::string_view text);

}  // namespace spangate
