// Structural operators. Each is n log n in its two sets, not in their product and not in the size of the trace, so that
// by() into many small groups stays cheap.
#include <algorithm>
#include <unordered_map>

#include "rules/checks/traceql/evaluator.h"

namespace spangate::traceql {
namespace {

using Rows = std::vector<uint32_t>;

std::vector<TraceIndex::Place> PlacesByLeft(const TraceIndex& index, const Rows& rows) {
  std::vector<TraceIndex::Place> places;
  places.reserve(rows.size());
  for (const uint32_t row : rows) places.push_back(index.place(row));
  std::sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.left < b.left; });
  return places;
}

template <class Predicate>
Rows Where(const Rows& rows, Predicate holds) {
  Rows kept;
  for (const uint32_t row : rows) {
    if (holds(row)) kept.push_back(row);
  }
  return kept;
}

// Intervals nest or are apart: of those that begin before ours, one that ends after our begin contains us.
Rows Descendants(const TraceIndex& index, const Rows& left, const Rows& right) {
  const std::vector<TraceIndex::Place> places = PlacesByLeft(index, left);
  std::vector<uint32_t> furthest;  // greatest right end among places[0..i]
  furthest.reserve(places.size());
  for (const TraceIndex::Place& place : places)
    furthest.push_back(furthest.empty() ? place.right : std::max(furthest.back(), place.right));
  return Where(right, [&](uint32_t row) {
    const uint32_t begin = index.place(row).left;
    const auto after = std::lower_bound(places.begin(), places.end(), begin,
                                        [](const auto& place, uint32_t value) { return place.left < value; });
    const auto before = static_cast<size_t>(after - places.begin());
    return before > 0 && furthest[before - 1] > begin;
  });
}

Rows Ancestors(const TraceIndex& index, const Rows& left, const Rows& right) {
  const std::vector<TraceIndex::Place> places = PlacesByLeft(index, left);
  return Where(right, [&](uint32_t row) {
    const TraceIndex::Place& own = index.place(row);
    const auto next = std::upper_bound(places.begin(), places.end(), own.left,
                                       [](uint32_t value, const auto& place) { return value < place.left; });
    return next != places.end() && next->left < own.right;
  });
}

// How many of the rows each parent has.
std::unordered_map<uint32_t, uint32_t> CountByParent(const TraceModel& model, const Rows& rows) {
  std::unordered_map<uint32_t, uint32_t> counts;
  for (const uint32_t row : rows) {
    if (model.spans[row].parent != kNoSpan) ++counts[model.spans[row].parent];
  }
  return counts;
}

Rows Children(const TraceIndex& index, const Rows& left, const Rows& right) {
  Rows parents = left;
  std::sort(parents.begin(), parents.end());
  return Where(right, [&](uint32_t row) {
    return std::binary_search(parents.begin(), parents.end(), index.model().spans[row].parent);
  });
}

Rows Parents(const TraceIndex& index, const Rows& left, const Rows& right) {
  const auto counts = CountByParent(index.model(), left);
  return Where(right, [&](uint32_t row) { return counts.contains(row); });
}

Rows Siblings(const TraceIndex& index, const Rows& left, const Rows& right) {
  const auto counts = CountByParent(index.model(), left);
  Rows sorted = left;
  std::sort(sorted.begin(), sorted.end());
  return Where(right, [&](uint32_t row) {
    const auto found = counts.find(index.model().spans[row].parent);
    if (found == counts.end()) return false;
    const uint32_t self = std::binary_search(sorted.begin(), sorted.end(), row) ? 1 : 0;
    return found->second > self;  // nobody is a sibling of itself
  });
}

}  // namespace

std::vector<uint32_t> Related(const TraceIndex& index, Op op, const std::vector<uint32_t>& left,
                              const std::vector<uint32_t>& right) {
  switch (op) {
    case Op::kDescendant:
      return Descendants(index, left, right);
    case Op::kAncestor:
      return Ancestors(index, left, right);
    case Op::kGreater:
      return Children(index, left, right);
    case Op::kLess:
      return Parents(index, left, right);
    case Op::kSibling:
      return Siblings(index, left, right);
    default:
      return {};
  }
}

}  // namespace spangate::traceql
