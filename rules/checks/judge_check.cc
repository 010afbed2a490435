// One check: what it selects, then each of its assertions, group by group.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "rules/checks/explain.h"
#include "rules/checks/statement.h"
#include "rules/checks/traceql/evaluator.h"

namespace spangate::checks {
namespace {

using traceql::Evaluator;
using traceql::Spanset;
using traceql::TraceIndex;
using Kind = Assertion::Kind;

// A percentile of fewer spans is mostly their greatest.
constexpr size_t kFewSpans = 20;

/// The selected sets; with `by`, those of one value.
struct Group {
  std::string label;  // "" without `by`
  std::vector<Spanset> sets;
  const Spanset* last = nullptr;  // the selected set that the last of `sets` is cut from
};

/// For each query of `order`: trace -> first matching span.
using FirstMatches = std::vector<std::map<uint32_t, uint32_t>>;

std::vector<uint32_t> SpansOf(const std::vector<Spanset>& sets) {
  std::vector<uint32_t> spans;
  for (const Spanset& set : sets) spans.insert(spans.end(), set.spans.begin(), set.spans.end());
  return spans;
}

class CheckJudge {
 public:
  CheckJudge(const CheckStatement& check, const TraceIndex& index)
      : check_(check), index_(index), model_(index.model()) {}

  CheckResult Run() {
    result_.id = check_.id;
    result_.where = check_.where;
    result_.severity = check_.severity;
    result_.hint = check_.hint;
    if (check_.select) result_.select = check_.select->text();
    if (check_.when && Evaluator(index_, *check_.when).Run().empty()) {
      result_.outcome = CheckResult::Outcome::kSkipped;
      result_.details.push_back("'when' matched nothing: " + ShowName(check_.when->text()));
      return std::move(result_);
    }
    for (const Assertion& assertion : check_.assertions) Append(result_.expected, assertion.Expected(), "; ");
    if (check_.by) result_.expected += " for each " + check_.by->text();
    if (check_.select) selected_ = Evaluator(index_, *check_.select).Run();
    if (check_.select && selected_.empty() && !MayBeEmpty()) {
      Fail("nothing matched");
      AddMisses();
    } else {
      JudgeGroups();
    }
    Cap();
    return std::move(result_);
  }

 private:
  static void Append(std::string& text, std::string_view part, std::string_view separator) {
    if (!text.empty()) text += separator;
    text += part;
  }
  void Fail(std::string_view found) {
    result_.outcome = CheckResult::Outcome::kFailed;
    Append(result_.found, found, "; ");
  }
  // Groups that pass are only counted: hundreds of them would hide the one that fails. Of those that fail the first
  // few are told.
  bool Tell(bool holds, const Group& group, const std::string& found) {
    const std::string text = group.label.empty() ? found : fmt::format("{} ({})", found, group.label);
    if (holds) {
      if (group.label.empty()) Append(result_.found, text, "; ");
      return true;
    }
    if (++failures_ <= kMaxSpansNamed) Fail(text);
    return failures_ > kMaxSpansNamed;  // no details either
  }
  void Add(std::string line) {
    if (result_.details.size() < kMaxDetails) {
      result_.details.push_back(std::move(line));
    } else {
      ++lines_left_out_;
    }
  }
  void AddTree(uint32_t span, const std::vector<uint32_t>& marked) {
    const uint32_t trace = model_.spans[span].trace;
    if (trees_++ > 0) return;  // one picture is enough
    for (std::string& line : DrawTrace(index_, trace, marked)) Add(std::move(line));
  }
  void AddMisses() {
    Evaluator evaluator(index_, *check_.select);
    for (std::string& line : NearestMisses(evaluator)) Add(std::move(line));
  }
  void Cap() {
    if (lines_left_out_ > 0) result_.details.push_back(fmt::format("... {} more lines", lines_left_out_));
  }

  bool MayBeEmpty() const {
    return std::any_of(check_.assertions.begin(), check_.assertions.end(), [](const Assertion& assertion) {
      return assertion.kind == Kind::kCount || assertion.kind == Kind::kNone;
    });
  }

  void JudgeGroups() {
    const std::vector<Group> groups = Groups();
    for (const Group& group : groups) {
      for (const Assertion& assertion : check_.assertions) JudgeOne(assertion, group);
    }
    if (failures_ > kMaxSpansNamed) Append(result_.found, fmt::format("... {} more", failures_ - kMaxSpansNamed), "; ");
    const bool grouped = check_.by && !selected_.empty();
    if (grouped && result_.found.empty()) result_.found = fmt::format("all {} groups hold", groups.size());
  }

  std::vector<Group> Groups() const {
    if (!check_.by || selected_.empty()) return {{.label = "", .sets = selected_}};
    std::vector<Group> groups;
    std::unordered_map<std::string, size_t> known;
    traceql::FieldReader reader(index_, *check_.by);
    for (const Spanset& set : selected_) {
      for (const uint32_t span : set.spans) {
        const traceql::Datum value = reader.Value(check_.by->root(), span);
        const auto [found, fresh] = known.try_emplace(GroupKey(value), groups.size());
        if (fresh)
          groups.push_back({.label = fmt::format("{} {}", check_.by->text(), ShowField(check_.by->root(), value))});
        Group& group = groups[found->second];
        if (group.last != &set) group.sets.push_back({set.trace, {}});
        group.last = &set;
        group.sets.back().spans.push_back(span);
      }
    }
    return groups;
  }

