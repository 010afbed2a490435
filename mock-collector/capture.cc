// Writes and reads capture files; docs/formats/capture.md is the specification of what is done here.
#include "mock-collector/capture.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <new>
#include <system_error>

#include "mock-collector/capture_format.h"
#include "mock-collector/decode.h"

namespace spangate {
namespace {

using namespace capture_format;  // NOLINT(google-build-using-namespace): the names of the specification

std::string Reason() { return std::generic_category().message(errno); }

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

ssize_t WriteOnce(int fd, std::string_view bytes) {
  ssize_t written = -1;
  do {
    written = write(fd, bytes.data(), bytes.size());
  } while (written < 0 && errno == EINTR);
  return written;
}

class FileCaptureWriter final : public CaptureWriter {
 public:
  FileCaptureWriter(int fd, std::string path) : file_(fd), path_(std::move(path)) {}

  Status Append(const RequestMetadata& metadata, std::string_view payload) override {
    const std::string frame = EncodeFrame(metadata, payload);
    const std::lock_guard lock(mutex_);
    return Write(frame);
  }

  Status Write(std::string_view bytes) {
    if (broken_) return Error{ErrorKind::kSystem, fmt::format("{}: a torn frame could not be removed", path_)};
    const ssize_t written = WriteOnce(file_.fd(), bytes);
    if (written == static_cast<ssize_t>(bytes.size())) {
      size_ += bytes.size();
      return Ok();
    }
    const std::string reason = written < 0 ? Reason() : "no space for a whole frame";
    // A part of a frame in the middle of the file would hide every later frame from readers.
    broken_ = written > 0 && ftruncate(file_.fd(), static_cast<off_t>(size_)) != 0;
    return Error{ErrorKind::kSystem, fmt::format("{}: cannot write the capture: {}", path_, reason)};
  }

 private:
  std::mutex mutex_;
  File file_;
  const std::string path_;
  uint64_t size_ = 0;
  bool broken_ = false;
};

Result<std::string> ReadWholeFile(const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto fail = [&path] { return Error{ErrorKind::kSystem, fmt::format("{}: cannot read: {}", path, Reason())}; };
  if (file.fd() < 0) return fail();
  std::string bytes;
  struct stat status {};
  if (fstat(file.fd(), &status) == 0 && status.st_size > 0) bytes.reserve(static_cast<size_t>(status.st_size));
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const ssize_t got = read(file.fd(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail();
    if (got == 0) return bytes;
    bytes.append(buffer.data(), static_cast<size_t>(got));
  }
}

/// Decodes one request and joins it to the model, with what the capture knows beside the body.
Status AddRequest(const RequestMetadata& metadata, std::string_view payload, TraceModel& model) {
  TraceModel batch;
  Status decoded = DecodeOtlp(metadata.signal, metadata.encoding, payload, batch);
  if (!decoded.has_value()) return decoded;
  RequestRow& request = batch.requests.back();
  request.arrival = metadata.arrival;
  request.connection = metadata.connection;
  request.user_agent = batch.strings.Intern(metadata.user_agent);
  model.Append(batch);
  return Ok();
}

Result<CaptureContents> ReadFrames(std::string_view bytes) {
  CaptureContents contents;
  if (bytes.size() < kHeaderSize) {
    contents.truncated = "the header is cut short";
    return contents;
  }
  const auto version = LoadLittleEndian<uint16_t>(bytes.substr(kMagic.size()));
  if (version == 0 || version > kVersion) {
    return Error{ErrorKind::kInput,
                 fmt::format("capture format version {}; this spangate reads up to {}: update it", version, kVersion)};
  }
  size_t at = kHeaderSize;
  while (at < bytes.size()) {
    const FrameOrProblem frame = DecodeFrame(bytes.substr(at));
    if (frame.size == 0) {
      contents.truncated = fmt::format("frame {} at byte {}: {}; it and what follows was not read", contents.frames + 1,
                                       at, frame.problem);
      return contents;
    }
    const auto fail = [&](const std::string& what) {
      return Error{ErrorKind::kInput, fmt::format("frame {} at byte {}: {}", contents.frames + 1, at, what)};
    };
    if (!frame.problem.empty()) return fail(frame.problem);
    Status added = AddRequest(frame.metadata, frame.payload, contents.model);
    if (!added.has_value()) return fail(added.error().message);
    ++contents.frames;
    at += frame.size;
  }
  return contents;
}

struct SignalKey {
  Signal signal;
  std::string_view key;
};
constexpr SignalKey kSignalKeys[] = {{Signal::kTraces, "\"resourceSpans\""},
                                     {Signal::kMetrics, "\"resourceMetrics\""},
                                     {Signal::kLogs, "\"resourceLogs\""}};

/// One OTLP/JSON document of any signals. A key may also stand inside an attribute: then that signal has no items.
Status AddJsonDocument(std::string_view text, CaptureContents& contents) {
  bool any = false;
  for (const auto& [signal, key] : kSignalKeys) {
    if (text.find(key) == std::string_view::npos) continue;
    Status added = AddRequest({.signal = signal, .encoding = Encoding::kJson}, text, contents.model);
    if (!added.has_value()) return added;
    any = true;
  }
  if (!any) return Error{ErrorKind::kInput, "not OTLP/JSON: none of resourceSpans, resourceMetrics, resourceLogs"};
  ++contents.frames;
  return Ok();
}

bool IsBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

Result<CaptureContents> ReadJsonLines(std::string_view text) {
  CaptureContents contents;
  for (size_t number = 1, at = 0; at < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const bool last = IsBlank(text.substr(end));
    at = end + 1;
    if (IsBlank(line)) continue;
    Status added = AddJsonDocument(line, contents);
    if (added.has_value()) continue;
    const std::string problem = fmt::format("line {}: {}", number, added.error().message);
    // The exporter ends each line with a line feed: a last line without one was being written when it stopped.
    if (!last || end < text.size() || contents.frames == 0) return Error{ErrorKind::kInput, problem};
    contents.truncated = problem;
  }
  return contents;
}

Result<CaptureContents> ReadJson(std::string_view text) {
  CaptureContents contents;
  const std::string_view first_line = text.substr(0, text.find('\n'));
  if (first_line.size() == text.size() || AddJsonDocument(first_line, contents).has_value()) return ReadJsonLines(text);
  contents = CaptureContents();
  const Status whole = AddJsonDocument(text, contents);
  if (whole.has_value()) return contents;
  // Neither: if the first line is a document in braces, its error is the one that helps.
  return first_line.find('}') != std::string_view::npos ? ReadJsonLines(text) : Result<CaptureContents>(whole.error());
}

}  // namespace

namespace {

// A regular file that nobody else writes, empty and private. O_NONBLOCK: a pipe without a reader must not hang us.
Status Claim(int fd, const std::string& path) {
  struct stat status {};
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    return Error{ErrorKind::kSystem, fmt::format("{}: cannot create the capture: not a regular file", path)};
  }
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorKind::kSystem,
                 fmt::format("{}: another run is writing this capture; give each run its --name", path)};
  }
  // The mode of open(2) holds only for a new file; what was there may have been readable by all.
  if (ftruncate(fd, 0) != 0 || fchmod(fd, S_IRUSR | S_IWUSR) != 0) {
    return Error{ErrorKind::kSystem, fmt::format("{}: cannot make the capture private: {}", path, Reason())};
  }
  return Ok();
}

}  // namespace

