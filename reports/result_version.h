// The version of the json format. Additions raise the minor number, other changes the major one.
#pragma once

#include <string>

namespace spangate {

inline constexpr int kResultMajor = 1;
inline constexpr int kResultMinor = 1;
std::string ResultSchemaVersion();  // "1.1"; result_parse.cc

}  // namespace spangate
