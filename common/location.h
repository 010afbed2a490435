// A place in a text file, and a step of a flow through such places.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace spangate {

/// Lines and columns are 1-based; columns count bytes of UTF-8; the end is one past the last byte. 0 = not known.
/// `path` is relative to the repository root with '/' separators when the file lies below it, else absolute and real.
struct Location {
  std::string path;
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t end_line = 0;
  uint32_t end_column = 0;

  bool known() const { return !path.empty() && line != 0; }
  auto operator<=>(const Location&) const = default;
};

/// One step of the way to a finding: a call, an assignment, the throw that skips the status.
struct FlowStep {
  Location where;
  std::string message;
};

}  // namespace spangate
