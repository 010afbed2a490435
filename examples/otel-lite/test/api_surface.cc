// Uses the whole surface of the API that spangate's rules speak about. It has to compile, unchanged, against otel-lite
// and against the real opentelemetry-cpp headers, with each ABI and STL setting: that is what "compatible" means here.

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "opentelemetry/baggage/baggage.h"
#include "opentelemetry/baggage/baggage_context.h"
#include "opentelemetry/baggage/propagation/baggage_propagator.h"
#include "opentelemetry/context/propagation/composite_propagator.h"
#include "opentelemetry/context/propagation/global_propagator.h"
#include "opentelemetry/context/propagation/text_map_propagator.h"
#include "opentelemetry/context/runtime_context.h"
#include "opentelemetry/exporters/ostream/span_exporter_factory.h"
#include "opentelemetry/exporters/otlp/otlp_http_exporter_factory.h"
#include "opentelemetry/exporters/otlp/otlp_http_exporter_options.h"
#include "opentelemetry/logs/logger.h"
#include "opentelemetry/logs/logger_provider.h"
#include "opentelemetry/logs/provider.h"
#include "opentelemetry/sdk/resource/resource.h"
#include "opentelemetry/sdk/trace/batch_span_processor_factory.h"
#include "opentelemetry/sdk/trace/batch_span_processor_options.h"
#include "opentelemetry/sdk/trace/provider.h"
#include "opentelemetry/sdk/trace/samplers/always_off_factory.h"
#include "opentelemetry/sdk/trace/samplers/always_on_factory.h"
#include "opentelemetry/sdk/trace/samplers/parent_factory.h"
#include "opentelemetry/sdk/trace/samplers/trace_id_ratio_factory.h"
#include "opentelemetry/sdk/trace/simple_processor_factory.h"
#include "opentelemetry/sdk/trace/tracer_context_factory.h"
#include "opentelemetry/sdk/trace/tracer_provider_factory.h"
#include "opentelemetry/semconv/db_attributes.h"
#include "opentelemetry/semconv/error_attributes.h"
#include "opentelemetry/semconv/http_attributes.h"
#include "opentelemetry/semconv/incubating/enduser_attributes.h"
#include "opentelemetry/semconv/incubating/user_attributes.h"
#include "opentelemetry/semconv/network_attributes.h"
#include "opentelemetry/semconv/schema_url.h"
#include "opentelemetry/semconv/server_attributes.h"
#include "opentelemetry/semconv/service_attributes.h"
#include "opentelemetry/semconv/url_attributes.h"
#include "opentelemetry/trace/propagation/http_trace_context.h"
#include "opentelemetry/trace/provider.h"
#include "opentelemetry/trace/scope.h"
#include "opentelemetry/trace/span.h"
#include "opentelemetry/trace/tracer.h"

namespace baggage = opentelemetry::baggage;
namespace common = opentelemetry::common;
namespace context = opentelemetry::context;
namespace logs = opentelemetry::logs;
namespace nostd = opentelemetry::nostd;
namespace prop = opentelemetry::context::propagation;
namespace semconv = opentelemetry::semconv;
namespace trace = opentelemetry::trace;

#if OPENTELEMETRY_ABI_VERSION_NO >= 2
static_assert(std::is_same<opentelemetry::trace::Span, opentelemetry::v2::trace::Span>::value, "ABI 2 lives in v2");
#else
static_assert(std::is_same<opentelemetry::trace::Span, opentelemetry::v1::trace::Span>::value, "ABI 1 lives in v1");
#endif

