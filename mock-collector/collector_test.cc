#include "mock-collector/collector.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "mock-collector/capture.h"
#include "mock-collector/testing.h"

namespace spangate {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kSpans =
    R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c",)"
    R"("spanId":"eee19b7ec3c1b174","name":"charge"}]}]}]})";

/// A TCP client that sends exactly what it is told. Every read ends at 10 s at the latest.
class Client {
 public:
  explicit Client(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }
  Client& Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;  // the server may close early; what it answered is still to be read
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return *this;
  }
  Client& EndSending() {
    shutdown(fd_, SHUT_WR);
    return *this;
  }
  /// One response by its Content-Length, "" at the end of the connection.
  std::string ReadResponse() {
    while (buffer_.find("\r\n\r\n") == std::string::npos) {
      if (!Fill()) return std::exchange(buffer_, "");
    }
    const size_t head = buffer_.find("\r\n\r\n") + 4;
    const size_t field = buffer_.find("Content-Length: ");
    const size_t length = field < head ? std::strtoul(buffer_.c_str() + field + 16, nullptr, 10) : 0;
    while (buffer_.size() < head + length) {
      if (!Fill()) break;
    }
    const std::string response = buffer_.substr(0, head + length);
    buffer_.erase(0, head + length);
    return response;
  }
  bool AtEnd() { return buffer_.empty() && !Fill(); }
  int fd() const { return fd_; }

 private:
  bool Fill() {
    char bytes[4096];
    const ssize_t got = recv(fd_, bytes, sizeof bytes, 0);
    if (got > 0) buffer_.append(bytes, static_cast<size_t>(got));
    return got > 0;
  }
  int fd_;
  bool connected_ = false;
  std::string buffer_;
};

std::string Post(std::string_view path, std::string_view type, std::string_view body, std::string_view fields = "") {
  return fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: {}\r\n{}Content-Length: {}\r\n\r\n{}", path, type,
                     fields, body.size(), body);
}
std::string PostSpans(std::string_view fields = "") { return Post("/v1/traces", "application/json", kSpans, fields); }
std::string Chunked(std::string_view chunks, std::string_view fields = "") {
  return fmt::format(
      "POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{}Transfer-Encoding: chunked\r\n\r\n{}",
      fields, chunks);
}
std::string Chunk(std::string_view bytes, std::string_view extension = "") {
  return fmt::format("{:x}{}\r\n{}\r\n", bytes.size(), extension, bytes);
}
std::string BodyOf(const std::string& response) {
  const size_t head = response.find("\r\n\r\n");
  return head == std::string::npos ? "" : response.substr(head + 4);
}

class CollectorTest : public ::testing::Test {
 protected:
  CollectorTest() {
    std::string pattern = ::testing::TempDir() + "/spangate-collector-XXXXXX";
    close(mkstemp(pattern.data()));
    path_ = pattern;
  }
  ~CollectorTest() override { unlink(path_.c_str()); }

  void Start(uint64_t max_body_bytes = 1 << 20) {
    auto started = Collector::Start({.capture_path = path_, .max_body_bytes = max_body_bytes});
    ASSERT_TRUE(started.has_value()) << started.error().message;
    collector_ = std::move(started.value());
  }
  std::string Ask(std::string_view request) { return Client(collector_->port()).Send(request).ReadResponse(); }

  std::string path_;
  std::unique_ptr<Collector> collector_;
};

struct Exchange {
  std::string request;
  const char* status;  // start of the status line after the version
  const char* why;
};