  void JudgeOne(const Assertion& assertion, const Group& group) {
    switch (assertion.kind) {
      case Kind::kCount:
        return JudgeCount(assertion, group);
      case Kind::kEach:
      case Kind::kAny:
      case Kind::kNone:
        return JudgeMembers(assertion, group);
      case Kind::kDistinct:
        return JudgeDistinct(assertion, group);
      case Kind::kPercentile:
        return JudgePercentile(assertion, group);
      case Kind::kErrorRatio:
        return JudgeErrorRatio(assertion, group);
      case Kind::kOrder:
        return JudgeOrder(assertion, group);
    }
  }

  void JudgeCount(const Assertion& assertion, const Group& group) {
    const std::vector<uint32_t> spans = SpansOf(group.sets);
    const size_t count = check_.select->counts_sets() ? group.sets.size() : spans.size();
    const bool holds = assertion.bound->Holds(static_cast<double>(count));
    if (Tell(holds, group, fmt::format("count = {}", count))) return;
    if (spans.empty()) return AddMisses();
    NameSpans(spans, "selected");
    AddTree(spans.front(), spans);
  }

  void NameSpans(const std::vector<uint32_t>& spans, std::string_view what) {
    for (size_t i = 0; i < spans.size() && i < kMaxSpansNamed; ++i)
      Add(fmt::format("{}: {}", what, ShowSpan(model_, spans[i])));
    if (spans.size() > kMaxSpansNamed) Add(fmt::format("... {} more", spans.size() - kMaxSpansNamed));
  }

  // each, any, none: is a selected span among those that the second query selects?
  void JudgeMembers(const Assertion& assertion, const Group& group) {
    Evaluator evaluator(index_, assertion.queries[0]);
    const std::unordered_set<uint32_t>& members = Members(assertion, evaluator);
    std::vector<uint32_t> inside, outside;
    for (const uint32_t span : SpansOf(group.sets)) (members.contains(span) ? inside : outside).push_back(span);
    const size_t total = inside.size() + outside.size();
    if (assertion.kind == Kind::kNone) {
      if (Tell(inside.empty(), group, fmt::format("{} of {} spans match", inside.size(), total))) return;
      NameSpans(inside, "matches");
      AddTree(inside.front(), inside);
      return;
    }
    const bool each = assertion.kind == Kind::kEach;
    const bool holds = each ? outside.empty() : (!inside.empty() || total == 0);
    if (Tell(holds, group,
             each ? fmt::format("{} of {} spans do not match", outside.size(), total)
                  : fmt::format("{} of {} spans match", inside.size(), total)))
      return;
    for (size_t i = 0; i < outside.size() && i < kMaxSpansNamed; ++i) Offender(evaluator, outside[i]);
    if (outside.size() > kMaxSpansNamed) Add(fmt::format("... {} more", outside.size() - kMaxSpansNamed));
    AddTree(outside.front(), outside);
  }

  const std::unordered_set<uint32_t>& Members(const Assertion& assertion, Evaluator& evaluator) {
    const auto [found, fresh] = members_.try_emplace(&assertion);
    if (fresh) {
      for (const uint32_t span : SpansOf(evaluator.Run())) found->second.insert(span);
    }
    return found->second;
  }

  void Offender(Evaluator& evaluator, uint32_t span) {
    Add(fmt::format("fails: {}", ShowSpan(model_, span)));
    const traceql::Node& root = evaluator.query().root();
    if (root.kind != traceql::Node::Kind::kFilter || root.fields.empty()) return;
    for (const std::string& clause : FailingClauses(evaluator, *root.fields[0], span)) Add("  " + clause);
  }

  void JudgeDistinct(const Assertion& assertion, const Group& group) {
    std::map<std::string, uint32_t> values;  // and the first span that has it
    traceql::FieldReader reader(index_, *assertion.values);
    for (const uint32_t span : SpansOf(group.sets)) {
      const traceql::Datum value = reader.Value(assertion.values->root(), span);
      if (value.present()) values.try_emplace(GroupKey(value), span);
    }
    const bool holds = assertion.bound->Holds(static_cast<double>(values.size()));
    if (Tell(holds, group, fmt::format("{} distinct values", values.size()))) return;
    std::vector<uint32_t> first;
    for (const auto& [key, span] : values) first.push_back(span);
    NameSpans(first, "has a value of its own");
  }

