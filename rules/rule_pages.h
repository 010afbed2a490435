// The text of every rule.md, made part of the program at build by embed_pages.cmake.
#pragma once

#include <string_view>
#include <vector>

namespace spangate {

struct RulePageText {
  std::string_view id;
  std::string_view markdown;
};

const std::vector<RulePageText>& RulePages();

}  // namespace spangate