TEST_F(CollectorTest, AcceptsEveryLegalFormOfARequest) {
  Start();
  const std::string head = "Host: x\r\nContent-Type: application/json\r\n";
  const Exchange cases[] = {
      {PostSpans(), "200", "C01"},
      {Post("//v1/traces", "application/json", kSpans), "200", "endpoint that ends in a slash"},
      {Post("/v1/traces?a=b", "application/json", kSpans), "200", "C01: query ignored"},
      {Post("http://localhost:4318/v1/traces", "application/json", kSpans), "200", "C49: absolute form"},
      {Post("/v1/metrics", "application/json", "{}"), "200", "C04"},
      {Post("/v1/logs", "application/x-protobuf", ""), "200", "C04: no bytes"},
      {Post("/v1/traces", "APPLICATION/JSON; charset=utf-8", kSpans), "200", "C07"},
      {"POST /v1/logs HTTP/1.1\r\nContent-Type: application/x-protobuf\r\n\r\n", "200", "C48: no framing, no body"},
      {"POST /v1/traces HTTP/1.0\r\n" + head + fmt::format("Content-Length: {}\r\n\r\n", kSpans.size()) + kSpans, "200",
       "C46: HTTP/1.0"},
      {Chunked(Chunk(kSpans) + "0\r\n\r\n"), "200", "C47"},
      {Chunked(Chunk(kSpans.substr(0, 7)) + Chunk(kSpans.substr(7)) + "0\r\n\r\n"), "200", "C47: several chunks"},
      {Chunked(Chunk(kSpans, ";name=\"value\"") + "0;x\r\n\r\n"), "200", "C47: extensions"},
      {Chunked("000" + Chunk(kSpans) + "000\r\n\r\n"), "200", "C47: leading zeros"},
      {Chunked(Chunk(kSpans) + "0\r\nTrailer: x\r\n\r\n"), "200", "C47: trailers"},
  };
  for (const Exchange& c : cases) EXPECT_THAT(Ask(c.request), HasSubstr(fmt::format(" {} ", c.status))) << c.why;
  EXPECT_EQ(collector_->counts().accepted, std::size(cases));
  EXPECT_EQ(collector_->counts().refused, 0u) << collector_->counts().last_refusal;
}

TEST_F(CollectorTest, RefusesWithTheRightStatus) {
  Start();
  const Exchange cases[] = {
      {Post("/v1/trace", "application/json", kSpans), "404", "C08"},
      {Post("/v1/traces/", "application/json", kSpans), "404", "C08"},
      {Post("/", "application/json", kSpans), "404", "C08: an endpoint without its path"},
      {"GET /v1/traces HTTP/1.1\r\n\r\n", "405", "C08"},
      {"PATCH /v1/logs HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", "405", "C08"},
      {"GET / HTTP/1.1\r\n\r\n", "404", "C08"},
      {Post("/v1/traces", "text/plain", kSpans), "415", "C07"},
      {Post("/v1/traces", "application/jsonx", kSpans), "415", "C07"},
      {"POST /v1/traces HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", "415", "C07: missing"},
      {PostSpans("Content-Encoding: br\r\n"), "415", "C22"},
      {PostSpans("Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n"), "415", "C22: twice"},
      {PostSpans("Content-Encoding: gzip\r\n"), "400", "C23: a plain body with the header"},
      {Post("/v1/traces", "application/json", "1234"), "400", "C43"},
      {Post("/v1/traces", "application/x-protobuf", kSpans), "400", "C12"},
      {PostSpans("Expect: 200-ok\r\n"), "417", "C49"},
      {PostSpans("Long: " + std::string(70000, 'x') + "\r\n"), "431", "C50"},
      {"POST /" + std::string(70000, 'x') + " HTTP/1.1\r\n\r\n", "431", "C50: a long target"},
  };
  for (const Exchange& c : cases) EXPECT_THAT(Ask(c.request), HasSubstr(fmt::format(" {} ", c.status))) << c.why;
  const CollectorCounts counts = collector_->counts();
  EXPECT_EQ(counts.refused, std::size(cases));
  EXPECT_EQ(counts.accepted, 0u);
  collector_->Stop();
  EXPECT_TRUE(collector_->TakeModel().spans.empty()) << "C12: nothing of a rejected request is stored";
  EXPECT_EQ(ReadCapture(path_).value().frames, 0u);
}

