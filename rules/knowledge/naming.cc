#include "rules/knowledge/naming.h"

#include <algorithm>

namespace spangate {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Templates of the semantic conventions: what follows is named by the user's headers, labels, parameters.
constexpr std::string_view kFreePrefixes[] = {
    "http.request.header.",
    "http.response.header.",
    "rpc.request.metadata.",
    "rpc.response.metadata.",
    "rpc.grpc.request.metadata.",
    "rpc.grpc.response.metadata.",
    "rpc.connect_rpc.request.metadata.",
    "rpc.connect_rpc.response.metadata.",
    "db.query.parameter.",
    "db.operation.parameter.",
    "db.elasticsearch.path_parts.",
    "container.label.",
    "k8s.",
    "process.environment_variable.",
    "aws.request.header.",
    "aws.response.header.",
    "feature_flag.context.",
    "messaging.message.header.",
    "messaging.header.",
};

constexpr size_t kMaxKey = 64;

bool IsId(std::string_view word, IdInName& id) {
  const auto hex = static_cast<size_t>(std::ranges::count_if(word, IsHex));
  const auto digits = static_cast<size_t>(std::ranges::count_if(word, IsDigit));
  const auto dashes = static_cast<size_t>(std::ranges::count(word, '-'));
  if (word.size() == 36 && dashes == 4 && hex == 32 && word[8] == '-' && word[13] == '-' && word[18] == '-') {
    id.what = "UUID";
  } else if (dashes == 0 && digits == word.size() && digits > 0) {
    id.what = "number";
  } else if (dashes == 0 && hex == word.size() && hex >= 8 && digits >= 2) {
    id.what = "hexadecimal id";
  } else if (word.size() > 5 && digits >= 5 && word.size() - digits <= 5) {
    id.what = "number";  // "order-48213", "ORD48213"
  } else {
    return false;
  }
  return true;
}

// "HTTP/1.1", "TLS 1.3", "500": numbers with a fixed meaning. One digit alone is an enumeration, not an id.
bool IsFixedNumber(std::string_view name, const IdInName& id) {
  const std::string_view number = name.substr(id.offset, id.length);
  const std::string_view before = name.substr(0, id.offset);
  if (id.what != "number") return false;
  if (number.size() == 1 && !before.ends_with('/')) return true;
  for (std::string_view word : {"HTTP/", "HTTP ", "http ", "TLS ", "HTTP/1.", "HTTP/2."}) {
    if (before.ends_with(word)) return true;
  }
  // Versions: digits on both sides of a dot.
  const size_t end = id.offset + id.length;
  const bool dot_before = before.size() >= 2 && before.back() == '.' && IsDigit(before[before.size() - 2]);
  const bool dot_after = end + 1 < name.size() && name[end] == '.' && IsDigit(name[end + 1]);
  return dot_before || dot_after;
}

bool IsWordCharacter(char c) {
  return IsDigit(c) || IsLower(c) || IsUpper(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

size_t EndOfTemplate(std::string_view name, size_t i) {
  const char open = name[i];
  if (open == ':') {
    size_t end = i + 1;
    while (end < name.size() && IsWordCharacter(name[end])) ++end;
    // ":id" is a template; ":8080" and ":48213" are not.
    return end > i + 1 && !IsDigit(name[i + 1]) ? end : i;
  }
  if (open != '{' && open != '<') return i;
  const size_t close = name.find(open == '{' ? '}' : '>', i);
  return close == std::string_view::npos ? i : close + 1;
}

std::optional<IdInName> FindEmail(std::string_view name) {
  const auto is_part = [](char c) { return IsWordCharacter(c) || c == '.' || c == '+'; };
  for (size_t at = name.find('@'); at != std::string_view::npos; at = name.find('@', at + 1)) {
    size_t first = at;
    while (first > 0 && is_part(name[first - 1])) --first;
    size_t last = at + 1;
    while (last < name.size() && is_part(name[last])) ++last;
    const std::string_view domain = name.substr(at + 1, last - at - 1);
    const size_t dot = domain.rfind('.');
    const bool top_level = dot != std::string_view::npos && dot > 0 && domain.size() - dot > 2 &&
                           std::ranges::all_of(domain.substr(dot + 1), [](char c) { return IsLower(c) || IsUpper(c); });
    if (first < at && top_level) return IdInName{first, last - first, "e-mail address"};
  }
  return std::nullopt;
}

}  // namespace

bool IsWellFormedKey(std::string_view key) {
  for (std::string_view prefix : kFreePrefixes) {
    if (key.size() > prefix.size() && key.starts_with(prefix)) return true;
  }
  if (key.empty() || key.size() > kMaxKey || !IsLower(key.front())) return false;
  bool separator = false;
  for (char c : key) {
    const bool now = c == '.' || c == '_';
    if (!now && !IsLower(c) && !IsDigit(c)) return false;
    if (now && separator) return false;
    separator = now;
  }
  return !separator;
}

std::optional<IdInName> FindIdInName(std::string_view name) {
  if (std::optional<IdInName> email = FindEmail(name)) return email;
  for (size_t i = 0; i < name.size();) {
    if (const size_t after = EndOfTemplate(name, i); after != i) {
      i = after;
      continue;
    }
    if (!IsWordCharacter(name[i])) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < name.size() && IsWordCharacter(name[end])) ++end;
    // A UUID holds dashes; other words are judged part by part only when the whole is no id.
    IdInName id{i, end - i, {}};
    if (IsId(name.substr(i, end - i), id) && !IsFixedNumber(name, id)) return id;
    for (size_t part = i; part < end;) {
      const size_t stop = std::min(name.find_first_of("-_", part), end);
      IdInName sub{part, stop - part, {}};
      if (stop > part && IsId(name.substr(part, stop - part), sub) && !IsFixedNumber(name, sub)) {
        if (sub.what != "number" || sub.length >= 3) return sub;
      }
      part = stop + 1;
    }
    i = end;
  }
  return std::nullopt;
}

}  // namespace spangate
