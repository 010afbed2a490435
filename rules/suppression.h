// Comments that allow a finding: NOLINT(rule-id): reason (until 2026-12-31), NOLINTNEXTLINE, NOLINTBEGIN .. NOLINTEND.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spangate {

/// One id in one comment. Ids of other tools come along and match no rule of ours; comments without ids are left out.
struct Suppression {
  std::string rule;
  uint32_t first_line = 0;  // lines that it covers, both included
  uint32_t last_line = 0;
  uint32_t comment_line = 0;  // where the comment stands
  std::string reason;         // text behind "):", without the date; empty when there is none
  std::string until;          // "2026-12-31" or empty
};

/// Every suppression in the comments of a C++ source text, in order. String literals, raw ones too, hold no comments.
/// A NOLINTBEGIN without its NOLINTEND covers nothing, as in clang-tidy.
std::vector<Suppression> ParseSuppressions(std::string_view source);

/// The suppression that covers a finding of `rule` on lines first..last of the construct, or null. One whose `until` is
/// a day before `today` ("2026-12-31"; empty: no clock) covers nothing.
const Suppression* FindSuppression(const std::vector<Suppression>& suppressions, std::string_view rule, uint32_t first,
                                   uint32_t last, std::string_view today);

}  // namespace spangate
