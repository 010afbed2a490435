// Times that no clock can give: ends before starts, zeroes, another unit than nanoseconds, spans from the future.
#include "rules/rule.h"

#include <fmt/format.h>

#include <string>

#include "rules/telemetry/places.h"

namespace spangate {

static constexpr uint64_t kMillisecond = 1'000'000;
static constexpr uint64_t kSecond = 1000 * kMillisecond;
static constexpr uint64_t kYear2000 = 946'684'800 * kSecond;

// Arrival and start may come from two clocks; a second is more than machines that test together are apart.
static constexpr uint64_t kFutureTolerance = kSecond;
// A child that the same process starts cannot begin before its parent; explicit start times are rounded.
static constexpr uint64_t kParentTolerance = 5 * kMillisecond;

static std::string Milliseconds(uint64_t nanoseconds) {
  return fmt::format("{:.3f} ms", static_cast<double>(nanoseconds) / static_cast<double>(kMillisecond));
}

// One fault each: a zero end is also before the start, and says more.
static void CheckSpan(const TraceModel& model, const SpanRow& span, ProblemGroups& groups) {
  const TelemetryPlace place = PlaceOfSpan(model, span);
  const std::string ids = IdsOf(place);
  const uint64_t arrival = model.requests[span.request].arrival;
  if (span.start == 0) {
    groups.Add(place, "start time is zero");
  } else if (span.end == 0) {
    groups.Add(place, "end time is zero");
  } else if (span.start < kYear2000) {
    groups.Add(place, "start time lies before the year 2000", ids, "times are nanoseconds since 1970");
  } else if (span.end < span.start) {
    groups.Add(place, "span ends before it starts", fmt::format("{}: by {}", ids, Milliseconds(span.start - span.end)),
               "take both times from one clock");
  } else if (arrival != 0 && span.start > arrival && span.start - arrival > kFutureTolerance) {
    groups.Add(place, "span starts after it was received",
               fmt::format("{}: by {}", ids, Milliseconds(span.start - arrival)), "the sender's clock is ahead");
  }
}

static bool HasSaneStart(const SpanRow& span) { return span.start >= kYear2000; }

// Only where one process measured both, so that clocks of two machines play no part. Queues hand over start times.
static void CheckParent(const TraceModel& model, const SpanRow& span, ProblemGroups& groups) {
  if (span.parent == kNoSpan || span.kind >= 4 || span.links.count != 0) return;
  const SpanRow& parent = model.spans[span.parent];
  if (model.scopes[span.scope].resource != model.scopes[parent.scope].resource) return;
  if (!HasSaneStart(span) || !HasSaneStart(parent) || span.start + kParentTolerance >= parent.start) return;
  const TelemetryPlace place = PlaceOfSpan(model, span);
  groups.Add(place, "span starts before its parent in the same process",
             fmt::format("{}: by {}", IdsOf(place), Milliseconds(parent.start - span.start)));
}

static bool LooksWrong(const TraceModel& model, const SpanRow& span) {
  const uint64_t arrival = model.requests[span.request].arrival;
  return span.start < kYear2000 || span.end < span.start || (arrival != 0 && span.start > arrival + kFutureTolerance);
}

static std::vector<Problem> Check(const TraceModel& model, const Policy&) {
  ProblemGroups groups;
  for (const SpanRow& span : model.spans) {
    if (span.duplicate_of != kNoSpan) continue;
    if (LooksWrong(model, span)) CheckSpan(model, span, groups);
    CheckParent(model, span, groups);
  }
  return groups.Take();
}

extern constinit const TelemetryRule kImpossibleTime{
    .info = {.id = "impossible-time",
             .severity = Severity::kError,
             .trust = Trust::kRecommended,
             .category = Category::kTiming,
             .summary = "Span has a negative, missing or impossible time",
             .reference = "https://opentelemetry.io/docs/specs/otel/trace/api/#timestamp"},
    .check = &Check};

}  // namespace spangate
