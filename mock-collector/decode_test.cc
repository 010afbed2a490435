#include "mock-collector/decode.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

#include "mock-collector/testing.h"

namespace spangate {
namespace {

using ::spangate::testing::Dump;
using ::spangate::testing::Message;
using ::testing::HasSubstr;

constexpr char kTraceHex[] = "5b8efff798038103d269b633813fc60c";
constexpr char kSpanHex[] = "eee19b7ec3c1b174";
const std::string kTraceBytes("\x5b\x8e\xff\xf7\x98\x03\x81\x03\xd2\x69\xb6\x33\x81\x3f\xc6\x0c", 16);
const std::string kSpanBytes("\xee\xe1\x9b\x7e\xc3\xc1\xb1\x74", 8);

std::string ErrorOf(const Status& status) { return status.has_value() ? "" : status.error().message; }

TraceModel DecodeOrFail(Signal signal, Encoding encoding, std::string_view body) {
  TraceModel model;
  const Status status = DecodeOtlp(signal, encoding, body, model);
  EXPECT_TRUE(status.has_value()) << ErrorOf(status) << "\nin " << body.substr(0, 2000);
  return model;
}

/// A traces request around the JSON fields of one span.
std::string SpanJson(std::string_view fields) {
  return fmt::format(R"({{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{}}}]}}]}}]}})", fields);
}
std::string AttributeJson(std::string_view value) {
  return SpanJson(fmt::format(R"("attributes":[{{"key":"k","value":{}}}])", value));
}
Message Wrap(const Message& span) {
  return Message().Each(1, "resourceSpans", {Message().Each(2, "scopeSpans", {Message().Each(2, "spans", {span})})});
}

Message KeyValue(std::string_view key, const Message& value) {
  return Message().Text(1, "key", key).One(2, "value", value);
}
Message StringValue(std::string_view text) { return Message().Text(1, "stringValue", text); }

Message EveryValue() {
  const Message array =
      Message().Each(1, "values", {StringValue("first"), Message(), Message().Varint(3, "intValue", -7)});
  const Message map = Message().Each(1, "values", {KeyValue("inner", StringValue("x")), KeyValue("empty", Message())});
  const Message nested = Message().Each(1, "values", {Message().One(5, "arrayValue", array)});
  return Message().Each(
      9, "attributes",
      {KeyValue("string", StringValue("text é")), KeyValue("bool", Message().Bool(2, "boolValue", true)),
       KeyValue("int", Message().Varint(3, "intValue", std::numeric_limits<int64_t>::min())),
       KeyValue("double", Message().Double(4, "doubleValue", 637.704)),
       KeyValue("array", Message().One(5, "arrayValue", array)),
       KeyValue("nested", Message().One(5, "arrayValue", nested)),
       KeyValue("map", Message().One(6, "kvlistValue", map)),
       KeyValue("bytes", Message().Bytes(7, "bytesValue", std::string("\xfb\xff\0", 3), "-_8A")),
       KeyValue("nothing", Message())});
}

Message FullSpan() {
  const Message event = Message()
                            .Fixed64(1, "timeUnixNano", 5)
                            .Text(2, "name", "exception")
                            .Each(3, "attributes", {KeyValue("exception.type", StringValue("E"))})
                            .Varint(4, "droppedAttributesCount", 3);
  const Message link = Message()
                           .Id(1, "traceId", kTraceBytes)
                           .Id(2, "spanId", kSpanBytes)
                           .Text(3, "traceState", "a=b")
                           .Each(4, "attributes", {KeyValue("link", StringValue("L"))})
                           .Varint(5, "droppedAttributesCount", 1)
                           .Fixed32(6, "flags", 769);
  return EveryValue()
      .Id(1, "traceId", kTraceBytes)
      .Id(2, "spanId", kSpanBytes)
      .Text(3, "traceState", "vendor=1")
      .Id(4, "parentSpanId", std::string("\1\2\3\4\5\6\7\x08", 8))
      .Text(5, "name", "POST /checkout")
      .Varint(6, "kind", 2)
      .Fixed64(7, "startTimeUnixNano", 1544712660000000000)
      .Fixed64(8, "endTimeUnixNano", std::numeric_limits<uint64_t>::max())
      .Varint(10, "droppedAttributesCount", 1)
      .Each(11, "events", {event, Message()})
      .Varint(12, "droppedEventsCount", 2)
      .Each(13, "links", {link})
      .Varint(14, "droppedLinksCount", 4294967295)
      .One(15, "status", Message().Text(2, "message", "declined").Varint(3, "code", 2))
      .Fixed32(16, "flags", 0xFFFFF301);
}

Message Resource() { return Message().Each(1, "attributes", {KeyValue("service.name", StringValue("shop"))}); }
Message Scope() {
  return Message()
      .Text(1, "name", "lib")
      .Text(2, "version", "1.2")
      .Each(3, "attributes", {KeyValue("s", StringValue("t"))});
}

/// A request of that signal around items, with resource, scope and schema urls.
Message Request(Signal signal, const std::vector<Message>& items) {
  constexpr const char* kNames[][3] = {{"resourceSpans", "scopeSpans", "spans"},
                                       {"resourceMetrics", "scopeMetrics", "metrics"},
                                       {"resourceLogs", "scopeLogs", "logRecords"}};
  const auto& names = kNames[static_cast<int>(signal)];
  const Message scope = Message().One(1, "scope", Scope()).Each(2, names[2], items).Text(3, "schemaUrl", "scope-url");
  return Message().Each(1, names[0],
                        {Message()
                             .One(1, "resource", Resource())
                             .Each(2, names[1], {scope, Message()})
                             .Text(3, "schemaUrl", "resource-url"),
                         Message()});
}

Message LogRecord() {
  return Message()
      .Fixed64(1, "timeUnixNano", 11)
      .Fixed64(11, "observedTimeUnixNano", 12)
      .Varint(2, "severityNumber", 9)
      .Text(3, "severityText", "Info")
      .One(5, "body", Message().One(6, "kvlistValue", Message().Each(1, "values", {KeyValue("b", StringValue("c"))})))
      .Each(6, "attributes", {KeyValue("a", Message().Varint(3, "intValue", 1))})
      .Varint(7, "droppedAttributesCount", 8)
      .Fixed32(8, "flags", 1)
      .Id(9, "traceId", kTraceBytes)
      .Id(10, "spanId", kSpanBytes)
      .Text(12, "eventName", "page_view");
}

std::vector<Message> EveryMetric() {
  struct Kind {
    uint32_t number;
    const char* name;
    uint32_t attributes, exemplars;
  };
  constexpr Kind kKinds[] = {{5, "gauge", 7, 5},
                             {7, "sum", 7, 5},
                             {9, "histogram", 9, 8},
                             {10, "exponentialHistogram", 1, 11},
                             {11, "summary", 7, 0}};
  std::vector<Message> metrics;
  for (const Kind& kind : kKinds) {
    Message point;
    point.Fixed64(2, "startTimeUnixNano", 1).Fixed64(3, "timeUnixNano", 2);
    point.Each(kind.attributes, "attributes", {KeyValue(kind.name, StringValue("v"))});
    const Message exemplar = Message().Id(4, "spanId", kSpanBytes).Id(5, "traceId", kTraceBytes);
    if (kind.exemplars != 0) point.Each(kind.exemplars, "exemplars", {exemplar, Message()});
    Message data;
    data.Each(1, "dataPoints", {point, Message()});
    if (kind.number == 7) data.Varint(2, "aggregationTemporality", 2).Bool(3, "isMonotonic", true);
    if (kind.number == 9) data.Varint(2, "aggregationTemporality", 1);
    metrics.push_back(Message()
                          .One(kind.number, kind.name, data)
                          .Text(1, "name", std::string("metric ") + kind.name)
                          .Text(2, "description", "what")
                          .Text(3, "unit", "ms"));
  }
  return metrics;
}

TEST(DecodeOtlp, GivesEqualModelsForEqualDataInBothEncodings) {
  const std::pair<Signal, Message> cases[] = {{Signal::kTraces, Request(Signal::kTraces, {FullSpan(), Message()})},
                                              {Signal::kLogs, Request(Signal::kLogs, {LogRecord(), Message()})},
                                              {Signal::kMetrics, Request(Signal::kMetrics, EveryMetric())}};
  for (const auto& [signal, message] : cases) {
    const TraceModel protobuf = DecodeOrFail(signal, Encoding::kProtobuf, message.protobuf());
    const TraceModel json = DecodeOrFail(signal, Encoding::kJson, message.json());
    EXPECT_EQ(Dump(protobuf), Dump(json)) << Name(signal);
    EXPECT_NE(Dump(protobuf), "") << Name(signal);
    EXPECT_EQ(protobuf.requests.size(), 1u);
    EXPECT_EQ(protobuf.requests[0].items, json.requests[0].items);
  }
}

TEST(DecodeOtlp, KeepsEveryFieldOfASpan) {
  const TraceModel model =
      DecodeOrFail(Signal::kTraces, Encoding::kProtobuf, Request(Signal::kTraces, {FullSpan()}).protobuf());
  EXPECT_EQ(Dump(model),
            "span 5b8efff798038103d269b633813fc60c eee19b7ec3c1b174 0102030405060708 "
            "1544712660000000000-18446744073709551615 'POST /checkout' state 'vendor=1' status 2 'declined' kind 2 "
            "flags 4294963969 dropped 1 2 4294967295 faults 0 {string=\"text é\",bool=true,"
            "int=int -9223372036854775808,double=double 637.704,array=[\"first\",empty,int -7,],"
            "nested=[[\"first\",empty,int -7,],],map={inner=\"x\",empty=empty,},bytes=bytes \\xfb\\xff\\x00,"
            "nothing=empty,} in resource {service.name=\"shop\",} 'shop' url 'resource-url' faults 0 "
            "scope 'lib' '1.2' url 'scope-url' faults 0 {s=\"t\",}\n"
            "  event 5 'exception' 3 {exception.type=\"E\",}\n"
            "  event 0 '' 0 {}\n"
            "  link 5b8efff798038103d269b633813fc60c eee19b7ec3c1b174 'a=b' 769 0 {link=\"L\",}\n");
  EXPECT_EQ(model.requests[0].items, 1u);
}

TEST(DecodeOtlp, KeepsPointsOfEveryKindOfMetric) {
  const TraceModel model =
      DecodeOrFail(Signal::kMetrics, Encoding::kJson, Request(Signal::kMetrics, EveryMetric()).json());
  ASSERT_EQ(model.points.size(), 10u);
  EXPECT_EQ(model.points[2].type, 7);
  EXPECT_EQ(model.points[2].temporality, 2);
  EXPECT_TRUE(model.points[2].monotonic);
  EXPECT_EQ(model.Text(model.points[9].name), "metric summary");
  EXPECT_NE(model.Find(model.points[6].attributes, "exponentialHistogram"), nullptr);
  EXPECT_EQ(model.exemplars.size(), 8u);
  EXPECT_EQ(model.requests[0].items, 10u);
}

TEST(DecodeOtlp, C04_AcceptsEmptyRequests) {
  for (const Signal signal : {Signal::kTraces, Signal::kMetrics, Signal::kLogs}) {
    EXPECT_EQ(DecodeOrFail(signal, Encoding::kProtobuf, "").requests.size(), 1u);
    EXPECT_EQ(DecodeOrFail(signal, Encoding::kJson, "{}").requests.size(), 1u);
    EXPECT_EQ(DecodeOrFail(signal, Encoding::kJson, R"({"resourceSpans":null})").requests.size(), 1u);
  }
}

struct BadBody {
  std::string body;
  std::string error;  // a part of it
  const char* why;
};

TEST(DecodeOtlp, RejectsJsonThatIsNotOtlpAndNamesTheField) {
  const std::string deep(200, '[');
  const BadBody cases[] = {
      {"", "not JSON", "C43: empty"},
      {"1234", "must be one JSON object", "C43: the Collector's own test"},
      {"[]", "must be one JSON object", "C43"},
      {"{} {}", "not JSON", "C43: trailing text"},
      {"{\"a\":1", "not JSON", "truncated"},
      {"\xEF\xBB\xBF{}", "not JSON", "C44: byte order mark"},
      {"{\"a\":\"\xff\"}", "not JSON", "C34: not UTF-8"},
      {R"({"a":"\ud800"})", "not JSON", "C44: lone surrogate"},
      {"{\"a\":" + std::string(5000, '[') + std::string(5000, ']') + "}", "not JSON", "C44: nesting bounded"},
      {R"({"resourceSpans":{}})", "resourceSpans: must be an array", "repeated field as object"},
      {R"({"resourceSpans":[3]})", "resourceSpans[0]: must be an object", "message as number"},
      {R"({"resourceSpans":[],"resourceSpans":[]})", "appears twice", "C44: duplicate keys"},
      {SpanJson(R"("traceId":"5b8efff798038103d269b633813fc6")"),
       "resourceSpans[0].scopeSpans[0].spans[0].traceId: 30 characters", "C29: wrong length, path named"},
      {SpanJson(R"("traceId":"5b8efff798038103d269b633813fc60g")"), "no hex digit", "C36"},
      {SpanJson(R"("traceId":"W47/95gDgQPSabYzgT/GDA==")"), "24 characters", "C36: base64 is not the encoding of ids"},
      {SpanJson(R"("spanId":7)"), "spanId: must be a string", "C36"},
      {SpanJson(R"("kind":"SPAN_KIND_SERVER")"), "kind: must be the integer", "C37: names are not allowed"},
      {SpanJson(R"("kind":"2")"), "kind: must be the integer", "C37"},
      {SpanJson(R"("kind":4294967296)"), "kind", "outside of int32"},
      {SpanJson(R"("startTimeUnixNano":"12x")"), "startTimeUnixNano", "C38"},
      {SpanJson(R"("startTimeUnixNano":"0x10")"), "startTimeUnixNano", "C38: hex"},
      {SpanJson(R"("startTimeUnixNano":" 1")"), "startTimeUnixNano", "C38: blank"},
      {SpanJson(R"("startTimeUnixNano":"+1")"), "startTimeUnixNano", "C38: plus"},
      {SpanJson(R"("startTimeUnixNano":"")"), "startTimeUnixNano", "C38: empty"},
      {SpanJson(R"("startTimeUnixNano":-1)"), "startTimeUnixNano", "C38: negative"},
      {SpanJson(R"("startTimeUnixNano":1.5)"), "startTimeUnixNano", "C38: fraction"},
      {SpanJson(R"("startTimeUnixNano":true)"), "startTimeUnixNano", "C38: bool"},
      {SpanJson(R"("startTimeUnixNano":"18446744073709551616")"), "startTimeUnixNano", "C38: 2^64"},
      {SpanJson(R"("startTimeUnixNano":1e30)"), "startTimeUnixNano", "C38: out of range"},
      {SpanJson(R"("flags":4294967296)"), "flags", "fixed32"},
      {SpanJson(R"("name":7)"), "name: must be a string", "string"},
      {AttributeJson(R"({"boolValue":"true"})"), "attributes[0].value.boolValue: must be true or false", "C41"},
      {AttributeJson(R"({"boolValue":1})"), "boolValue", "C41"},
      {AttributeJson(R"({"doubleValue":"nan"})"), "doubleValue", "C41: only NaN"},
      {AttributeJson(R"({"doubleValue":"1e999"})"), "doubleValue", "out of range"},
      {AttributeJson(R"({"doubleValue":""})"), "doubleValue", "no number"},
      {AttributeJson(R"({"bytesValue":"a"})"), "bytesValue: is not base64", "C41: a lone digit"},
      {AttributeJson(R"({"bytesValue":"a b="})"), "bytesValue", "C41"},
      {AttributeJson(R"({"bytesValue":"YQ="})"), "bytesValue", "C41: half of the padding"},
      {AttributeJson(R"({"intValue":1.5})"), "intValue", "C38"},
      {AttributeJson(R"({"intValue":"9223372036854775808"})"), "intValue", "C38: 2^63 as text"},
      {AttributeJson(R"("text")"), "attributes[0].value: must be an object", "AnyValue is a message"},
  };
  for (const BadBody& c : cases) {
    TraceModel model;
    const Status status = DecodeOtlp(Signal::kTraces, Encoding::kJson, c.body, model);
    EXPECT_FALSE(status.has_value()) << c.why << ": " << c.body;
    EXPECT_THAT(ErrorOf(status), HasSubstr(c.error)) << c.why;
  }
}

TEST(DecodeOtlp, AcceptsWhatTheJsonMappingAllows) {
  struct {
    const char* value;
    const char* dump;
    const char* why;
  } const cases[] = {
      {R"({"intValue":10})", "int 10", "C38: number"},
      {R"({"intValue":"-9223372036854775808"})", "int -9223372036854775808", "C38: string, exact"},
      {R"({"intValue":9223372036854775807})", "int 9223372036854775807", "C38: never through a double"},
      {R"({"intValue":1e3})", "int 1000", "C38: integral exponent form"},
      {R"({"intValue":1e+300})", "double 1e+300", "C42: the JavaScript SDK sends this"},
      {R"({"intValue":18446744073709551615})", "double 1.8446744073709552e+19", "C42"},
      {R"({"intValue":null})", "empty", "C40"},
      {R"({"doubleValue":null})", "empty", "C40: NaN of the JavaScript SDK"},
      {R"({"doubleValue":"NaN"})", "double nan", "C41"},
      {R"({"doubleValue":"-Infinity"})", "double -inf", "C41"},
      {R"({"doubleValue":"1.5e3"})", "double 1500", "C41"},
      {R"({"doubleValue":5})", "double 5", "a number without a point"},
      {R"({"bytesValue":"+/8="})", "bytes \\xfb\\xff", "C41: standard alphabet"},
      {R"({"bytesValue":"-_8"})", "bytes \\xfb\\xff", "C41: URL alphabet, no padding"},
      {R"({"bytesValue":""})", "bytes ", "C32"},
      {R"({"stringValue":""})", "\"\"", "set, though empty"},
      {R"({"string\u0056alue":"x"})", "\"x\"", "C44: escapes in keys"},
      {R"({"arrayValue":{}})", "[]", "empty array"},
      {R"({"kvlistValue":{"values":[]}})", "{}", "empty map"},
      {R"({})", "empty", "C32"},
      {R"(null)", "empty", "C40"},
      {R"({"stringValue":"a","later":{"x":[1,{"y":null}]}})", "\"a\"", "C39: unknown names of any type"},
      {R"({"string_value":"a"})", "empty", "C39: snake case is an unknown name"},
  };
  for (const auto& c : cases) {
    const TraceModel model = DecodeOrFail(Signal::kTraces, Encoding::kJson, AttributeJson(c.value));
    ASSERT_EQ(model.attributes.size(), 1u) << c.why;
    EXPECT_EQ(Dump(model, model.attributes[0].value), c.dump) << c.why;
  }
}

TEST(DecodeOtlp, C36_TakesHexInEitherCase) {
  const TraceModel model =
      DecodeOrFail(Signal::kTraces, Encoding::kJson,
                   SpanJson(R"("traceId":"5B8EFFF798038103d269b633813fc60c","spanId":"EEE19B7EC3C1B174")"));
  EXPECT_EQ(Hex(model.spans[0].trace_id), kTraceHex);
  EXPECT_EQ(Hex(model.spans[0].span_id), kSpanHex);
  EXPECT_EQ(model.spans[0].faults, 0);
}

TEST(DecodeOtlp, C29_StoresMissingAndZeroIdsWithTheirFaults) {
  const std::string zero16(16, '\0');
  const std::string zero8(8, '\0');
  struct {
    Message span;
    int faults;
    const char* why;
  } const cases[] = {
      {Message(), kBadTraceId | kBadSpanId, "both missing"},
      {Message().Id(1, "traceId", "").Id(2, "spanId", ""), kBadTraceId | kBadSpanId, "empty is missing"},
      {Message().Id(1, "traceId", zero16).Id(2, "spanId", zero8), kZeroTraceId | kZeroSpanId, "all zero"},
      {Message().Id(1, "traceId", kTraceBytes).Id(2, "spanId", kSpanBytes).Id(4, "parentSpanId", zero8), kZeroParentId,
       "a parent of zeroes"},
      {Message().Id(1, "traceId", kTraceBytes).Id(2, "spanId", kSpanBytes).Id(4, "parentSpanId", ""), 0, "a root"},
      {Message().Id(1, "traceId", kTraceBytes).Id(2, "spanId", kSpanBytes).Varint(6, "kind", 6), kUnknownEnum, "C28"},
      {Message().Id(1, "traceId", kTraceBytes).Id(2, "spanId", kSpanBytes).Varint(6, "kind", -1), kUnknownEnum, "C28"},
      {Message()
           .Id(1, "traceId", kTraceBytes)
           .Id(2, "spanId", kSpanBytes)
           .One(15, "status", Message().Varint(3, "code", 3)),
       kUnknownEnum, "C28: status code"},
      {Message()
           .Id(1, "traceId", kTraceBytes)
           .Id(2, "spanId", kSpanBytes)
           .Each(9, "attributes", {KeyValue("k", StringValue("a")), KeyValue("k", StringValue("b"))}),
       kDuplicateKey, "C32: both are kept"},
      {Message().Id(1, "traceId", kTraceBytes).Id(2, "spanId", kSpanBytes).Each(13, "links", {Message()}), 0,
       "a fault of a link is the link's"},
  };
  for (const auto& c : cases) {
    const TraceModel protobuf = DecodeOrFail(Signal::kTraces, Encoding::kProtobuf, Wrap(c.span).protobuf());
    const TraceModel json = DecodeOrFail(Signal::kTraces, Encoding::kJson, Wrap(c.span).json());
    EXPECT_EQ(protobuf.spans[0].faults, c.faults) << c.why;
    EXPECT_EQ(Dump(protobuf), Dump(json)) << c.why;
  }
}

TEST(DecodeOtlp, C29_RejectsIdsOfAnotherLength) {
  for (const auto& [number, name] :
       {std::pair(1u, "traceId"), std::pair(2u, "spanId"), std::pair(4u, "parentSpanId")}) {
    TraceModel model;
    const Message request = Wrap(Message().Id(number, name, "12345"));
    const std::string path = fmt::format("resourceSpans[0].scopeSpans[0].spans[0].{}: ", name);
    EXPECT_THAT(ErrorOf(DecodeOtlp(Signal::kTraces, Encoding::kProtobuf, request.protobuf(), model)), HasSubstr(path));
    EXPECT_THAT(ErrorOf(DecodeOtlp(Signal::kTraces, Encoding::kJson, request.json(), model)), HasSubstr(path));
  }
}

TEST(DecodeOtlp, C34_ReplacesWhatIsNotUtf8AndSaysSo) {
  const Message span =
      Message().Id(1, "traceId", kTraceBytes).Id(2, "spanId", kSpanBytes).Text(5, "name", "a\xff\xe2\x82z\xe2\x82\xac");
  const TraceModel model = DecodeOrFail(Signal::kTraces, Encoding::kProtobuf, Wrap(span).protobuf());
  EXPECT_EQ(model.Text(model.spans[0].name), "a\uFFFD\uFFFD\uFFFDz\u20AC");
  EXPECT_EQ(model.spans[0].faults, kInvalidUtf8);
  Message resource;
  resource.Each(1, "attributes", {KeyValue("k", StringValue("\x80"))});
  const Message group =
      Message().One(1, "resource", resource).Each(2, "scopeSpans", {Message().Each(2, "spans", {Message()})});
  const TraceModel other =
      DecodeOrFail(Signal::kTraces, Encoding::kProtobuf, Message().Each(1, "resourceSpans", {group}).protobuf());
  EXPECT_EQ(other.resources[0].faults, kInvalidUtf8);
  EXPECT_EQ(other.spans[0].faults & kInvalidUtf8, 0) << "the resource's fault is not the span's";
}

TEST(DecodeOtlp, C26_SkipsUnknownFieldsAtEveryLevel) {
  const auto noise = [](Message message) {
    std::string bytes = message.protobuf();
    protozero::pbf_writer writer(bytes);
    writer.add_fixed32(900, 1);
    writer.add_fixed64(901, 1);
    writer.add_uint64(902, std::numeric_limits<uint64_t>::max());
    writer.add_string(536870911, "x");
    writer.add_string(1000, "old instrumentation library spans");
    return bytes;
  };
  const auto wrap = [&noise](uint32_t number, const std::string& inner) {
    std::string bytes;
    protozero::pbf_writer(bytes).add_message(number, inner);
    return bytes + noise(Message());
  };
  const std::string span = noise(FullSpan());
  const TraceModel model = DecodeOrFail(Signal::kTraces, Encoding::kProtobuf, wrap(1, wrap(2, wrap(2, span))));
  const TraceModel plain = DecodeOrFail(Signal::kTraces, Encoding::kProtobuf, Wrap(FullSpan()).protobuf());
  EXPECT_EQ(Dump(model), Dump(plain));
}

TEST(DecodeOtlp, L22_TakesAKnownNumberOfAnotherWireTypeForUnknown) {
  std::string span;
  protozero::pbf_writer writer(span);
  writer.add_uint64(1, 5);           // trace_id as a varint
  writer.add_string(7, "12345678");  // start time as a string
  writer.add_fixed64(6, 2);          // kind as fixed64
  writer.add_uint32(9, 1);           // attributes as a varint
  std::string body;
  std::string scope;
  std::string resource;
  protozero::pbf_writer(scope).add_message(2, span);
  protozero::pbf_writer(resource).add_message(2, scope);
  protozero::pbf_writer(body).add_message(1, resource);
  const TraceModel model = DecodeOrFail(Signal::kTraces, Encoding::kProtobuf, body);
  ASSERT_EQ(model.spans.size(), 1u);
  EXPECT_EQ(model.spans[0].start, 0u);
  EXPECT_EQ(model.spans[0].kind, 0);
  EXPECT_EQ(model.spans[0].attributes.count, 0u);
}

TEST(DecodeOtlp, C27_MergesRepeatedMessagesAndTakesTheLastScalar) {
  std::string span;
  protozero::pbf_writer writer(span);
  writer.add_string(5, "first");
  writer.add_string(5, "last");
  writer.add_message(15, Message().Text(2, "", "kept").protobuf());
  writer.add_message(15, Message().Varint(3, "", 2).protobuf());
  std::string value;  // the array comes in two pieces with another attribute's array between their storage
  protozero::pbf_writer pieces(value);
  pieces.add_string(1, "key");
  for (const char* text : {"one", "two"}) {
    const Message array = Message().One(5, "", Message().Each(1, "", {StringValue(text)}));
    pieces.add_message(2, array.protobuf());
  }
  writer.add_message(9, value);
  std::string replaced = value;
  protozero::pbf_writer(replaced).add_message(2, StringValue("oneof: last wins").protobuf());
  writer.add_message(9, replaced);
  std::string scope;
  protozero::pbf_writer(scope).add_message(2, span);
  std::string resource;
  protozero::pbf_writer group(resource);
  group.add_message(1, Message().Each(1, "", {KeyValue("service.name", StringValue("a"))}).protobuf());
  group.add_message(2, scope);
  group.add_message(1, Message().Each(1, "", {KeyValue("host.name", StringValue("b"))}).protobuf());
  std::string body;
  protozero::pbf_writer(body).add_message(1, resource);

  const TraceModel model = DecodeOrFail(Signal::kTraces, Encoding::kProtobuf, body);
  const SpanRow& row = model.spans.at(0);
  EXPECT_EQ(model.Text(row.name), "last");
  EXPECT_EQ(model.Text(row.status_message), "kept");
  EXPECT_EQ(row.status, 2);
  EXPECT_EQ(Dump(model, row.attributes), R"({key=["one","two",],key="oneof: last wins",})");
  EXPECT_EQ(Dump(model, model.resources[0].attributes), R"({service.name="a",host.name="b",})");
}

TEST(DecodeOtlp, C26_RejectsWhatIsNoProtobuf) {
  const BadBody cases[] = {
      {std::string("\x0a\x05\x01", 3), "resourceSpans", "length past the end"},
      {std::string("\x0a", 1), "not protobuf", "tag without a length"},
      {std::string("\x00\x01", 2), "not protobuf", "field number 0"},
      {std::string("\x0b\x0c", 2), "not protobuf", "a group"},
      {std::string("\x0e\x01", 2), "not protobuf", "wire type 6"},
      {std::string("\x0f\x01", 2), "not protobuf", "wire type 7"},
      {"\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "not protobuf", "varint of eleven bytes"},
      {"{\"resourceSpans\":[]}", "not protobuf", "JSON sent as protobuf"},
  };
  for (const BadBody& c : cases) {
    TraceModel model;
    const Status status = DecodeOtlp(Signal::kTraces, Encoding::kProtobuf, c.body, model);
    EXPECT_FALSE(status.has_value()) << c.why;
    EXPECT_THAT(ErrorOf(status), HasSubstr("not protobuf")) << c.why;
  }
}

Message Nest(int depth) {
  if (depth == 0) return StringValue("bottom");
  return Message().One(5, "arrayValue", Message().Each(1, "values", {Nest(depth - 1)}));
}

TEST(DecodeOtlp, C35_BoundsTheDepthOfValues) {
  const auto request = [](int depth) { return Wrap(Message().Each(9, "attributes", {KeyValue("k", Nest(depth))})); };
  for (const Encoding encoding : {Encoding::kProtobuf, Encoding::kJson}) {
    const auto body = [&](int depth) {
      return encoding == Encoding::kJson ? request(depth).json() : request(depth).protobuf();
    };
    DecodeOrFail(Signal::kTraces, encoding, body(40));
    TraceModel model;
    EXPECT_THAT(ErrorOf(DecodeOtlp(Signal::kTraces, encoding, body(60), model)), HasSubstr("deeper than 100"));
  }
}

TEST(DecodeOtlp, C35_BoundsRowsOfTwoByteElements) {
  std::string spans;
  for (int i = 0; i < (1 << 20) + 1; ++i) spans += std::string("\x12\x00", 2);
  std::string scope;
  protozero::pbf_writer(scope).add_message(2, spans);
  std::string body;
  protozero::pbf_writer(body).add_message(1, scope);
  TraceModel model;
  EXPECT_THAT(ErrorOf(DecodeOtlp(Signal::kTraces, Encoding::kProtobuf, body, model)), HasSubstr("smaller batches"));
}

TEST(DecodeOtlp, C12_LeavesTheBatchAsItWasAfterAnError) {
  TraceModel model;
  ASSERT_TRUE(DecodeOtlp(Signal::kTraces, Encoding::kJson, Wrap(FullSpan()).json(), model).has_value());
  const std::string before = Dump(model);
  const size_t strings = model.strings.size();
  const size_t attributes = model.attributes.size();
  const Message bad = Message().Text(5, "name", "new name").Id(2, "spanId", "wrong");
  EXPECT_FALSE(
      DecodeOtlp(Signal::kTraces, Encoding::kProtobuf, Request(Signal::kTraces, {FullSpan(), bad}).protobuf(), model)
          .has_value());
  EXPECT_EQ(Dump(model), before);
  EXPECT_EQ(model.strings.size(), strings);
  EXPECT_EQ(model.attributes.size(), attributes);
  EXPECT_EQ(model.requests.size(), 1u);
  EXPECT_EQ(model.resources.size(), 1u);
}

TEST(DecodeOtlp, SurvivesEveryPrefixAndManyBitFlips) {
  const Message requests[] = {Request(Signal::kTraces, {FullSpan()}), Request(Signal::kMetrics, EveryMetric()),
                              Request(Signal::kLogs, {LogRecord()})};
  std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): the same flips in every run
  for (const Signal signal : {Signal::kTraces, Signal::kMetrics, Signal::kLogs}) {
    const Message& request = requests[static_cast<int>(signal)];
    for (const Encoding encoding : {Encoding::kProtobuf, Encoding::kJson}) {
      const std::string body = encoding == Encoding::kJson ? request.json() : request.protobuf();
      for (size_t i = 0; i < body.size(); ++i) {
        TraceModel model;
        std::string flipped = body;
        flipped[i] = static_cast<char>(flipped[i] ^ (1 << random() % 8));
        for (const std::string& text : {body.substr(0, i), flipped}) {
          const size_t rows = model.requests.size();
          const bool accepted = DecodeOtlp(signal, encoding, text, model).has_value();
          EXPECT_EQ(model.requests.size(), rows + (accepted ? 1 : 0));
        }
        EXPECT_LT(Dump(model).size(), 100000u) << "every row is readable";
      }
    }
  }
}

}  // namespace
}  // namespace spangate
