// Frames of a capture file to bytes and back.
#include "mock-collector/capture_format.h"

#include <fmt/format.h>

#include <boost/crc.hpp>

namespace spangate::capture_format {
namespace {

// Numbers in files are the specification's, not those of the enumerations, which may be reordered.
struct SignalNumber {
  Signal signal;
  uint8_t number;
};
constexpr SignalNumber kSignals[] = {{Signal::kTraces, 1}, {Signal::kMetrics, 2}, {Signal::kLogs, 3}};
struct EncodingNumber {
  Encoding encoding;
  uint8_t number;
};
constexpr EncodingNumber kEncodings[] = {{Encoding::kProtobuf, 1}, {Encoding::kJson, 2}};

enum Key : uint8_t {
  kConnection = 1,
  kUserAgent = 2,
  kContentEncoding = 3,
  kHadAuthorization = 4,
  kHadCookie = 5,
};

constexpr size_t kLongestText = 1024;         // of a header value; what is longer is cut
constexpr size_t kFixedSize = 1 + 1 + 8 + 4;  // signal, encoding, arrival, size of the metadata

void AppendEntry(std::string& metadata, Key key, std::string_view value) {
  value = value.substr(0, kLongestText);
  AppendLittleEndian(metadata, static_cast<uint8_t>(key));
  AppendLittleEndian(metadata, static_cast<uint16_t>(value.size()));
  metadata += value;
}

std::string EncodeMetadata(const RequestMetadata& metadata) {
  std::string bytes;
  std::string connection;
  AppendLittleEndian(connection, metadata.connection);
  AppendEntry(bytes, kConnection, connection);
  if (!metadata.user_agent.empty()) AppendEntry(bytes, kUserAgent, metadata.user_agent);
  if (!metadata.content_encoding.empty()) AppendEntry(bytes, kContentEncoding, metadata.content_encoding);
  if (metadata.had_authorization) AppendEntry(bytes, kHadAuthorization, "");
  if (metadata.had_cookie) AppendEntry(bytes, kHadCookie, "");
  return bytes;
}

void SetEntry(uint8_t key, std::string_view value, RequestMetadata& metadata) {
  switch (key) {
    case kConnection:
      if (value.size() == sizeof metadata.connection) metadata.connection = LoadLittleEndian<uint64_t>(value);
      return;
    case kUserAgent:
      metadata.user_agent = value;
      return;
    case kContentEncoding:
      metadata.content_encoding = value;
      return;
    case kHadAuthorization:
      metadata.had_authorization = true;
      return;
    case kHadCookie:
      metadata.had_cookie = true;
      return;
    default:  // of a later spangate: metadata may grow without a new version
      return;
  }
}

bool DecodeMetadata(std::string_view bytes, RequestMetadata& metadata) {
  while (!bytes.empty()) {
    if (bytes.size() < 3) return false;
    const auto key = LoadLittleEndian<uint8_t>(bytes);
    const auto size = LoadLittleEndian<uint16_t>(bytes.substr(1));
    bytes.remove_prefix(3);
    if (bytes.size() < size) return false;
    SetEntry(key, bytes.substr(0, size), metadata);
    bytes.remove_prefix(size);
  }
  return true;
}

}  // namespace

uint32_t Crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

std::string EncodeHeader() {
  std::string bytes(kMagic);
  AppendLittleEndian(bytes, kVersion);
  return bytes;
}

std::string EncodeFrame(const RequestMetadata& metadata, std::string_view payload) {
  const std::string entries = EncodeMetadata(metadata);
  std::string frame;
  frame.reserve(sizeof(uint32_t) + kFixedSize + entries.size() + payload.size() + sizeof(uint32_t));
  AppendLittleEndian(frame, static_cast<uint32_t>(kFixedSize + entries.size() + payload.size()));
  for (const auto& [signal, number] : kSignals) {
    if (signal == metadata.signal) AppendLittleEndian(frame, number);
  }
  for (const auto& [encoding, number] : kEncodings) {
    if (encoding == metadata.encoding) AppendLittleEndian(frame, number);
  }
  AppendLittleEndian(frame, metadata.arrival);
  AppendLittleEndian(frame, static_cast<uint32_t>(entries.size()));
  frame += entries;
  frame += payload;
  AppendLittleEndian(frame, Crc32c(frame));
  return frame;
}

FrameOrProblem DecodeFrame(std::string_view bytes) {
  FrameOrProblem frame;
  const auto torn = [&frame](std::string problem) {
    frame.problem = std::move(problem);
    return frame;
  };
  constexpr size_t kLength = sizeof(uint32_t);
  constexpr size_t kCrc = sizeof(uint32_t);
  if (bytes.size() < kLength) return torn("cut short");
  const size_t length = LoadLittleEndian<uint32_t>(bytes);
  if (bytes.size() < kLength + length + kCrc) return torn("cut short");
  const std::string_view checked = bytes.substr(0, kLength + length);
  if (Crc32c(checked) != LoadLittleEndian<uint32_t>(bytes.substr(kLength + length))) return torn("checksum differs");
  const std::string_view body = checked.substr(kLength);
  if (body.size() < kFixedSize) return torn("shorter than a frame can be");
  const auto metadata_size = LoadLittleEndian<uint32_t>(body.substr(10));
  if (body.size() - kFixedSize < metadata_size) return torn("metadata longer than the frame");

  frame.size = kLength + length + kCrc;
  frame.payload = body.substr(kFixedSize + metadata_size);
  frame.metadata.arrival = LoadLittleEndian<uint64_t>(body.substr(2));
  bool known_signal = false;
  bool known_encoding = false;
  for (const auto& [signal, number] : kSignals) {
    if (number != static_cast<uint8_t>(body[0])) continue;
    frame.metadata.signal = signal;
    known_signal = true;
  }
  for (const auto& [encoding, number] : kEncodings) {
    if (number != static_cast<uint8_t>(body[1])) continue;
    frame.metadata.encoding = encoding;
    known_encoding = true;
  }
  if (!known_signal) frame.problem = fmt::format("unknown signal {}", static_cast<uint8_t>(body[0]));
  if (!known_encoding) frame.problem = fmt::format("unknown encoding {}", static_cast<uint8_t>(body[1]));
  if (!DecodeMetadata(body.substr(kFixedSize, metadata_size), frame.metadata)) frame.problem = "malformed metadata";
  return frame;
}

}  // namespace spangate::capture_format
