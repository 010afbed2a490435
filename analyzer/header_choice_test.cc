#include "analyzer/header_choice.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace spangate {
namespace {

constexpr uint64_t kMegabyte = 1'000'000;

// Units by the files that they read, each file of one megabyte.
std::vector<HeaderCluster> Choose(const std::vector<FileSet>& units) {
  uint32_t files = 0;
  for (const FileSet& unit : units) {
    if (!unit.empty()) files = std::max(files, unit.back() + 1);
  }
  return ChooseHeaders(units, std::vector<uint64_t>(files, kMegabyte));
}

std::vector<uint32_t> Sorted(std::vector<uint32_t> units) {
  std::sort(units.begin(), units.end());
  return units;
}

TEST(ChooseHeaders, TakesWhatAllUnitsRead) {
  const auto chosen = Choose({{0, 1, 2, 3}, {0, 1, 2, 4}, {0, 1, 2, 5}, {0, 1, 2, 6}});
  ASSERT_EQ(chosen.size(), 1U);
  EXPECT_EQ(chosen[0].files, (FileSet{0, 1, 2}));
  EXPECT_EQ(Sorted(chosen[0].units), (std::vector<uint32_t>{0, 1, 2, 3}));
  EXPECT_GT(chosen[0].saved, 0U);
}

TEST(ChooseHeaders, SplitsUnitsThatShareLittle) {
  const FileSet left = {0, 1, 2, 3, 4, 5};
  const FileSet right = {0, 6, 7, 8, 9, 10};
  const auto chosen = Choose({left, right, left, right, left, right, left});
  ASSERT_EQ(chosen.size(), 2U);
  EXPECT_EQ(chosen[0].files, left) << "four units save more than three";
  EXPECT_EQ(Sorted(chosen[0].units), (std::vector<uint32_t>{0, 2, 4, 6}));
  EXPECT_EQ(chosen[1].files, right);
  EXPECT_EQ(Sorted(chosen[1].units), (std::vector<uint32_t>{1, 3, 5}));
}

TEST(ChooseHeaders, NeverHoldsAFileThatAUnitDoesNotRead) {
  std::vector<FileSet> units;
  for (uint32_t i = 0; i < 60; ++i) {
    FileSet unit;
    for (uint32_t file = 0; file < 24; ++file) {
      if ((i * 7 + file * file * 5) % 11 < 8) unit.push_back(file);
    }
    units.push_back(unit);
  }
  const auto chosen = Choose(units);
  ASSERT_FALSE(chosen.empty());
  std::vector<uint32_t> seen;
  for (const HeaderCluster& cluster : chosen) {
    for (const uint32_t unit : cluster.units) {
      seen.push_back(unit);
      EXPECT_TRUE(std::includes(units[unit].begin(), units[unit].end(), cluster.files.begin(), cluster.files.end()));
    }
  }
  seen = Sorted(std::move(seen));
  EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end()) << "a unit is in two clusters";
}

TEST(ChooseHeaders, PutsTheCheapestUnitFirst) {
  const auto chosen = Choose({{0, 1, 2, 3, 4}, {0, 1, 2, 5}, {0, 1, 2}, {0, 1, 2, 6}});
  ASSERT_EQ(chosen.size(), 1U);
  EXPECT_EQ(chosen[0].units.front(), 2U);
}

TEST(ChooseHeaders, ChoosesNothingThatDoesNotPay) {
  struct Row {
    const char* why;
    std::vector<FileSet> units;
  };
  const Row rows[] = {
      {"nothing to choose from", {}},
      {"a single unit", {{0, 1, 2}}},
      {"nothing in common", {{0, 1}, {2, 3}, {4, 5}}},
      {"units that read nothing", {{}, {}, {}, {}}},
      {"too little in common to pay for a parse more", {{0, 1, 2, 3, 4, 5}, {0, 6, 7, 8, 9, 10}}},
  };
  for (const Row& row : rows) EXPECT_TRUE(Choose(row.units).empty()) << row.why;
  EXPECT_TRUE(ChooseHeaders({{0}, {0}, {0}, {0}}, {100}).empty()) << "a hundred bytes are not worth a file";
}

TEST(ChooseHeaders, HandlesMoreDifferentUnitsThanItCompares) {
  std::vector<FileSet> units;
  for (uint32_t i = 0; i < 1500; ++i) units.push_back({0, 1, 2, 3 + i});
  const auto chosen = Choose(units);
  ASSERT_EQ(chosen.size(), 1U);
  EXPECT_EQ(chosen[0].files, (FileSet{0, 1, 2}));
  EXPECT_EQ(chosen[0].units.size(), units.size()) << "also those outside the sample";
}

}  // namespace
}  // namespace spangate
