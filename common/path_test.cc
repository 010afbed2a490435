#include "common/path.h"

#include <gtest/gtest.h>

namespace spangate {
namespace {

struct Row {
  const char* path;
  const char* root;
  const char* relative;
  const char* why;
};

constexpr Row kRows[] = {
    {"/p/src/a.cc", "/p", "src/a.cc", "below"},
    {"/p/src/a.cc", "/p/", "src/a.cc", "a root that ends in a slash"},
    {"/pq/a.cc", "/p", "/pq/a.cc", "a sibling whose name starts as the root's"},
    {"/p", "/p", "/p", "the root itself"},
    {"/p/", "/p", "/p/", "the root itself, written as a folder"},
    {"/usr/a.cc", "/", "usr/a.cc", "the root of the file system"},
    {"/p/a.cc", "", "/p/a.cc", "no root"},
    {"src/a.cc", "/p", "src/a.cc", "relative already"},
};

TEST(Path, IsTakenRelativeToItsRootOnlyBelowIt) {
  for (const Row& row : kRows) {
    EXPECT_EQ(RelativeTo(row.path, row.root), row.relative) << row.why;
    EXPECT_EQ(IsBelow(row.path, row.root), std::string_view(row.path) != row.relative) << row.why;
  }
}

}  // namespace
}  // namespace spangate
