#include "analyzer/operation_table.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace spangate {
namespace {

using Action = ApiAction;

struct Row {
  std::string_view owner;  // qualified, without inline namespaces
  std::string_view name;   // empty: every constructor of the class
  Action action;
};

constexpr std::array kRows = {
    Row{"opentelemetry::trace::Tracer", "StartSpan", Action::kStartSpan},
    Row{"opentelemetry::trace::Tracer", "WithActiveSpan", Action::kScope},
    Row{"opentelemetry::trace::Tracer", "GetCurrentSpan", Action::kGetCurrentSpan},
    Row{"opentelemetry::trace::Scope", "Scope", Action::kScope},
    Row{"opentelemetry::context::RuntimeContext", "Attach", Action::kAttach},
    Row{"opentelemetry::trace::Span", "SetAttribute", Action::kSetAttribute},
    Row{"opentelemetry::trace::Span", "AddEvent", Action::kAddEvent},
    Row{"opentelemetry::trace::Span", "AddLink", Action::kAddLink},
    Row{"opentelemetry::trace::Span", "AddLinks", Action::kAddLink},
    Row{"opentelemetry::trace::Span", "SetStatus", Action::kSetStatus},
    Row{"opentelemetry::trace::Span", "UpdateName", Action::kUpdateName},
    Row{"opentelemetry::trace::Span", "End", Action::kEnd},
    Row{"opentelemetry::trace::TracerProvider", "GetTracer", Action::kGetInstrument},
    Row{"opentelemetry::logs::LoggerProvider", "GetLogger", Action::kGetInstrument},
    Row{"opentelemetry::metrics::MeterProvider", "GetMeter", Action::kGetInstrument},
    Row{"opentelemetry::baggage::Baggage", "Set", Action::kBaggageSet},
    Row{"opentelemetry::trace::TraceState", "Set", Action::kTraceStateSet},
    Row{"opentelemetry::logs::Logger", "EmitLogRecord", Action::kLog},
    Row{"opentelemetry::logs::Logger", "Log", Action::kLog},
    Row{"opentelemetry::logs::Logger", "Trace", Action::kLog},
    Row{"opentelemetry::logs::Logger", "Debug", Action::kLog},
    Row{"opentelemetry::logs::Logger", "Info", Action::kLog},
    Row{"opentelemetry::logs::Logger", "Warn", Action::kLog},
    Row{"opentelemetry::logs::Logger", "Error", Action::kLog},
    Row{"opentelemetry::logs::Logger", "Fatal", Action::kLog},
    Row{"opentelemetry::logs::LogRecord", "SetBody", Action::kLogBody},
    Row{"opentelemetry::logs::LogRecord", "SetAttribute", Action::kLogAttribute},
    Row{"opentelemetry::metrics::Counter", "Add", Action::kMetric},
    Row{"opentelemetry::metrics::UpDownCounter", "Add", Action::kMetric},
    Row{"opentelemetry::metrics::Histogram", "Record", Action::kMetric},
    Row{"opentelemetry::metrics::Gauge", "Record", Action::kMetric},
    Row{"opentelemetry::metrics::ObserverResultT", "Observe", Action::kMetric},
    Row{"opentelemetry::sdk::resource::Resource", "Create", Action::kResource},
    Row{"opentelemetry::trace::Provider", "SetTracerProvider", Action::kSetTracerProvider},
    Row{"opentelemetry::sdk::trace::Provider", "SetTracerProvider", Action::kSetTracerProvider},
    Row{"opentelemetry::context::propagation::GlobalTextMapPropagator", "SetGlobalPropagator",
        Action::kSetGlobalPropagator},
};

struct Suffix {
  std::string_view suffix;
  Action action;
};
// Classes and factories of the SDK and of the exporters, by the ending of their name.
constexpr std::array<Suffix, 3> kMade = {
    {{"Exporter", Action::kMakeExporter}, {"Processor", Action::kMakeProcessor}, {"Sampler", Action::kMakeSampler}}};

std::string_view LastPart(std::string_view qualified) {
  const size_t at = qualified.rfind("::");
  return at == std::string_view::npos ? qualified : qualified.substr(at + 2);
}

bool IsSdk(std::string_view qualified) {
  return qualified.starts_with("opentelemetry::sdk::") || qualified.starts_with("opentelemetry::exporter::");
}

Action MakeAction(const Expr& call) {
  const std::string_view made = MadeClass(call).view();
  if (made.empty()) return Action::kNothing;
  for (const Suffix& row : kMade) {
    if (made.ends_with(row.suffix)) return row.action;
  }
  if (made == "ParentBasedSampler") return Action::kMakeSampler;
  return Action::kNothing;
}

}  // namespace

Symbol MadeClass(const Expr& call) {
  std::string_view made;
  const std::string_view owner = call.owner.view();
  if (call.kind == ExprKind::kConstruct) {
    if (IsSdk(call.type.view())) made = LastPart(call.type.view());
  } else if (call.name == "Create" && IsSdk(owner) && owner.ends_with("Factory")) {
    made = LastPart(owner);
    made.remove_suffix(std::string_view("Factory").size());
  } else if ((call.name == "make_unique" || call.name == "make_shared") && IsSdk(call.type.view())) {
    made = LastPart(call.type.view());
  }
  return Symbol(made);
}

ApiAction ActionOf(const Expr& call) {
  const std::string_view owner = call.owner.view();
  const std::string_view name = call.name.view();
  const bool maker = call.owner == "std" && (name == "make_unique" || name == "make_shared");
  if (maker) return call.type == "opentelemetry::trace::Scope" ? Action::kScope : MakeAction(call);
  if (!owner.starts_with("opentelemetry::")) return Action::kNothing;
  const auto* const row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& candidate) {
    return candidate.name == name && candidate.owner == owner;
  });
  if (row != kRows.end()) return row->action;
  const bool propagates = owner.find("propagation::") != std::string_view::npos;
  if (propagates && name == "Inject") return Action::kInject;
  if (propagates && name == "Extract") return Action::kExtract;
  if (IsSdk(owner) || owner.ends_with("Provider")) {
    if (name == "ForceFlush") return Action::kForceFlush;
    if (name == "Shutdown") return Action::kShutdown;
  }
  return MakeAction(call);
}

}  // namespace spangate
