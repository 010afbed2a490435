// Storage of the TraceModel: string arena, joining of batches, and the rebuilding of traces from spans.
#include "mock-collector/trace_model.h"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace spangate {
namespace {

// Large enough that a capture of a test run takes few allocations, small enough for the batch of one request.
constexpr size_t kFirstBlock = 4096;
constexpr size_t kLargestBlock = 1 << 20;

uint64_t LoadBigEndian(const uint8_t* bytes) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

/// A span's ids as numbers in the order of their bytes: sorting these is much quicker than sorting rows of 120 bytes.
struct SpanKey {
  uint64_t trace_high, trace_low, span;
  uint32_t row;
  auto operator<=>(const SpanKey&) const = default;
  bool SameTrace(const SpanKey& other) const { return trace_high == other.trace_high && trace_low == other.trace_low; }
};

SpanKey KeyOf(const TraceId& trace_id, const SpanId& span_id, uint32_t row) {
  return {LoadBigEndian(trace_id.data()), LoadBigEndian(trace_id.data() + 8), LoadBigEndian(span_id.data()), row};
}

/// Room for `more` elements, at least doubling: reserve() alone would grow to the exact size and copy at every batch.
template <class T>
void MakeRoom(std::vector<T>& column, size_t more) {
  const size_t needed = column.size() + more;
  if (column.capacity() < needed) column.reserve(std::max(needed, 2 * column.capacity()));
}

template <class T>
void AddBytes(std::string& key, T number) {
  key.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// The row of the span with that id among the keys of one trace, or kNoSpan. Of equal ids the first row wins.
uint32_t RowOf(std::span<const SpanKey> trace, uint64_t span_id) {
  const auto found = std::lower_bound(trace.begin(), trace.end(), span_id,
                                      [](const SpanKey& key, uint64_t id) { return key.span < id; });
  return found == trace.end() || found->span != span_id ? kNoSpan : found->row;
}

/// Cuts every chain of parents that comes back to itself, at the span where it was entered first in the order of
/// `rows`, so that whoever walks up the parents ends. Each span is walked over once.
void CutCycles(std::vector<SpanRow>& spans, std::span<const uint32_t> rows) {
  std::vector<uint32_t> walk_of(spans.size(), 0);  // 0: not seen, else the number of the walk that saw it
  uint32_t walk = 0;
  for (uint32_t row : rows) {
    ++walk;
    while (row != kNoSpan && walk_of[row] == 0) {
      walk_of[row] = walk;
      const uint32_t parent = spans[row].parent;
      if (parent != kNoSpan && walk_of[parent] == walk) {
        spans[row].parent = kNoSpan;
        spans[row].faults |= kParentCycle;
        break;
      }
      row = parent;
    }
  }
}

/// Fills `children` of every span. Within a trace `rows` is in order of start, so the children of a span come out so.
void IndexChildren(std::vector<SpanRow>& spans, std::span<const uint32_t> rows, std::vector<uint32_t>& child_spans) {
  for (SpanRow& span : spans) span.children = {};
  for (uint32_t row : rows) {
    if (spans[row].parent != kNoSpan) ++spans[spans[row].parent].children.count;
  }
  uint32_t next = 0;
  for (uint32_t row : rows) {
    Rows& children = spans[row].children;
    children.first = next;
    next += children.count;
    children.count = 0;  // counted again below, as the place for the next child
  }
  child_spans.resize(next);
  for (uint32_t row : rows) {
    if (spans[row].parent == kNoSpan) continue;
    Rows& children = spans[spans[row].parent].children;
    child_spans[children.first + children.count++] = row;
  }
}

}  // namespace

std::string_view Name(Signal signal) {
  constexpr std::string_view kNames[] = {"traces", "metrics", "logs"};
  return kNames[static_cast<size_t>(signal)];
}

std::string_view SpanKindName(uint8_t kind) {
  constexpr std::string_view kNames[] = {"unspecified", "internal", "server", "client", "producer", "consumer"};
  return kind < std::size(kNames) ? kNames[kind] : "unknown";
}

StringTable::StringTable() { Intern(""); }

StringTable::Id StringTable::Intern(std::string_view text) {
  if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
  const auto id = static_cast<Id>(texts_.size());
  MakeRoom(texts_, 1);
  const std::string_view stored = Store(text);
  ids_.emplace(stored, id);
  texts_.push_back(stored);  // cannot throw: room was made
  return id;
}

std::optional<StringTable::Id> StringTable::Find(std::string_view text) const {
  const auto found = ids_.find(text);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

void StringTable::Truncate(size_t size) {
  while (texts_.size() > std::max<size_t>(size, 1)) {
    ids_.erase(texts_.back());
    texts_.pop_back();
  }
}

std::string_view StringTable::Store(std::string_view text) {
  if (text.empty()) return "";
  if (block_size_ - block_used_ < text.size()) {
    const size_t doubled = std::clamp(2 * block_size_, kFirstBlock, kLargestBlock);
    const size_t size = std::max(doubled, text.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
    block_size_ = size;
    block_used_ = 0;
  }
  char* const place = blocks_.back().get() + block_used_;
  std::memcpy(place, text.data(), text.size());
  block_used_ += text.size();
  return {place, text.size()};
}

std::string_view TraceModel::ServiceOf(const SpanRow& span) const {
  return strings[resources[scopes[span.scope].resource].service_name];
}

const Attribute* TraceModel::Find(Rows rows, std::string_view key) const {
  for (const Attribute& attribute : AttributesOf(rows)) {
    if (strings[attribute.key] == key) return &attribute;
  }
  return nullptr;
}

/// Copies the rows of a batch into a model, with the numbers that rows and strings have there.
class BatchCopy {
 public:
  BatchCopy(TraceModel& model, const TraceModel& batch) : to_(model), from_(batch) {}

  void Run() {
    strings_.reserve(from_.strings.size());
    for (StringTable::Id id = 0; id < from_.strings.size(); ++id)
      strings_.push_back(to_.strings.Intern(from_.strings[id]));
    MakeRoom(to_.attributes, from_.attributes.size());
    const auto first_request = static_cast<uint32_t>(to_.requests.size());
    CopyRows(from_.requests, to_.requests, [this](RequestRow& row) { Text(row.user_agent); });
    CopyResources();
    CopyScopes();
    CopyRows(from_.spans, to_.spans, [&](SpanRow& row) {
      row.request += first_request;
      row.scope = scopes_[row.scope];
      for (StringTable::Id* id : {&row.name, &row.trace_state, &row.status_message}) Text(*id);
      row.attributes = Attributes(row.attributes);
      row.events = CopyRange(from_.events, row.events, to_.events, [this](Event& event) {
        Text(event.name);
        event.attributes = Attributes(event.attributes);
      });
      row.links = CopyRange(from_.links, row.links, to_.links, [this](Link& link) {
        Text(link.trace_state);
        link.attributes = Attributes(link.attributes);
      });
    });
    CopyRows(from_.logs, to_.logs, [&](LogRow& row) {
      row.request += first_request;
      row.scope = scopes_[row.scope];
      Text(row.severity_text);
      Text(row.event_name);
      row.body = Copy(row.body);
      row.attributes = Attributes(row.attributes);
    });
    CopyRows(from_.points, to_.points, [&](MetricPointRow& row) {
      row.request += first_request;
      row.scope = scopes_[row.scope];
      for (StringTable::Id* id : {&row.name, &row.unit, &row.description}) Text(*id);
      row.attributes = Attributes(row.attributes);
      row.exemplars = CopyRange(from_.exemplars, row.exemplars, to_.exemplars, [](MetricPointRow::ExemplarRef&) {});
    });
  }

 private:
  void Text(StringTable::Id& id) const { id = strings_[id]; }

  template <class T, class Fix>
  static void CopyRows(const std::vector<T>& from, std::vector<T>& to, Fix fix) {
    MakeRoom(to, from.size());
    for (T row : from) {
      fix(row);
      to.push_back(row);
    }
  }

  template <class T, class Fix>
  static Rows CopyRange(const std::vector<T>& from, Rows rows, std::vector<T>& to, Fix fix) {
    const auto first = static_cast<uint32_t>(to.size());
    for (uint32_t i = 0; i < rows.count; ++i) {
      T row = from[rows.first + i];
      fix(row);
      to.push_back(row);
    }
    return {first, rows.count};
  }

  // The rows of one list stay together, so the list goes in first and what its values hold behind it. The recursion
  // ends because the decoders bound the depth of values.
  Rows Attributes(Rows rows) {
    const auto first = static_cast<uint32_t>(to_.attributes.size());
    const auto begin = from_.attributes.begin() + rows.first;
    to_.attributes.insert(to_.attributes.end(), begin, begin + rows.count);
    for (uint32_t i = 0; i < rows.count; ++i) {
      const Attribute& attribute = from_.attributes[rows.first + i];
      const Value value = Copy(attribute.value);  // may move the column: take the reference afterwards
      to_.attributes[first + i].key = strings_[attribute.key];
      to_.attributes[first + i].value = value;
    }
    return {first, rows.count};
  }

  Rows ArrayValues(Rows rows) {
    const auto first = static_cast<uint32_t>(to_.array_values.size());
    to_.array_values.resize(first + rows.count);
    for (uint32_t i = 0; i < rows.count; ++i) {
      const Value value = Copy(from_.array_values[rows.first + i]);
      to_.array_values[first + i] = value;
    }
    return {first, rows.count};
  }

  Value Copy(Value value) {
    if (value.type == ValueType::kString || value.type == ValueType::kBytes) Text(value.text);
    if (value.type == ValueType::kArray) value.rows = ArrayValues(value.rows);
    if (value.type == ValueType::kMap) value.rows = Attributes(value.rows);
    return value;
  }

  void AddContent(std::string& key, const Value& value) const {
    AddBytes(key, value.type);
    switch (value.type) {
      case ValueType::kEmpty:
        return;
      case ValueType::kString:
      case ValueType::kBytes:
        return AddBytes(key, strings_[value.text]);
      case ValueType::kBool:
        return AddBytes(key, value.boolean);
      case ValueType::kInt:
        return AddBytes(key, value.integer);
      case ValueType::kDouble:
        return AddBytes(key, value.number);
      case ValueType::kMap:
        return AddContent(key, value.rows);
      case ValueType::kArray:
        AddBytes(key, value.rows.count);
        for (uint32_t i = 0; i < value.rows.count; ++i) AddContent(key, from_.array_values[value.rows.first + i]);
    }
  }

  void AddContent(std::string& key, Rows rows) const {
    AddBytes(key, rows.count);
    for (const Attribute& attribute : from_.AttributesOf(rows)) {
      AddBytes(key, strings_[attribute.key]);
      AddContent(key, attribute.value);
    }
  }

  void CopyResources() {
    for (ResourceRow row : from_.resources) {
      std::string key;
      Text(row.schema_url);
      Text(row.service_name);
      AddBytes(key, row.schema_url);
      AddBytes(key, row.faults);
      AddContent(key, row.attributes);
      const auto [place, added] = to_.resource_rows_.try_emplace(std::move(key), to_.resources.size());
      resources_.push_back(place->second);
      if (!added) continue;
      row.attributes = Attributes(row.attributes);
      to_.resources.push_back(row);
    }
  }

  void CopyScopes() {
    for (ScopeRow row : from_.scopes) {
      std::string key;
      row.resource = resources_[row.resource];
      AddBytes(key, row.resource);
      AddBytes(key, row.faults);
      for (StringTable::Id* id : {&row.name, &row.version, &row.schema_url}) {
        Text(*id);
        AddBytes(key, *id);
      }
      AddContent(key, row.attributes);
      const auto [place, added] = to_.scope_rows_.try_emplace(std::move(key), to_.scopes.size());
      scopes_.push_back(place->second);
      if (!added) continue;
      row.attributes = Attributes(row.attributes);
      to_.scopes.push_back(row);
    }
  }

  TraceModel& to_;
  const TraceModel& from_;
  std::vector<StringTable::Id> strings_;      // by id in the batch
  std::vector<uint32_t> resources_, scopes_;  // by row in the batch
};

void TraceModel::Append(const TraceModel& batch) {
  const Mark before = mark();
  try {
    BatchCopy(*this, batch).Run();
  } catch (...) {  // out of memory: the caller learns of it, the model stays whole
    RollBack(before);
    throw;
  }
}

TraceModel::Mark TraceModel::mark() const {
  return {.strings = strings.size(),
          .requests = requests.size(),
          .resources = resources.size(),
          .scopes = scopes.size(),
          .spans = spans.size(),
          .events = events.size(),
          .links = links.size(),
          .logs = logs.size(),
          .points = points.size(),
          .exemplars = exemplars.size(),
          .attributes = attributes.size(),
          .array_values = array_values.size()};
}

void TraceModel::RollBack(const Mark& mark) {
  const auto cut = [](auto& column, size_t size) {
    if (column.size() > size) column.erase(column.begin() + size, column.end());
  };
  strings.Truncate(mark.strings);
  cut(requests, mark.requests);
  cut(resources, mark.resources);
  cut(scopes, mark.scopes);
  cut(spans, mark.spans);
  cut(events, mark.events);
  cut(links, mark.links);
  cut(logs, mark.logs);
  cut(points, mark.points);
  cut(exemplars, mark.exemplars);
  cut(attributes, mark.attributes);
  cut(array_values, mark.array_values);
  std::erase_if(resource_rows_, [&mark](const auto& entry) { return entry.second >= mark.resources; });
  std::erase_if(scope_rows_, [&mark](const auto& entry) { return entry.second >= mark.scopes; });
}

void TraceModel::BuildTraces() {
  traces.clear();
  trace_spans.clear();
  span_index_.clear();

  std::vector<SpanKey> keys;
  keys.reserve(spans.size());
  for (uint32_t row = 0; row < spans.size(); ++row) {
    const SpanKey key = KeyOf(spans[row].trace_id, spans[row].span_id, row);
    if (key.trace_high != 0 || key.trace_low != 0) keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());

  for (size_t begin = 0, end = 0; begin < keys.size(); begin = end) {
    while (end < keys.size() && keys[end].SameTrace(keys[begin])) ++end;
    const std::span<const SpanKey> group(keys.data() + begin, end - begin);
    const auto first = static_cast<uint32_t>(trace_spans.size());
    for (const SpanKey& key : group) {
      SpanRow& span = spans[key.row];
      const uint64_t parent_id = LoadBigEndian(span.parent_span_id.data());
      if (parent_id != 0) span.parent = RowOf(group, parent_id);
      if (key.span != 0) {
        const uint32_t original = RowOf(group, key.span);
        if (original != key.row) {
          span.duplicate_of = original;
          continue;
        }
        span_index_.push_back(key.row);
      }
      trace_spans.push_back(key.row);
    }
    const auto by_start = [this](uint32_t a, uint32_t b) {
      return std::tie(spans[a].start, spans[a].span_id, a) < std::tie(spans[b].start, spans[b].span_id, b);
    };
    std::sort(trace_spans.begin() + first, trace_spans.end(), by_start);
    traces.push_back({spans[keys[begin].row].trace_id, {first, static_cast<uint32_t>(trace_spans.size()) - first}});
  }
  CutCycles(spans, trace_spans);
  const auto start_of = [this](const Trace& trace) { return spans[trace_spans[trace.spans.first]].start; };
  std::sort(traces.begin(), traces.end(), [&start_of](const Trace& a, const Trace& b) {
    return std::tuple(start_of(a), a.trace_id) < std::tuple(start_of(b), b.trace_id);
  });
  for (uint32_t row = 0; row < traces.size(); ++row) {
    const Rows members = traces[row].spans;
    for (uint32_t i = 0; i < members.count; ++i) spans[trace_spans[members.first + i]].trace = row;
  }
  IndexChildren(spans, trace_spans, child_spans);
}

uint32_t TraceModel::FindSpan(const TraceId& trace_id, const SpanId& span_id) const {
  const auto wanted = std::tie(trace_id, span_id);
  const auto ids = [this](uint32_t row) { return std::tie(spans[row].trace_id, spans[row].span_id); };
  const auto found = std::lower_bound(span_index_.begin(), span_index_.end(), wanted,
                                      [&ids](uint32_t row, const auto& key) { return ids(row) < key; });
  return found == span_index_.end() || ids(*found) != wanted ? kNoSpan : *found;
}

}  // namespace spangate
