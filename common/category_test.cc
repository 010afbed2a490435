#include "common/category.h"

#include <gtest/gtest.h>

#include <set>

namespace spangate {
namespace {

TEST(Category, EveryEnumeratorHasItsOwnName) {
  std::set<std::string_view> names;
  for (Category category : AllCategories()) EXPECT_TRUE(names.insert(Name(category)).second) << Name(category);
  EXPECT_EQ(Name(Category::kPiiKey), "pii-key");
  EXPECT_EQ(Name(Category::kConfig), "config") << "last of the source categories: a shifted table shows here";
  EXPECT_EQ(Name(Category::kExport), "export") << "last enumerator: a shifted table shows here";
}

TEST(Severity, ParsesItsOwnNamesAndNothingElse) {
  EXPECT_EQ(ParseSeverity("note"), Severity::kNote);
  EXPECT_EQ(ParseSeverity("warning"), Severity::kWarning);
  EXPECT_EQ(ParseSeverity("error"), Severity::kError);
  EXPECT_EQ(ParseSeverity("Error"), std::nullopt);
  EXPECT_EQ(ParseSeverity(""), std::nullopt);
}

}  // namespace
}  // namespace spangate