TEST_F(CollectorTest, C48_ClosesAfterBrokenFramingAndTakesTheRestForNoRequest) {
  Start();
  const std::string next = PostSpans();
  const std::string length = fmt::format("Content-Length: {}\r\n", kSpans.size());
  const auto post = [](const std::string& fields, const std::string& body) {
    return fmt::format("POST /v1/traces HTTP/1.1\r\nContent-Type: application/json\r\n{}\r\n{}", fields, body);
  };
  const Exchange cases[] = {
      {post("Content-Length: abc\r\n", kSpans), "400", "no number"},
      {post("Content-Length: +5\r\n", kSpans), "400", "a sign"},
      {post("Content-Length: -1\r\n", kSpans), "400", "negative"},
      {post("Content-Length: 0x10\r\n", kSpans), "400", "hex"},
      {post("Content-Length: 99999999999999999999999\r\n", kSpans), "400", "over 64 bits"},
      {post("Content-Length: 5\r\nContent-Length: 6\r\n", kSpans), "400", "two that differ"},
      {Chunked(Chunk(kSpans) + "0\r\n\r\n", length), "400", "Content-Length with Transfer-Encoding"},
      {post("Transfer-Encoding: chunked\r\n" + length, Chunk(kSpans) + "0\r\n\r\n"), "400", "the other order"},
      {post("Transfer-Encoding: gzip, chunked\r\n", Chunk(kSpans) + "0\r\n\r\n"), "400", "a coding we do not undo"},
      {post("Transfer-Encoding: identity\r\n", kSpans), "400", "no chunked at the end"},
      {post("Transfer-Encoding: xchunked\r\n", kSpans), "400", "no such coding"},
      {post("Transfer-Encoding : chunked\r\n", Chunk(kSpans)), "400", "a blank before the colon"},
      {Chunked("zz\r\n{}\r\n0\r\n\r\n"), "400", "chunk size is no number"},
      {Chunked("-2\r\n{}\r\n0\r\n\r\n"), "400", "chunk size with a sign"},
      {Chunked("0x2\r\n{}\r\n0\r\n\r\n"), "400", "chunk size with a prefix"},
      {Chunked("2\r\n{}X0\r\n\r\n"), "400", "no line end after a chunk"},
      {Chunked("fffffffffffffffff\r\n{}"), "400", "chunk size over 64 bits"},
      {"garbage\r\n\r\n", "400", "no request"},
      {"POST /v1/traces HTTP/1.1\r\nNo colon\r\n\r\n", "400", "no field"},
      {"POST /v1/traces HTTP/3.7\r\n\r\n", "505", "another version"},
  };
  for (const Exchange& c : cases) {
    Client client(collector_->port());
    client.Send(c.request + next);
    const std::string response = client.ReadResponse();
    EXPECT_THAT(response, HasSubstr(fmt::format(" {} ", c.status))) << c.why;
    EXPECT_THAT(response, HasSubstr("Connection: close")) << c.why;
    EXPECT_EQ(client.EndSending().ReadResponse(), "") << c.why << ": one answer, then the end";
  }
  EXPECT_EQ(collector_->counts().accepted, 0u);
}

TEST_F(CollectorTest, C48_NeverAcceptsAnIncompleteBody) {
  Start();
  const std::string cut = PostSpans().substr(0, PostSpans().size() - 1);
  EXPECT_THAT(Client(collector_->port()).Send(cut).EndSending().ReadResponse(), HasSubstr(" 400 "));
  EXPECT_THAT(Client(collector_->port()).Send(Chunked(Chunk(kSpans))).EndSending().ReadResponse(), HasSubstr(" 400 "));
  EXPECT_EQ(collector_->counts().accepted, 0u);
}

