// OTLP as this collector reads it: every field once, with its protobuf number and its JSON name (opentelemetry-proto
// 1.11). The two readers walk bodies; what a field means is said here, so equal data gives equal rows in both
// encodings.
//
// A reader R offers Text, Id, Fixed64, Uint32, ... (number, name, target), each true when the field under the cursor is
// that one, plus One and Each for messages. A field that no line matches is unknown: the reader skips it.
#pragma once

#include <cmath>
#include <optional>
#include <string_view>

#include "mock-collector/otlp_context.h"

namespace spangate::otlp {

template <class T>
auto Into(T& target) {
  return [&target](auto value) { target = static_cast<T>(value); };
}

// Enumerations are open: numbers from outside are kept as far as the column holds them, and flagged.
inline uint8_t KeepEnum(int32_t number, int32_t last_known, uint16_t& faults) {
  if (number < 0 || number > last_known) faults |= kUnknownEnum;
  return number < 0 || number > UINT8_MAX ? UINT8_MAX : static_cast<uint8_t>(number);
}

template <size_t N>
uint16_t IdFaults(const IdField<N>& id, uint16_t when_missing, uint16_t when_zero) {
  if (!id.present) return when_missing;
  return id.zero() ? when_zero : 0;
}

struct ValueDraft {
  explicit ValueDraft(Context& c) : context(c) {}
  Context& context;
  Value value;
  // A list that comes in several pieces is one list (proto3: repeated pieces of a message merge), so it is stored last.
  std::optional<Lease<Value>> array;
  std::optional<Lease<Attribute>> map;

