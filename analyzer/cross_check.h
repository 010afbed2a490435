// The text of the main file against its facts: a parse that lost calls must never look like a clean one.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/facts.h"

namespace spangate {

struct LineRange {
  uint32_t first = 0;
  uint32_t last = 0;
};

/// Fills sites_expected, sites_seen and missed. `skipped` are the lines that the preprocessor left out; null when that
/// is not known. A site is missed when no call of its name lies on its statement's lines, and nothing excuses it:
///  - it stands in an #if branch and `skipped` is not known, or names it;
///  - it is an argument of what looks like a macro: the macro may drop it;
///  - the TU is clean and the site stands in a template, which nobody may have instantiated.
/// In a recovered TU a template excuses nothing: there the call may as well be lost.
void CrossCheck(std::string_view text, const std::vector<LineRange>* skipped, TuFacts& facts);

}  // namespace spangate
