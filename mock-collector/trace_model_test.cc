#include "mock-collector/trace_model.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spangate {
namespace {

constexpr std::string_view kPaymentText = "payment";

TraceId TraceOf(uint8_t last) {
  TraceId id{};
  id[15] = last;
  return id;
}
SpanId SpanOf(uint8_t last) {
  SpanId id{};
  id[7] = last;
  return id;
}

SpanRow MakeSpan(uint8_t trace, uint8_t span, uint8_t parent, uint64_t start) {
  SpanRow row;
  row.trace_id = TraceOf(trace);
  row.span_id = SpanOf(span);
  row.parent_span_id = SpanOf(parent);
  row.start = start;
  row.end = start + 10;
  return row;
}

/// A batch as a decoder makes it: one resource, one scope, one span with an attribute, an array, an event and a link.
TraceModel MakeBatch(std::string_view service, std::string_view span_name) {
  TraceModel batch;
  const auto text = [&batch](std::string_view value) {
    Value result;
    result.type = ValueType::kString;
    result.text = batch.strings.Intern(value);
    return result;
  };
  batch.requests.push_back({.user_agent = batch.strings.Intern("agent"), .items = 1});
  batch.attributes.push_back({batch.strings.Intern("service.name"), text(service)});
  batch.resources.push_back({.attributes = {0, 1}, .service_name = batch.strings.Intern(service)});
  batch.scopes.push_back({.resource = 0, .name = batch.strings.Intern("scope of " + std::string(service))});
  Value array;
  array.type = ValueType::kArray;
  batch.array_values.push_back(text("in array"));
  array.rows = {0, 1};
  batch.attributes.push_back({batch.strings.Intern("list"), array});
  batch.events.push_back({.time = 5, .name = batch.strings.Intern("event"), .attributes = {0, 1}});
  batch.links.push_back({.trace_id = TraceOf(9), .trace_state = batch.strings.Intern("k=v")});
  SpanRow span = MakeSpan(1, 1, 0, 100);
  span.name = batch.strings.Intern(span_name);
  span.attributes = {1, 1};
  span.events = {0, 1};
  span.links = {0, 1};
  batch.spans.push_back(span);
  return batch;
}

TEST(StringTable, KeepsEachStringOnceAndIdZeroIsEmpty) {
  StringTable table;
  EXPECT_EQ(table.Intern(""), 0u);
  const StringTable::Id first = table.Intern("payment");
  EXPECT_EQ(table.Intern(std::string("pay") + "ment"), first);
  EXPECT_EQ(table[first], "payment");
  EXPECT_EQ(table.Find("payment"), first);
  EXPECT_EQ(table.Find("checkout"), std::nullopt);
  EXPECT_EQ(table.size(), 2u);
}

TEST(StringTable, KeepsViewsValidWhileItGrowsAndMoves) {
  StringTable table;
  const std::string_view early = table[table.Intern(kPaymentText)];
  const std::string large(3 << 20, 'x');
  for (int i = 0; i < 10000; ++i) table.Intern("string number " + std::to_string(i));
  const StringTable::Id large_id = table.Intern(large);
  const StringTable moved = std::move(table);
  EXPECT_EQ(early, kPaymentText);
  EXPECT_EQ(moved[large_id], large);
  EXPECT_EQ(moved[moved.Find("string number 9999").value_or(0)], "string number 9999");
}

TEST(StringTable, KeepsZeroBytesInsideStrings) {
  StringTable table;
  const std::string_view bytes("a\0b", 3);
  EXPECT_EQ(table[table.Intern(bytes)], bytes);
  EXPECT_NE(table.Intern("a"), table.Intern(bytes));
}

TEST(StringTable, ForgetsWhatIsTruncated) {
  StringTable table;
  const StringTable::Id kept = table.Intern("kept");
  table.Intern("dropped");
  table.Truncate(2);
  EXPECT_EQ(table.Find("kept"), kept);
  EXPECT_EQ(table.Find("dropped"), std::nullopt);
  EXPECT_EQ(table.Intern("next"), 2u);
  table.Truncate(0);
  EXPECT_EQ(table.Find(""), 0u) << "the empty string always stays";
}

TEST(TraceModel, AppendKeepsEveryReferenceOfABatch) {
  TraceModel model;
  model.Append(MakeBatch("checkout", "POST /checkout"));
  model.Append(MakeBatch("payment", "charge"));
  ASSERT_EQ(model.spans.size(), 2u);
  const SpanRow& span = model.spans[1];
  EXPECT_EQ(model.Text(span.name), "charge");
  EXPECT_EQ(model.ServiceOf(model.spans[0]), "checkout");
  EXPECT_EQ(model.ServiceOf(span), "payment");
  EXPECT_EQ(model.Text(model.scopes[span.scope].name), "scope of payment");
  EXPECT_EQ(span.request, 1u);
  const Attribute* list = model.Find(span.attributes, "list");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->value.type, ValueType::kArray);
  EXPECT_EQ(model.Text(model.array_values[list->value.rows.first].text), "in array");
  ASSERT_EQ(model.EventsOf(span).size(), 1u);
  const Event& event = model.EventsOf(span)[0];
  EXPECT_EQ(model.Text(model.AttributesOf(event.attributes)[0].value.text), "payment");
  EXPECT_EQ(model.Text(model.LinksOf(span)[0].trace_state), "k=v");
  EXPECT_EQ(model.Find(span.attributes, "absent"), nullptr);
}

