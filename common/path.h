// Paths by their text alone: no disk.
#pragma once

#include <string_view>

namespace spangate {

/// Whether `path` lies below the folder `root`, which may end in '/' or be it; false for the root itself and an empty
/// root.
bool IsBelow(std::string_view path, std::string_view root);

/// `path` without `root` where it lies below it, else `path`.
std::string_view RelativeTo(std::string_view path, std::string_view root);

}  // namespace spangate