Result<std::unique_ptr<CaptureWriter>> CaptureWriter::Create(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return Error{ErrorKind::kSystem, fmt::format("{}: cannot create the capture: {}", path, Reason())};
  auto writer = std::make_unique<FileCaptureWriter>(fd, path);  // closes fd
  Status ready = Claim(fd, path);
  if (ready.has_value()) ready = writer->Write(EncodeHeader());
  if (!ready.has_value()) return ready.error();
  return std::unique_ptr<CaptureWriter>(std::move(writer));
}

Result<CaptureContents> ReadCaptureBytes(std::string_view bytes) try {
  const bool is_ours = !bytes.empty() && kMagic.starts_with(bytes.substr(0, kMagic.size()));
  const size_t start = bytes.find_first_not_of(" \t\r\n");
  const bool is_json = start != std::string_view::npos && bytes[start] == '{';
  if (!is_ours && !is_json) {
    return Error{ErrorKind::kInput,
                 "neither a capture nor OTLP/JSON; captures come from 'spangate run' or 'spangate collect', OTLP/JSON "
                 "from the OpenTelemetry Collector's file exporter with format json"};
  }
  Result<CaptureContents> contents = is_ours ? ReadFrames(bytes) : ReadJson(bytes.substr(start));
  if (contents.has_value()) contents.value().model.BuildTraces();
  return contents;
} catch (const std::bad_alloc&) {
  return Error{ErrorKind::kSystem, "out of memory while reading a capture"};
}

Result<CaptureContents> ReadCapture(const std::string& path) try {
  Result<std::string> bytes = ReadWholeFile(path);
  if (!bytes.has_value()) return bytes.error();
  Result<CaptureContents> contents = ReadCaptureBytes(bytes.value());
  if (contents.has_value()) return contents;
  return Error{contents.error().kind, fmt::format("{}: {}", path, contents.error().message)};
} catch (const std::bad_alloc&) {
  return Error{ErrorKind::kSystem, fmt::format("{}: out of memory while reading", path)};
}

}  // namespace spangate
