// For tests only: a TraceModel as text, and OTLP messages that can be written in both encodings.
#pragma once

#include <fmt/format.h>

#include <protozero/pbf_writer.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/text.h"
#include "mock-collector/trace_model.h"

namespace spangate::testing {

std::string Dump(const TraceModel& model, Rows attributes);

inline std::string Dump(const TraceModel& model, const Value& value) {
  switch (value.type) {
    case ValueType::kEmpty:
      return "empty";
    case ValueType::kString:
      return fmt::format("\"{}\"", Printable(model.Text(value.text)));
    case ValueType::kBytes:
      return fmt::format("bytes {}", Printable(model.Text(value.text)));
    case ValueType::kBool:
      return value.boolean ? "true" : "false";
    case ValueType::kInt:
      return fmt::format("int {}", value.integer);
    case ValueType::kDouble:
      return fmt::format("double {}", value.number);
    case ValueType::kMap:
      return Dump(model, value.rows);
    case ValueType::kArray:
      break;
  }
  std::string text = "[";
  for (uint32_t i = 0; i < value.rows.count; ++i) text += Dump(model, model.array_values[value.rows.first + i]) + ",";
  return text + "]";
}

inline std::string Dump(const TraceModel& model, Rows attributes) {
  std::string text = "{";
  for (const Attribute& attribute : model.AttributesOf(attributes)) {
    text += fmt::format("{}={},", Printable(model.Text(attribute.key)), Dump(model, attribute.value));
  }
  return text + "}";
}

inline std::string Dump(const TraceModel& model, const ScopeRow& scope) {
  const ResourceRow& resource = model.resources[scope.resource];
  return fmt::format(
      "resource {} '{}' url '{}' faults {} scope '{}' '{}' url '{}' faults {} {}", Dump(model, resource.attributes),
      model.Text(resource.service_name), model.Text(resource.schema_url), resource.faults, model.Text(scope.name),
      model.Text(scope.version), model.Text(scope.schema_url), scope.faults, Dump(model, scope.attributes));
}

/// Everything that a decoder fills, with strings and rows resolved: equal data gives equal text.
inline std::string Dump(const TraceModel& model) {
  std::string text;
  for (const SpanRow& s : model.spans) {
    text += fmt::format(
        "span {} {} {} {}-{} '{}' state '{}' status {} '{}' kind {} flags {} dropped {} {} {} faults {} {} in {}\n",
        Hex(s.trace_id), Hex(s.span_id), Hex(s.parent_span_id), s.start, s.end, model.Text(s.name),
        model.Text(s.trace_state), s.status, model.Text(s.status_message), s.kind, s.flags, s.dropped_attributes,
        s.dropped_events, s.dropped_links, s.faults, Dump(model, s.attributes), Dump(model, model.scopes[s.scope]));
    for (const Event& e : model.EventsOf(s)) {
      text += fmt::format("  event {} '{}' {} {}\n", e.time, model.Text(e.name), e.dropped_attributes,
                          Dump(model, e.attributes));
    }
    for (const Link& l : model.LinksOf(s)) {
      text += fmt::format("  link {} {} '{}' {} {} {}\n", Hex(l.trace_id), Hex(l.span_id), model.Text(l.trace_state),
                          l.flags, l.faults, Dump(model, l.attributes));
    }
  }
  for (const LogRow& l : model.logs) {
    text += fmt::format("log {} {} {} {} {} {} '{}' '{}' {} {} faults {} {} in {}\n", Hex(l.trace_id), Hex(l.span_id),
                        l.time, l.observed_time, l.flags, l.severity_number, model.Text(l.severity_text),
                        model.Text(l.event_name), l.dropped_attributes, Dump(model, l.body), l.faults,
                        Dump(model, l.attributes), Dump(model, model.scopes[l.scope]));
  }
  for (const MetricPointRow& p : model.points) {
    text += fmt::format("point '{}' '{}' '{}' {} {} {} {} faults {} {} in {}\n", model.Text(p.name), model.Text(p.unit),
                        model.Text(p.description), p.type, p.temporality, p.monotonic, p.time, p.faults,
                        Dump(model, p.attributes), Dump(model, model.scopes[p.scope]));
    for (uint32_t i = 0; i < p.exemplars.count; ++i) {
      const auto& exemplar = model.exemplars[p.exemplars.first + i];
      text += fmt::format("  exemplar {} {}\n", Hex(exemplar.trace_id), Hex(exemplar.span_id));
    }
  }
  return text;
}

/// One OTLP message, field by field, written to protobuf and to JSON from the same description.
class Message {
 public:
  Message& Text(uint32_t number, std::string_view name, std::string_view text) {
    protobuf_.add_string(number, text.data(), text.size());
    return Json(name, '"' + std::string(text) + '"');
  }
  Message& Id(uint32_t number, std::string_view name, std::string_view bytes) {
    protobuf_.add_bytes(number, bytes.data(), bytes.size());
    const std::span<const uint8_t> view(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    return Json(name, '"' + Hex(view) + '"');
  }
  Message& Bytes(uint32_t number, std::string_view name, std::string_view bytes, std::string_view base64) {
    protobuf_.add_bytes(number, bytes.data(), bytes.size());
    return Json(name, '"' + std::string(base64) + '"');
  }
  Message& Fixed64(uint32_t number, std::string_view name, uint64_t value) {
    protobuf_.add_fixed64(number, value);
    return Json(name, fmt::format("\"{}\"", value));
  }
  Message& Fixed32(uint32_t number, std::string_view name, uint32_t value) {
    protobuf_.add_fixed32(number, value);
    return Json(name, fmt::format("{}", value));
  }
  Message& Varint(uint32_t number, std::string_view name, int64_t value) {
    protobuf_.add_int64(number, value);
    return Json(name, fmt::format("{}", value));
  }
  Message& Bool(uint32_t number, std::string_view name, bool value) {
    protobuf_.add_bool(number, value);
    return Json(name, value ? "true" : "false");
  }
  Message& Double(uint32_t number, std::string_view name, double value) {
    protobuf_.add_double(number, value);
    return Json(name, fmt::format("{}", value));
  }
  Message& One(uint32_t number, std::string_view name, const Message& inner) {
    protobuf_.add_message(number, inner.protobuf());
    return Json(name, inner.json());
  }
  Message& Each(uint32_t number, std::string_view name, const std::vector<Message>& items) {
    std::string array;
    for (const Message& item : items) {
      protobuf_.add_message(number, item.protobuf());
      array += (array.empty() ? "" : ",") + item.json();
    }
    return Json(name, "[" + array + "]");
  }
  const std::string& protobuf() const { return bytes_; }
  std::string json() const { return "{" + json_ + "}"; }

  Message() = default;
  Message(const Message& other) : bytes_(other.bytes_), json_(other.json_) {}
  Message& operator=(const Message&) = delete;

 private:
  Message& Json(std::string_view name, const std::string& value) {
    json_ += fmt::format("{}\"{}\":{}", json_.empty() ? "" : ",", name, value);
    return *this;
  }
  std::string bytes_;
  std::string json_;
  protozero::pbf_writer protobuf_{bytes_};
};

}  // namespace spangate::testing