TEST_F(CollectorTest, C05_AnswersSuccessInTheEncodingOfTheRequest) {
  Start();
  const std::string json = Ask(PostSpans());
  EXPECT_THAT(json, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_EQ(BodyOf(json), "{}");
  const std::string protobuf = Ask(Post("/v1/traces", "application/x-protobuf", ""));
  EXPECT_THAT(protobuf, HasSubstr("Content-Type: application/x-protobuf\r\n"));
  EXPECT_EQ(BodyOf(protobuf), "");
}

TEST_F(CollectorTest, C09_AnswersErrorsAsGoogleRpcStatus) {
  Start();
  EXPECT_EQ(BodyOf(Ask(Post("/v1/traces", "application/json", "1234"))),
            R"({"code":3,"message":"the body must be one JSON object"})");
  const std::string protobuf = BodyOf(Ask(Post("/v1/traces", "application/x-protobuf", "\x0a")));
  EXPECT_THAT(protobuf, StartsWith("\x08\x03\x12"));
  EXPECT_THAT(protobuf, HasSubstr("not protobuf"));
  const std::string missing = BodyOf(Ask(Post("/\"\\\x01", "text/plain", "")));
  EXPECT_THAT(missing, StartsWith(R"({"code":)")) << "an unknown encoding is answered in JSON";
  const std::string not_found = BodyOf(Ask(Post("/nowhere", "application/x-protobuf", "")));
  EXPECT_THAT(not_found, StartsWith("\x08\x0c\x12")) << "C10: 404 is UNIMPLEMENTED";
  // A message of more than 127 bytes has a length of two bytes.
  const size_t size = static_cast<uint8_t>(BodyOf(Ask(Post("/", "application/x-protobuf", "")))[4]);
  EXPECT_EQ(size, 1u);
}

TEST_F(CollectorTest, C08_NamesTheMethodAndTheCodingsThatItTakes) {
  Start();
  EXPECT_THAT(Ask("GET /v1/traces HTTP/1.1\r\n\r\n"), HasSubstr("Allow: POST\r\n"));
  EXPECT_THAT(Ask(PostSpans("Content-Encoding: br\r\n")), HasSubstr("Accept-Encoding: gzip, deflate, zstd"));
}

TEST_F(CollectorTest, C20_LimitHoldsBeforeAndAfterDecompression) {
  Start(1000);
  const auto padded = [](size_t size) { return "{" + std::string(size - 2, ' ') + "}"; };
  // gzip of 1000 and of 1001 bytes: "{", blanks, "}".
  const auto gzip = [](const std::string& text) {
    std::string bytes("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);  // stored blocks need no compressor
    const auto size = static_cast<uint16_t>(text.size());
    const auto add = [&bytes](uint64_t value, int count) {
      for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
    };
    bytes += '\x01';
    add(size, 2);
    add(static_cast<uint16_t>(~size), 2);
    bytes += text;
    uint32_t crc = 0xFFFFFFFF;
    for (const char c : text) {
      crc ^= static_cast<uint8_t>(c);
      for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
    }
    add(~crc, 4);
    add(text.size(), 4);
    return bytes;
  };
  const auto post = [](const std::string& body, std::string_view fields = "") {
    return Post("/v1/traces", "application/json", body, fields);
  };
  const Exchange cases[] = {
      {post(padded(1000)), "200", "exactly the limit"},
      {post(padded(1001)), "413", "one byte more, said in advance"},
      {Chunked(Chunk(padded(1000)) + "0\r\n\r\n"), "200", "exactly the limit in chunks"},
      {Chunked(Chunk(padded(1001)) + "0\r\n\r\n"), "413", "more in one chunk"},
      {Chunked(Chunk("{") + Chunk(std::string(999, ' ')) + Chunk("}") + "0\r\n\r\n"), "413", "more in several chunks"},
      {post(gzip(padded(970)), "Content-Encoding: gzip\r\n"), "200", "below the limit when inflated"},
      {Chunked(Chunk(gzip(padded(1001))) + "0\r\n\r\n", "Content-Encoding: gzip\r\n"), "413", "before decompression"},
  };
  for (const Exchange& c : cases) EXPECT_THAT(Ask(c.request), HasSubstr(fmt::format(" {} ", c.status))) << c.why;
  // 40 bytes of gzip that hold 20,000 blanks, from a compressor.
  const std::string bomb(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xed\xc1\x01\x01\x00\x00\x00\x80\x90\xfe\xaf\xee\x08\x0a\x00", 25);
  EXPECT_THAT(Ask(post(bomb, "Content-Encoding: gzip\r\n")), HasSubstr(" 4")) << "cut: 400, not a crash";
}

TEST_F(CollectorTest, C49_AnswersExpectBeforeTheBody) {
  Start();
  Client client(collector_->port());
  const std::string request = PostSpans("Expect: 100-continue\r\n");
  const size_t head = request.find("\r\n\r\n") + 4;
  client.Send(request.substr(0, head));
  EXPECT_EQ(client.ReadResponse(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send(request.substr(head));
  EXPECT_THAT(client.ReadResponse(), HasSubstr(" 200 "));
  Client refused(collector_->port());
  refused.Send(Post("/nowhere", "application/json", kSpans, "Expect: 100-continue\r\n").substr(0, 100));
  refused.Send("\r\n\r\n");
  EXPECT_THAT(refused.ReadResponse(), Not(HasSubstr("100 Continue"))) << "no body is wanted for an unknown path";
}

TEST_F(CollectorTest, C49_AnswersPipelinedRequestsInOrder) {
  Start();
  Client client(collector_->port());
  client.Send(PostSpans() + Post("/v1/logs", "application/x-protobuf", "") +
              Post("/v1/traces", "application/json", "1234") + PostSpans("Connection: close\r\n"));
  EXPECT_THAT(client.ReadResponse(), EndsWith("{}"));
  EXPECT_THAT(client.ReadResponse(), HasSubstr("x-protobuf"));
  EXPECT_THAT(client.ReadResponse(), HasSubstr(" 400 "));
  EXPECT_THAT(client.ReadResponse(), HasSubstr("Connection: close"));
  EXPECT_TRUE(client.AtEnd());
  EXPECT_EQ(collector_->counts().connections, 1u);
  EXPECT_EQ(collector_->counts().requests, 4u);
}

TEST_F(CollectorTest, C49_AnswersAClientThatEndedItsSide) {
  Start();
  EXPECT_THAT(Client(collector_->port()).Send(PostSpans()).EndSending().ReadResponse(), HasSubstr(" 200 "));
}

TEST_F(CollectorTest, C46_TellsHttp2AndTlsClientsWhatIsWrong) {
  Start();
  const std::string preface = Ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04");
  EXPECT_THAT(preface, HasSubstr(" 505 "));
  EXPECT_THAT(preface, HasSubstr("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"));
  Ask(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15));
  EXPECT_THAT(collector_->counts().last_refusal, HasSubstr("TLS"));
}

TEST_F(CollectorTest, C50_DeliversAnEarlyAnswerToAClientThatGoesOnSending) {
  Start(1000);
  Client client(collector_->port());
  client.Send(
      fmt::format("POST /v1/traces HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", 4 << 20));
  client.Send(std::string(4 << 20, 'x'));
  EXPECT_THAT(client.ReadResponse(), HasSubstr(" 413 "));
}

TEST_F(CollectorTest, C51_ServesNewClientsBesideManyIdleConnections) {
  Start();
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 200; ++i) {
    idle.push_back(std::make_unique<Client>(collector_->port()));
    ASSERT_TRUE(idle.back()->connected());
    idle.back()->Send("POST /v1/tra");
  }
  EXPECT_THAT(Ask(PostSpans()), HasSubstr(" 200 "));
  EXPECT_FALSE(collector_->WaitForQuiet(std::chrono::milliseconds(0), std::chrono::milliseconds(1)))
      << "two hundred requests have begun";
}

TEST_F(CollectorTest, C55_KeepsWhereARequestCameFrom) {
  Start();
  Ask(PostSpans("User-Agent: agent/1\r\nAuthorization: Bearer secret\r\n"));
  collector_->Stop();
  const TraceModel model = collector_->TakeModel();
  ASSERT_EQ(model.requests.size(), 1u);
  EXPECT_EQ(model.Text(model.requests[0].user_agent), "agent/1");
  EXPECT_EQ(model.requests[0].connection, 1u);
  EXPECT_GT(model.requests[0].arrival, 1700000000000000000u);
  EXPECT_EQ(model.traces.size(), 1u);
  EXPECT_EQ(collector_->TakeModel().spans.size(), 0u) << "taken is taken";
  std::FILE* const file = std::fopen(path_.c_str(), "rb");
  std::string bytes(10000, '\0');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
  std::fclose(file);
  EXPECT_THAT(bytes, Not(HasSubstr("secret")));
}

TEST_F(CollectorTest, HasARequestInTheCaptureBeforeItIsAcknowledged) {
  Start();
  for (uint64_t i = 1; i <= 20; ++i) {
    ASSERT_THAT(Ask(PostSpans()), HasSubstr(" 200 "));
    const Result<CaptureContents> contents = ReadCapture(path_);
    ASSERT_TRUE(contents.has_value());
    ASSERT_EQ(contents.value().frames, i) << "the collector still runs";
  }
  collector_->Stop();
  EXPECT_EQ(spangate::testing::Dump(collector_->TakeModel()),
            spangate::testing::Dump(ReadCapture(path_).value().model));
}

TEST_F(CollectorTest, Answers503WhenTheCaptureCannotGrow) {
  Start();
  ASSERT_THAT(Ask(PostSpans()), HasSubstr(" 200 "));
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 300, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string response = Ask(PostSpans());
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_THAT(response, HasSubstr(" 503 "));
  EXPECT_THAT(response, HasSubstr(R"("code":14)"));
  EXPECT_EQ(collector_->counts().refused, 1u);
  EXPECT_THAT(collector_->counts().last_refusal, HasSubstr("cannot write the capture"));
  collector_->Stop();
  EXPECT_EQ(collector_->TakeModel().spans.size(), 1u) << "what is not captured is not stored";
}

TEST_F(CollectorTest, C60_CountsWhatItTookAndNamesTheLastRefusal) {
  Start();
  Ask(PostSpans());
  Ask(Post("/v1/logs", "application/json", R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{}]}]}]})"));
  Ask(Post("/v1/trace", "application/json", kSpans));
  const CollectorCounts counts = collector_->counts();
  EXPECT_EQ(counts.spans, 1u);
  EXPECT_EQ(counts.logs, 2u);
  EXPECT_EQ(counts.accepted, 2u);
  EXPECT_EQ(counts.refused, 1u);
  EXPECT_EQ(counts.connections, 3u);
  EXPECT_THAT(counts.last_refusal, StartsWith("POST /v1/trace: 404 unknown path"));
}

