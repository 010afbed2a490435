#include "analyzer/macro_scan.h"

#include <algorithm>
#include <iterator>

namespace spangate {
namespace {

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

void Normalise(NameSet& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

std::string_view NextWord(std::string_view text, size_t& at) {
  while (at < text.size() && !IsWord(text[at])) ++at;
  const size_t start = at;
  while (at < text.size() && IsWord(text[at])) ++at;
  return text.substr(start, at - start);
}

// The line from `at` with the lines that continue it.
std::string_view LogicalLine(std::string_view text, size_t at) {
  for (size_t end = text.find('\n', at); end != std::string_view::npos; end = text.find('\n', end + 1)) {
    size_t last = end;
    while (last > at && (text[last - 1] == '\r' || text[last - 1] == ' ' || text[last - 1] == '\t')) --last;
    if (last == at || text[last - 1] != '\\') return text.substr(at, end - at);
  }
  return text.substr(at);
}

void ReadDirective(std::string_view line, MacroUse& use) {
  size_t at = 0;
  const std::string_view directive = NextWord(line, at);
  if (directive == "define" || directive == "undef") {
    use.defined.push_back(HashOfName(NextWord(line, at)));
    if (directive == "undef") use.undefined.push_back(use.defined.back());
    if (directive == "undef") use.undefined.push_back(use.defined.back());
  } else if (directive.starts_with("if") || directive.starts_with("elif")) {
    for (auto word = NextWord(line, at); !word.empty(); word = NextWord(line, at))
      use.tested.push_back(HashOfName(word));
  } else if (directive == "pragma" && line.find("_macro") != std::string_view::npos) {
    // push_macro and pop_macro change what they name.
    for (auto word = NextWord(line, at); !word.empty(); word = NextWord(line, at)) {
      use.defined.push_back(HashOfName(word));
      use.undefined.push_back(HashOfName(word));
    }
  }
}

}  // namespace

uint64_t HashOfName(std::string_view name) {
  uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

MacroUse ScanMacros(std::string_view text) {
  MacroUse use;
  for (size_t at = 0; at < text.size();) {
    const std::string_view word = NextWord(text, at);
    if (!word.empty() && !(word[0] >= '0' && word[0] <= '9')) use.words.push_back(HashOfName(word));
  }
  // Also where a comment stands before the #, and the digraph: any # counts.
  for (size_t at = text.find_first_of("#%"); at != std::string_view::npos; at = text.find_first_of("#%", at + 1)) {
    ReadDirective(LogicalLine(text, at), use);
  }
  for (NameSet* names : {&use.words, &use.defined, &use.undefined, &use.tested}) Normalise(*names);
  return use;
}

bool Intersects(const NameSet& a, const NameSet& b) {
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i == *j) return true;
    *i < *j ? ++i : ++j;
  }
  return false;
}

void AddNames(NameSet& to, const NameSet& from) {
  NameSet merged;
  merged.reserve(to.size() + from.size());
  std::set_union(to.begin(), to.end(), from.begin(), from.end(), std::back_inserter(merged));
  to = std::move(merged);
}

}  // namespace spangate
