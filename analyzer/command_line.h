// Command lines as compile databases and response files write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spangate {

enum class Quoting {
  kShell,         // POSIX sh: nothing is special inside '...', backslash escapes " \ $ ` inside "..."
  kResponseFile,  // GNU @file: backslash escapes the next character everywhere
};

/// Splits text into arguments. nullopt: a quote is not closed.
std::optional<std::vector<std::string>> SplitCommandLine(std::string_view text, Quoting quoting);

/// Replaces each @file by its arguments, nested ones too; relative names count from `directory`. An @file that cannot
/// be read, or that makes the command too large, stays as it is: the caller sees which.
std::vector<std::string> ExpandResponseFiles(const std::vector<std::string>& arguments, const std::string& directory);

/// Drops what stands before the real compiler: ccache, distcc, sccache, icecc, env NAME=VALUE ...
std::vector<std::string> WithoutLaunchers(std::vector<std::string> arguments);

}  // namespace spangate
