#include "analyzer/nesting.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "analyzer/site_lexer.h"

namespace spangate {
namespace {

// Clang stops at 256 brackets unless a flag raises that. Both limits leave a stack of 256 MB more than half empty.
constexpr size_t kMaxBrackets = 2'000;
constexpr size_t kMaxOperators = 100'000;

constexpr std::string_view kOpen = "([{";
constexpr std::string_view kClose = ")]}";

// Each kind counts for itself: a stray ) closes no {.
using Open = std::array<size_t, kOpen.size()>;

}  // namespace

Nesting NestingOf(std::string_view text) {
  Nesting most;
  Open open{};
  size_t operators = 0;
  std::vector<Open> branches;  // the branches of an #if start from the same depth
  for (const SiteToken& token : LexForSites(text)) {
    if (token.kind == SiteToken::Kind::kBranchIf) branches.push_back(open);
    if (token.kind == SiteToken::Kind::kBranchElse && !branches.empty()) open = branches.back();
    if (token.kind == SiteToken::Kind::kBranchEnd && !branches.empty()) branches.pop_back();
    if (token.kind != SiteToken::Kind::kMark || token.text.empty()) continue;
    const char mark = token.text.front();
    const size_t opened = kOpen.find(mark);
    const size_t closed = kClose.find(mark);
    if (opened != std::string_view::npos) ++open[opened];
    if (closed != std::string_view::npos && open[closed] > 0) --open[closed];
    most.brackets = std::max(most.brackets, open[0] + open[1] + open[2]);
    const bool ends = mark == ';' || mark == ',' || mark == '{' || mark == '}';
    const bool is_operator = opened == std::string_view::npos && closed == std::string_view::npos;
    operators = ends ? 0 : operators + (is_operator ? 1 : 0);
    most.operators = std::max(most.operators, operators);
  }
  return most;
}

std::string TooDeep(std::string_view text) {
  const Nesting nesting = NestingOf(text);
  if (nesting.brackets > kMaxBrackets) return fmt::format("nested too deeply ({} brackets)", nesting.brackets);
  if (nesting.operators > kMaxOperators) {
    return fmt::format("nested too deeply ({} operators in one expression)", nesting.operators);
  }
  return {};
}

}  // namespace spangate
