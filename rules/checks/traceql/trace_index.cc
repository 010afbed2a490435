#include "rules/checks/traceql/trace_index.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace spangate::traceql {

int64_t TimeBetween(uint64_t start, uint64_t end) {
  constexpr auto kMost = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (end >= start) return static_cast<int64_t>(std::min(end - start, kMost));
  return -static_cast<int64_t>(std::min(start - end, kMost));
}

TraceIndex::TraceIndex(const TraceModel& model)
    : model_(&model), places_(model.spans.size()), traces_(model.traces.size()) {
  for (uint32_t row = 0; row < model.traces.size(); ++row) {
    const Trace& trace = model.traces[row];
    uint64_t first = UINT64_MAX;
    uint64_t last = 0;
    for (uint32_t i = 0; i < trace.spans.count; ++i) {
      const uint32_t span = model.trace_spans[trace.spans.first + i];
      places_[span].position = i;
      first = std::min(first, model.spans[span].start);
      last = std::max(last, model.spans[span].end);
    }
    traces_[row].duration = trace.spans.count == 0 ? 0 : TimeBetween(first, last);
    // Roots first: their numbers are those that Tempo gives; orphans follow for our own use.
    uint32_t next = 1;
    Number(trace, /*rooted=*/true, next);
    Number(trace, /*rooted=*/false, next);
  }
}

void TraceIndex::Number(const Trace& trace, bool rooted, uint32_t& next) {
  for (uint32_t i = 0; i < trace.spans.count; ++i) {
    const uint32_t row = model_->trace_spans[trace.spans.first + i];
    const SpanRow& span = model_->spans[row];
    if (span.parent != kNoSpan || (span.parent_span_id == SpanId{}) != rooted) continue;
    if (rooted && traces_[span.trace].root == kNoSpan) traces_[span.trace].root = row;
    NumberTree(row, rooted, next);
  }
}

// Not recursive: a trace may be a chain of a million spans.
void TraceIndex::NumberTree(uint32_t top, bool rooted, uint32_t& next) {
  struct Step {
    uint32_t span;
    uint32_t next_child;
  };
  std::vector<Step> path{{top, 0}};
  places_[top].left = next++;
  places_[top].rooted = rooted;
  while (!path.empty()) {
    Step& step = path.back();
    const Rows children = model_->spans[step.span].children;
    if (step.next_child == children.count) {
      places_[step.span].right = next++;
      path.pop_back();
      continue;
    }
    const uint32_t child = model_->child_spans[children.first + step.next_child++];
    places_[child].left = next++;
    places_[child].rooted = rooted;
    places_[child].depth = static_cast<uint32_t>(path.size());
    path.push_back({child, 0});
  }
}

}  // namespace spangate::traceql
