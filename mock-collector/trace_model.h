// TraceModel: telemetry as received, rebuilt into traces. Columns and arenas: about 250 bytes a span, no map per span.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace spangate {

enum class Signal : uint8_t { kTraces, kMetrics, kLogs };
std::string_view Name(Signal signal);  // "traces", "metrics", "logs"

/// Strings of one model, each kept once. Ids are dense from 0; id 0 is the empty string.
class StringTable {
 public:
  using Id = uint32_t;
  StringTable();
  Id Intern(std::string_view text);
  std::string_view operator[](Id id) const { return texts_[id]; }
  std::optional<Id> Find(std::string_view text) const;  // without adding
  size_t size() const { return texts_.size(); }
  /// Forgets the strings with ids from `size` on: how a decoder leaves no trace of a body it rejects.
  void Truncate(size_t size);

 private:
  std::string_view Store(std::string_view text);
  std::vector<std::string_view> texts_;
  std::unordered_map<std::string_view, Id> ids_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t block_used_ = 0;
  size_t block_size_ = 0;
};

/// opentelemetry-proto AnyValue, exact: doubles and 64-bit integers are kept as they came.
enum class ValueType : uint8_t { kEmpty, kString, kBool, kInt, kDouble, kBytes, kArray, kMap };

/// Rows first..first+count of another column.
struct Rows {
  uint32_t first = 0;
  uint32_t count = 0;
};

struct Value {
  ValueType type = ValueType::kEmpty;
  union {
    StringTable::Id text;  // kString, kBytes (raw bytes)
    bool boolean;
    int64_t integer;
    double number;
    Rows rows;  // kArray: into TraceModel::array_values; kMap: into TraceModel::attributes
  };
  Value() : integer(0) {}
};

struct Attribute {
  StringTable::Id key = 0;
  Value value;
};

/// What was wrong with a span, log or link as it came. The decoder stores it and says so; rules judge.
enum Fault : uint16_t {
  kBadTraceId = 1 << 0,  // missing or of another length than 16 bytes
  kZeroTraceId = 1 << 1,
  kBadSpanId = 1 << 2,  // missing or of another length than 8 bytes
  kZeroSpanId = 1 << 3,
  kBadParentId = 1 << 4,   // of another length than 0 or 8 bytes
  kZeroParentId = 1 << 5,  // eight zero bytes: a root by meaning, a defect by form
  kInvalidUtf8 = 1 << 6,   // some string held bytes that are not UTF-8; U+FFFD stands in their place
  kDuplicateKey = 1 << 7,  // two attributes of one key
  kUnknownEnum = 1 << 8,   // span kind or status code outside the specification's values
  kParentCycle = 1 << 9,   // following parents comes back to the span; the link that closes the cycle is cut
};

using TraceId = std::array<uint8_t, 16>;
using SpanId = std::array<uint8_t, 8>;

struct Event {
  uint64_t time = 0;  // ns since the Unix epoch
  StringTable::Id name = 0;
  uint32_t dropped_attributes = 0;
  Rows attributes;
};

struct Link {
  TraceId trace_id{};
  SpanId span_id{};
  StringTable::Id trace_state = 0;
  uint32_t flags = 0;
  uint16_t faults = 0;
  Rows attributes;
};

inline constexpr uint32_t kNoSpan = UINT32_MAX;

/// One span. Kinds and status codes have the numbers of trace.proto (kind 1 internal .. 5 consumer; status 2 error).
struct SpanRow {
  TraceId trace_id{};
  SpanId span_id{};
  SpanId parent_span_id{};      // all zero for a root
  uint64_t start = 0, end = 0;  // ns since the Unix epoch, as sent
  StringTable::Id name = 0;
  StringTable::Id trace_state = 0;
  StringTable::Id status_message = 0;
  uint32_t scope = 0;    // into TraceModel::scopes
  uint32_t request = 0;  // into TraceModel::requests
  Rows attributes, events, links;
  uint32_t flags = 0;  // all 32 bits: 0-7 W3C, 8 has-is-remote, 9 is-remote
  uint32_t dropped_attributes = 0, dropped_events = 0, dropped_links = 0;
  uint16_t faults = 0;
  uint8_t kind = 0;
  uint8_t status = 0;
  // Set by BuildTraces:
  uint32_t parent = kNoSpan;        // row of the parent span; kNoSpan for a root or an orphan; never forms a cycle
  uint32_t trace = UINT32_MAX;      // row of `traces`; UINT32_MAX for a span without a valid trace id
  uint32_t duplicate_of = kNoSpan;  // an earlier row of the same trace and span id; then it is in no trace
  Rows children;                    // into TraceModel::child_spans, by start
};

struct ResourceRow {
  StringTable::Id schema_url = 0;
  Rows attributes;
  StringTable::Id service_name = 0;  // attribute service.name when it is a string, else 0
  uint16_t faults = 0;               // kInvalidUtf8, kDuplicateKey
};

