// What a business depends on must be visible in every trace that passes through it.
#include "rules/rule.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "common/glob.h"
#include "rules/source/call_paths.h"
#include "rules/source/expressions.h"

namespace spangate {
namespace {

constexpr std::string_view kCriticalAnnotation = "spangate::critical";

bool HasAnnotation(const std::vector<Symbol>& annotations) {
  return std::ranges::any_of(annotations, [](Symbol a) { return a == kCriticalAnnotation; });
}

bool HasCalls(const FunctionFacts& facts) {
  return std::ranges::any_of(facts.exprs, [](const Expr& e) { return e.kind == ExprKind::kCall; });
}

// An annotated class makes its methods critical; getters and set-up among them do no work of their own.
bool IsMarked(const SourceModel& source, const FunctionFacts& facts) {
  if (!HasAnnotation(facts.annotations) || facts.is_constructor) return false;
  const bool by_class = std::ranges::any_of(source.records, [&facts](const RecordFacts& record) {
    return record.qualified_name == facts.owner && HasAnnotation(record.annotations);
  });
  return !by_class || HasCalls(facts);
}

bool MayBeCritical(const SourceModel& source, const Function& function) {
  const FunctionFacts& facts = function.facts;
  return function.in_project && BodyIsWhole(facts) && !facts.is_lambda && !facts.is_destructor &&
         !facts.is_operator_or_conversion && !facts.is_global_initialiser && !IsTestFile(source, facts.file);
}

bool IsEntry(const FunctionFacts& facts, const std::string& glob) {
  if (facts.is_constructor) return glob == facts.qualified_name.view();  // a wildcard means the methods
  return GlobMatches(glob, facts.qualified_name.view());
}

std::vector<FlowStep> StepsOf(const SourceModel& source, const std::vector<PathStep>& path) {
  std::vector<FlowStep> steps;
  if (path.empty()) return steps;
  const FunctionId outermost = path.front().call.function;
  steps.push_back(
      {PlaceOfFunction(source, outermost).where,
       fmt::format("'{}' is entered without a span", source.functions[outermost].facts.qualified_name.view())});
  for (const PathStep& step : path) {
    const std::string callee = step.callee == kNone
                                   ? QualifiedName(source.At(step.call))
                                   : std::string(source.functions[step.callee].facts.qualified_name.view());
    steps.push_back(StepAt(source, step.call, fmt::format("calls '{}' with no span active", callee)));
  }
  return steps;
}

class CriticalPaths {
 public:
  explicit CriticalPaths(const SourceModel& source) : source_(source), paths_(source) {
    any_failed_ = std::ranges::any_of(source.translation_units,
                                      [](const TuSummary& unit) { return unit.outcome == TuOutcome::kFailed; });
  }

  void JudgeEntry(FunctionId id, std::vector<Problem>& problems) {
    if (paths_.HasOwnSpan(id)) return JudgeCoverage(id, problems);
    const auto path = paths_.UncoveredPathTo(id);
    if (!path) return;
    const FunctionFacts& facts = source_.functions[id].facts;
    // A caller in a file that did not parse may hold the span.
    if (path->empty() && any_failed_) return;
    problems.push_back({.source = PlaceOfFunction(source_, id),
                        .message = fmt::format("critical function '{}' starts no span{}", facts.qualified_name.view(),
                                               path->empty() ? "" : ", and is called where none is active"),
                        .flow = StepsOf(source_, *path),
                        .hint = "start a span at its beginning and make it active with opentelemetry::trace::Scope"});
  }

  void JudgeCoverage(FunctionId id, std::vector<Problem>& problems) {
    const ExprId call = paths_.WorkOutsideSpan(id);
    if (call == kNone || any_failed_ || !paths_.UncoveredPathTo(id)) return;
    const std::string_view name = source_.functions[id].facts.qualified_name.view();
    const std::string work = QualifiedName(source_.At({id, call}));
    problems.push_back({.source = PlaceOfFunction(source_, id),
                        .message = fmt::format("critical function '{}' calls '{}' outside its span too", name, work),
                        .flow = {StepAt(source_, {id, call}, fmt::format("calls '{}' with no span active", work))},
                        .hint = "start the span before the first call"});
  }

  void JudgeReach(FunctionId entry, const CriticalPath& critical, std::vector<Problem>& problems) {
    const auto is_target = [&critical](const std::string& name) {
      return std::ranges::any_of(critical.reaches,
                                 [&name](const std::string& glob) { return GlobMatches(glob, name); });
    };
    for (const std::vector<PathStep>& path : paths_.UncoveredPathsFrom(entry, is_target)) {
      const PathStep& last = path.back();
      const std::string target = last.callee == kNone
                                     ? QualifiedName(source_.At(last.call))
                                     : std::string(source_.functions[last.callee].facts.qualified_name.view());
      problems.push_back(
          {.source = source_.PlaceOf(last.call),
           .message = fmt::format("critical path '{}' reaches '{}' with no span active", critical.name, target),
           .flow = StepsOf(source_, path),
           .hint = "start a span, and make it active, before this call"});
    }
  }

 private:
  const SourceModel& source_;
  CallPaths paths_;
  bool any_failed_ = false;
};

std::vector<Problem> Check(const SourceModel& source, const Policy& policy) {
  std::vector<Problem> problems;
  CriticalPaths paths(source);
  for (FunctionId id = 0; id < source.functions.size(); ++id) {
    const Function& function = source.functions[id];
    if (!MayBeCritical(source, function)) continue;
    bool critical = IsMarked(source, function.facts);
    for (const CriticalPath& path : policy.critical_paths) {
      if (!IsEntry(function.facts, path.entry)) continue;
      critical = true;
      if (!path.reaches.empty()) paths.JudgeReach(id, path, problems);
    }
    if (critical) paths.JudgeEntry(id, problems);
  }
  return problems;
}

}  // namespace

extern constinit const SourceRule kCriticalFunctionWithoutSpan{
    .info = {.id = "critical-function-without-span",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kMissingSpan,
             .summary = "Critical function runs outside any span",
             .reference = "https://opentelemetry.io/docs/concepts/signals/traces/"},
    .check = &Check};

}  // namespace spangate