TEST(TraceModel, AppendSharesStringsBetweenBatches) {
  TraceModel model;
  model.Append(MakeBatch("payment", "charge"));
  const size_t strings = model.strings.size();
  model.Append(MakeBatch("payment", "charge"));
  EXPECT_EQ(model.strings.size(), strings);
}

TEST(TraceModel, AppendKeepsEqualResourcesAndScopesOnce) {
  TraceModel model;
  model.Append(MakeBatch("payment", "charge"));
  const size_t attributes = model.attributes.size();
  model.Append(MakeBatch("payment", "refund"));
  model.Append(MakeBatch("checkout", "POST"));
  EXPECT_EQ(model.resources.size(), 2u);
  EXPECT_EQ(model.scopes.size(), 2u);
  EXPECT_EQ(model.spans[0].scope, model.spans[1].scope);
  EXPECT_NE(model.spans[0].scope, model.spans[2].scope);
  EXPECT_LT(model.attributes.size(), 3 * attributes) << "attributes of the second resource are not kept twice";
  TraceModel other_type = MakeBatch("payment", "charge");
  other_type.attributes[0].value.type = ValueType::kBytes;
  model.Append(other_type);
  EXPECT_EQ(model.resources.size(), 3u) << "bytes are not the string of the same bytes";
}

TEST(TraceModel, RollBackLeavesNothingBehind) {
  TraceModel model;
  model.Append(MakeBatch("payment", "charge"));
  const TraceModel::Mark mark = model.mark();
  model.Append(MakeBatch("checkout", "POST"));
  model.RollBack(mark);
  EXPECT_EQ(model.spans.size(), 1u);
  EXPECT_EQ(model.strings.Find("checkout"), std::nullopt);
  model.Append(MakeBatch("checkout", "POST"));
  ASSERT_EQ(model.resources.size(), 2u) << "the index of resources must forget too";
  EXPECT_EQ(model.ServiceOf(model.spans[1]), "checkout");
}

TEST(BuildTraces, OrdersTracesAndSpansByStartThenId) {
  TraceModel model;
  model.spans = {MakeSpan(2, 1, 0, 50), MakeSpan(1, 3, 1, 30), MakeSpan(1, 2, 1, 30), MakeSpan(1, 1, 0, 20)};
  model.BuildTraces();
  ASSERT_EQ(model.traces.size(), 2u);
  EXPECT_EQ(model.traces[0].trace_id, TraceOf(1));
  EXPECT_EQ(model.trace_spans[model.traces[0].spans.first], 3u);
  EXPECT_EQ(model.trace_spans[model.traces[0].spans.first + 1], 2u);
  EXPECT_EQ(model.trace_spans[model.traces[0].spans.first + 2], 1u);
  EXPECT_EQ(model.spans[1].parent, 3u);
  EXPECT_EQ(model.spans[3].parent, kNoSpan);
}

TEST(BuildTraces, FindsParentsOnlyInTheSameTrace) {
  TraceModel model;
  model.spans = {MakeSpan(1, 1, 0, 10), MakeSpan(2, 2, 1, 20), MakeSpan(1, 3, 7, 30)};
  model.BuildTraces();
  EXPECT_EQ(model.spans[1].parent, kNoSpan) << "span 1 is of another trace";
  EXPECT_EQ(model.spans[2].parent, kNoSpan) << "an orphan";
}

TEST(BuildTraces, C19_KeepsRepeatedSpansOutOfTracesAndNamesTheFirst) {
  TraceModel model;
  model.spans = {MakeSpan(1, 1, 0, 10), MakeSpan(1, 2, 1, 20), MakeSpan(1, 2, 1, 20), MakeSpan(1, 2, 1, 5)};
  model.BuildTraces();
  EXPECT_EQ(model.trace_spans.size(), 2u);
  EXPECT_EQ(model.spans[1].duplicate_of, kNoSpan);
  EXPECT_EQ(model.spans[2].duplicate_of, 1u);
  EXPECT_EQ(model.spans[3].duplicate_of, 1u) << "first is what arrived first";
  EXPECT_EQ(model.spans[3].trace, UINT32_MAX);
  EXPECT_EQ(model.spans[3].parent, 0u) << "or rules would take it for an orphan";
  EXPECT_EQ(model.FindSpan(TraceOf(1), SpanOf(2)), 1u);
  EXPECT_EQ(model.spans[0].children.count, 1u);
}

