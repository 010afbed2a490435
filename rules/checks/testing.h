// A builder of small trace models for the tests of this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mock-collector/trace_model.h"

namespace spangate::testing {

/// A value that knows its AnyValue type; a vector is an array.
using AttributeValue = std::variant<std::string, bool, int64_t, double, std::vector<std::string>, std::vector<int64_t>>;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

struct EventSpec {
  std::string name;
  int64_t after = 0;  // ns after the start of the span
  Attributes attributes;
};

/// Times in milliseconds. `parent` and `link` name spans by name; the first of that name counts.
struct SpanSpec {
  std::string name;
  std::string service = "shop";
  std::string parent;
  int64_t start = 0, duration = 10;
  uint8_t kind = 1;
  uint8_t status = 0;
  std::string status_message;
  Attributes attributes;
  std::vector<EventSpec> events;
  std::string link;
  Attributes resource;
  int trace = 1;
  bool orphan = false;
};

/// The model of these spans, traces built.
inline TraceModel BuildModel(const std::vector<SpanSpec>& specs) {
  TraceModel model;
  const auto value_of = [&model](const AttributeValue& from) {
    Value value;
    if (const auto* text = std::get_if<std::string>(&from)) {
      value.type = ValueType::kString;
      value.text = model.strings.Intern(*text);
    } else if (const auto* boolean = std::get_if<bool>(&from)) {
      value.type = ValueType::kBool;
      value.boolean = *boolean;
    } else if (const auto* integer = std::get_if<int64_t>(&from)) {
      value.type = ValueType::kInt;
      value.integer = *integer;
    } else if (const auto* number = std::get_if<double>(&from)) {
      value.type = ValueType::kDouble;
      value.number = *number;
    } else {
      value.type = ValueType::kArray;
      value.rows.first = static_cast<uint32_t>(model.array_values.size());
      if (const auto* texts = std::get_if<std::vector<std::string>>(&from)) {
        for (const std::string& item : *texts) {
          Value& added = model.array_values.emplace_back();
          added.type = ValueType::kString;
          added.text = model.strings.Intern(item);
        }
      }
      if (const auto* integers = std::get_if<std::vector<int64_t>>(&from)) {
        for (const int64_t item : *integers) {
          Value& added = model.array_values.emplace_back();
          added.type = ValueType::kInt;
          added.integer = item;
        }
      }
      value.rows.count = static_cast<uint32_t>(model.array_values.size()) - value.rows.first;
    }
    return value;
  };
  const auto add = [&](const Attributes& attributes) {
    const Rows rows{static_cast<uint32_t>(model.attributes.size()), static_cast<uint32_t>(attributes.size())};
    for (const auto& [key, value] : attributes) {
      const Value made = value_of(value);
      model.attributes.push_back({model.strings.Intern(key), made});
    }
    return rows;
  };
  const auto ids_of = [](int trace, size_t span) {
    std::pair<TraceId, SpanId> ids{};
    ids.first[15] = static_cast<uint8_t>(trace);
    ids.second[6] = static_cast<uint8_t>((span + 1) >> 8);
    ids.second[7] = static_cast<uint8_t>(span + 1);
    return ids;
  };
  const auto find = [&specs](const std::string& name) {
    size_t i = 0;
    while (i < specs.size() && specs[i].name != name) ++i;
    return i;
  };
  for (size_t i = 0; i < specs.size(); ++i) {
    const SpanSpec& spec = specs[i];
    Attributes resource = spec.resource;
    if (!spec.service.empty()) resource.push_back({"service.name", spec.service});
    const Rows resource_rows = add(resource);
    model.resources.push_back({0, resource_rows, model.strings.Intern(spec.service)});
    const auto row = static_cast<uint32_t>(model.resources.size() - 1);
    model.scopes.push_back({row, model.strings.Intern("shop-lib"), model.strings.Intern("1.2"), 0, {}});
    SpanRow span;
    std::tie(span.trace_id, span.span_id) = ids_of(spec.trace, i);
    if (!spec.parent.empty()) span.parent_span_id = ids_of(spec.trace, find(spec.parent)).second;
    if (spec.orphan) span.parent_span_id.fill(0xEE);
    span.start = 1'000'000'000'000ULL + static_cast<uint64_t>(spec.start * 1'000'000);
    span.end = span.start + static_cast<uint64_t>(spec.duration * 1'000'000);
    span.name = model.strings.Intern(spec.name);
    span.status_message = model.strings.Intern(spec.status_message);
    span.kind = spec.kind;
    span.status = spec.status;
    span.scope = row;
    span.attributes = add(spec.attributes);
    std::vector<Event> events;
    for (const EventSpec& event : spec.events)
      events.push_back({span.start + static_cast<uint64_t>(event.after), model.strings.Intern(event.name), 0,
                        add(event.attributes)});
    span.events = {static_cast<uint32_t>(model.events.size()), static_cast<uint32_t>(events.size())};
    model.events.insert(model.events.end(), events.begin(), events.end());
    if (!spec.link.empty()) {
      const size_t target = find(spec.link);
      Link link;
      std::tie(link.trace_id, link.span_id) = ids_of(specs[target].trace, target);
      link.attributes = add({{"link.kind", std::string("follows")}});
      span.links = {static_cast<uint32_t>(model.links.size()), 1};
      model.links.push_back(link);
    }
    model.spans.push_back(span);
  }
  model.BuildTraces();
  return model;
}

inline int64_t Int(int64_t value) { return value; }
inline std::string Text(std::string_view value) { return std::string(value); }

}  // namespace spangate::testing
