// Numbers and texts as bytes, and the frame around the files of the cache: magic, version, checksum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spangate {

class ByteWriter {
 public:
  void Number(uint64_t number);  // LEB128
  void Fixed(uint64_t number);   // 8 bytes, little-endian
  void Text(std::string_view text);
  /// `text` as what it shares with the start of the one before it, and the rest. Short for sorted paths.
  void FrontCoded(std::string_view text, std::string_view before);

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Stays at the first problem: what is read after it is zero or empty, and the caller asks failed() once.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  uint64_t Number();
  uint64_t Fixed();
  std::string_view Text();
  void FrontCoded(std::string& text);  // `text` holds the one before
  /// A count of elements that take a byte at least each: never more than the bytes that are left.
  size_t Count();

  /// What was read is wrong for the caller.
  uint64_t Fail();
  bool failed() const { return failed_; }
  bool at_end() const { return bytes_.empty(); }
  std::string_view rest() const { return bytes_; }

 private:
  std::string_view bytes_;
  bool failed_ = false;
};

/// `magic` (7 bytes), version byte, XXH3-64 of `body`, `body`.
std::string Framed(std::string_view magic, uint8_t version, std::string_view body);
/// The body; nullopt for another magic or version, or when the checksum is wrong.
std::optional<std::string_view> Unframed(std::string_view magic, uint8_t version, std::string_view bytes);

}  // namespace spangate
