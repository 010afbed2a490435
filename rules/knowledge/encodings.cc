#include "rules/knowledge/encodings.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace spangate {
namespace {

int Sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

std::optional<std::string> Decode(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.empty() || text.size() % 4 == 1) return std::nullopt;
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    const int sextet = Sextet(c);
    if (sextet < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<uint32_t>(sextet)) & 0xFFFFFF;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xFF);
    }
  }
  return out;
}

}  // namespace

bool IsBase64Json(std::string_view text) {
  const std::optional<std::string> json = Decode(text);
  if (!json) return false;
  const size_t first = json->find_first_not_of(" \t\r\n", 1);
  const bool object =
      json->front() == '{' && first != std::string::npos && ((*json)[first] == '"' || (*json)[first] == '}');
  return object && json->find_last_not_of(" \t\r\n") == json->rfind('}');
}

bool IsBase64Credential(std::string_view text) {
  if (text.size() < 8) return false;
  const std::optional<std::string> plain = Decode(text);
  if (!plain) return false;
  const size_t colon = plain->find(':');
  return colon != std::string::npos && colon + 1 < plain->size() &&
         std::ranges::all_of(*plain, [](char c) { return c >= 0x20 && c != 0x7F; });
}

}  // namespace spangate
