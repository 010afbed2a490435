// Facts as text, one line a fact: what a person compares when two ways of reading a source must say the same.
#pragma once

#include <string>
#include <vector>

#include "analyzer/facts.h"

namespace spangate {

/// One function, record, global or the head of a TU. The head line names it and its place; the lines tell the rest.
struct FactsSection {
  std::string head;
  std::vector<std::string> lines;

  friend auto operator<=>(const FactsSection&, const FactsSection&) = default;
};

enum class FactsDetail {
  kAll,
  kNormalised,  // what every version of libclang says alike: no entity (numbered by first use instead), no spelling of
                // a type, no message of a compiler
};

/// Head first, then functions, records and globals, sorted by text: their order in the facts carries no meaning.
std::vector<FactsSection> FactsAsText(const TuFacts& facts, FactsDetail detail);

/// Lines "- " (only in the first) and "+ " (only in the second), each group below its section's head. Sections with the
/// same head are compared line by line, without their common start and end. Empty: they are equal.
/// REQUIRES: both sorted.
std::vector<std::string> DifferencesOf(const std::vector<FactsSection>& first, const std::vector<FactsSection>& second);

}  // namespace spangate