namespace {
struct MapCarrier : prop::TextMapCarrier {
  std::map<std::string, std::string> headers;
  nostd::string_view Get(nostd::string_view key) const noexcept override {
    const auto found = headers.find(std::string(key));
    return found == headers.end() ? nostd::string_view() : nostd::string_view(found->second);
  }
  void Set(nostd::string_view key, nostd::string_view value) noexcept override {
    headers[std::string(key)] = std::string(value);
  }
};

nostd::shared_ptr<trace::Tracer> GetTracer() {
  return trace::Provider::GetTracerProvider()->GetTracer("surface", "1.0", semconv::kSchemaUrl);
}

void StartsSpansInEveryWay(const std::string& id) {
  const auto tracer = GetTracer();
  trace::StartSpanOptions options;
  options.kind = trace::SpanKind::kServer;
  options.start_system_time = std::chrono::system_clock::now();
  options.start_steady_time = std::chrono::steady_clock::now();
  options.parent = trace::SpanContext::GetInvalid();
  options.parent = context::RuntimeContext::GetCurrent();
  const std::map<std::string, std::string> strings{{"order.id", id}};
  const std::vector<std::pair<nostd::string_view, common::AttributeValue>> mixed{{"order.total", 3.5}};
  const std::vector<std::pair<trace::SpanContext, std::map<std::string, std::string>>> links{
      {trace::SpanContext::GetInvalid(), strings}};

  auto plain = tracer->StartSpan("plain");
  auto with_options = tracer->StartSpan("plain", options);
  auto with_list = tracer->StartSpan("list", {{"order.id", id}, {"n", 1}, {"b", true}, {"d", 0.5}, {"s", "text"}});
  auto list_options = tracer->StartSpan("list", {{semconv::http::kHttpRequestMethod, "GET"}}, options);
  auto with_map = tracer->StartSpan("map", strings);
  auto map_options = tracer->StartSpan("map", mixed, options);
  auto map_links = tracer->StartSpan("map", strings, links, options);
  auto lists = tracer->StartSpan("list", {{"a", 1}}, {{plain->GetContext(), {{"why", "batch"}}}}, options);
  auto map_list = tracer->StartSpan("map", strings, {{plain->GetContext(), {{"why", "batch"}}}});
  auto dynamic = tracer->StartSpan("order/" + id);
  for (const auto& span :
       {plain, with_options, with_list, list_options, with_map, map_options, map_links, lists, map_list, dynamic}) {
    span->End();
  }
}

void UsesEverySpanOperation(nostd::shared_ptr<trace::Span>& span, const std::string& id) {
  const std::vector<std::string> unused;
  const nostd::string_view tags[] = {"a", "b"};
  const int64_t numbers[] = {1, 2};
  const std::map<std::string, std::string> attributes{{"a", "b"}};
  span->SetAttribute("bool", true);
  span->SetAttribute("int", 3);
  span->SetAttribute("int64", static_cast<int64_t>(attributes.size()));
  span->SetAttribute("uint64", uint64_t{7});
  span->SetAttribute("double", 0.5);
  span->SetAttribute("literal", "text");
  span->SetAttribute("string", id);
  span->SetAttribute(id, id.c_str());
  span->SetAttribute("sum", "u=" + id);
  span->SetAttribute("strings", nostd::span<const nostd::string_view>(tags, 2));
  span->SetAttribute("numbers", nostd::span<const int64_t>(numbers));
  span->SetAttribute(semconv::user::kUserEmail, "someone");
  span->SetAttribute(semconv::enduser::kEnduserId, "someone");
  span->SetAttribute(semconv::db::kDbSystemName, "sqlite");
  span->SetAttribute(semconv::error::kErrorType, "timeout");
  span->SetAttribute(semconv::server::kServerAddress, "localhost");
  span->SetAttribute(semconv::service::kServiceName, "shop");
  span->SetAttribute(semconv::network::kNetworkProtocolName, "http");
  span->SetAttribute(semconv::url::kUrlPath, "/");
  span->AddEvent("plain");
  span->AddEvent("time", std::chrono::system_clock::now());
  span->AddEvent("list", {{"exception.type", "E"}, {"exception.message", id}});
  span->AddEvent("map", attributes);
  span->AddEvent("time and list", std::chrono::system_clock::now(), {{"a", 1}});
  span->AddEvent("time and map", common::SystemTimestamp(std::chrono::system_clock::now()), attributes);
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  span->AddLink(span->GetContext(), {{"why", "retry"}});
  span->AddLink(span->GetContext(), attributes);
  span->AddLinks({{span->GetContext(), {{"why", "retry"}}}});
#endif
  span->SetStatus(trace::StatusCode::kError);
  span->SetStatus(trace::StatusCode::kError, "failed " + id);
  span->UpdateName("renamed");
  trace::EndSpanOptions end;
  end.end_steady_time = std::chrono::steady_clock::now();
  if (span->IsRecording()) span->End(end);
  span->End();
}

void MakesSpansActive(nostd::shared_ptr<trace::Span> span) {
  trace::Tracer::WithActiveSpan(span);
  auto scope = trace::Tracer::WithActiveSpan(span);
  trace::Scope other(GetTracer()->StartSpan("inner"));
  trace::Tracer::GetCurrentSpan()->SetAttribute("a", 1);
  auto current = context::RuntimeContext::GetCurrent();
  std::thread worker([current, span] {
    auto token = context::RuntimeContext::Attach(current);
    trace::Scope inside(span);
    GetTracer()->StartSpan("job")->End();
  });
  worker.join();
  std::thread holder([moved = std::move(scope)] {});
  holder.join();
}

void Propagates() {
  std::vector<std::unique_ptr<prop::TextMapPropagator>> propagators;
  propagators.push_back(std::unique_ptr<prop::TextMapPropagator>(new trace::propagation::HttpTraceContext()));
  propagators.push_back(std::unique_ptr<prop::TextMapPropagator>(new baggage::propagation::BaggagePropagator()));
  prop::GlobalTextMapPropagator::SetGlobalPropagator(
      nostd::shared_ptr<prop::TextMapPropagator>(new prop::CompositePropagator(std::move(propagators))));
  prop::GlobalTextMapPropagator::SetGlobalPropagator(
      nostd::shared_ptr<prop::TextMapPropagator>(new trace::propagation::HttpTraceContext()));
  MapCarrier carrier;
  auto current = context::RuntimeContext::GetCurrent();
  auto propagator = prop::GlobalTextMapPropagator::GetGlobalPropagator();
  propagator->Inject(carrier, current);
  auto extracted = propagator->Extract(carrier, current);
  trace::StartSpanOptions options;
  options.parent = extracted;
  options.parent = trace::GetSpan(extracted)->GetContext();
  auto with_span = trace::SetSpan(extracted, trace::GetSpan(current));
  auto bag = baggage::GetBaggage(with_span)->Set("tenant.id", "7");
  auto with_bag = baggage::SetBaggage(with_span, bag);
  auto token = context::RuntimeContext::Attach(with_bag);
  bag->GetAllEntries([](nostd::string_view, nostd::string_view) { return true; });
  std::string value;
  if (bag->GetValue("tenant.id", value)) bag = bag->Delete("tenant.id");
  auto state = trace::TraceState::FromHeader("a=b")->Set("vendor", "x");
  (void)state->ToHeader();
  context::Context root("is_root_span", true);
  options.parent = root.SetValue("key", int64_t{1});
}

void Logs(const std::string& name) {
  auto logger = logs::Provider::GetLoggerProvider()->GetLogger("app", "lib", "1.0");
  logger->Info("login " + name);
  logger->Info("login", common::MakeAttributes({{"user.hash", "a1"}}));
  logger->Error("failed");
  logger->EmitLogRecord(logs::Severity::kWarn, "slow", trace::SpanContext::GetInvalid());
  auto record = logger->CreateLogRecord();
  record->SetBody("text");
  record->SetAttribute("key", 1);
  logger->EmitLogRecord(std::move(record));
}

namespace otlp = opentelemetry::exporter::otlp;
namespace resource = opentelemetry::sdk::resource;
namespace sdktrace = opentelemetry::sdk::trace;

void SetsUpTheSdk() {
  otlp::OtlpHttpExporterOptions http;
  http.url = "http://127.0.0.1:4318/v1/traces";
  http.content_type = otlp::HttpRequestContentType::kJson;
  http.http_headers.insert({"authorization", "none"});
  http.console_debug = false;
  auto simple = sdktrace::SimpleSpanProcessorFactory::Create(otlp::OtlpHttpExporterFactory::Create());
  sdktrace::BatchSpanProcessorOptions batch;
  batch.schedule_delay_millis = std::chrono::milliseconds(100);
  auto batched = sdktrace::BatchSpanProcessorFactory::Create(otlp::OtlpHttpExporterFactory::Create(http), batch);
  auto printed = sdktrace::BatchSpanProcessorFactory::Create(
      opentelemetry::exporter::trace::OStreamSpanExporterFactory::Create(), {});
  std::shared_ptr<sdktrace::Sampler> root = sdktrace::TraceIdRatioBasedSamplerFactory::Create(0.1);
  auto sampler = sdktrace::ParentBasedSamplerFactory::Create(root);
  auto on = sdktrace::AlwaysOnSamplerFactory::Create();
  auto off = sdktrace::AlwaysOffSamplerFactory::Create();
  auto about = resource::Resource::Create({{"service.name", "pay"}, {semconv::service::kServiceVersion, "1"}});
  auto bare = sdktrace::TracerProviderFactory::Create(std::move(simple));
  std::vector<std::unique_ptr<sdktrace::SpanProcessor>> processors;
  processors.push_back(std::move(printed));
  auto shared = sdktrace::TracerProviderFactory::Create(sdktrace::TracerContextFactory::Create(std::move(processors)));
  std::shared_ptr<sdktrace::TracerProvider> provider =
      sdktrace::TracerProviderFactory::Create(std::move(batched), about, std::move(sampler));
  std::shared_ptr<trace::TracerProvider> api_provider = provider;
  sdktrace::Provider::SetTracerProvider(api_provider);
  trace::Provider::SetTracerProvider(nostd::shared_ptr<trace::TracerProvider>(api_provider));
  provider->ForceFlush(std::chrono::milliseconds(10));
  provider->Shutdown();
  sdktrace::Provider::SetTracerProvider(std::shared_ptr<trace::TracerProvider>());
}
}  // namespace

void UseAll() {
  auto span = GetTracer()->StartSpan("all");
  StartsSpansInEveryWay("7");
  UsesEverySpanOperation(span, "7");
  MakesSpansActive(span);
  Propagates();
  Logs("7");
  SetsUpTheSdk();
}
