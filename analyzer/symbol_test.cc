#include "analyzer/symbol.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

namespace spangate {
namespace {

TEST(Symbol, EqualTextsAreOneSymbol) {
  const std::string text = "shop::Cart";
  EXPECT_EQ(Symbol(text), Symbol("shop::Cart"));
  EXPECT_EQ(Symbol(text).id(), Symbol("shop::Cart").id());
  EXPECT_NE(Symbol("shop::Cart"), Symbol("shop::cart"));
}

TEST(Symbol, DefaultAndEmptyTextAreTheSame) {
  EXPECT_EQ(Symbol(), Symbol(""));
  EXPECT_TRUE(Symbol("").empty());
  EXPECT_EQ(Symbol().view(), "");
}

TEST(Symbol, KeepsEveryByte) {
  const std::string_view bytes("a\0b\xff", 4);
  EXPECT_EQ(Symbol(bytes).view(), bytes);
  const std::string large(300'000, 'x');  // larger than an arena chunk
  EXPECT_EQ(Symbol(large).view(), large);
}

TEST(Symbol, OrderIsByContentNotByArrival) {
  const Symbol late("order:z");
  const Symbol early("order:a");
  EXPECT_LT(early, late);
  EXPECT_LT(Symbol(), early);
}

TEST(Symbol, TextSurvivesTheGrowthOfTheTable) {
  std::vector<Symbol> symbols;
  for (int i = 0; i < 20'000; ++i) symbols.emplace_back("grow:" + std::to_string(i));
  for (int i = 0; i < 20'000; ++i) EXPECT_EQ(symbols[i].view(), "grow:" + std::to_string(i));
}

TEST(Symbol, ThreadsAgreeOnTheIdOfAText) {
  constexpr int kThreads = 4;
  constexpr int kTexts = 5'000;
  std::vector<std::vector<Symbol>> seen(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&seen, t] {
      for (int i = 0; i < kTexts; ++i) {
        const int rotated = (i + t * 1'000) % kTexts;  // each thread creates different texts first
        seen[t].emplace_back("shared:" + std::to_string(rotated));
        if (seen[t].back().view().empty()) return;  // reads while others write
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (auto& symbols : seen) std::sort(symbols.begin(), symbols.end());
  for (int t = 1; t < kThreads; ++t) EXPECT_EQ(seen[t], seen[0]);
}

}  // namespace
}  // namespace spangate
