// What otel-lite does at run time, where the example and the fixtures rely on it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "opentelemetry/baggage/baggage.h"
#include "opentelemetry/context/propagation/text_map_propagator.h"
#include "opentelemetry/exporters/otlp/detail/http_post.h"
#include "opentelemetry/exporters/otlp/detail/json.h"
#include "opentelemetry/exporters/otlp/detail/protobuf.h"
#include "opentelemetry/sdk/trace/batch_span_processor_factory.h"
#include "opentelemetry/sdk/trace/exporter.h"
#include "opentelemetry/sdk/trace/samplers/parent_factory.h"
#include "opentelemetry/sdk/trace/samplers/trace_id_ratio_factory.h"
#include "opentelemetry/sdk/trace/simple_processor_factory.h"
#include "opentelemetry/sdk/trace/span_data.h"
#include "opentelemetry/sdk/trace/tracer_provider_factory.h"
#include "opentelemetry/trace/propagation/http_trace_context.h"
#include "opentelemetry/trace/scope.h"
#include "opentelemetry/trace/tracer.h"

namespace {
namespace context = opentelemetry::context;
namespace nostd = opentelemetry::nostd;
namespace otlp = opentelemetry::exporter::otlp;
namespace sdk = opentelemetry::sdk;
namespace trace = opentelemetry::trace;

struct Carrier : context::propagation::TextMapCarrier {
  std::map<std::string, std::string> headers;
  nostd::string_view Get(nostd::string_view key) const noexcept override {
    const auto found = headers.find(std::string(key));
    return found == headers.end() ? nostd::string_view() : nostd::string_view(found->second);
  }
  void Set(nostd::string_view key, nostd::string_view value) noexcept override {
    headers[std::string(key)] = std::string(value);
  }
};

using Recordables = std::vector<std::unique_ptr<sdk::trace::Recordable>>;

// Keeps what it is given, for as long as the test holds the vector.
class Keep : public sdk::trace::SpanExporter {
 public:
  explicit Keep(std::shared_ptr<Recordables> kept) : kept_(std::move(kept)) {}
  std::unique_ptr<sdk::trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<sdk::trace::SpanData>();
  }
  sdk::common::ExportResult Export(
      const nostd::span<std::unique_ptr<sdk::trace::Recordable>>& spans) noexcept override {
    for (auto& span : spans) kept_->push_back(std::move(span));
    return sdk::common::ExportResult::kSuccess;
  }
  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

 private:
  std::shared_ptr<Recordables> kept_;
};

class Recording : public testing::Test {
 protected:
  const sdk::trace::SpanData& Span(size_t index) { return *static_cast<sdk::trace::SpanData*>(*kept_->at(index)); }

  std::shared_ptr<Recordables> kept_ = std::make_shared<Recordables>();
  std::unique_ptr<sdk::trace::TracerProvider> provider_ = sdk::trace::TracerProviderFactory::Create(
      sdk::trace::SimpleSpanProcessorFactory::Create(std::make_unique<Keep>(kept_)));
  nostd::shared_ptr<trace::Tracer> tracer_ = provider_->GetTracer("test", "1");
};

