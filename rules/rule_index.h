// The rule index docs/rules.md as Markdown, derived from the registry.
#pragma once

#include <string>

namespace spangate {

/// One table for each model, ordered by id. docs/rules.md is this text; a test compares the two.
std::string RuleIndex();

}  // namespace spangate
