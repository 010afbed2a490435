#include "rules/checks/traceql/evaluator.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <unordered_map>

namespace spangate::traceql {
namespace {

// Each structural operator is one of five relations, negated or with the left side added.
struct Relation {
  Op op;
  Op plain;
  Op inverse;
  enum class Form : uint8_t { kRight, kNegated, kUnion } form;
};
using enum Relation::Form;
constexpr std::array<Relation, 15> kRelations{{
    {Op::kGreater, Op::kGreater, Op::kLess, kRight},
    {Op::kLess, Op::kLess, Op::kGreater, kRight},
    {Op::kDescendant, Op::kDescendant, Op::kAncestor, kRight},
    {Op::kAncestor, Op::kAncestor, Op::kDescendant, kRight},
    {Op::kSibling, Op::kSibling, Op::kSibling, kRight},
    {Op::kNotChild, Op::kGreater, Op::kLess, kNegated},
    {Op::kNotParent, Op::kLess, Op::kGreater, kNegated},
    {Op::kNotDescendant, Op::kDescendant, Op::kAncestor, kNegated},
    {Op::kNotAncestor, Op::kAncestor, Op::kDescendant, kNegated},
    {Op::kNotRegex, Op::kSibling, Op::kSibling, kNegated},
    {Op::kUnionChild, Op::kGreater, Op::kLess, kUnion},
    {Op::kUnionParent, Op::kLess, Op::kGreater, kUnion},
    {Op::kUnionDescendant, Op::kDescendant, Op::kAncestor, kUnion},
    {Op::kUnionAncestor, Op::kAncestor, Op::kDescendant, kUnion},
    {Op::kUnionSibling, Op::kSibling, Op::kSibling, kUnion},
}};

const Relation& RelationOf(Op op) {
  const auto found = std::find_if(kRelations.begin(), kRelations.end(), [op](const Relation& r) { return r.op == op; });
  return found == kRelations.end() ? kRelations.front() : *found;
}

}  // namespace

void Evaluator::Sort(std::vector<uint32_t>& spans) const {
  std::sort(spans.begin(), spans.end(),
            [this](uint32_t a, uint32_t b) { return index_.place(a).position < index_.place(b).position; });
  spans.erase(std::unique(spans.begin(), spans.end()), spans.end());
}

Spanset Evaluator::Merged(uint32_t trace, std::span<const Spanset> sets) const {
  Spanset merged{trace, {}};
  for (const Spanset& set : sets) merged.spans.insert(merged.spans.end(), set.spans.begin(), set.spans.end());
  if (sets.size() > 1) Sort(merged.spans);
  return merged;
}

std::vector<Spanset> Evaluator::Run(const Node& node) {
  std::vector<Spanset> results;
  const TraceModel& model = index_.model();
  for (uint32_t trace = 0; trace < model.traces.size(); ++trace) {
    const Rows rows = model.traces[trace].spans;
    const auto first = model.trace_spans.begin() + rows.first;
    const Spanset whole{trace, {first, first + rows.count}};
    std::vector<Spanset> found = Apply(node, {&whole, 1});
    std::move(found.begin(), found.end(), std::back_inserter(results));
  }
  return results;
}

std::vector<Spanset> Evaluator::Apply(const Node& node, std::span<const Spanset> input) {
  std::vector<Spanset> out;
  if (node.kind == Node::Kind::kPipeline) {
    out.assign(input.begin(), input.end());
    for (const auto& stage : node.children) out = Apply(*stage, out);
    return out;
  }
  if (node.kind == Node::Kind::kCoalesce) return Coalesce(input);
  for (const Spanset& set : input) {
    Spanset made{set.trace, {}};
    switch (node.kind) {
      case Node::Kind::kFilter:
        made = Filter(node, set);
        break;
      case Node::Kind::kBoth:
      case Node::Kind::kEither:
        made = Combine(node, set);
        break;
      case Node::Kind::kStructural:
        made = Structural(node, set);
        break;
      case Node::Kind::kCompare:
        if (Compare(node.op, Scalar(*node.children[0], set), Scalar(*node.children[1], set))) made = set;
        break;
      case Node::Kind::kGroup:
        Group(node, set, out);
        break;
      default:  // select() chooses what Tempo's interface shows; the spans stay
        made = set;
    }
    if (!made.spans.empty()) out.push_back(std::move(made));
  }
  return out;
}

Spanset Evaluator::Filter(const Node& node, const Spanset& set) {
  if (node.fields.empty()) return set;
  Spanset kept{set.trace, {}};
  for (const uint32_t span : set.spans) {
    if (reader_.Holds(*node.fields[0], span)) kept.spans.push_back(span);
  }
  return kept;
}

Spanset Evaluator::Combine(const Node& node, const Spanset& set) {
  std::vector<Spanset> parts;
  for (const auto& child : node.children) {
    std::vector<Spanset> found = Apply(*child, {&set, 1});
    if (found.empty() && node.kind == Node::Kind::kBoth) return {set.trace, {}};
    std::move(found.begin(), found.end(), std::back_inserter(parts));
  }
  return Merged(set.trace, parts);
}

Spanset Evaluator::Structural(const Node& node, const Spanset& set) {
  const Relation& relation = RelationOf(node.op);
  const Spanset right = Merged(set.trace, Apply(*node.children[1], {&set, 1}));
  if (right.spans.empty()) return {set.trace, {}};
  const Spanset left = Merged(set.trace, Apply(*node.children[0], {&set, 1}));
  std::vector<uint32_t> related = Related(index_, relation.plain, left.spans, right.spans);
  if (relation.form == kNegated) {
    std::vector<uint32_t> rest;
    // `related` keeps the order of the right side, so one walk tells them apart.
    auto next = related.begin();
    for (const uint32_t span : right.spans) {
      if (next != related.end() && *next == span) {
        ++next;
      } else {
        rest.push_back(span);
      }
    }
    return {set.trace, std::move(rest)};
  }
  if (relation.form == kUnion) {
    const std::vector<uint32_t> others = Related(index_, relation.inverse, right.spans, left.spans);
    related.insert(related.end(), others.begin(), others.end());
    Sort(related);
  }
  return {set.trace, std::move(related)};
}

void Evaluator::Group(const Node& node, const Spanset& set, std::vector<Spanset>& out) {
  std::unordered_map<std::string, size_t> groups;
  for (const uint32_t span : set.spans) {
    const auto [found, fresh] = groups.try_emplace(GroupKey(reader_.Value(*node.fields[0], span)), out.size());
    if (fresh) out.push_back({set.trace, {}});
    out[found->second].spans.push_back(span);
  }
}

std::vector<Spanset> Evaluator::Coalesce(std::span<const Spanset> input) const {
  std::map<uint32_t, std::vector<Spanset>> by_trace;
  for (const Spanset& set : input) by_trace[set.trace].push_back(set);
  std::vector<Spanset> out;
  for (const auto& [trace, sets] : by_trace) out.push_back(Merged(trace, sets));
  return out;
}

namespace {

struct Totals {
  uint64_t count = 0;
  double sum = 0;
  Datum exact_sum = Datum::Integer(0);
  Datum min, max;
  bool durations = true;
};

Datum Finish(Aggregate aggregate, const Totals& totals) {
  if (totals.count == 0) return {};
  switch (aggregate) {
    case Aggregate::kMin:
      return totals.min;
    case Aggregate::kMax:
      return totals.max;
    case Aggregate::kSum:
      return totals.exact_sum.present() ? totals.exact_sum : Datum::Float(totals.sum);
    default:
      break;
  }
  const double mean = totals.sum / static_cast<double>(totals.count);
  const bool fits = totals.durations && std::abs(mean) < 9e18;
  return fits ? Datum::Integer(static_cast<int64_t>(mean), Type::kDuration) : Datum::Float(mean);
}

}  // namespace

Datum Evaluator::Scalar(const Node& node, const Spanset& set) {
  switch (node.kind) {
    case Node::Kind::kNumber: {
      const Field& literal = *node.fields[0];
      return literal.type == Type::kFloat ? Datum::Float(literal.number)
                                          : Datum::Integer(literal.integer, literal.type);
    }
    case Node::Kind::kArithmetic:
      return Calculate(node.op, Scalar(*node.children[0], set), Scalar(*node.children[1], set));
    case Node::Kind::kScalarPipeline: {
      std::vector<Spanset> sets{set};
      for (size_t i = 0; i + 1 < node.children.size(); ++i) sets = Apply(*node.children[i], sets);
      return Scalar(*node.children.back(), Merged(set.trace, sets));
    }
    default:
      break;
  }
  if (node.aggregate == Aggregate::kCount) return Datum::Integer(static_cast<int64_t>(set.spans.size()));
  Totals totals;
  for (const uint32_t span : set.spans) {
    const Datum value = reader_.Value(*node.fields[0], span);
    if (!value.is_number()) continue;  // a span without the attribute does not take part
    if (totals.count == 0 || Compare(Op::kLess, value, totals.min)) totals.min = value;
    if (totals.count == 0 || Compare(Op::kGreater, value, totals.max)) totals.max = value;
    ++totals.count;
    totals.sum += value.as_number();
    totals.exact_sum = Calculate(Op::kAdd, totals.exact_sum, value);
    totals.durations = totals.durations && value.type == Type::kDuration;
  }
  return Finish(node.aggregate, totals);
}

}  // namespace spangate::traceql
