// Which macros a text speaks of. Read from the text alone, inactive branches and comments included: more than the
// compiler sees, never less.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace spangate {

/// Hashes of names, sorted, each once.
using NameSet = std::vector<uint64_t>;

struct MacroUse {
  NameSet words;      // every identifier of the text
  NameSet defined;    // named by #define or #undef
  NameSet undefined;  // by #undef or a pragma
  NameSet tested;     // identifiers of #if, #ifdef, #elif ...
};

MacroUse ScanMacros(std::string_view text);

uint64_t HashOfName(std::string_view name);
bool Intersects(const NameSet& a, const NameSet& b);
void AddNames(NameSet& to, const NameSet& from);

}  // namespace spangate
