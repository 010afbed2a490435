// OpenTelemetry calls as the bare text of a file shows them: the second opinion that tells when a parse lost some.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace spangate {

struct TextSite {
  std::string_view what;     // "StartSpan", "SetAttribute", "AddEvent", "SetStatus", "WithActiveSpan", "Scope"
  uint32_t line = 0;         // of the name
  uint32_t first_line = 0;   // of the statement that it stands in
  bool conditional = false;  // inside #if or #ifdef whose condition the text does not decide
  bool uncertain = false;    // argument of what looks like a macro, or of decltype: it may never be compiled
  bool in_template = false;  // body of a template or of a generic lambda
};

/// In the order of the text. Not counted: comments, literals, preprocessor directives, what stands under #if 0,
/// declarations and definitions of functions with these names. Any bytes are accepted; linear in their number.
std::vector<TextSite> FindSites(std::string_view text);

}  // namespace spangate
