// W3C Trace Context: the traceparent and tracestate headers.
#pragma once

#include <cstdint>

#include "opentelemetry/common/string_util.h"
#include "opentelemetry/context/propagation/text_map_propagator.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/trace/context.h"
#include "opentelemetry/trace/default_span.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {
namespace propagation {
static const nostd::string_view kTraceParent = "traceparent";
static const nostd::string_view kTraceState = "tracestate";
static const size_t kVersionSize = 2;
static const size_t kTraceIdSize = 32;
static const size_t kSpanIdSize = 16;
static const size_t kTraceFlagsSize = 2;
static const size_t kTraceParentSize = 55;

namespace detail {
/// Lower-case hexadecimal digits only: W3C's HEXDIGLC. -1 for anything else.
inline int HexDigit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}
/// False, with the buffer in an unspecified state, unless `hex` is exactly 2 * size lower-case digits.
inline bool ReadHex(nostd::string_view hex, uint8_t* bytes, size_t size) noexcept {
  if (hex.size() != 2 * size) return false;
  for (size_t i = 0; i < size; ++i) {
    const int high = HexDigit(hex.data()[2 * i]);
    const int low = HexDigit(hex.data()[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return true;
}
}  // namespace detail

class HttpTraceContext : public context::propagation::TextMapPropagator {
 public:
  void Inject(context::propagation::TextMapCarrier& carrier, const context::Context& context) noexcept override {
    const SpanContext span_context = trace::GetSpanContext(context);
    if (!span_context.IsValid()) return;
    char header[kSize + 1] = "00-";
    span_context.trace_id().ToLowerBase16(nostd::span<char, 32>{header + 3, 32});
    header[35] = '-';
    span_context.span_id().ToLowerBase16(nostd::span<char, 16>{header + 36, 16});
    header[52] = '-';
    span_context.trace_flags().ToLowerBase16(nostd::span<char, 2>{header + 53, 2});
    carrier.Set(kTraceParent, nostd::string_view(header, kSize));
    const std::string state = span_context.trace_state()->ToHeader();
    if (!state.empty()) carrier.Set(kTraceState, state);
  }

  /// The given context, unchanged, when there is no valid traceparent.
  context::Context Extract(const context::propagation::TextMapCarrier& carrier,
                           context::Context& context) noexcept override {
    const SpanContext remote = Parse(common::StringUtil::Trim(carrier.Get(kTraceParent)), carrier.Get(kTraceState));
    if (!remote.IsValid()) return context;
    return trace::SetSpan(context, nostd::shared_ptr<Span>(new DefaultSpan(remote)));
  }

  bool Fields(nostd::function_ref<bool(nostd::string_view)> callback) const noexcept override {
    return callback(kTraceParent) && callback(kTraceState);
  }

  static TraceId TraceIdFromHex(nostd::string_view hex) {
    uint8_t bytes[16] = {};
    return detail::ReadHex(hex, bytes, 16) ? TraceId(bytes) : TraceId();
  }
  static SpanId SpanIdFromHex(nostd::string_view hex) {
    uint8_t bytes[8] = {};
    return detail::ReadHex(hex, bytes, 8) ? SpanId(bytes) : SpanId();
  }
  static TraceFlags TraceFlagsFromHex(nostd::string_view hex) {
    uint8_t flags = 0;
    return detail::ReadHex(hex, &flags, 1) ? TraceFlags(flags) : TraceFlags();
  }

 private:
  static constexpr size_t kSize = 55;  // version, trace id, span id and flags, with three dashes

  static SpanContext Parse(nostd::string_view header, nostd::string_view state) noexcept {
    if (header.size() < kSize) return SpanContext::GetInvalid();
    uint8_t version = 0xFF;
    const bool readable = detail::ReadHex(header.substr(0, 2), &version, 1) && version != 0xFF;
    // Later versions may append fields after another dash; version 00 has an exact length.
    const bool framed = version == 0 ? header.size() == kSize : header.size() == kSize || header.data()[kSize] == '-';
    const bool dashed = header.data()[2] == '-' && header.data()[35] == '-' && header.data()[52] == '-';
    uint8_t flags = 0;
    if (!readable || !framed || !dashed || !detail::ReadHex(header.substr(53, 2), &flags, 1)) {
      return SpanContext::GetInvalid();
    }
    return SpanContext(TraceIdFromHex(header.substr(3, 32)), SpanIdFromHex(header.substr(36, 16)), TraceFlags(flags),
                       true, TraceState::FromHeader(state));
  }
};
}  // namespace propagation
}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
