// Check files: what users state about their own traces. DESIGN.md section 5 in code.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/finding.h"
#include "common/result.h"
#include "mock-collector/trace_model.h"

namespace spangate {

/// A parsed and type-checked check file.
class CheckFile {
 public:
  /// `path` is only for messages. Errors: kUsage "path:line:column: ..." for bad YAML, unknown keys ("did you mean"),
  /// a query that does not parse, an edge that is none.
  static Result<CheckFile> Parse(std::string_view yaml, const std::string& path);

  /// Every statement of the file, in its order. Pure.
  std::vector<CheckResult> Evaluate(const TraceModel& telemetry) const;

  struct Impl;

 private:
  explicit CheckFile(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace spangate
