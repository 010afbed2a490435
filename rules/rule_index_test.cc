#include "rules/rule_index.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace spangate {
namespace {

TEST(RuleIndex, IsWhatTheDocumentationShows) {
  const std::string path = std::string(DOCS_DIR) + "/rules.md";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path) << RuleIndex();  // NOLINT(concurrency-mt-unsafe)
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), RuleIndex()) << "run this test with UPDATE_GOLDEN=1 and read the difference";
}

}  // namespace
}  // namespace spangate
