// docs/checks.md promises a language: every example in it must parse, every key and intrinsic must be in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "rules/checks/check_file.h"
#include "rules/checks/statement.h"
#include "rules/checks/traceql/ast.h"

namespace spangate {
namespace {

std::string ReadDocs() {
  std::ifstream file(DOCS_DIR "/checks.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The blocks fenced as ```language.
std::vector<std::string> Blocks(const std::string& text, const std::string& language) {
  std::vector<std::string> blocks;
  const std::string fence = "```" + language + "\n";
  for (size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at)) {
    at += fence.size();
    const size_t end = text.find("```\n", at);
    blocks.push_back(text.substr(at, end - at));
    at = end;
  }
  return blocks;
}

TEST(ChecksPage, EveryCheckFileParses) {
  const std::vector<std::string> blocks = Blocks(ReadDocs(), "yaml");
  EXPECT_GE(blocks.size(), 3U);
  for (const std::string& block : blocks) {
    const Result<CheckFile> file = CheckFile::Parse(block, "checks.md");
    EXPECT_TRUE(file.has_value()) << block << (file.has_value() ? "" : file.error().message);
  }
}

TEST(ChecksPage, EveryQueryParses) {
  size_t queries = 0;
  for (const std::string& block : Blocks(ReadDocs(), "traceql")) {
    std::istringstream lines(block);
    for (std::string line; std::getline(lines, line); ++queries) {
      const Result<traceql::Query> query = traceql::Query::Parse(line);
      EXPECT_TRUE(query.has_value()) << line << ": " << (query.has_value() ? "" : query.error().message);
    }
  }
  EXPECT_GE(queries, 20U);
}

TEST(ChecksPage, NamesEveryIntrinsicAndKey) {
  const std::string docs = ReadDocs();
  for (const traceql::IntrinsicName& name : traceql::IntrinsicNames())
    EXPECT_THAT(docs, ::testing::HasSubstr("`" + std::string(name.text) + "`"));
  for (const std::string_view key : checks::CheckKeys())
    EXPECT_THAT(docs, ::testing::HasSubstr("`" + std::string(key) + "`"));
}

}  // namespace
}  // namespace spangate
