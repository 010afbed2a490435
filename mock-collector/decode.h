// OTLP request bodies into a TraceModel. Pure: bytes in, rows out. One core for every transport.
#pragma once

#include <string_view>

#include "common/result.h"
#include "mock-collector/trace_model.h"

namespace spangate {

/// Decodes an uncompressed Export{Trace,Metrics,Logs}ServiceRequest and adds its rows to `batch`, with one RequestRow.
/// An empty protobuf body and `{}` are valid requests without items.
/// Errors: kInput naming the field path ("resourceSpans[0].scopeSpans[1].spans[3].startTimeUnixNano: ..."), for
/// anything that is not a well-formed request (opentelemetry-proto 1.11, proto3 JSON mapping with OTLP's exceptions).
/// After an error `batch` is as it was.
Status DecodeOtlp(Signal signal, Encoding encoding, std::string_view body, TraceModel& batch);

}  // namespace spangate
