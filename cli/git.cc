#include "cli/git.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>

#include "common/text.h"

extern char** environ;  // NOLINT: POSIX says that the program declares it

namespace spangate {
namespace {

namespace fs = std::filesystem;

// A diff without context of more than this is no pull request.
constexpr size_t kOutputBytes = size_t{1} << 30;

// ---------------------------------------------------------------------------------------------------- CI

// How each CI's checkout gets the whole history; the variable marks the CI.
struct Ci {
  std::string_view name;
  std::string_view marker;
  std::string_view full_history;
};
constexpr Ci kCis[] = {
    {"GitHub Actions", "GITHUB_ACTIONS", "give actions/checkout 'fetch-depth: 0'"},
    {"GitLab CI", "GITLAB_CI", "set the variable GIT_DEPTH: \"0\" in the job"},
    {"Azure Pipelines", "TF_BUILD", "give the checkout step 'fetchDepth: 0'"},
    {"Bitbucket Pipelines", "BITBUCKET_BUILD_NUMBER", "set 'clone: depth: full' in bitbucket-pipelines.yml"},
    {"Buildkite", "BUILDKITE", "take --depth out of BUILDKITE_GIT_CLONE_FLAGS, or run git fetch --unshallow"},
    {"Travis CI", "TRAVIS", "set 'git: depth: false' in .travis.yml"},
    {"Drone", "DRONE", "leave 'clone: depth' out, or run git fetch --unshallow"},
    {"Cirrus CI", "CIRRUS_CI", "set CIRRUS_CLONE_DEPTH: 0"},
    {"AppVeyor", "APPVEYOR", "leave clone_depth out of appveyor.yml"},
    {"AWS CodeBuild", "CODEBUILD_BUILD_ID", "choose the full git clone depth of the source"},
    {"CircleCI", "CIRCLECI", "run git fetch --unshallow"},
    {"Jenkins", "JENKINS_URL", "switch the shallow clone off (CloneOption), or run git fetch --unshallow"},
};

// Which variable names the base, best first in each CI. `only_if`: set to something but "false", or the variable says
// the branch that is built.
struct BaseVariable {
  std::string_view variable;
  std::string_view only_if;
  bool is_commit;
};
constexpr BaseVariable kBaseVariables[] = {
    {"GITHUB_BASE_REF", "", false},  // also Forgejo and Gitea
    {"CI_MERGE_REQUEST_DIFF_BASE_SHA", "", true},
    {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "", false},
    {"SYSTEM_PULLREQUEST_TARGETBRANCH", "", false},
    {"BITBUCKET_PR_DESTINATION_BRANCH", "", false},
    {"CHANGE_TARGET", "", false},      // Jenkins, multibranch
    {"ghprbTargetBranch", "", false},  // Jenkins, pull request builder
    {"GERRIT_BRANCH", "", false},
    {"BUILDKITE_PULL_REQUEST_BASE_BRANCH", "", false},
    {"TRAVIS_BRANCH", "TRAVIS_PULL_REQUEST", false},
    {"DRONE_TARGET_BRANCH", "DRONE_PULL_REQUEST", false},
    {"CI_COMMIT_TARGET_BRANCH", "", false},  // Woodpecker
    {"CIRRUS_BASE_BRANCH", "", false},
    {"APPVEYOR_REPO_BRANCH", "APPVEYOR_PULL_REQUEST_NUMBER", false},
    {"CODEBUILD_WEBHOOK_BASE_REF", "", false},
    {"PULL_BASE_SHA", "", true},  // Prow
    {"PULL_BASE_REF", "", false},
};
// A push is compared with what the branch was before it.
constexpr BaseVariable kPushVariables[] = {
    {"CI_COMMIT_BEFORE_SHA", "", true},
    {"DRONE_COMMIT_BEFORE", "", true},
    {"CI_DEFAULT_BRANCH", "", false},
};

bool IsCommit(std::string_view text) {
  const bool hex = std::all_of(text.begin(), text.end(), [](char c) { return std::isxdigit(static_cast<uint8_t>(c)); });
  return hex && text.size() >= 7 && text.find_first_not_of('0') != std::string_view::npos;  // all 0: there was none
}

void AddBranch(std::string branch, std::vector<std::string>& candidates) {
  for (const std::string_view prefix : {"refs/heads/", "origin/"}) {
    if (branch.starts_with(prefix)) branch.erase(0, prefix.size());
  }
  if (branch.empty() || branch.starts_with('-')) return;
  candidates.push_back("origin/" + branch);
  candidates.push_back(branch);
}

void AddFrom(std::span<const BaseVariable> variables, const Environment& environment,
             std::vector<std::string>& candidates) {
  for (const BaseVariable& row : variables) {
    const std::string value = environment(std::string(row.variable));
    const std::string condition = row.only_if.empty() ? "true" : environment(std::string(row.only_if));
    if (value.empty() || condition.empty() || condition == "false") continue;
    if (!row.is_commit) AddBranch(value, candidates);
    if (row.is_commit && IsCommit(value)) candidates.push_back(value);
  }
}

// GitHub writes what happened into a file: pull requests, merge queues, pushes.
void AddFromEvent(const std::string& text, std::vector<std::string>& candidates) {
  const nlohmann::json event = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!event.is_object()) return;
  for (const char* pointer : {"/pull_request/base/sha", "/merge_group/base_sha", "/before"}) {
    const nlohmann::json::json_pointer at(pointer);
    if (!event.contains(at) || !event[at].is_string()) continue;
    if (const std::string sha = event[at].get<std::string>(); IsCommit(sha)) candidates.push_back(sha);
  }
}

// ---------------------------------------------------------------------------------------------------- process

struct GitOutput {
  int status = -1;
  std::string out;
  std::string err;
};

// No lock is taken for a look at the index; no question is asked; messages are ours to read.
std::vector<std::string> GitEnvironment() {
  constexpr std::array kOurs = {"GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C"};
  constexpr std::array kDropped = {
      "GIT_OPTIONAL_LOCKS=", "GIT_TERMINAL_PROMPT=", "LC_ALL=", "GIT_EXTERNAL_DIFF=", "GIT_DIFF_OPTS=", "GIT_TRACE"};
  std::vector<std::string> variables(kOurs.begin(), kOurs.end());
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const bool dropped =
        std::any_of(kDropped.begin(), kDropped.end(), [&](const char* name) { return text.starts_with(name); });
    if (!dropped) variables.emplace_back(text);
  }
  return variables;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

class Pipe {
 public:
  Pipe() { open_ = pipe2(ends_.data(), O_CLOEXEC) == 0; }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    CloseWriter();
    if (open_) close(ends_[0]);
  }
  bool open() const { return open_; }
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void CloseWriter() {
    if (open_ && ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_ = {-1, -1};
  bool open_ = false;
};

// Both streams to their ends; false when they hold more than anyone wants.
bool ReadBoth(const Pipe& out, const Pipe& err, GitOutput& output) {
  std::array<pollfd, 2> polled = {{{out.reader(), POLLIN, 0}, {err.reader(), POLLIN, 0}}};
  const std::array<std::string*, 2> texts = {&output.out, &output.err};
  std::array<char, 65536> buffer;
  while (polled[0].fd >= 0 || polled[1].fd >= 0) {
    if (poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return false;
    for (size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].fd < 0 || polled[i].revents == 0) continue;
      const ssize_t got = read(polled[i].fd, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        polled[i].fd = -1;
        continue;
      }
      texts[i]->append(buffer.data(), static_cast<size_t>(got));
      if (texts[i]->size() > kOutputBytes) return false;
    }
  }
  return true;
}

Result<GitOutput> RunGit(const std::string& folder, const std::vector<std::string>& words) {
  // The user's configuration must not change what we read.
  std::vector<std::string> all = {"git",  "-C",
                                  folder, "--no-pager",
                                  "-c",   "core.quotePath=false",
                                  "-c",   "diff.relative=false",
                                  "-c",   "core.fsmonitor=false"};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<std::string> variables = GitEnvironment();
  std::vector<char*> argv = Pointers(all);
  std::vector<char*> envp = Pointers(variables);
  Pipe out;
  Pipe err;
  if (!out.open() || !err.open()) {
    return Error{ErrorKind::kSystem, fmt::format("git: no pipe ({})", std::generic_category().message(errno))};
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.writer(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.writer(), STDERR_FILENO);
  pid_t pid = 0;
  const int failed = posix_spawnp(&pid, "git", &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed == ENOENT)
    return Error{ErrorKind::kUsage, "--new-from needs git, which is not installed (no 'git' in PATH)"};
  if (failed != 0)
    return Error{ErrorKind::kSystem, fmt::format("cannot run git ({})", std::generic_category().message(failed))};
  out.CloseWriter();
  err.CloseWriter();
  GitOutput output;
  const bool complete = ReadBoth(out, err, output);
  if (!complete) kill(pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!complete) return Error{ErrorKind::kSystem, "git: more output than can be read"};
  output.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return output;
}

std::string FirstLine(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

// "fatal: detected dubious ownership ..." and its likes, as the reader of our message needs them.
Error GitFailed(std::string_view what, const GitOutput& output) {
  std::string line = FirstLine(output.err);
  if (line.starts_with("fatal: ")) line.erase(0, 7);
  if (line.empty()) line = fmt::format("exit status {}", output.status);
  return {ErrorKind::kUsage, fmt::format("--new-from: git {}: {}", what, Printable(line))};
}

// ---------------------------------------------------------------------------------------------------- base

Result<std::string> TopLevel(const std::string& root) {
  Result<GitOutput> ran = RunGit(root, {"rev-parse", "--show-toplevel"});
  if (!ran.has_value()) return ran.error();
  const GitOutput& output = ran.value();
  if (output.status == 0 && output.out.size() > 1) return output.out.substr(0, output.out.size() - 1);
  if (output.err.find("dubious ownership") != std::string::npos) {
    return Error{ErrorKind::kUsage, fmt::format("--new-from: git does not trust {} because it belongs to another user; "
                                                "run git config --global --add safe.directory {}",
                                                root, root)};
  }
  if (output.err.find("not a git repository") != std::string::npos) {
    return Error{ErrorKind::kUsage,
                 fmt::format("--new-from: {} is not in a git repository; run where .git is, or give --root", root)};
  }
  return GitFailed("rev-parse", output);
}

// The commit that a name stands for; empty when there is none.
Result<std::string> CommitOf(const std::string& root, const std::string& name) {
  if (name.empty() || name.starts_with('-')) return std::string();
  Result<GitOutput> ran = RunGit(root, {"rev-parse", "--verify", "--quiet", name + "^{commit}"});
  if (!ran.has_value()) return ran.error();
  return ran.value().status == 0 ? FirstLine(ran.value().out) : std::string();
}

Result<bool> IsShallow(const std::string& root) {
  Result<GitOutput> ran = RunGit(root, {"rev-parse", "--is-shallow-repository"});
  if (!ran.has_value()) return ran.error();
  return ran.value().out.starts_with("true");
}

std::string ShallowCure(const CiBase& ci) {
  return ci.full_history.empty() ? "run git fetch --unshallow" : fmt::format("{} ({})", ci.full_history, ci.ci);
}

Error NoSuchRef(const std::vector<std::string>& tried, bool shallow, const CiBase& ci) {
  const std::string names = fmt::format("{}", fmt::join(tried, ", "));
  if (shallow) {
    return {ErrorKind::kUsage,
            fmt::format("--new-from: this shallow clone does not hold {}: {}", Printable(names), ShallowCure(ci))};
  }
  return {ErrorKind::kUsage, fmt::format("--new-from: no commit is named {}; fetch it (git fetch origin), or name "
                                         "another branch, tag or commit",
                                         Printable(names))};
}

Result<std::vector<std::string>> NamesToTry(const std::string& ref, const CiBase& ci) {
  if (ref != "auto") return std::vector<std::string>{ref};
  if (!ci.candidates.empty()) return ci.candidates;
  return Error{ErrorKind::kUsage,
               fmt::format("--new-from auto: {}; name the branch that the change goes to (--new-from origin/main), or "
                           "leave the flag out to judge everything",
                           ci.ci.empty() ? "no variable of a known CI is set"
                                         : ci.ci + " says no target branch: this is no build of a pull request")};
}

struct Base {
  std::string commit;
  std::string named;
};

Result<Base> FindBase(const std::string& root, const std::string& ref, const CiBase& ci) {
  Result<std::vector<std::string>> names = NamesToTry(ref, ci);
  if (!names.has_value()) return names.error();
  Result<std::string> head = CommitOf(root, "HEAD");
  if (!head.has_value()) return head.error();
  if (head.value().empty()) return Error{ErrorKind::kUsage, "--new-from: this repository has no commit yet"};
  Result<bool> shallow = IsShallow(root);
  if (!shallow.has_value()) return shallow.error();
  std::string known;  // a name that exists, but has nothing in common with HEAD
  for (const std::string& name : names.value()) {
    Result<std::string> commit = CommitOf(root, name);
    if (!commit.has_value()) return commit.error();
    if (commit.value().empty()) continue;
    Result<GitOutput> ran = RunGit(root, {"merge-base", commit.value(), head.value()});
    if (!ran.has_value()) return ran.error();
    if (ran.value().status == 0 && !ran.value().out.empty()) return Base{FirstLine(ran.value().out), name};
    if (ran.value().status > 1) return GitFailed("merge-base", ran.value());
    if (known.empty()) known = name;
  }
  if (known.empty()) return NoSuchRef(names.value(), shallow.value(), ci);
  if (shallow.value()) {
    return Error{ErrorKind::kUsage,
                 fmt::format("--new-from: this shallow clone does not hold the merge base of {} and HEAD: {}",
                             Printable(known), ShallowCure(ci))};
  }
  return Error{ErrorKind::kUsage, fmt::format("--new-from: {} and HEAD have no commit in common", Printable(known))};
}

// ---------------------------------------------------------------------------------------------------- diff

Result<Changes> TrackedChanges(const std::string& top, const std::string& base) {
  Result<GitOutput> ran =
      RunGit(top, {"diff", "--unified=0", "--inter-hunk-context=0", "--no-ext-diff", "--no-textconv", "--no-color",
                   "--diff-algorithm=myers", "--find-renames", "--src-prefix=a/", "--dst-prefix=b/", "--submodule=diff",
                   "--ignore-submodules=untracked", base, "--"});
  if (!ran.has_value()) return ran.error();
  if (ran.value().status != 0) return GitFailed("diff", ran.value());
  return ParseDiff(ran.value().out);
}

Status AddUntracked(const std::string& top, Changes& changes) {
  Result<GitOutput> ran = RunGit(top, {"ls-files", "--others", "--exclude-standard", "-z"});
  if (!ran.has_value()) return ran.error();
  if (ran.value().status != 0) return GitFailed("ls-files", ran.value());
  std::string_view left = ran.value().out;
  while (!left.empty()) {
    const size_t end = std::min(left.find('\0'), left.size());
    std::string path(left.substr(0, end));
    left.remove_prefix(std::min(end + 1, left.size()));
    if (path.ends_with('/')) {  // a repository inside, which git does not look into
      path.pop_back();
      changes.folders.push_back(std::move(path));
    } else {
      changes.files[path].whole = true;
      changes.removed.erase(path);
    }
  }
  return Ok();
}

// As findings name their places. A link stays one: its text is the target's name, not the target's lines.
std::string FindingPath(const fs::path& absolute, const std::string& root) {
  std::error_code error;
  const fs::path folder = fs::weakly_canonical(absolute.parent_path(), error);
  const std::string path = (error ? absolute : folder / absolute.filename()).string();
  return path.starts_with(root + "/") ? path.substr(root.size() + 1) : path;
}

}  // namespace

CiBase CiBaseFrom(const Environment& environment, const std::function<std::string(const std::string&)>& read_file) {
  CiBase base;
  for (const Ci& ci : kCis) {
    if (environment(std::string(ci.marker)).empty()) continue;
    base.ci = ci.name;
    base.full_history = ci.full_history;
    break;
  }
  AddFrom(kBaseVariables, environment, base.candidates);
  if (const std::string event = environment("GITHUB_EVENT_PATH"); !event.empty()) {
    AddFromEvent(read_file(event), base.candidates);
  }
  AddFrom(kPushVariables, environment, base.candidates);
  return base;
}

Result<ChangesSinceBase> ReadChanges(const std::string& ref, const std::string& root, const CiBase& ci) {
  Result<std::string> top = TopLevel(root);
  if (!top.has_value()) return top.error();
  Result<Base> base = FindBase(root, ref, ci);
  if (!base.has_value()) return base.error();
  Result<Changes> changes = TrackedChanges(top.value(), base.value().commit);
  if (!changes.has_value()) return changes.error();
  if (Status status = AddUntracked(top.value(), changes.value()); !status.has_value()) return status.error();
  const auto map = [&](const std::string& path) { return FindingPath(fs::path(top.value()) / path, root); };
  return ChangesSinceBase{WithPaths(changes.value(), map), base.value().commit, base.value().named};
}

}  // namespace spangate
