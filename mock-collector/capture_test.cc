#include "mock-collector/capture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "mock-collector/capture_format.h"
#include "mock-collector/testing.h"

namespace spangate {
namespace {

using ::spangate::testing::Dump;
using ::testing::HasSubstr;

constexpr std::string_view kSpans =
    R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},)"
    R"("scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",)"
    R"("name":"charge","kind":2,"startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]})";
constexpr std::string_view kLogs =
    R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"hello"}}]}]}]})";
constexpr std::string_view kMetrics =
    R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{}]}}]}]}]})";

class TempFile {
 public:
  TempFile() {
    std::string pattern = ::testing::TempDir() + "/spangate-capture-XXXXXX";
    close(mkstemp(pattern.data()));
    path_ = pattern;
  }
  ~TempFile() { unlink(path_.c_str()); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string LogsAsProtobuf() {
  using ::spangate::testing::Message;
  const Message record = Message().One(5, "body", Message().Text(1, "stringValue", "from protobuf"));
  const Message scope = Message().Each(2, "logRecords", {record});
  return Message().Each(1, "resourceLogs", {Message().Each(2, "scopeLogs", {scope})}).protobuf();
}

std::string GoldenBytes() {
  using namespace capture_format;  // NOLINT(google-build-using-namespace)
  return EncodeHeader() +
         EncodeFrame({.signal = Signal::kTraces,
                      .encoding = Encoding::kJson,
                      .arrival = 1544712660000000000,
                      .connection = 1,
                      .user_agent = "OTel-OTLP-Exporter/1.0",
                      .content_encoding = "gzip",
                      .had_authorization = true,
                      .had_cookie = true},
                     kSpans) +
         EncodeFrame({.signal = Signal::kLogs, .encoding = Encoding::kProtobuf, .arrival = 2, .connection = 2},
                     LogsAsProtobuf()) +
         EncodeFrame({.signal = Signal::kMetrics, .encoding = Encoding::kJson}, kMetrics);
}

TEST(CaptureFormat, IsThatOfTheGoldenFile) {
  const std::string path = SPANGATE_TEST_DATA "/golden.spgcap";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe): one thread
    std::ofstream(path, std::ios::binary) << GoldenBytes();
  }
  EXPECT_TRUE(ReadFile(path) == GoldenBytes()) << "a change here needs a new version and a reader of both";
}

TEST(CaptureFormat, UsesCastagnolisChecksum) {
  EXPECT_EQ(capture_format::Crc32c(std::string(32, '\0')), 0x8A9136AAu) << "RFC 3720 appendix B.4";
  EXPECT_EQ(capture_format::Crc32c("123456789"), 0xE3069283u) << "the customary check value";
  const std::string frame = capture_format::EncodeFrame({}, "");
  EXPECT_EQ(capture_format::DecodeFrame(frame).size, frame.size());
  std::string flipped = frame;
  flipped[8] ^= 1;
  EXPECT_EQ(capture_format::DecodeFrame(flipped).problem, "checksum differs");
}

TEST(ReadCapture, ReadsTheGoldenFile) {
  const Result<CaptureContents> contents = ReadCapture(SPANGATE_TEST_DATA "/golden.spgcap");
  ASSERT_TRUE(contents.has_value()) << contents.error().message;
  const TraceModel& model = contents.value().model;
  EXPECT_EQ(contents.value().frames, 3u);
  EXPECT_EQ(contents.value().truncated, "");
  ASSERT_EQ(model.spans.size(), 1u);
  EXPECT_EQ(model.Text(model.spans[0].name), "charge");
  EXPECT_EQ(model.ServiceOf(model.spans[0]), "shop");
  EXPECT_EQ(model.traces.size(), 1u) << "BuildTraces was called";
  EXPECT_EQ(Dump(model, model.logs.at(0).body), "\"from protobuf\"");
  EXPECT_EQ(model.points.size(), 1u);
  ASSERT_EQ(model.requests.size(), 3u);
  EXPECT_EQ(model.requests[0].arrival, 1544712660000000000u);
  EXPECT_EQ(model.requests[0].connection, 1u);
  EXPECT_EQ(model.requests[0].encoding, Encoding::kJson);
  EXPECT_EQ(model.Text(model.requests[0].user_agent), "OTel-OTLP-Exporter/1.0");
}

