// Where the value of an expression comes from, as far as personal data and secrets go.
//
// Goes backwards from a sink: through the writes that reach it, members, getters, string building, arguments and
// returns, to a name, annotation or literal that stands for personal data. A sanitiser on the way ends the search.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/source_model.h"
#include "rules/knowledge/personal_data.h"
#include "rules/policy.h"
#include "rules/source/reaching_writes.h"

namespace spangate {

struct PersonalFlow {
  std::string source;           // "'customer.email' (contact data: email)"; never a value
  bool literal = false;         // the source is a literal in the code: its line must not be shown
  std::vector<FlowStep> steps;  // source first; the sink is not among them
};

class ValueFlow {
 public:
  ValueFlow(const SourceModel& source, const Policy& policy);

  /// The first personal or secret source of the value, or nullopt when it is clean or the model cannot tell.
  /// `whole_maps`: a map of all headers or cookies counts too (for keys that are computed).
  std::optional<PersonalFlow> FindSource(ExprRef value, bool whole_maps = false);

  /// Whether every source of the value has passed a sanitiser, or it is a constant, a number or a truth value.
  bool IsClean(ExprRef value);

 private:
  enum class Verdict { kUnknown, kClean, kPersonal };
  struct Traced {
    Verdict verdict = Verdict::kUnknown;
    PersonalFlow flow;  // kPersonal
  };
  struct Frame {  // the call through which the search entered a function
    FunctionId function = kNone;
    ExprRef call;
    const Frame* caller = nullptr;
    int depth = 1;
  };

  Traced Trace(ExprRef at, const Frame* frame);
  Traced TraceKind(ExprRef at, const Frame* frame);
  Traced TraceVariable(ExprRef at, const Frame* frame);
  Traced TraceEntryValue(ExprRef at, const Frame* frame);
  Traced TraceCallers(ExprRef at, uint16_t parameter);
  Traced TraceField(ExprRef at, const Frame* frame);
  Traced TraceCall(ExprRef at, const Frame* frame);
  Traced TraceReturns(ExprRef call, const Frame* frame);
  Traced TraceOperator(ExprRef at, const Frame* frame);
  Traced TraceOperands(ExprRef at, const Frame* frame, uint32_t first = 0);
  Traced TraceWrites(ExprRef at, const std::vector<ExprRef>& writes, const Frame* frame, std::string_view name);
  Traced TraceText(ExprRef at, std::string_view text);

  std::optional<std::string> PersonalByName(ExprRef at) const;
  std::optional<std::string> PersonalByDeclaration(ExprRef at) const;
  std::optional<std::string> PersonalByLookup(ExprRef at) const;
  std::optional<std::string> WholeMap(ExprRef at) const;
  bool IsSanitizer(const Expr& call) const;
  FunctionId DeclaringFunction(ExprRef variable) const;
  Traced Personal(ExprRef at, const std::string& source) const;

  const SourceModel& source_;
  const Policy& policy_;
  ReachingWrites writes_;
  std::set<std::pair<FunctionId, ExprId>> active_;  // on the way now: cycles end
  size_t budget_ = 0;
  int calls_up_ = 0;
  bool whole_maps_ = false;
};

}  // namespace spangate
