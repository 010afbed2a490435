// Decompression with a ceiling, for every transport. Stops at the limit instead of after it: a megabyte can hold a
// gigabyte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace spangate {

enum class InflateOutcome {
  kDone,
  kTooLarge,  // more than the limit: HTTP 413
  kCorrupt,   // not of that coding, cut short, or with a wrong checksum: HTTP 400
  kUnknown,   // a content coding that is not offered: HTTP 415
};

struct Inflated {
  InflateOutcome outcome = InflateOutcome::kDone;
  std::string bytes;    // set when kDone
  std::string problem;  // one line, when not kDone
};

/// Content codings offered, as an Accept-Encoding header says them.
inline constexpr std::string_view kContentCodings = "gzip, deflate, zstd, identity";

/// Undoes an HTTP content coding, compared without regard to case: "gzip" and "x-gzip" (RFC 1952, any number of
/// members), "deflate" (zlib's format, or raw as some clients send it), "zstd", "identity" or "". `bytes` of exactly
/// `limit` are allowed, before and after.
Inflated Inflate(std::string_view coding, std::string_view bytes, uint64_t limit);

}  // namespace spangate