TEST_F(CollectorTest, WaitForQuietEndsWhenTheLastRequestIsAnswered) {
  Start();
  using std::chrono::milliseconds;
  EXPECT_TRUE(collector_->WaitForQuiet(milliseconds(0), milliseconds(5000)));
  Client client(collector_->port());
  const std::string request = PostSpans();
  client.Send(request.substr(0, 50));
  while (collector_->WaitForQuiet(milliseconds(0), milliseconds(0))) std::this_thread::yield();  // until it has begun
  std::thread waiter([this] { EXPECT_TRUE(collector_->WaitForQuiet(milliseconds(1), milliseconds(10000))); });
  client.Send(request.substr(50));
  EXPECT_THAT(client.ReadResponse(), HasSubstr(" 200 "));
  waiter.join();
  EXPECT_EQ(collector_->counts().spans, 1u);
}

TEST_F(CollectorTest, C59_StoresNothingAfterStopAndEverythingSentBefore) {
  Start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<Client>(collector_->port()));
    clients.back()->Send(PostSpans());
  }
  collector_->Stop();
  collector_->Stop();  // idempotent
  EXPECT_EQ(collector_->counts().spans, 20u) << "their data was sent before";
  EXPECT_EQ(collector_->counts().open_connections, 0u);
  for (auto& client : clients) {
    EXPECT_THAT(client->ReadResponse(), HasSubstr(" 200 "));
    client->Send(PostSpans());
    EXPECT_EQ(client->ReadResponse(), "");
  }
  EXPECT_FALSE(Client(collector_->port()).connected());
  EXPECT_EQ(collector_->TakeModel().spans.size(), 20u);
}