TEST(HttpTraceContext, FollowsW3cGrammar) {
  struct Case {
    std::string header;
    bool valid;
    const char* why;
  };
  const std::string ids = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";
  const Case cases[] = {
      {"00-" + ids + "-01", true, "the W3C example"},
      {" 00-" + ids + "-01 ", true, "blanks around a header value are not part of it"},
      {"00-" + ids + "-01-more", false, "version 00 has an exact length"},
      {"cc-" + ids + "-01-more", true, "later versions may append fields"},
      {"cc-" + ids + "-01more", false, "but only after a dash"},
      {"ff-" + ids + "-01", false, "version ff is forbidden"},
      {"00-" + ids + "-0", false, "too short"},
      {"00_" + ids + "-01", false, "dashes are part of the grammar"},
      {"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false, "upper case is outside HEXDIGLC"},
      {"00-00000000000000000000000000000000-00f067aa0ba902b7-01", false, "an all-zero trace id is invalid"},
      {"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false, "an all-zero span id is invalid"},
      {"", false, "no header"},
  };
  for (const Case& c : cases) {
    Carrier carrier;
    carrier.headers["traceparent"] = c.header;
    context::Context empty;
    const context::Context extracted = trace::propagation::HttpTraceContext().Extract(carrier, empty);
    EXPECT_EQ(trace::GetSpan(extracted)->GetContext().IsValid(), c.valid) << c.header << ": " << c.why;
  }
}

TEST_F(Recording, InjectsWhatExtractReads) {
  auto span = tracer_->StartSpan("client");
  trace::Scope scope(span);
  Carrier carrier;
  trace::propagation::HttpTraceContext().Inject(carrier, context::RuntimeContext::GetCurrent());
  context::Context empty;
  const auto remote = trace::GetSpan(trace::propagation::HttpTraceContext().Extract(carrier, empty))->GetContext();
  EXPECT_EQ(remote, span->GetContext());
  EXPECT_TRUE(remote.IsRemote());
  EXPECT_TRUE(remote.IsSampled());
}

TEST_F(Recording, MakesTheActiveSpanTheParent) {
  auto outer = tracer_->StartSpan("outer");
  {
    trace::Scope scope(outer);
    tracer_->StartSpan("inner")->End();
  }
  tracer_->StartSpan("after")->End();
  outer->End();
  ASSERT_EQ(kept_->size(), 3u);
  EXPECT_EQ(Span(0).GetParentSpanId(), outer->GetContext().span_id());
  EXPECT_EQ(Span(0).GetTraceId(), outer->GetContext().trace_id());
  EXPECT_FALSE(Span(1).GetParentSpanId().IsValid()) << "the scope ended before";
}

TEST_F(Recording, StartsARootOnAnotherThread) {
  trace::Scope scope(tracer_->StartSpan("here"));
  std::thread([&] { tracer_->StartSpan("there")->End(); }).join();
  ASSERT_EQ(kept_->size(), 1u);
  EXPECT_FALSE(Span(0).GetParentSpanId().IsValid());
}

TEST_F(Recording, DropsWhatIsSetAfterTheEnd) {
  auto span = tracer_->StartSpan("melt");
  span->End();
  span->SetAttribute("late", true);
  span->End();
  ASSERT_EQ(kept_->size(), 1u);
  EXPECT_EQ(Span(0).GetAttributes().count("late"), 0u);
}

TEST_F(Recording, EndsASpanWithItsLastReference) {
  tracer_->StartSpan("discarded");
  EXPECT_EQ(kept_->size(), 1u);
}

TEST(BatchSpanProcessor, LosesNothingAtShutdown) {
  auto kept = std::make_shared<Recordables>();
  sdk::trace::BatchSpanProcessorOptions options;
  options.schedule_delay_millis = std::chrono::hours(1);
  options.max_export_batch_size = 2;
  auto provider = sdk::trace::TracerProviderFactory::Create(
      sdk::trace::BatchSpanProcessorFactory::Create(std::make_unique<Keep>(kept), options));
  auto tracer = provider->GetTracer("test");
  tracer->StartSpan("one")->End();
  EXPECT_TRUE(provider->ForceFlush());
  EXPECT_EQ(kept->size(), 1u);
  for (int i = 0; i < 5; ++i) tracer->StartSpan("more")->End();
  EXPECT_TRUE(provider->Shutdown());
  EXPECT_EQ(kept->size(), 6u);
}

TEST(ParentBasedSampler, FollowsTheParentAndAsksTheRootSamplerOtherwise) {
  std::shared_ptr<sdk::trace::Sampler> never = sdk::trace::TraceIdRatioBasedSamplerFactory::Create(0.0);
  auto kept = std::make_shared<Recordables>();
  auto provider = sdk::trace::TracerProviderFactory::Create(
      sdk::trace::SimpleSpanProcessorFactory::Create(std::make_unique<Keep>(kept)), sdk::resource::Resource::Create({}),
      sdk::trace::ParentBasedSamplerFactory::Create(never));
  auto tracer = provider->GetTracer("test");
  tracer->StartSpan("root")->End();
  EXPECT_EQ(kept->size(), 0u);
  const uint8_t trace_id[16] = {1};
  const uint8_t span_id[8] = {1};
  trace::StartSpanOptions options;
  options.parent = trace::SpanContext(trace::TraceId(trace_id), trace::SpanId(span_id), trace::TraceFlags(1), true);
  tracer->StartSpan("child of a sampled span", options)->End();
  EXPECT_EQ(kept->size(), 1u);
}

TEST(Baggage, SurvivesItsHeader) {
  auto baggage = opentelemetry::baggage::Baggage::GetDefault()->Set("tenant.id", "a, b=c%");
  std::string value;
  ASSERT_TRUE(opentelemetry::baggage::Baggage::FromHeader(baggage->ToHeader())->GetValue("tenant.id", value));
  EXPECT_EQ(value, "a, b=c%");
}

TEST(Resource, TakesCodeBeforeEnvironmentAndIsNeverNameless) {
  const auto named = sdk::resource::Resource::Create({{"service.name", "pay"}});
  EXPECT_EQ(nostd::get<std::string>(named.GetAttributes().at("service.name")), "pay");
  EXPECT_EQ(nostd::get<std::string>(named.GetAttributes().at("telemetry.sdk.language")), "cpp");
}

TEST_F(Recording, WritesOtlpJson) {
  auto span = tracer_->StartSpan("a \"name\"\n", {{"n", 7}, {"u", uint64_t{18446744073709551615u}}});
  span->SetStatus(trace::StatusCode::kError, "broke");
  span->End();
  const std::string json = otlp::detail::JsonSpan(Span(0));
  EXPECT_THAT(json, testing::HasSubstr(R"("name":"a \"name\"\u000a")"));
  EXPECT_THAT(json, testing::HasSubstr(R"({"key":"n","value":{"intValue":"7"}})"));
  EXPECT_THAT(json, testing::HasSubstr(R"({"key":"u","value":{"stringValue":"18446744073709551615"}})"));
  EXPECT_THAT(json, testing::HasSubstr(R"("status":{"code":2,"message":"broke"})"));
}

TEST(ProtobufMessage, EncodesEachWireType) {
  otlp::detail::ProtobufMessage message;
  message.Varint(1, 300);
  message.Fixed32(16, 1);
  message.Text(2, "ab");
  EXPECT_EQ(message.bytes(), std::string("\x08\xac\x02\x85\x01\x01\x00\x00\x00\x12\x02"
                                         "ab",
                                         13));
}

TEST(ParseHttpUrl, SplitsHostPortAndPath) {
  struct Case {
    const char* url;
    bool valid;
    const char* host;
    const char* port;
    const char* path;
  };
  const Case cases[] = {
      {"http://127.0.0.1:4318/v1/traces", true, "127.0.0.1", "4318", "/v1/traces"},
      {"http://collector", true, "collector", "80", "/"},
      {"http://[::1]:4318/x", true, "::1", "4318", "/x"},
      {"https://collector/v1/traces", false, "", "80", "/"},
  };
  for (const Case& c : cases) {
    otlp::detail::HttpUrl url;
    ASSERT_EQ(otlp::detail::ParseHttpUrl(c.url, url), c.valid) << c.url;
    EXPECT_EQ(url.host, c.host) << c.url;
    EXPECT_EQ(url.port, c.port) << c.url;
    EXPECT_EQ(url.path, c.path) << c.url;
  }
}
}  // namespace
