// The OpenTelemetry C++ API by owner and name (opentelemetry-cpp api and sdk headers). Private to the analyzer.
#pragma once

#include <vector>

#include "analyzer/source_model.h"

namespace spangate {

/// What a call or construction does for telemetry.
enum class ApiAction : uint8_t {
  kNothing,
  kStartSpan,
  kScope,         // argument 0 is the span
  kAttach,        // argument 0 is a context
  kSetAttribute,  // (key, value) on a span
  kAddEvent,      // (name, attributes) on a span
  kAddLink,       // attributes of a link
  kSetStatus,
  kUpdateName,
  kEnd,
  kBaggageSet,
  kTraceStateSet,
  kLog,
  kLogBody,
  kLogAttribute,
  kMetric,
  kResource,
  kInject,
  kExtract,
  kGetCurrentSpan,
  kGetInstrument,
  kSetTracerProvider,
  kSetGlobalPropagator,
  kMakeExporter,
  kMakeProcessor,
  kMakeSampler,
  kForceFlush,
  kShutdown,
};

/// REQUIRES: call is kCall or kConstruct.
ApiAction ActionOf(const Expr& call);

/// The class that a factory or constructor makes: "SimpleSpanProcessor".
Symbol MadeClass(const Expr& call);

struct KeyAndValue {
  ExprRef key, value;
};

/// The attributes of {{"k", v}, ...}, of a pair, of a container variable with what is put into it, or of a view of one
/// of these. Empty where the model does not see them.
std::vector<KeyAndValue> AttributesIn(const SourceModel& model, ExprRef attributes);

}  // namespace spangate
