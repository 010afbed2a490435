// Handlers that end an operation in failure while its span stays without error status.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/source_model.h"
#include "rules/source/expressions.h"
#include "rules/source/failure_words.h"
#include "rules/source/flow.h"

namespace spangate {

struct SilentCatch {
  FunctionId function = kNone;
  StmtId handler = kNone;
  uint32_t start = 0;     // row of span_starts: the span that is open in the handler
  StmtId leaves = kNone;  // how control leaves in failure; kNone: the handler only logs and the function ends
};

class ErrorPaths {
 public:
  explicit ErrorPaths(const SourceModel& source);

  /// The handlers of one function. Silent where the failure is handled (fallback, retry), where a helper may set the
  /// status, and where the span is in other hands too.
  std::vector<SilentCatch> Find(FunctionId function) const;

 private:
  struct Body;
  void FindSetters();
  bool SetsStatus(const Body& body, ExprId id) const;
  bool IsShared(const Body& body, const SpanStart& start) const;
  EntityId KeeperOf(FunctionId function, const SpanStart& start) const;
  void AddStatuses(const Body& body, std::unordered_map<ExprId, FlowEffect>& effects) const;
  FlowResult Run(const Body& body) const;
  bool KeepsFailure(const Body& body, const FailureReader& reader, StmtId exit, StmtId handler) const;
  bool ReachesUnchanged(const Body& body, EntityId variable, StmtId handler) const;
  std::vector<SilentCatch> Judge(const Body& body, const FlowResult& flow) const;

  const SourceModel& source_;
  RowsByFunction rows_;
  std::set<FunctionId> setters_;  // set error status on a span that they did not start
};

}  // namespace spangate
