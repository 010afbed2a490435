#include "common/glob.h"

#include <string>
#include <vector>

namespace spangate {
namespace {

bool IsSeparator(char c) { return c == '/' || c == ':'; }

}  // namespace

bool GlobMatches(std::string_view glob, std::string_view text) {
  // reachable[i]: the glob so far matches the first i characters of text. One row at a time keeps hostile globs cheap.
  std::vector<char> reachable(text.size() + 1, 0);
  reachable[0] = 1;
  for (size_t g = 0; g < glob.size();) {
    std::vector<char> next(text.size() + 1, 0);
    if (glob.substr(g, 2) == "**") {
      bool any = false;
      for (size_t i = 0; i <= text.size(); ++i) {
        any = any || reachable[i] != 0;
        next[i] = any ? 1 : 0;
      }
      g += 2;
      if (glob.substr(g, 1) == "/") {  // "**/" is zero or more whole parts
        std::vector<char> parts(text.size() + 1, 0);
        for (size_t i = 0; i <= text.size(); ++i) {
          if (reachable[i] != 0) parts[i] = 1;
          if (i > 0 && next[i - 1] != 0 && text[i - 1] == '/') parts[i] = 1;
        }
        next = parts;
        ++g;
      }
    } else if (glob[g] == '*') {
      bool open = false;
      for (size_t i = 0; i <= text.size(); ++i) {
        if (i > 0 && IsSeparator(text[i - 1])) open = false;
        open = open || reachable[i] != 0;
        next[i] = open ? 1 : 0;
      }
      ++g;
    } else {
      for (size_t i = 0; i < text.size(); ++i) {
        const bool same = glob[g] == '?' ? !IsSeparator(text[i]) : glob[g] == text[i];
        if (reachable[i] != 0 && same) next[i + 1] = 1;
      }
      ++g;
    }
    reachable = std::move(next);
  }
  return reachable[text.size()] != 0;
}

}  // namespace spangate