struct ScopeRow {
  uint32_t resource = 0;
  StringTable::Id name = 0, version = 0, schema_url = 0;
  Rows attributes;
  uint16_t faults = 0;  // kInvalidUtf8, kDuplicateKey
};

struct LogRow {
  TraceId trace_id{};
  SpanId span_id{};
  uint64_t time = 0, observed_time = 0;
  uint32_t scope = 0, request = 0;
  uint32_t flags = 0;
  int32_t severity_number = 0;
  StringTable::Id severity_text = 0, event_name = 0;
  uint32_t dropped_attributes = 0;
  Value body;
  Rows attributes;
  uint16_t faults = 0;
};

/// One data point of a metric; exemplars give their trace and span ids.
struct MetricPointRow {
  uint32_t scope = 0, request = 0;
  StringTable::Id name = 0, unit = 0, description = 0;
  uint8_t type = 0;  // field number of Metric.data: 5 gauge, 7 sum, 9 histogram, 10 exponential histogram, 11 summary
  uint8_t temporality = 0;  // 0 unspecified or none, 1 delta, 2 cumulative
  bool monotonic = false;
  uint64_t time = 0;
  Rows attributes;
  struct ExemplarRef {
    TraceId trace_id{};
    SpanId span_id{};
  };
  Rows exemplars;  // into TraceModel::exemplars
  uint16_t faults = 0;
};

enum class Encoding : uint8_t { kProtobuf, kJson };

/// One accepted request: where its telemetry came from.
struct RequestRow {
  Signal signal = Signal::kTraces;
  Encoding encoding = Encoding::kProtobuf;
  uint64_t arrival = 0;  // ns since the Unix epoch; 0 when the source has none (a file of another tool)
  uint64_t connection = 0;
  StringTable::Id user_agent = 0;
  uint32_t items = 0;  // spans, log records or data points
};

/// The spans of one valid trace id, in order of start, then span id. Repeated (trace id, span id) are left out, so that
/// a batch sent twice after a lost answer counts once; spans without a valid span id are all in.
struct Trace {
  TraceId trace_id{};
  Rows spans;  // into TraceModel::trace_spans
};

class BatchCopy;

class TraceModel {
 public:
  StringTable strings;
  std::vector<RequestRow> requests;
  std::vector<ResourceRow> resources;
  std::vector<ScopeRow> scopes;
  std::vector<SpanRow> spans;  // in order of arrival
  std::vector<Event> events;
  std::vector<Link> links;
  std::vector<LogRow> logs;
  std::vector<MetricPointRow> points;
  std::vector<MetricPointRow::ExemplarRef> exemplars;
  std::vector<Attribute> attributes;  // every Rows of attributes points here
  std::vector<Value> array_values;

  // Set by BuildTraces(); empty before.
  std::vector<Trace> traces;          // by first start, then trace id
  std::vector<uint32_t> trace_spans;  // rows of `spans`: without duplicates and spans without a valid trace id
  std::vector<uint32_t> child_spans;  // rows of `spans`

  std::span<const Attribute> AttributesOf(Rows rows) const { return {attributes.data() + rows.first, rows.count}; }
  std::span<const Event> EventsOf(const SpanRow& span) const {
    return {events.data() + span.events.first, span.events.count};
  }
  std::span<const Link> LinksOf(const SpanRow& span) const {
    return {links.data() + span.links.first, span.links.count};
  }
  std::string_view ServiceOf(const SpanRow& span) const;
  std::string_view Text(StringTable::Id id) const { return strings[id]; }
  /// First attribute of that key, or null.
  const Attribute* Find(Rows rows, std::string_view key) const;
  /// The row of a span by its ids after BuildTraces, or kNoSpan.
  uint32_t FindSpan(const TraceId& trace_id, const SpanId& span_id) const;

  /// Adds everything of `batch`, which has its own strings and rows; equal resources and scopes are kept once.
  /// Strong guarantee: all or nothing.
  void Append(const TraceModel& batch);
  /// The sizes of all columns, and the way back to them. Used to leave no rows of a batch that turned out to be bad.
  struct Mark {
    size_t strings, requests, resources, scopes, spans, events, links, logs, points, exemplars, attributes,
        array_values;
  };
  Mark mark() const;
  void RollBack(const Mark& mark);
  /// Sorts spans into traces and resolves parents. Linear but for the sort. Call once, after the last Append.
  void BuildTraces();

 private:
  std::vector<uint32_t> span_index_;  // rows of `spans` by (trace id, span id): sorted, so no ids can flood it
  // Rows of `resources` and `scopes` by their whole content, so that each is kept once however many requests bring it.
  std::unordered_map<std::string, uint32_t> resource_rows_, scope_rows_;
  friend class BatchCopy;
};

/// "unspecified", "internal", "server", "client", "producer", "consumer"; "unknown" for any other number.
std::string_view SpanKindName(uint8_t kind);

}  // namespace spangate