TEST_F(CollectorTest, C03_RefusesToStartOnATakenPort) {
  Start();
  std::string other = path_ + ".other";
  const auto second = Collector::Start({.port = collector_->port(), .capture_path = other});
  unlink(other.c_str());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::kSystem);
  EXPECT_THAT(second.error().message, HasSubstr(fmt::format("127.0.0.1:{}", collector_->port())));
  const auto name = Collector::Start({.bind = "localhost", .capture_path = other});
  unlink(other.c_str());
  EXPECT_EQ(name.error().kind, ErrorKind::kUsage);
}

TEST_F(CollectorTest, LosesAndDoublesNothingFromManySenders) {
  Start();
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 4; ++sender) {
    senders.emplace_back([this, sender] {
      Client client(collector_->port());
      for (int i = 0; i < 50; ++i) {
        std::string body = kSpans;
        const std::string id = fmt::format("{:08x}{:08x}", sender + 1, i + 1);
        body.replace(body.find("eee19b7ec3c1b174"), 16, id);
        client.Send(Post("/v1/traces", "application/json", body));
        ASSERT_THAT(client.ReadResponse(), HasSubstr(" 200 "));
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  collector_->Stop();
  const TraceModel model = collector_->TakeModel();
  EXPECT_EQ(model.spans.size(), 200u);
  EXPECT_EQ(model.trace_spans.size(), 200u) << "no duplicates";
}

}  // namespace
}  // namespace spangate
