// Spans per second through the decoder, protobuf beside JSON, single thread, with the memory that the model keeps.
//
// The request is one that an SDK sends: 512 spans in three scopes, ten attributes each, an event on every twentieth.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>
#include <string>

#include "mock-collector/decode.h"

namespace spangate {
namespace {

constexpr int kSpans = 512;

// --- protobuf, written by hand: a bench must not depend on a second library's speed -------------------------------

void Varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}
void Bytes(std::string& out, int field, std::string_view bytes) {
  Varint(out, static_cast<uint64_t>(field) << 3 | 2);
  Varint(out, bytes.size());
  out += bytes;
}
void Fixed64(std::string& out, int field, uint64_t value) {
  Varint(out, static_cast<uint64_t>(field) << 3 | 1);
  for (int i = 0; i < 8; ++i) out += static_cast<char>(value >> (8 * i));
}
void Number(std::string& out, int field, uint64_t value) {
  Varint(out, static_cast<uint64_t>(field) << 3);
  Varint(out, value);
}
std::string TextAttribute(std::string_view key, std::string_view value) {
  std::string any;
  Bytes(any, 1, value);
  std::string attribute;
  Bytes(attribute, 1, key);
  Bytes(attribute, 2, any);
  return attribute;
}

struct Example {
  std::string key;
  std::string value;
};
std::vector<Example> AttributesOf(int i) {
  return {{"http.request.method", "GET"},
          {"http.route", "/users/{id}"},
          {"url.path", fmt::format("/users/{}", i)},
          {"server.address", "shop.example"},
          {"network.protocol.version", "1.1"},
          {"user_agent.original", "bench/1.0"},
          {"db.system.name", "postgresql"},
          {"db.collection.name", "users"},
          {"thread.name", fmt::format("worker-{}", i % 8)},
          {"deployment.environment.name", "bench"}};
}

std::string ProtobufRequest(int round) {
  std::string scopes;
  for (int s = 0; s < 3; ++s) {
    std::string scope_spans;
    std::string scope;
    Bytes(scope, 1, fmt::format("scope-{}", s));
    Bytes(scope_spans, 1, scope);
    for (int i = s; i < kSpans; i += 3) {
      std::string span;
      Bytes(span, 1, fmt::format("{:08d}{:08d}", round, i / 16));
      Bytes(span, 2, fmt::format("{:04d}{:04d}", round % 10000, i));
      Bytes(span, 5, "GET /users/{id}");
      Number(span, 6, 2);
      Fixed64(span, 7, 1767600000000000000ull + static_cast<uint64_t>(i));
      Fixed64(span, 8, 1767600000001000000ull + static_cast<uint64_t>(i));
      for (const Example& example : AttributesOf(i)) Bytes(span, 9, TextAttribute(example.key, example.value));
      if (i % 20 == 0) {
        std::string event;
        Fixed64(event, 1, 1767600000000500000ull);
        Bytes(event, 2, "retry");
        Bytes(span, 11, event);
      }
      Bytes(scope_spans, 2, span);
    }
    Bytes(scopes, 2, scope_spans);
  }
  std::string resource;
  Bytes(resource, 1, TextAttribute("service.name", "bench"));
  std::string resource_spans;
  Bytes(resource_spans, 1, resource);
  resource_spans += scopes;
  std::string request;
  Bytes(request, 1, resource_spans);
  return request;
}

std::string JsonRequest(int round) {
  std::string spans;
  for (int i = 0; i < kSpans; ++i) {
    std::string attributes;
    for (const Example& example : AttributesOf(i)) {
      attributes += fmt::format(R"({}{{"key":"{}","value":{{"stringValue":"{}"}}}})", attributes.empty() ? "" : ",",
                                example.key, example.value);
    }
    spans += fmt::format(
        R"({}{{"traceId":"{:032x}","spanId":"{:016x}","name":"GET /users/{{id}}","kind":2,"startTimeUnixNano":"{}","endTimeUnixNano":"{}","attributes":[{}]{}}})",
        spans.empty() ? "" : ",", round * 1000 + i / 16 + 1, round * 1000 + i + 1, 1767600000000000000ull,
        1767600000001000000ull, attributes,
        i % 20 == 0 ? R"(,"events":[{"timeUnixNano":"1767600000000500000","name":"retry"}])" : "");
  }
  return fmt::format(
      R"({{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"bench"}}}}]}},"scopeSpans":[{{"scope":{{"name":"scope"}},"spans":[{}]}}]}}]}})",
      spans);
}

long PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

void Decode(benchmark::State& state, Encoding encoding, bool keep) {
  constexpr int kRequests = 64;
  std::vector<std::string> requests;
  for (int i = 0; i < kRequests; ++i)
    requests.push_back(encoding == Encoding::kJson ? JsonRequest(i) : ProtobufRequest(i));
  TraceModel model;
  size_t next = 0;
  for (auto _ : state) {
    TraceModel batch;
    if (!DecodeOtlp(Signal::kTraces, encoding, requests[next++ % kRequests], batch).has_value()) std::abort();
    if (batch.spans.size() != kSpans) std::abort();
    if (keep) {
      model.Append(batch);
      if (model.spans.size() > 1'000'000) model = TraceModel();
    }
    benchmark::DoNotOptimize(batch.spans.data());
  }
  state.SetItemsProcessed(state.iterations() * kSpans);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(requests[0].size()));
  state.counters["peak_MB"] = static_cast<double>(PeakMegabytes());
}

BENCHMARK_CAPTURE(Decode, protobuf, Encoding::kProtobuf, false);
BENCHMARK_CAPTURE(Decode, protobuf_and_keep, Encoding::kProtobuf, true);
BENCHMARK_CAPTURE(Decode, json, Encoding::kJson, false);
BENCHMARK_CAPTURE(Decode, json_and_keep, Encoding::kJson, true);

}  // namespace
}  // namespace spangate

BENCHMARK_MAIN();
