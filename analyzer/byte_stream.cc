#include "analyzer/byte_stream.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

namespace spangate {
namespace {

constexpr size_t kMagicBytes = 7;
constexpr size_t kHeaderBytes = kMagicBytes + 1 + 8;

uint64_t FixedAt(std::string_view bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number |= uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
  return number;
}

}  // namespace

void ByteWriter::Number(uint64_t number) {
  for (; number >= 0x80; number >>= 7) bytes_ += static_cast<char>(number | 0x80);
  bytes_ += static_cast<char>(number);
}

void ByteWriter::Fixed(uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>(number >> shift);
}

void ByteWriter::Text(std::string_view text) {
  Number(text.size());
  bytes_ += text;
}

void ByteWriter::FrontCoded(std::string_view text, std::string_view before) {
  const auto [differs, unused] = std::mismatch(text.begin(), text.end(), before.begin(), before.end());
  const auto shared = static_cast<size_t>(differs - text.begin());
  Number(shared);
  Text(text.substr(shared));
}

uint64_t ByteReader::Number() {
  uint64_t number = 0;
  for (int shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    if (shift == 63 && byte > 1) break;
    number |= uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80) == 0) return number;
  }
  return Fail();
}

uint64_t ByteReader::Fixed() {
  if (bytes_.size() < 8) return Fail();
  const uint64_t number = FixedAt(bytes_);
  bytes_.remove_prefix(8);
  return number;
}

size_t ByteReader::Count() {
  const uint64_t count = Number();
  return static_cast<size_t>(count <= bytes_.size() ? count : Fail());
}

std::string_view ByteReader::Text() {
  const size_t size = Count();
  const std::string_view text = bytes_.substr(0, size);
  bytes_.remove_prefix(size);
  return text;
}

void ByteReader::FrontCoded(std::string& text) {
  const uint64_t shared = Number();
  if (shared > text.size()) Fail();
  text.resize(failed_ ? 0 : static_cast<size_t>(shared));
  text += Text();
}

uint64_t ByteReader::Fail() {
  failed_ = true;
  bytes_ = {};
  return 0;
}

std::string Framed(std::string_view magic, uint8_t version, std::string_view body) {
  ByteWriter checksum;
  checksum.Fixed(XXH3_64bits(body.data(), body.size()));
  std::string file(magic);
  file += static_cast<char>(version);
  file += checksum.bytes();
  file += body;
  return file;
}

std::optional<std::string_view> Unframed(std::string_view magic, uint8_t version, std::string_view bytes) {
  const bool ours =
      bytes.size() >= kHeaderBytes && bytes.starts_with(magic) && static_cast<uint8_t>(bytes[kMagicBytes]) == version;
  if (!ours) return std::nullopt;
  const std::string_view body = bytes.substr(kHeaderBytes);
  if (XXH3_64bits(body.data(), body.size()) != FixedAt(bytes.substr(kMagicBytes + 1))) return std::nullopt;
  return body;
}

}  // namespace spangate
