// What every rule must bring along. Runs over the folders and over the registry, so a new rule needs no line here.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "rules/rule.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

std::set<std::string> FoldersOf(const std::string& group) {
  std::set<std::string> folders;
  const fs::path root = fs::path(RULES_DIR) / group;
  if (!fs::exists(root)) return folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
    if (entry.is_directory()) folders.insert(entry.path().filename().string());
  }
  return folders;
}

template <class Rules>
std::set<std::string> IdsOf(const Rules& rules) {
  std::set<std::string> ids;
  for (const auto* rule : rules) EXPECT_TRUE(ids.emplace(rule->info.id).second) << "twice: " << rule->info.id;
  return ids;
}

bool HasFile(const std::string& group, const std::string& id, std::string_view stem) {
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(RULES_DIR) / group / id)) {
    if (entry.path().stem() == stem) return true;
  }
  return false;
}

void ExpectCompleteFolder(const std::string& group, const std::string& id) {
  const fs::path folder = fs::path(RULES_DIR) / group / id;
  EXPECT_TRUE(fs::exists(folder / "rule.cc")) << id;
  EXPECT_TRUE(fs::exists(folder / "rule.md")) << id;
  EXPECT_TRUE(HasFile(group, id, "bad")) << id;
  EXPECT_TRUE(HasFile(group, id, "good")) << id;
  if (group == "telemetry") {
    EXPECT_TRUE(fs::exists(folder / "bad.expected")) << id;
  }
}

TEST(Registry, HasARowForEveryFolderAndAFolderForEveryRow) {
  EXPECT_EQ(FoldersOf("source"), IdsOf(SourceRules()));
  EXPECT_EQ(FoldersOf("telemetry"), IdsOf(TelemetryRules()));
}

TEST(Registry, EveryFolderIsComplete) {
  for (const std::string group : {"source", "telemetry"}) {
    for (const std::string& id : FoldersOf(group)) ExpectCompleteFolder(group, id);
  }
}

TEST(Registry, EveryPageHasTheFiveHeadingsInOrder) {
  for (const RuleInfo* rule : AllRules()) {
    const std::string_view page = RulePage(rule->id);
    size_t from = 0;
    for (const char* heading : {"## Reports\n", "## Why\n", "## Instead\n", "## Does not see\n", "## Source\n"}) {
      const size_t at = page.find(heading, from);
      ASSERT_NE(at, std::string_view::npos) << rule->id << ": no '" << heading << "' where it should stand";
      from = at;
    }
    EXPECT_EQ(page.substr(0, rule->id.size() + 3), "# " + std::string(rule->id) + "\n") << "title is the id";
  }
}

bool IsKebabCase(std::string_view id) {
  return !id.empty() && std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

TEST(Registry, FactsAreWellFormedAndSorted) {
  EXPECT_TRUE(std::ranges::is_sorted(SourceRules(), {}, [](const SourceRule* rule) { return rule->info.id; }));
  EXPECT_TRUE(std::ranges::is_sorted(TelemetryRules(), {}, [](const TelemetryRule* rule) { return rule->info.id; }));
  std::set<std::string_view> ids;
  for (const RuleInfo* rule : AllRules()) {
    EXPECT_TRUE(IsKebabCase(rule->id)) << rule->id;
    EXPECT_TRUE(ids.insert(rule->id).second) << rule->id << " names a source rule and a telemetry rule";
    EXPECT_FALSE(rule->summary.empty() || rule->summary.ends_with('.')) << rule->id;
    EXPECT_TRUE(rule->reference.starts_with("https://")) << rule->id;
  }
}

TEST(Registry, FindsRulesByIdOnly) {
  for (const RuleInfo* rule : AllRules()) EXPECT_EQ(FindRule(rule->id), rule);
  EXPECT_EQ(FindRule("no-such-rule"), nullptr);
  EXPECT_EQ(RulePage("no-such-rule"), "");
}

}  // namespace
}  // namespace spangate
