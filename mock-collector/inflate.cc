// zlib and zstd behind one ceiling.
#include "mock-collector/inflate.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>

namespace spangate {
namespace {

constexpr size_t kStep = 64 << 10;
constexpr int kGzipWindow = 15 + 16;  // zlib.h: 16 more asks for the gzip format
constexpr int kZlibWindow = 15;
constexpr int kRawWindow = -15;

Inflated Corrupt(std::string_view coding, std::string_view what) {
  return {InflateOutcome::kCorrupt, "", fmt::format("body is not valid {}: {}", coding, what)};
}

Inflated TooLarge(uint64_t limit) {
  return {InflateOutcome::kTooLarge, "", fmt::format("body is larger than {} bytes when decompressed", limit)};
}

class ZlibStream {
 public:
  explicit ZlibStream(int window) { ready_ = inflateInit2(&stream_, window) == Z_OK; }
  ~ZlibStream() {
    if (ready_) inflateEnd(&stream_);
  }
  ZlibStream(const ZlibStream&) = delete;
  ZlibStream& operator=(const ZlibStream&) = delete;
  bool ready() const { return ready_; }
  z_stream& operator*() { return stream_; }
  z_stream* operator->() { return &stream_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

/// `many`: further members may follow the first (RFC 1952 section 2.2); otherwise nothing may.
Inflated InflateZlib(std::string_view coding, int window, bool many, std::string_view bytes, uint64_t limit) {
  ZlibStream stream(window);
  if (!stream.ready()) return Corrupt(coding, "no memory to decompress");
  if (bytes.size() > std::numeric_limits<uInt>::max()) return TooLarge(limit);
  stream->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib's type; it does not write
  stream->avail_in = static_cast<uInt>(bytes.size());
  std::array<char, kStep> buffer;
  Inflated result;
  for (;;) {
    stream->next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream->avail_out = buffer.size();
    const int code = inflate(&*stream, Z_NO_FLUSH);
    const size_t got = buffer.size() - stream->avail_out;
    if (result.bytes.size() + got > limit) return TooLarge(limit);
    result.bytes.append(buffer.data(), got);
    if (code == Z_STREAM_END) {
      if (stream->avail_in == 0) return result;
      if (!many) return Corrupt(coding, "bytes follow its end");
      if (inflateReset(&*stream) != Z_OK) return Corrupt(coding, "stream state");
      continue;
    }
    // Z_BUF_ERROR with no input left, and Z_OK that consumed all of it, are a stream that was cut off.
    if (code == Z_BUF_ERROR || (code == Z_OK && stream->avail_in == 0 && got == 0)) return Corrupt(coding, "cut short");
    if (code != Z_OK) return Corrupt(coding, stream->msg != nullptr ? stream->msg : "error in the data");
  }
}

Inflated InflateDeflate(std::string_view coding, std::string_view bytes, uint64_t limit) {
  Inflated result = InflateZlib(coding, kZlibWindow, false, bytes, limit);
  if (result.outcome != InflateOutcome::kCorrupt) return result;
  Inflated raw = InflateZlib(coding, kRawWindow, false, bytes, limit);
  return raw.outcome == InflateOutcome::kCorrupt ? result : raw;
}

Inflated InflateZstd(std::string_view coding, std::string_view bytes, uint64_t limit) {
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(), &ZSTD_freeDStream);
  // The window is memory that the sender chooses; RFC 9659 allows 8 MiB in HTTP.
  if (!stream || ZSTD_isError(ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, 23)) != 0) {
    return Corrupt(coding, "no memory to decompress");
  }
  ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
  std::array<char, kStep> buffer;
  Inflated result;
  for (;;) {
    ZSTD_outBuffer output{buffer.data(), buffer.size(), 0};
    const size_t code = ZSTD_decompressStream(stream.get(), &output, &input);
    if (ZSTD_isError(code) != 0) return Corrupt(coding, ZSTD_getErrorName(code));
    if (result.bytes.size() + output.pos > limit) return TooLarge(limit);
    result.bytes.append(buffer.data(), output.pos);
    const bool all_read = input.pos == input.size;
    if (all_read && code == 0) return result;
    if (all_read && output.pos < output.size) return Corrupt(coding, "cut short");
  }
}

bool SameWord(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

Inflated Inflate(std::string_view coding, std::string_view bytes, uint64_t limit) {
  if (coding.empty() || SameWord(coding, "identity")) {
    if (bytes.size() > limit)
      return {InflateOutcome::kTooLarge, "", fmt::format("body is larger than {} bytes", limit)};
    return {InflateOutcome::kDone, std::string(bytes), ""};
  }
  if (SameWord(coding, "gzip") || SameWord(coding, "x-gzip")) {
    return InflateZlib(coding, kGzipWindow, true, bytes, limit);
  }
  if (SameWord(coding, "deflate")) return InflateDeflate(coding, bytes, limit);
  if (SameWord(coding, "zstd")) return InflateZstd(coding, bytes, limit);
  return {InflateOutcome::kUnknown, "", fmt::format("unsupported Content-Encoding, supported: [{}]", kContentCodings)};
}

}  // namespace spangate
