// Ended spans as OTLP/JSON: ids in hexadecimal, 64-bit integers as strings, enums as numbers.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "opentelemetry/sdk/trace/span_data.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace exporter {
namespace otlp {
namespace detail {
inline std::string JsonText(nostd::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    char escaped[8];
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::snprintf(escaped, sizeof(escaped), "\\u%04x", static_cast<unsigned>(c));
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + '"';
}

inline std::string JsonBase64(const std::vector<uint8_t>& bytes) {
  static const char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    const unsigned group = bytes[i] << 16 | (left > 1 ? bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
    out += kDigits[group >> 18];
    out += kDigits[group >> 12 & 63];
    out += left > 1 ? kDigits[group >> 6 & 63] : '=';
    out += left > 2 ? kDigits[group & 63] : '=';
  }
  return out;
}

/// An AnyValue object.
struct JsonValue {
  std::string operator()(bool value) const { return value ? R"({"boolValue":true})" : R"({"boolValue":false})"; }
  std::string operator()(int32_t value) const { return Integer(std::to_string(value)); }
  std::string operator()(uint32_t value) const { return Integer(std::to_string(value)); }
  std::string operator()(int64_t value) const { return Integer(std::to_string(value)); }
  std::string operator()(uint64_t value) const {
    return value > INT64_MAX ? (*this)(std::to_string(value)) : Integer(std::to_string(value));
  }
  std::string operator()(double value) const {
    char digits[40];
    std::snprintf(digits, sizeof(digits), "%.17g", value);
    if (std::isnan(value)) return R"({"doubleValue":"NaN"})";
    if (std::isinf(value)) return value > 0 ? R"({"doubleValue":"Infinity"})" : R"({"doubleValue":"-Infinity"})";
    return std::string(R"({"doubleValue":)") + digits + "}";
  }
  std::string operator()(const std::string& value) const { return R"({"stringValue":)" + JsonText(value) + "}"; }
  std::string operator()(const std::vector<uint8_t>& value) const {
    return R"({"bytesValue":")" + JsonBase64(value) + "\"}";
  }
  template <class T>
  std::string operator()(const std::vector<T>& values) const {
    std::string out = R"({"arrayValue":{"values":[)";
    bool first = true;
    for (const T& value : values) {
      if (!first) out += ',';
      first = false;
      out += (*this)(value);
    }
    return out + "]}}";
  }

 private:
  static std::string Integer(const std::string& digits) { return R"({"intValue":")" + digits + "\"}"; }
};

template <class Map>
std::string JsonAttributes(const Map& attributes) {
  std::string out = R"("attributes":[)";
  bool first = true;
  for (const auto& attribute : attributes) {
    if (!first) out += ',';
    first = false;
    out +=
        R"({"key":)" + JsonText(attribute.first) + R"(,"value":)" + nostd::visit(JsonValue(), attribute.second) + "}";
  }
  return out + "]";
}

template <class Id>
std::string JsonId(const char* field, const Id& id) {
  char hex[2 * Id::kSize];
  id.ToLowerBase16(nostd::span<char, 2 * Id::kSize>(hex));
  return "\"" + std::string(field) + "\":\"" + std::string(hex, sizeof(hex)) + "\"";
}

inline std::string JsonTime(const char* field, std::chrono::nanoseconds time) {
  return "\"" + std::string(field) + "\":\"" + std::to_string(time.count()) + "\"";
}

inline std::string JsonSpan(const sdk::trace::SpanData& span) {
  const std::chrono::nanoseconds start = span.GetStartTime().time_since_epoch();
  std::string out = "{" + JsonId("traceId", span.GetTraceId()) + "," + JsonId("spanId", span.GetSpanId());
  if (span.GetParentSpanId().IsValid()) out += "," + JsonId("parentSpanId", span.GetParentSpanId());
  const std::string state = span.GetSpanContext().trace_state()->ToHeader();
  if (!state.empty()) out += R"(,"traceState":)" + JsonText(state);
  out += R"(,"name":)" + JsonText(span.GetName());
  out += R"(,"kind":)" + std::to_string(static_cast<int>(span.GetSpanKind()) + 1);
  out += R"(,"flags":)" + std::to_string(span.GetFlags().flags());
  out += "," + JsonTime("startTimeUnixNano", start) + "," + JsonTime("endTimeUnixNano", start + span.GetDuration());
  out += "," + JsonAttributes(span.GetAttributes()) + R"(,"events":[)";
  bool first = true;
  for (const auto& event : span.GetEvents()) {
    out += std::string(first ? "" : ",") + "{" + JsonTime("timeUnixNano", event.GetTimestamp().time_since_epoch());
    out += R"(,"name":)" + JsonText(event.GetName()) + "," + JsonAttributes(event.GetAttributes()) + "}";
    first = false;
  }
  out += R"(],"links":[)";
  first = true;
  for (const auto& link : span.GetLinks()) {
    out += std::string(first ? "" : ",") + "{" + JsonId("traceId", link.GetSpanContext().trace_id());
    out += "," + JsonId("spanId", link.GetSpanContext().span_id()) + "," + JsonAttributes(link.GetAttributes()) + "}";
    first = false;
  }
  out += R"(],"status":{"code":)" + std::to_string(static_cast<int>(span.GetStatus()));
  if (!span.GetDescription().empty()) out += R"(,"message":)" + JsonText(span.GetDescription());
  return out + "}}";
}

inline std::string JsonRequest(const std::vector<const sdk::trace::SpanData*>& spans) {
  std::string out = R"({"resourceSpans":[)";
  for (size_t i = 0; i < spans.size(); ++i) {
    if (i > 0) out += ',';
    out += R"({"resource":{)" + JsonAttributes(spans[i]->GetResource().GetAttributes()) + R"(},"scopeSpans":[{)";
    if (const auto* library = spans[i]->GetScopeOrNull()) {
      out += R"("scope":{"name":)" + JsonText(library->GetName()) + R"(,"version":)" + JsonText(library->GetVersion());
      out += "," + JsonAttributes(library->GetAttributes()) + "},";
    }
    out += R"("spans":[)" + JsonSpan(*spans[i]) + "]}]}";
  }
  return out + "]}";
}
}  // namespace detail
}  // namespace otlp
}  // namespace exporter
OPENTELEMETRY_END_NAMESPACE