  void JudgePercentile(const Assertion& assertion, const Group& group) {
    std::vector<uint32_t> spans = SpansOf(group.sets);
    if (spans.empty()) return;
    const auto duration = [this](uint32_t row) {
      return traceql::TimeBetween(model_.spans[row].start, model_.spans[row].end);
    };
    std::stable_sort(spans.begin(), spans.end(), [&](uint32_t a, uint32_t b) { return duration(a) < duration(b); });
    // Nearest rank: the smallest value that at least that share of the spans does not exceed.
    const double rank = std::ceil(assertion.percentile / 100 * static_cast<double>(spans.size()));
    const auto found = static_cast<double>(duration(spans[static_cast<size_t>(std::max(rank, 1.0)) - 1]));
    const bool holds = assertion.bound->Holds(found);
    const bool told =
        Tell(holds, group, fmt::format("{} = {} of {} spans", assertion.key, ShowDuration(found), spans.size()));
    if (spans.size() < kFewSpans && assertion.percentile < 100 && failures_ <= kMaxSpansNamed)
      Add(fmt::format("note: {} of only {} spans says little", assertion.key, spans.size()));
    if (told) return;
    std::reverse(spans.begin(), spans.end());
    NameSpans(spans, "slowest");
    AddTree(spans.front(), {spans.front()});
  }

  void JudgeErrorRatio(const Assertion& assertion, const Group& group) {
    const std::vector<uint32_t> spans = SpansOf(group.sets);
    if (spans.empty()) return;
    std::vector<uint32_t> errors;
    std::copy_if(spans.begin(), spans.end(), std::back_inserter(errors),
                 [this](uint32_t row) { return model_.spans[row].status == 2; });
    const double ratio = static_cast<double>(errors.size()) / static_cast<double>(spans.size());
    const bool holds = assertion.bound->Holds(ratio);
    const bool told = Tell(
        holds, group, fmt::format("error_ratio = {:.4g}% ({} of {} spans)", ratio * 100, errors.size(), spans.size()));
    if (told || errors.empty()) return;
    NameSpans(errors, "error");
    AddTree(errors.front(), errors);
  }

  // In every trace that the check selects (without `select`: that the first query matches), the first matches come one
  // after the other. Equal start times count as in order: many clocks tick in milliseconds.
  void JudgeOrder(const Assertion& assertion, const Group& group) {
    const FirstMatches& firsts = FirstsOf(assertion);
    std::set<uint32_t> traces;
    for (const Spanset& set : group.sets) traces.insert(set.trace);
    if (!check_.select) {
      for (const auto& [trace, span] : firsts[0]) traces.insert(trace);
    }
    size_t wrong = 0;
    for (const uint32_t trace : traces) wrong += InOrder(assertion, firsts, trace) ? 0 : 1;
    if (traces.empty()) {
      Fail("nothing matched");
      Evaluator evaluator(index_, assertion.queries[0]);
      for (std::string& line : NearestMisses(evaluator)) Add(std::move(line));
      return;
    }
    Tell(wrong == 0, group, fmt::format("{} of {} traces not in order", wrong, traces.size()));
  }

  const FirstMatches& FirstsOf(const Assertion& assertion) {
    const auto [cached, fresh] = firsts_.try_emplace(&assertion);
    if (!fresh) return cached->second;
    for (const traceql::Query& query : assertion.queries) {
      std::map<uint32_t, uint32_t>& first = cached->second.emplace_back();
      for (const Spanset& set : Evaluator(index_, query).Run()) {
        const auto [found, added] = first.try_emplace(set.trace, set.spans.front());
        if (!added && Position(set.spans.front()) < Position(found->second)) found->second = set.spans.front();
      }
    }
    return cached->second;
  }

  uint32_t Position(uint32_t span) const { return index_.place(span).position; }

  bool InOrder(const Assertion& assertion, const FirstMatches& firsts, uint32_t trace) {
    uint32_t before = kNoSpan;
    for (size_t i = 0; i < firsts.size(); ++i) {
      const auto found = firsts[i].find(trace);
      const std::string query = ShowName(assertion.queries[i].text());
      if (found == firsts[i].end()) {
        Add(fmt::format("{} matches nothing in this trace:", query));
        AddTree(model_.trace_spans[model_.traces[trace].spans.first], {});
        return false;
      }
      const uint32_t span = found->second;
      if (before != kNoSpan && (span == before || model_.spans[span].start < model_.spans[before].start)) {
        Add(fmt::format("{} does not start after the one before it: {}", query, ShowSpan(model_, span)));
        AddTree(span, {before, span});
        return false;
      }
      before = span;
    }
    return true;
  }

  const CheckStatement& check_;
  const TraceIndex& index_;
  const TraceModel& model_;
  CheckResult result_;
  std::vector<Spanset> selected_;
  std::unordered_map<const Assertion*, std::unordered_set<uint32_t>> members_;
  std::unordered_map<const Assertion*, FirstMatches> firsts_;
  int trees_ = 0;
  size_t failures_ = 0;
  size_t lines_left_out_ = 0;
};

}  // namespace

std::string Assertion::Expected() const {
  if (kind == Kind::kDistinct) return fmt::format("distinct {} {}", values->text(), bound->text);
  if (bound) return fmt::format("{} {}", key, bound->text);
  std::string text = key;
  for (const traceql::Query& query : queries)
    text += fmt::format("{} {}", &query == queries.data() ? "" : ",", query.text());
  return text;
}

CheckResult Judge(const CheckStatement& statement, const TraceIndex& index) {
  return CheckJudge(statement, index).Run();
}

}  // namespace spangate::checks