TEST(BuildTraces, DoesNotTakeMissingIdsForDuplicates) {
  TraceModel model;
  model.spans = {MakeSpan(1, 0, 0, 10), MakeSpan(1, 0, 0, 20), MakeSpan(0, 5, 0, 10), MakeSpan(0, 5, 5, 20)};
  model.BuildTraces();
  for (const SpanRow& span : model.spans) EXPECT_EQ(span.duplicate_of, kNoSpan);
  EXPECT_EQ(model.trace_spans.size(), 2u) << "without a trace id a span is in no trace";
  EXPECT_EQ(model.spans[0].trace, 0u);
  EXPECT_EQ(model.spans[2].trace, UINT32_MAX);
  EXPECT_EQ(model.FindSpan(TraceOf(1), SpanOf(0)), kNoSpan);
  EXPECT_EQ(model.FindSpan(TraceOf(0), SpanOf(5)), kNoSpan);
  EXPECT_EQ(model.spans[3].parent, kNoSpan) << "without a trace id nothing says that these belong together";
}

TEST(BuildTraces, ListsChildrenByStart) {
  TraceModel model;
  model.spans = {MakeSpan(1, 4, 1, 40), MakeSpan(1, 3, 1, 30), MakeSpan(1, 1, 0, 10),
                 MakeSpan(1, 2, 1, 20), MakeSpan(2, 1, 0, 5),  MakeSpan(1, 5, 3, 50)};
  model.BuildTraces();
  const auto children = [&model](uint32_t row) {
    const Rows rows = model.spans[row].children;
    return std::vector<uint32_t>(model.child_spans.begin() + rows.first,
                                 model.child_spans.begin() + rows.first + rows.count);
  };
  EXPECT_EQ(children(2), (std::vector<uint32_t>{3, 1, 0}));
  EXPECT_EQ(children(1), (std::vector<uint32_t>{5}));
  EXPECT_TRUE(children(4).empty());
  EXPECT_EQ(model.spans[4].trace, 0u) << "the trace that starts first";
  EXPECT_EQ(model.spans[5].trace, 1u);
}

TEST(BuildTraces, CutsChainsOfParentsThatComeBack) {
  TraceModel model;
  model.spans = {MakeSpan(1, 1, 1, 10), MakeSpan(2, 2, 3, 20), MakeSpan(2, 3, 2, 30), MakeSpan(2, 4, 3, 40)};
  model.BuildTraces();
  for (uint32_t row = 0; row < model.spans.size(); ++row) {
    int steps = 0;
    for (uint32_t at = row; at != kNoSpan && steps < 10; at = model.spans[at].parent) ++steps;
    EXPECT_LT(steps, 10) << "from span " << row;
  }
  EXPECT_TRUE(model.spans[0].faults & kParentCycle);
  EXPECT_EQ((model.spans[1].faults & kParentCycle) + (model.spans[2].faults & kParentCycle), int{kParentCycle});
  EXPECT_FALSE(model.spans[3].faults & kParentCycle) << "leads into the cycle but is not in it";
  EXPECT_EQ(model.spans[3].parent, 2u);
}

TEST(BuildTraces, TreatsEveryPairOfIdsAsItsOwn) {
  TraceModel model;
  for (uint8_t trace = 1; trace < 20; ++trace) {
    for (uint8_t span = 1; span < 20; ++span) model.spans.push_back(MakeSpan(trace, span, span == 1 ? 0 : 1, span));
  }
  model.BuildTraces();
  EXPECT_EQ(model.traces.size(), 19u);
  for (uint32_t row = 0; row < model.spans.size(); ++row) {
    EXPECT_EQ(model.FindSpan(model.spans[row].trace_id, model.spans[row].span_id), row);
  }
  EXPECT_EQ(model.FindSpan(TraceOf(1), SpanOf(77)), kNoSpan);
}

TEST(SpanKindName, FollowsTraceProto) {
  EXPECT_EQ(SpanKindName(0), "unspecified");
  EXPECT_EQ(SpanKindName(2), "server");
  EXPECT_EQ(SpanKindName(5), "consumer");
  EXPECT_EQ(SpanKindName(6), "unknown");
  EXPECT_EQ(Name(Signal::kLogs), "logs");
}

}  // namespace
}  // namespace spangate
