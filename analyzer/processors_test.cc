#include "analyzer/processors.h"

#include <gtest/gtest.h>

namespace spangate {
namespace {

struct Case {
  const char* text;
  std::optional<unsigned> processors;
  const char* why;
};

constexpr Case kCases[] = {
    {"200000 100000\n", 2, "two"},          {"150000 100000\n", 2, "a part counts as one"},
    {"1000 100000", 1, "never none"},       {"max 100000\n", std::nullopt, "no limit in v2"},
    {"-1 \n 100000", std::nullopt, "v1"},   {"", std::nullopt, "no such file"},
    {"100000 0", std::nullopt, "nonsense"}, {"9000000000000000000 1", 4096, "capped"},
};

TEST(ProcessorsFromCpuMax, FollowsTheQuota) {
  for (const Case& c : kCases) EXPECT_EQ(ProcessorsFromCpuMax(c.text), c.processors) << c.why;
}

TEST(UsableProcessors, IsAtLeastOne) { EXPECT_GE(UsableProcessors(), 1U); }

}  // namespace
}  // namespace spangate
