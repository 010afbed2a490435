// Reads from names and values whether a handler gives up or copes.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/source_model.h"

namespace spangate {

/// RecordException, SetError, MarkFailed: a function that we do not see and that may set the status.
bool SoundsLikeRecording(std::string_view function_name);

class FailureReader {
 public:
  FailureReader(const SourceModel& source, FunctionId function, const std::vector<StmtId>& stmt_parents);

  /// The handler takes an exception that is no error: cancellation, end of iteration.
  bool IsControlFlow(StmtId handler) const;
  /// A throw, or the return of an error value. Fallback values and "not found" are no failure.
  bool LeavesInFailure(StmtId exit, StmtId handler) const;
  /// The handler does nothing but tell somebody about the error, and no work follows.
  bool OnlyTellsAndEnds(StmtId handler) const;
  /// Nothing retries the handler's try block: neither it nor anything around it is a loop.
  bool IsOutsideLoops(StmtId stmt) const;
  bool IsFailureValue(ExprId value) const;

 private:
  bool IsFailureNumber(const Expr& number) const;
  bool ReturnsZeroElsewhere() const;
  bool NamesFailure(ExprId at, int depth) const;
  bool TellsAboutError(StmtId handler) const;
  bool IsTelling(const Stmt& stmt) const;
  bool IsLastWork(StmtId stmt) const;
  bool IsInside(StmtId stmt, StmtId ancestor) const;

  const FunctionFacts& f_;
  const std::vector<StmtId>& parents_;
};

}  // namespace spangate