TEST(ReadCapture, KeepsWholeFramesOfAFileCutAnywhere) {
  const std::string whole = GoldenBytes();
  const std::string first = whole.substr(0, 8 + capture_format::DecodeFrame(whole.substr(8)).size);
  for (size_t size = 1; size < whole.size(); ++size) {
    const Result<CaptureContents> contents = ReadCaptureBytes(std::string_view(whole).substr(0, size));
    ASSERT_TRUE(contents.has_value()) << size << ": " << contents.error().message;
    const bool at_end_of_frame = contents.value().truncated.empty();
    EXPECT_EQ(contents.value().model.spans.size(), size >= first.size() ? 1u : 0u) << size;
    if (size > first.size() && size < first.size() + 10) {
      EXPECT_FALSE(at_end_of_frame);
      EXPECT_THAT(contents.value().truncated, HasSubstr(fmt::format("frame 2 at byte {}: cut short", first.size())));
    }
  }
}

TEST(ReadCapture, NoticesEveryFlippedBit) {
  const std::string whole = GoldenBytes();
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
    const Result<CaptureContents> contents = ReadCaptureBytes(flipped);
    EXPECT_TRUE(!contents.has_value() || !contents.value().truncated.empty()) << "byte " << i;
  }
}

TEST(ReadCapture, RefusesALaterVersion) {
  std::string bytes = GoldenBytes();
  bytes[6] = 2;
  const Result<CaptureContents> contents = ReadCaptureBytes(bytes);
  ASSERT_FALSE(contents.has_value());
  EXPECT_EQ(contents.error().kind, ErrorKind::kInput);
  EXPECT_THAT(contents.error().message, HasSubstr("version 2"));
}

TEST(ReadCapture, RefusesAWholeFrameThatItDoesNotUnderstand) {
  using namespace capture_format;  // NOLINT(google-build-using-namespace)
  const Result<CaptureContents> contents = ReadCaptureBytes(EncodeHeader() + EncodeFrame({}, "not protobuf"));
  ASSERT_FALSE(contents.has_value());
  EXPECT_THAT(contents.error().message, HasSubstr("frame 1 at byte 8: not protobuf"));
}

TEST(ReadCapture, TellsFormatsApartByContent) {
  const std::string lines = fmt::format("{}\n{}\n\n{}\n", kSpans, kLogs, kMetrics);
  std::string pretty(kSpans);
  for (size_t at = 0; (at = pretty.find('{', at)) != std::string::npos; at += 3) pretty.insert(at + 1, "\n ");
  const std::string both = fmt::format("{},{}", kSpans.substr(0, kSpans.size() - 1), kLogs.substr(1));
  struct {
    std::string text;
    size_t spans, logs, points, frames;
    std::string truncated;
    const char* why;
  } const cases[] = {
      {lines, 1, 1, 1, 3, "", "JSON lines of the Collector's file exporter"},
      {lines + std::string(kSpans.substr(0, 60)), 1, 1, 1, 3, "line 5", "stopped while it wrote the last line"},
      {lines + std::string(kSpans), 2, 1, 1, 4, "", "last line whole, without a line feed"},
      {std::string(kSpans), 1, 0, 0, 1, "", "a document on one line"},
      {pretty, 1, 0, 0, 1, "", "a document on many lines"},
      {"  \n" + pretty + "\n", 1, 0, 0, 1, "", "blanks around it"},
      {both, 1, 1, 0, 1, "", "two signals in one document"},
  };
  for (const auto& c : cases) {
    const Result<CaptureContents> contents = ReadCaptureBytes(c.text);
    ASSERT_TRUE(contents.has_value()) << c.why << ": " << contents.error().message;
    EXPECT_EQ(contents.value().model.spans.size(), c.spans) << c.why;
    EXPECT_EQ(contents.value().model.logs.size(), c.logs) << c.why;
    EXPECT_EQ(contents.value().model.points.size(), c.points) << c.why;
    EXPECT_EQ(contents.value().frames, c.frames) << c.why;
    EXPECT_THAT(contents.value().truncated, HasSubstr(c.truncated)) << c.why;
    EXPECT_EQ(contents.value().truncated.empty(), c.truncated.empty()) << c.why;
  }
}

