#include "mock-collector/inflate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

namespace spangate {
namespace {

std::string Deflate(int window, std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string bytes(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}
std::string Gzip(std::string_view text) { return Deflate(31, text); }
std::string Zstd(std::string_view text) {
  std::string bytes(ZSTD_compressBound(text.size()), '\0');
  bytes.resize(ZSTD_compress(bytes.data(), bytes.size(), text.data(), text.size(), 3));
  return bytes;
}

const std::string kText(200000, 'a');
constexpr uint64_t kNoLimit = 1 << 30;

TEST(Inflate, UndoesEveryCodingItOffers) {
  struct {
    const char* coding;
    std::string bytes;
    const char* why;
  } const cases[] = {
      {"", kText, "no coding"},
      {"identity", kText, "identity"},
      {"gzip", Gzip(kText), "RFC 1952"},
      {"GZip", Gzip(kText), "codings have no case"},
      {"x-gzip", Gzip(kText), "RFC 9110 8.4.1.3"},
      {"deflate", Deflate(15, kText), "zlib's format"},
      {"deflate", Deflate(-15, kText), "raw, as some clients send it"},
      {"zstd", Zstd(kText), "RFC 8878"},
  };
  for (const auto& c : cases) {
    const Inflated result = Inflate(c.coding, c.bytes, kNoLimit);
    EXPECT_EQ(result.outcome, InflateOutcome::kDone) << c.why << ": " << result.problem;
    EXPECT_EQ(result.bytes == kText, true) << c.why;
  }
}

TEST(Inflate, C23_JoinsMembersAndTakesEveryHeaderField) {
  EXPECT_EQ(Inflate("gzip", Gzip("one ") + Gzip("two"), kNoLimit).bytes, "one two");
  // FHCRC is left out: zlib cannot write it here. FEXTRA, FNAME and FCOMMENT before the same deflate data.
  const std::string plain = Gzip("text");
  std::string fields = plain.substr(0, 10);
  fields[3] = 0x04 | 0x08 | 0x10;
  fields += std::string("\x02\x00xy", 4) + std::string("name\0", 5) + std::string("comment\0", 8) + plain.substr(10);
  EXPECT_EQ(Inflate("gzip", fields, kNoLimit).bytes, "text");
}

TEST(Inflate, C23_RejectsWhatIsCutOrCorrupt) {
  const std::string gzip = Gzip(kText);
  std::string wrong_crc = gzip;
  wrong_crc[gzip.size() - 5] ^= 1;
  std::string wrong_size = gzip;
  wrong_size[gzip.size() - 1] ^= 1;
  struct {
    const char* coding;
    std::string bytes;
    const char* why;
  } const cases[] = {
      {"gzip", "{}", "a plain body with the header"},
      {"gzip", "", "nothing at all"},
      {"gzip", gzip.substr(0, gzip.size() / 2), "cut in the data"},
      {"gzip", gzip.substr(0, gzip.size() - 8), "without its trailer"},
      {"gzip", gzip.substr(0, gzip.size() - 1), "one byte short"},
      {"gzip", wrong_crc, "wrong checksum"},
      {"gzip", wrong_size, "wrong length"},
      {"gzip", gzip + "garbage", "no member follows"},
      {"gzip", gzip + gzip.substr(0, 5), "second member cut"},
      {"deflate", Deflate(15, kText).substr(0, 20), "cut"},
      {"deflate", "plain", "no zlib"},
      {"zstd", Zstd(kText).substr(0, 10), "cut"},
      {"zstd", "", "nothing at all"},
      {"zstd", "plain", "no frame"},
  };
  for (const auto& c : cases) {
    const Inflated result = Inflate(c.coding, c.bytes, kNoLimit);
    EXPECT_EQ(result.outcome, InflateOutcome::kCorrupt) << c.coding << ": " << c.why;
    EXPECT_THAT(result.problem, ::testing::HasSubstr(c.coding)) << c.why;
  }
}

TEST(Inflate, C20_StopsAtTheLimitAndAllowsItExactly) {
  const std::pair<const char*, std::string> codings[] = {{"", kText},
                                                         {"gzip", Gzip(kText)},
                                                         {"deflate", Deflate(15, kText)},
                                                         {"deflate", Deflate(-15, kText)},
                                                         {"zstd", Zstd(kText)}};
  for (const auto& [coding, bytes] : codings) {
    EXPECT_EQ(Inflate(coding, bytes, kText.size()).outcome, InflateOutcome::kDone) << coding;
    EXPECT_EQ(Inflate(coding, bytes, kText.size() - 1).outcome, InflateOutcome::kTooLarge) << coding;
  }
  const std::string bomb = Gzip(std::string(64 << 20, '\0'));
  EXPECT_EQ(Inflate("gzip", bomb, 1000).outcome, InflateOutcome::kTooLarge);
}

TEST(Inflate, C22_NamesTheCodingsItHas) {
  for (const char* coding : {"br", "snappy", "lz4", "gzip, gzip", "gzi"}) {
    const Inflated result = Inflate(coding, "x", kNoLimit);
    EXPECT_EQ(result.outcome, InflateOutcome::kUnknown) << coding;
    EXPECT_THAT(result.problem, ::testing::HasSubstr("gzip, deflate, zstd"));
  }
}

}  // namespace
}  // namespace spangate
