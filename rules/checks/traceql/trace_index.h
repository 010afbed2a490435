// What TraceQL needs to know about the shape of traces, computed once per model.
#pragma once

#include <cstdint>
#include <vector>

#include "mock-collector/trace_model.h"

namespace spangate::traceql {

/// Nested-set numbers make "is a descendant of" a comparison of intervals, whatever the size of the trace.
class TraceIndex {
 public:
  /// REQUIRES: model.BuildTraces() was called; the model outlives the index.
  explicit TraceIndex(const TraceModel& model);

  struct Place {
    uint32_t position = 0;         // in its trace, by start
    uint32_t left = 0, right = 0;  // from 1 in each trace; a descendant's interval lies within
    uint32_t depth = 0;
    bool rooted = false;  // whether its topmost ancestor is a root, not an orphan
  };
  struct TraceFacts {
    int64_t duration = 0;     // last end - first start, ns
    uint32_t root = kNoSpan;  // the first span without parent id
  };

  const TraceModel& model() const { return *model_; }
  const Place& place(uint32_t span) const { return places_[span]; }
  const TraceFacts& trace(uint32_t trace) const { return traces_[trace]; }

 private:
  void Number(const Trace& trace, bool rooted, uint32_t& next);
  void NumberTree(uint32_t top, bool rooted, uint32_t& next);

  const TraceModel* model_;
  std::vector<Place> places_;  // by row of spans
  std::vector<TraceFacts> traces_;
};

/// end - start in ns, negative when the clock went back; never overflows.
int64_t TimeBetween(uint64_t start, uint64_t end);

}  // namespace spangate::traceql
