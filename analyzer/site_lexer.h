// Just enough of C++'s lexical grammar to skip comments, literals and disabled code. Used by site_scanner.cc.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace spangate {

struct SiteToken {
  enum class Kind : uint8_t {
    kWord,      // identifier or keyword
    kMark,      // punctuation; "->" and "::" are one
    kLiteral,   // string, character, number
    kBranchIf,  // #if, #ifdef, #ifndef: braces inside count from here
    kBranchElse,
    kBranchEnd,
  };
  Kind kind = Kind::kMark;
  bool conditional = false;
  uint32_t line = 0;
  std::string_view text;

  bool Is(std::string_view mark) const { return text == mark && kind != Kind::kLiteral; }
};

std::vector<SiteToken> LexForSites(std::string_view text);

}  // namespace spangate