  // A oneof: whatever was set before is gone, unless it is the same message again.
  Value& Become(ValueType type) {
    if (value.type != type) {
      array.reset();
      map.reset();
      value = Value();
      value.type = type;
    }
    return value;
  }
  Value Finish() {
    if (value.type == ValueType::kArray && array) value.rows = context.StoreArray(**array);
    if (value.type == ValueType::kMap && map) value.rows = context.StoreMap(**map);
    return value;
  }
};

struct ArrayDraft {
  Context& context;
  std::vector<Value>& list;
};
struct MapDraft {
  Context& context;
  std::vector<Attribute>& list;
};
struct KeyValueDraft {
  explicit KeyValueDraft(Context& context) : value(context) {}
  StringTable::Id key = 0;
  ValueDraft value;
};

/// One KeyValue onto `list`.
template <class R>
void ReadAttribute(R& message, Context& context, std::vector<Attribute>& list) {
  context.CountElement();
  KeyValueDraft draft(context);
  message.Parse(draft);
  list.push_back({draft.key, draft.value.Finish()});
}

template <class R>
bool Attributes(R& r, uint32_t number, std::string_view name, Context& context, std::vector<Attribute>& list) {
  return r.Each(number, name, list.size(), [&](R& message) { ReadAttribute(message, context, list); });
}

template <class R>
bool Fields(R& r, KeyValueDraft& d) {
  return r.Text(1, "key", Into(d.key)) || r.One(2, "value", [&](R& message) { message.Parse(d.value); });
}

template <class R>
bool Fields(R& r, ArrayDraft& d) {
  return r.Each(1, "values", d.list.size(), [&](R& message) {
    d.context.CountElement();
    ValueDraft draft(d.context);
    message.Parse(draft);
    d.list.push_back(draft.Finish());
  });
}

template <class R>
bool Fields(R& r, MapDraft& d) {
  return Attributes(r, 1, "values", d.context, d.list);
}

template <class R>
void ReadArray(R& message, ValueDraft& d) {
  d.Become(ValueType::kArray);
  if (!d.array) d.array.emplace(d.context.free_values);
  ArrayDraft draft{d.context, **d.array};
  message.Parse(draft);
}

template <class R>
void ReadMap(R& message, ValueDraft& d) {
  d.Become(ValueType::kMap);
  if (!d.map) d.map.emplace(d.context.free_attributes);
  MapDraft draft{d.context, **d.map};
  message.Parse(draft);
}

template <class R>
bool Fields(R& r, ValueDraft& d) {
  return r.Text(1, "stringValue", [&](StringTable::Id id) { d.Become(ValueType::kString).text = id; }) ||
         r.Bool(2, "boolValue", [&](bool boolean) { d.Become(ValueType::kBool).boolean = boolean; }) ||
         r.IntOrHuge(
             3, "intValue", [&](int64_t integer) { d.Become(ValueType::kInt).integer = integer; },
             [&](double huge) { d.Become(ValueType::kDouble).number = huge; }) ||
         r.Double(4, "doubleValue", [&](double number) { d.Become(ValueType::kDouble).number = number; }) ||
         r.One(5, "arrayValue", [&](R& message) { ReadArray(message, d); }) ||
         r.One(6, "kvlistValue", [&](R& message) { ReadMap(message, d); }) ||
         r.Bytes(7, "bytesValue", [&](StringTable::Id id) { d.Become(ValueType::kBytes).text = id; });
}

struct EventDraft {
  explicit EventDraft(Context& c) : context(c), attributes(c.free_attributes) {}
  Context& context;
  Event row;
  Lease<Attribute> attributes;
  void Finish() {
    row.attributes = context.StoreAttributes(*attributes);
    context.model.events.push_back(row);
  }
};

template <class R>
bool Fields(R& r, EventDraft& d) {
  return r.Fixed64(1, "timeUnixNano", Into(d.row.time)) || r.Text(2, "name", Into(d.row.name)) ||
         Attributes(r, 3, "attributes", d.context, *d.attributes) ||
         r.Uint32(4, "droppedAttributesCount", Into(d.row.dropped_attributes));
}

struct LinkDraft {
  explicit LinkDraft(Context& c) : context(c), fault_scope(c), attributes(c.free_attributes) {}
  Context& context;
  FaultScope fault_scope;
  Link row;
  IdField<16> trace_id;
  IdField<8> span_id;
  Lease<Attribute> attributes;
  void Finish() {
    row.trace_id = trace_id.bytes;
    row.span_id = span_id.bytes;
    row.attributes = context.StoreAttributes(*attributes);
    row.faults = fault_scope.Close() | IdFaults(trace_id, kBadTraceId, kZeroTraceId) |
                 IdFaults(span_id, kBadSpanId, kZeroSpanId);
    context.model.links.push_back(row);
  }
};

template <class R>
bool Fields(R& r, LinkDraft& d) {
  return r.Id(1, "traceId", d.trace_id) || r.Id(2, "spanId", d.span_id) ||
         r.Text(3, "traceState", Into(d.row.trace_state)) || Attributes(r, 4, "attributes", d.context, *d.attributes) ||
         r.Ignored32(5, "droppedAttributesCount") || r.Fixed32(6, "flags", Into(d.row.flags));
}

struct StatusDraft {
  StringTable::Id message = 0;
  int32_t code = 0;
};

template <class R>
bool Fields(R& r, StatusDraft& d) {
  return r.Text(2, "message", Into(d.message)) || r.Enum(3, "code", Into(d.code));
}

struct SpanDraft {
  static constexpr std::string_view kNames[] = {"resourceSpans", "scopeSpans", "spans"};
  SpanDraft(Context& c, uint32_t scope) : context(c), fault_scope(c), attributes(c.free_attributes) {
    row.scope = scope;
    row.request = c.request;
    row.events.first = static_cast<uint32_t>(c.model.events.size());
    row.links.first = static_cast<uint32_t>(c.model.links.size());
  }
  Context& context;
  FaultScope fault_scope;
  SpanRow row;
  IdField<16> trace_id;
  IdField<8> span_id, parent_id;
  int32_t kind = 0;
  StatusDraft status;
  Lease<Attribute> attributes;

