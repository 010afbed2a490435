#include "common/fingerprint.h"

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cctype>

namespace spangate {
namespace {

bool IsHex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-'; }

// A word is an id when it is a number, or hex (dashes allowed, as in a UUID) of eight or more digits with a digit in
// it.
bool LooksLikeId(std::string_view word) {
  size_t hex = 0;
  size_t digits = 0;
  for (char c : word) {
    if (c == '-') continue;
    if (!IsHex(c)) return false;
    ++hex;
    if (IsDigit(c)) ++digits;
  }
  return digits > 0 && (digits == hex || hex >= 8);
}

// "3fa85f64-5717-4562-b3fc-2c963f66afa6" is one id; "order-48211" is a word and an id.
void AppendWithoutId(std::string_view word, std::string& out) {
  if (LooksLikeId(word)) {
    out += '#';
    return;
  }
  for (;;) {
    const size_t dash = std::min(word.find('-'), word.size());
    const std::string_view part = word.substr(0, dash);
    out += LooksLikeId(part) ? std::string_view("#") : part;
    if (dash == word.size()) return;
    out += '-';
    word.remove_prefix(dash + 1);
  }
}

std::string WithoutBlanks(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) out += c;
  }
  return out;
}

}  // namespace

std::string Fingerprint(const std::vector<std::string_view>& parts) {
  // The length goes in before each part: {"ab","c"} and {"a","bc"} must differ.
  std::string bytes;
  for (std::string_view part : parts) bytes += fmt::format("{}:{}", part.size(), part);
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("v1:{:016x}{:016x}", hash.high64, hash.low64);
}

std::string SourceFingerprint(std::string_view rule, const SourcePlace& place, int ordinal) {
  const std::string tokens = WithoutBlanks(place.tokens);
  const std::string number = fmt::format("{}", ordinal);
  return Fingerprint({"source", rule, place.where.path, place.function, tokens, number});
}

std::string TelemetryFingerprint(std::string_view rule, const TelemetryPlace& place, std::string_view check_id) {
  const std::string name = WithoutIds(place.span_name);
  return Fingerprint(
      {"telemetry", rule, place.service_name, place.scope_name, name, place.kind, place.attribute_key, check_id});
}

std::string WithoutIds(std::string_view name) {
  std::string out;
  size_t i = 0;
  while (i < name.size()) {
    if (!IsWordCharacter(name[i])) {
      out += name[i++];
      continue;
    }
    size_t end = i;
    while (end < name.size() && IsWordCharacter(name[end])) ++end;
    AppendWithoutId(name.substr(i, end - i), out);
    i = end;
  }
  return out;
}

}  // namespace spangate
