// Which of a variable's writes can be what a place reads.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "analyzer/source_model.h"
#include "rules/source/flow.h"

namespace spangate {

struct Reaching {
  std::vector<ExprRef> writes;
  bool entry = true;  // the value from before the function (or the declaration without initialiser) may be read too
};

/// Assignments replace, `+=`, append and insertion add, clear() empties. In a lambda, and where flow is unknown, every
/// write reaches.
class ReachingWrites {
 public:
  explicit ReachingWrites(const SourceModel& source) : source_(source) {}

  /// `all` are the writes to the variable (or to one field of it) in the function of `use`; `variable` is whose
  /// clear() counts.
  Reaching At(ExprRef use, EntityId variable, const std::vector<SourceModel::Write>& all);

 private:
  struct Solved {
    FlowResult flow;
    std::vector<ExprRef> writes;  // bit i
  };
  using Key = std::pair<FunctionId, std::vector<ExprId>>;
  const Solved& Solve(FunctionId function, EntityId variable, const std::vector<SourceModel::Write>& writes);

  const SourceModel& source_;
  std::map<Key, Solved> solved_;
};

}  // namespace spangate
