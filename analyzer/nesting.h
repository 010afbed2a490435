// How deep a source nests, from its text alone: what would exhaust the stack of a recursive parser.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spangate {

struct Nesting {
  size_t brackets = 0;   // most of ( [ { open at once
  size_t operators = 0;  // most in one expression, which a parser turns into as many levels
};

/// Comments, literals, directives and what stands under #if 0 do not count. Linear in the text; any bytes are accepted.
Nesting NestingOf(std::string_view text);

/// "nested too deeply (2400 brackets)" when no thread of ours could parse it; empty otherwise.
std::string TooDeep(std::string_view text);

}  // namespace spangate
