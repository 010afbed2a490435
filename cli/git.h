// Runs git: the base that a change is compared with, and the change itself.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/changes.h"
#include "common/result.h"

namespace spangate {

/// The value of a variable of the environment; empty when it is not set.
using Environment = std::function<std::string(const std::string& name)>;

/// Where the CI says that this build's change begins: names of commits to try, best first.
struct CiBase {
  std::string ci;                       // "GitHub Actions"; empty outside of every CI that we know
  std::string full_history;             // how its checkout gets the whole history
  std::vector<std::string> candidates;  // "origin/main", "main", or a commit
};
/// `read_file`: the text of a file, empty when it cannot be read (GitHub's event).
CiBase CiBaseFrom(const Environment& environment, const std::function<std::string(const std::string&)>& read_file);

struct ChangesSinceBase {
  Changes changes;    // by the paths that findings have: relative to the root, absolute when outside of it
  std::string base;   // the merge base, a full commit id
  std::string named;  // what it is the merge base of, with HEAD: "origin/main"
};

/// What the working tree at `root` changes against the merge base of `ref` and HEAD: committed, staged, not staged and
/// untracked. `ref` "auto": what the CI says. Errors (kUsage) name the cure: git is not installed, no repository, an
/// unknown ref, a shallow clone without the merge base, no common history.
Result<ChangesSinceBase> ReadChanges(const std::string& ref, const std::string& root, const CiBase& ci);

}  // namespace spangate
