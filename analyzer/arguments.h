// A compiler's command line, made fit for libclang.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/read_source.h"

namespace spangate {

enum class Flags {
  kAll,       // all but those in the drop table
  kPortable,  // second try: also without machine and optimiser flags that this libclang may not know
};

struct AdaptedCommand {
  std::vector<std::string> arguments;  // for the FullArgv functions; the source file is the last one
  std::string refusal;                 // not empty: this command cannot be analysed, and why
  std::string target;                  // of a cross compiler, read from its name; empty for the host
};

/// `libclang_major` decides how the newest -std= values are spelled.
AdaptedCommand AdaptArguments(const CompileCommand& command, const std::vector<std::string>& system_prefixes,
                              int libclang_major, Flags flags);

}  // namespace spangate