  void Finish() {
    TraceModel& model = context.model;
    row.trace_id = trace_id.bytes;
    row.span_id = span_id.bytes;
    row.parent_span_id = parent_id.bytes;
    row.attributes = context.StoreAttributes(*attributes);
    row.faults = fault_scope.Close() | IdFaults(trace_id, kBadTraceId, kZeroTraceId) |
                 IdFaults(span_id, kBadSpanId, kZeroSpanId) | IdFaults(parent_id, 0, kZeroParentId);
    row.kind = KeepEnum(kind, 5, row.faults);
    row.status = KeepEnum(status.code, 2, row.faults);
    row.status_message = status.message;
    model.spans.push_back(row);
    ++context.items;
  }
};

template <class R>
bool Fields(R& r, SpanDraft& d) {
  Context& c = d.context;
  SpanRow& row = d.row;
  return r.Id(1, "traceId", d.trace_id) || r.Id(2, "spanId", d.span_id) ||
         r.Text(3, "traceState", Into(row.trace_state)) || r.Id(4, "parentSpanId", d.parent_id) ||
         r.Text(5, "name", Into(row.name)) || r.Enum(6, "kind", Into(d.kind)) ||
         r.Fixed64(7, "startTimeUnixNano", Into(row.start)) || r.Fixed64(8, "endTimeUnixNano", Into(row.end)) ||
         Attributes(r, 9, "attributes", c, *d.attributes) ||
         r.Uint32(10, "droppedAttributesCount", Into(row.dropped_attributes)) ||
         r.Each(11, "events", row.events.count,
                [&](R& message) {
                  c.CountElement();
                  EventDraft event(c);
                  message.Parse(event);
                  event.Finish();
                  ++row.events.count;
                }) ||
         r.Uint32(12, "droppedEventsCount", Into(row.dropped_events)) ||
         r.Each(13, "links", row.links.count,
                [&](R& message) {
                  c.CountElement();
                  LinkDraft link(c);
                  message.Parse(link);
                  link.Finish();
                  ++row.links.count;
                }) ||
         r.Uint32(14, "droppedLinksCount", Into(row.dropped_links)) ||
         r.One(15, "status", [&](R& message) { message.Parse(d.status); }) || r.Fixed32(16, "flags", Into(row.flags));
}

struct LogDraft {
  static constexpr std::string_view kNames[] = {"resourceLogs", "scopeLogs", "logRecords"};
  LogDraft(Context& c, uint32_t scope) : context(c), fault_scope(c), body(c), attributes(c.free_attributes) {
    row.scope = scope;
    row.request = c.request;
  }
  Context& context;
  FaultScope fault_scope;
  LogRow row;
  IdField<16> trace_id;
  IdField<8> span_id;
  ValueDraft body;
  Lease<Attribute> attributes;

  void Finish() {
    row.trace_id = trace_id.bytes;
    row.span_id = span_id.bytes;
    row.body = body.Finish();
    row.attributes = context.StoreAttributes(*attributes);
    // Unlike a span, a record may have no ids at all.
    row.faults = fault_scope.Close() | IdFaults(trace_id, 0, kZeroTraceId) | IdFaults(span_id, 0, kZeroSpanId);
    context.model.logs.push_back(row);
    ++context.items;
  }
};

template <class R>
bool Fields(R& r, LogDraft& d) {
  LogRow& row = d.row;
  return r.Fixed64(1, "timeUnixNano", Into(row.time)) || r.Enum(2, "severityNumber", Into(row.severity_number)) ||
         r.Text(3, "severityText", Into(row.severity_text)) ||
         r.One(5, "body", [&](R& message) { message.Parse(d.body); }) ||
         Attributes(r, 6, "attributes", d.context, *d.attributes) ||
         r.Uint32(7, "droppedAttributesCount", Into(row.dropped_attributes)) ||
         r.Fixed32(8, "flags", Into(row.flags)) || r.Id(9, "traceId", d.trace_id) || r.Id(10, "spanId", d.span_id) ||
         r.Fixed64(11, "observedTimeUnixNano", Into(row.observed_time)) ||
         r.Text(12, "eventName", Into(row.event_name));
}

struct ExemplarDraft {
  IdField<16> trace_id;
  IdField<8> span_id;
};

template <class R>
bool Fields(R& r, ExemplarDraft& d) {
  return r.Id(4, "spanId", d.span_id) || r.Id(5, "traceId", d.trace_id);
}

/// The four messages of data points differ only in the numbers of the fields that are read here.
struct PointDraft {
  explicit PointDraft(Context& c, uint32_t attributes_at, uint32_t exemplars_at)
      : context(c), attributes_number(attributes_at), exemplars_number(exemplars_at), attributes(c.free_attributes) {
    row.exemplars.first = static_cast<uint32_t>(c.model.exemplars.size());
  }
  Context& context;
  const uint32_t attributes_number, exemplars_number;
  MetricPointRow row;
  Lease<Attribute> attributes;
};

template <class R>
void ReadExemplar(R& message, PointDraft& d) {
  d.context.CountElement();
  ExemplarDraft draft;
  message.Parse(draft);
  d.context.model.exemplars.push_back({draft.trace_id.bytes, draft.span_id.bytes});
  d.context.faults |=
      static_cast<uint16_t>(IdFaults(draft.trace_id, 0, kZeroTraceId) | IdFaults(draft.span_id, 0, kZeroSpanId));
  ++d.row.exemplars.count;
}

template <class R>
bool Fields(R& r, PointDraft& d) {
  return r.Fixed64(3, "timeUnixNano", Into(d.row.time)) ||
         Attributes(r, d.attributes_number, "attributes", d.context, *d.attributes) ||
         (d.exemplars_number != 0 && r.Each(d.exemplars_number, "exemplars", d.row.exemplars.count,
                                            [&](R& message) { ReadExemplar(message, d); }));
}

/// Metric.data: which of the five, and what they have in common.
struct DataKind {
  uint32_t number;
  std::string_view name;
  uint32_t attributes_number;  // in its data point
  uint32_t exemplars_number;   // 0: has none
};
inline constexpr DataKind kDataKinds[] = {
    {5, "gauge", 7, 5},    {7, "sum", 7, 5}, {9, "histogram", 9, 8}, {10, "exponentialHistogram", 1, 11},
    {11, "summary", 7, 0},
};

struct MetricDraft {
  static constexpr std::string_view kNames[] = {"resourceMetrics", "scopeMetrics", "metrics"};
  MetricDraft(Context& c, uint32_t scope)
      : context(c), fault_scope(c), scope_row(scope), first_point(c.model.points.size()) {}
  Context& context;
  FaultScope fault_scope;
  const uint32_t scope_row;
  const size_t first_point;
  StringTable::Id name = 0, unit = 0, description = 0;
  const DataKind* kind = nullptr;
  int32_t temporality = 0;
  bool monotonic = false;

