// Trimming of header values.
#pragma once

#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace common {
class StringUtil {
 public:
  static nostd::string_view Trim(nostd::string_view text) noexcept {
    size_t first = 0;
    size_t last = text.size();
    while (first < last && IsBlank(text.data()[first])) ++first;
    while (last > first && IsBlank(text.data()[last - 1])) --last;
    return nostd::string_view(text.data() + first, last - first);
  }

 private:
  static bool IsBlank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
};
}  // namespace common
OPENTELEMETRY_END_NAMESPACE