TEST(ReadCapture, RefusesWhatIsNoTelemetryAndSaysWhere) {
  struct {
    std::string text, error;
    const char* why;
  } const cases[] = {
      {"", "neither a capture nor OTLP/JSON", "empty file"},
      {"PK\x03\x04", "neither a capture nor OTLP/JSON", "some other file"},
      {"{}", "none of resourceSpans", "JSON that is not OTLP"},
      {"{\n\"a\": 1}\n", "none of resourceSpans", "JSON on many lines"},
      {fmt::format("{}\n{{bad}}\n{}\n", kSpans, kSpans), "line 2", "a bad line in the middle"},
      {fmt::format("{}\n{{bad}}\n", kSpans), "line 2", "a bad last line that is complete"},
      {R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"x"}]}]}]})", "spans[0].kind", "the field is named"},
  };
  for (const auto& c : cases) {
    const Result<CaptureContents> contents = ReadCaptureBytes(c.text);
    ASSERT_FALSE(contents.has_value()) << c.why;
    EXPECT_EQ(contents.error().kind, ErrorKind::kInput) << c.why;
    EXPECT_THAT(contents.error().message, HasSubstr(c.error)) << c.why;
  }
  const Result<CaptureContents> missing = ReadCapture("/nonexistent/x.spgcap");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().kind, ErrorKind::kSystem);
  EXPECT_THAT(missing.error().message, HasSubstr("/nonexistent/x.spgcap: cannot read"));
}

TEST(CaptureWriter, MakesThePrivateFileEvenWhereOneWasOpenToAll) {
  const TempFile file;
  ASSERT_EQ(chmod(file.path().c_str(), 0644), 0);
  ASSERT_TRUE(CaptureWriter::Create(file.path()).has_value());
  struct stat status {};
  ASSERT_EQ(stat(file.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(ReadFile(file.path()).size(), 8u);
}

TEST(CaptureWriter, KeepsFramesWholeWhenThreadsWriteTogether) {
  const TempFile file;
  auto writer = CaptureWriter::Create(file.path());
  ASSERT_TRUE(writer.has_value());
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < 4; ++i) {
    threads.emplace_back([&writer, i] {
      for (int n = 0; n < 50; ++n) {
        const RequestMetadata metadata{.encoding = Encoding::kJson, .connection = i};
        EXPECT_TRUE(writer.value()->Append(metadata, kSpans).has_value());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Result<CaptureContents> contents = ReadCapture(file.path());
  ASSERT_TRUE(contents.has_value());
  EXPECT_EQ(contents.value().frames, 200u);
  EXPECT_EQ(contents.value().truncated, "");
  EXPECT_EQ(contents.value().model.resources.size(), 1u);
}

TEST(CaptureWriter, LeavesNoTornFrameWhenTheDiskIsFull) {
  const TempFile file;
  auto writer = CaptureWriter::Create(file.path());
  ASSERT_TRUE(writer.has_value());
  const RequestMetadata metadata{.encoding = Encoding::kJson};
  ASSERT_TRUE(writer.value()->Append(metadata, kSpans).has_value());
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = ReadFile(file.path()).size() + 100, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status full = writer.value()->Append(metadata, kSpans);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(full.has_value());
  EXPECT_EQ(full.error().kind, ErrorKind::kSystem);
  EXPECT_TRUE(writer.value()->Append(metadata, kSpans).has_value()) << "there is room again";
  const Result<CaptureContents> contents = ReadCapture(file.path());
  ASSERT_TRUE(contents.has_value());
  EXPECT_EQ(contents.value().frames, 2u);
  EXPECT_EQ(contents.value().truncated, "");
}

TEST(CaptureWriter, SaysWhyItCannotStart) {
  for (const char* path : {"/nonexistent/folder/x.spgcap", "/dev/full"}) {
    const auto writer = CaptureWriter::Create(path);
    ASSERT_FALSE(writer.has_value());
    EXPECT_EQ(writer.error().kind, ErrorKind::kSystem);
    EXPECT_THAT(writer.error().message, HasSubstr(path));
  }
}

}  // namespace
}  // namespace spangate