  // A oneof: another kind of data replaces what came before.
  void Become(const DataKind& new_kind) {
    if (kind == &new_kind) return;
    context.items -= static_cast<uint32_t>(context.model.points.size() - first_point);
    context.model.points.resize(first_point);
    kind = &new_kind;
    temporality = 0;
    monotonic = false;
  }
  // Name and temporality may follow the points on the wire.
  void Finish() {
    uint16_t faults = fault_scope.Close();
    const uint8_t kept_temporality = KeepEnum(temporality, 2, faults);
    for (size_t i = first_point; i < context.model.points.size(); ++i) {
      MetricPointRow& row = context.model.points[i];
      row.scope = scope_row;
      row.request = context.request;
      row.name = name;
      row.unit = unit;
      row.description = description;
      row.type = static_cast<uint8_t>(kind->number);
      row.temporality = kept_temporality;
      row.monotonic = monotonic;
      row.faults |= faults;
    }
  }
};

struct DataDraft {
  MetricDraft& metric;
};

template <class R>
void ReadPoint(R& message, MetricDraft& d) {
  d.context.CountRow();
  FaultScope fault_scope(d.context);
  PointDraft point(d.context, d.kind->attributes_number, d.kind->exemplars_number);
  message.Parse(point);
  point.row.attributes = d.context.StoreAttributes(*point.attributes);
  point.row.faults = fault_scope.Close();
  d.context.model.points.push_back(point.row);
  ++d.context.items;
}

template <class R>
bool Fields(R& r, DataDraft& d) {
  MetricDraft& metric = d.metric;
  return r.Each(1, "dataPoints", metric.context.model.points.size() - metric.first_point,
                [&](R& message) { ReadPoint(message, metric); }) ||
         r.Enum(2, "aggregationTemporality", Into(metric.temporality)) ||
         r.Bool(3, "isMonotonic", Into(metric.monotonic));
}

template <class R>
bool Fields(R& r, MetricDraft& d) {
  if (r.Text(1, "name", Into(d.name)) || r.Text(2, "description", Into(d.description)) ||
      r.Text(3, "unit", Into(d.unit))) {
    return true;
  }
  for (const DataKind& kind : kDataKinds) {
    const bool read = r.One(kind.number, kind.name, [&](R& message) {
      d.Become(kind);
      DataDraft data{d};
      message.Parse(data);
    });
    if (read) return true;
  }
  return false;
}

struct ScopeDraft {
  ScopeDraft(Context& c) : context(c), attributes(c.free_attributes) {}  // NOLINT(google-explicit-constructor)
  Context& context;
  StringTable::Id name = 0, version = 0;
  Lease<Attribute> attributes;
};

template <class R>
bool Fields(R& r, ScopeDraft& d) {
  return r.Text(1, "name", Into(d.name)) || r.Text(2, "version", Into(d.version)) ||
         Attributes(r, 3, "attributes", d.context, *d.attributes);
}

struct ResourceDraft {
  explicit ResourceDraft(Context& c) : context(c), attributes(c.free_attributes) {}
  Context& context;
  Lease<Attribute> attributes;
};

template <class R>
bool Fields(R& r, ResourceDraft& d) {
  return Attributes(r, 1, "attributes", d.context, *d.attributes);
}

/// ScopeSpans, ScopeLogs, ScopeMetrics. Its row exists from the start because the items need the number; it is filled
/// at the end because `scope` may follow the items on the wire.
template <class Item>
struct ScopeGroupDraft {
  ScopeGroupDraft(Context& c, uint32_t resource) : context(c), fault_scope(c), scope(c) {
    c.CountRow();
    row = static_cast<uint32_t>(c.model.scopes.size());
    c.model.scopes.push_back({.resource = resource});
  }
  Context& context;
  FaultScope fault_scope;
  ScopeDraft scope;
  uint32_t row;
  StringTable::Id schema_url = 0;
  uint32_t items = 0;
  void Finish() {
    const Rows attributes = context.StoreAttributes(*scope.attributes);
    ScopeRow& target = context.model.scopes[row];
    target.name = scope.name;
    target.version = scope.version;
    target.schema_url = schema_url;
    target.attributes = attributes;
    target.faults = fault_scope.Close();
  }
};

template <class R, class Item>
bool Fields(R& r, ScopeGroupDraft<Item>& d) {
  return r.Each(2, Item::kNames[2], d.items, [&](R& message) {
    d.context.CountRow();
    Item item(d.context, d.row);
    message.Parse(item);
    item.Finish();
    ++d.items;
  }) || r.One(1, "scope", [&](R& message) {
    message.Parse(d.scope);
  }) || r.Text(3, "schemaUrl", Into(d.schema_url));
}

/// ResourceSpans, ResourceLogs, ResourceMetrics; its row as that of ScopeGroupDraft.
template <class Item>
struct ResourceGroupDraft {
  explicit ResourceGroupDraft(Context& c) : context(c), fault_scope(c), resource(c) {
    c.CountRow();
    row = static_cast<uint32_t>(c.model.resources.size());
    c.model.resources.emplace_back();
  }
  Context& context;
  FaultScope fault_scope;
  ResourceDraft resource;
  uint32_t row;
  StringTable::Id schema_url = 0;
  uint32_t scopes = 0;
  void Finish() {
    const Rows attributes = context.StoreAttributes(*resource.attributes);
    const Attribute* service = context.model.Find(attributes, "service.name");
    ResourceRow& target = context.model.resources[row];
    target.attributes = attributes;
    target.schema_url = schema_url;
    if (service != nullptr && service->value.type == ValueType::kString) target.service_name = service->value.text;
    target.faults = fault_scope.Close();
  }
};

template <class R, class Item>
bool Fields(R& r, ResourceGroupDraft<Item>& d) {
  return r.One(1, "resource", [&](R& message) {
    message.Parse(d.resource);
  }) || r.Each(2, Item::kNames[1], d.scopes, [&](R& message) {
    ScopeGroupDraft<Item> group(d.context, d.row);
    message.Parse(group);
    group.Finish();
    ++d.scopes;
  }) || r.Text(3, "schemaUrl", Into(d.schema_url));
}

template <class Item>
struct RequestDraft {
  Context& context;
  uint32_t groups = 0;
};

template <class R, class Item>
bool Fields(R& r, RequestDraft<Item>& d) {
  return r.Each(1, Item::kNames[0], d.groups, [&](R& message) {
    ResourceGroupDraft<Item> group(d.context);
    message.Parse(group);
    group.Finish();
    ++d.groups;
  });
}

/// Reads a whole request of that signal.
template <class R>
void ReadRequest(Signal signal, R& reader, Context& context) {
  const auto read = [&](auto draft) { reader.Parse(draft); };
  switch (signal) {
    case Signal::kTraces:
      return read(RequestDraft<SpanDraft>{context});
    case Signal::kMetrics:
      return read(RequestDraft<MetricDraft>{context});
    case Signal::kLogs:
      return read(RequestDraft<LogDraft>{context});
  }
}

}  // namespace spangate::otlp
