#include "cli/git.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spangate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kSha = "0123456789abcdef0123456789abcdef01234567";

CiBase From(const std::map<std::string, std::string>& variables, const std::string& event = "") {
  return CiBaseFrom(
      [&](const std::string& name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::string() : found->second;
      },
      [&](const std::string&) { return event; });
}

TEST(CiBaseFrom, TakesTheTargetBranchOfEachCi) {
  struct Row {
    std::map<std::string, std::string> variables;
    const char* ci;
    std::vector<std::string> candidates;
    const char* why;
  };
  const Row kRows[] = {
      {{{"GITHUB_ACTIONS", "true"}, {"GITHUB_BASE_REF", "main"}}, "GitHub Actions", {"origin/main", "main"}, "GitHub"},
      {{{"GITLAB_CI", "true"},
        {"CI_MERGE_REQUEST_DIFF_BASE_SHA", kSha},
        {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "rel/1"}},
       "GitLab CI",
       {kSha, "origin/rel/1", "rel/1"},
       "GitLab: the base itself first"},
      {{{"GITLAB_CI", "true"},
        {"CI_COMMIT_BEFORE_SHA", "0000000000000000000000000000000000000000"},
        {"CI_DEFAULT_BRANCH", "main"}},
       "GitLab CI",
       {"origin/main", "main"},
       "the first push of a branch has nothing before it"},
      {{{"TF_BUILD", "True"}, {"SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"}},
       "Azure Pipelines",
       {"origin/main", "main"},
       "Azure writes the whole ref"},
      {{{"BITBUCKET_BUILD_NUMBER", "1"}, {"BITBUCKET_PR_DESTINATION_BRANCH", "main"}},
       "Bitbucket Pipelines",
       {"origin/main", "main"},
       "Bitbucket"},
      {{{"JENKINS_URL", "x"}, {"CHANGE_TARGET", "main"}}, "Jenkins", {"origin/main", "main"}, "Jenkins"},
      {{{"BUILDKITE", "true"}, {"BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"}},
       "Buildkite",
       {"origin/main", "main"},
       "Buildkite"},
      {{{"TRAVIS", "true"}, {"TRAVIS_BRANCH", "main"}, {"TRAVIS_PULL_REQUEST", "12"}},
       "Travis CI",
       {"origin/main", "main"},
       "Travis, pull request"},
      {{{"TRAVIS", "true"}, {"TRAVIS_BRANCH", "topic"}, {"TRAVIS_PULL_REQUEST", "false"}},
       "Travis CI",
       {},
       "Travis, push: the variable is the branch itself"},
      {{{"DRONE", "true"}, {"DRONE_TARGET_BRANCH", "main"}, {"DRONE_PULL_REQUEST", "3"}},
       "Drone",
       {"origin/main", "main"},
       "Drone"},
      {{{"GITHUB_ACTIONS", "true"}, {"GITHUB_BASE_REF", "--upload-pack=x"}}, "GitHub Actions", {}, "no flag of git"},
      {{}, "", {}, "no CI"},
  };
  for (const Row& row : kRows) {
    const CiBase base = From(row.variables);
    EXPECT_EQ(base.ci, row.ci) << row.why;
    EXPECT_EQ(base.candidates, row.candidates) << row.why;
    EXPECT_EQ(base.full_history.empty(), base.ci.empty()) << row.why;
  }
}

TEST(CiBaseFrom, ReadsGitHubsEvent) {
  const std::map<std::string, std::string> variables = {{"GITHUB_ACTIONS", "true"}, {"GITHUB_EVENT_PATH", "/e"}};
  const std::string sha = std::string("\"") + kSha + "\"";
  EXPECT_THAT(From(variables, "{\"pull_request\": {\"base\": {\"sha\": " + sha + "}}}").candidates, ElementsAre(kSha));
  EXPECT_THAT(From(variables, "{\"merge_group\": {\"base_sha\": " + sha + "}}").candidates, ElementsAre(kSha));
  EXPECT_THAT(From(variables, "{\"before\": " + sha + "}").candidates, ElementsAre(kSha));
  for (const char* event : {"", "[]", "{\"before\": 3}", "{\"before\": \"--all\"}", "{\"pull_request\": []}",
                            "{\"before\": \"0000000000000000000000000000000000000000\"}"}) {
    EXPECT_THAT(From(variables, event).candidates, IsEmpty()) << event;
  }
}

}  // namespace
}  // namespace spangate
