// Globs over qualified names and paths: `*` stays inside one `::` or `/` part, `**` crosses, `?` is one character.
#pragma once

#include <string_view>

namespace spangate {

/// Whether the whole of `text` matches. Linear in practice, at worst |glob| * |text|; `**/` also matches nothing, so
/// "src/**/a.cc" matches "src/a.cc".
bool GlobMatches(std::string_view glob, std::string_view text);

}  // namespace spangate
