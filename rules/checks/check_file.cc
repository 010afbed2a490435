#include "rules/checks/check_file.h"

#include <algorithm>
#include <tuple>

#include "rules/checks/statement.h"

namespace spangate {

struct CheckFile::Impl {
  checks::Statements statements;
};

Result<CheckFile> CheckFile::Parse(std::string_view yaml, const std::string& path) {
  Result<YamlNode> file = ParseYaml(yaml, path);
  if (!file.has_value()) return file.error();
  YamlErrors errors;
  auto impl = std::make_shared<Impl>();
  impl->statements = checks::ReadStatements(file.value(), errors);
  if (!errors.empty()) return errors.Combined();
  return CheckFile(std::move(impl));
}

std::vector<CheckResult> CheckFile::Evaluate(const TraceModel& telemetry) const {
  const traceql::TraceIndex index(telemetry);
  std::vector<CheckResult> results;
  for (const auto& statement : impl_->statements.services) results.push_back(checks::Judge(statement, index));
  for (const auto& statement : impl_->statements.edges) results.push_back(checks::Judge(statement, index));
  for (const auto& statement : impl_->statements.checks) results.push_back(checks::Judge(statement, index));
  const auto place = [](const CheckResult& result) { return std::tie(result.where.line, result.where.column); };
  std::stable_sort(results.begin(), results.end(),
                   [&place](const CheckResult& a, const CheckResult& b) { return place(a) < place(b); });
  return results;
}

}  // namespace spangate
