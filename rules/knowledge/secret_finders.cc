// Finders of credentials: tokens, keys of fixed form, and what stands in URLs and connection strings.
#include <algorithm>
#include <optional>

#include "rules/knowledge/encodings.h"
#include "rules/knowledge/finders.h"

namespace spangate::finders {
namespace {

// What people write where a secret would stand.
bool IsPlaceholder(std::string_view text) {
  static constexpr std::string_view kMarks[] = {"***", "xxxx", "redacted", "placeholder", "changeme", "${", "{{",
                                                "<",   "...",  "[masked",  "your_",       "your-",    "%s", "not_set"};
  if (text.empty() || std::ranges::all_of(text, [&](char c) { return c == text[0]; })) return true;
  const std::string lowered = Lowered(text);
  if (lowered == "null" || lowered == "none" || lowered == "true" || lowered == "false" || lowered == "undefined" ||
      lowered == "nil") {
    return true;
  }
  return std::ranges::any_of(kMarks, [&](std::string_view mark) { return lowered.find(mark) != std::string::npos; });
}

// ---- tokens -------------------------------------------------------------------------------------------------------

bool IsBase64Url(char c) { return IsAlnum(c) || c == '-' || c == '_'; }
bool IsToken68(char c) { return IsAlnum(c) || std::string_view("-._~+/").find(c) != std::string_view::npos; }

// `limit` keeps a hostile value, all prefixes and no end, from costing the square of its length.
template <class Predicate>
size_t RunLength(std::string_view value, size_t from, Predicate is_part, size_t limit = std::string_view::npos) {
  size_t end = from;
  while (end < value.size() && end - from < limit && is_part(value[end])) ++end;
  return end - from;
}

}  // namespace

void FindJwts(Scan& scan) {
  const std::string_view value = scan.value;
  for (size_t i = value.find("eyJ"); i != std::string_view::npos; i = value.find("eyJ", i + 3)) {
    if (IsBase64Url(Before(value, i))) continue;
    const size_t header = RunLength(value, i, IsBase64Url);
    const size_t dot = i + header;
    if (At(value, dot) != '.') continue;
    const size_t claims = RunLength(value, dot + 1, IsBase64Url);
    if (!IsBase64Json(value.substr(i, header)) || !IsBase64Json(value.substr(dot + 1, claims))) continue;
    size_t end = dot + 1 + claims;
    if (At(value, end) == '.') end += 1 + RunLength(value, end + 1, IsBase64Url);
    scan.Add(Detector::kJwt, i, end - i);
    i = end - 3;
  }
}

namespace {

// A word after "bearer" is a credential when it is no word of a sentence: a digit in it, or sixteen characters that
// are not all small letters.
bool LooksLikeCredential(std::string_view token) {
  if (token.size() < 8 || IsPlaceholder(token)) return false;
  if (std::ranges::any_of(token, IsDigit)) return true;
  return token.size() >= 16 && !std::ranges::all_of(token, [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

void FindSchemes(Scan& scan) {
  const std::string lowered = Lowered(scan.value);
  for (const auto& [word, detector] : {std::pair{std::string_view("bearer "), Detector::kBearer},
                                       std::pair{std::string_view("basic "), Detector::kBasic}}) {
    for (size_t at = lowered.find(word); at != std::string::npos; at = lowered.find(word, at + word.size())) {
      if (IsAlnum(Before(scan.value, at))) continue;
      const size_t first = at + word.size();
      size_t length = RunLength(scan.value, first, IsToken68);
      length += RunLength(scan.value, first + length, [](char c) { return c == '='; });
      const std::string_view token = scan.value.substr(first, length);
      const bool fits = detector == Detector::kBearer ? LooksLikeCredential(token) : IsBase64Credential(token);
      if (fits) scan.Add(detector, first, length);
    }
  }
}

void FindPrivateKeys(Scan& scan) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  const std::string_view value = scan.value;
  for (size_t at = value.find(kBegin); at != std::string_view::npos; at = value.find(kBegin, at + kBegin.size())) {
    const std::string_view label = value.substr(at + kBegin.size(), 48);
    const size_t dashes = label.find("-----");
    if (dashes == std::string_view::npos || label.substr(0, dashes).find("PRIVATE KEY") == std::string_view::npos)
      continue;
    const size_t end = value.find("-----END ", at);
    const size_t close = end == std::string_view::npos ? end : value.find("-----", end + 9);
    const size_t after = close == std::string_view::npos ? value.size() : close + 5;
    scan.Add(Detector::kPrivateKey, at, after - at);
    at = after - kBegin.size();
  }
  if (const size_t age = value.find("AGE-SECRET-KEY-1"); age != std::string_view::npos) {
    scan.Add(Detector::kPrivateKey, age, RunLength(value, age, [](char c) { return IsAlnum(c) || c == '-'; }));
  }
}

namespace {

enum class Charset { kUpperBase32, kAlnum, kBase64Url, kHex };

bool In(Charset set, char c) {
  switch (set) {
    case Charset::kUpperBase32:
      return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
    case Charset::kAlnum:
      return IsAlnum(c);
    case Charset::kBase64Url:
      return IsBase64Url(c) || c == '.';
    case Charset::kHex:
      return IsDigit(c) || (c >= 'a' && c <= 'f');
  }
  return false;
}

/// A vendor's key: its prefix, then `min` to `max` characters of a set.
struct KeyForm {
  std::string_view prefix;
  Charset set;
  size_t min;
  size_t max;
};

// Written from the vendors' own documentation of their formats.
constexpr KeyForm kKeyForms[] = {
    {"AKIA", Charset::kUpperBase32, 16, 16},     {"ASIA", Charset::kUpperBase32, 16, 16},
    {"ABIA", Charset::kUpperBase32, 16, 16},     {"ACCA", Charset::kUpperBase32, 16, 16},
    {"ghp_", Charset::kAlnum, 36, 251},          {"gho_", Charset::kAlnum, 36, 251},
    {"ghu_", Charset::kAlnum, 36, 251},          {"ghs_", Charset::kAlnum, 36, 251},
    {"ghr_", Charset::kAlnum, 36, 251},          {"github_pat_", Charset::kBase64Url, 60, 100},
    {"glpat-", Charset::kBase64Url, 20, 64},     {"xoxb-", Charset::kBase64Url, 20, 120},
    {"xoxp-", Charset::kBase64Url, 20, 120},     {"xoxa-", Charset::kBase64Url, 20, 120},
    {"xoxe-", Charset::kBase64Url, 20, 250},     {"xoxr-", Charset::kBase64Url, 20, 120},
    {"xoxs-", Charset::kBase64Url, 20, 120},     {"sk_live_", Charset::kAlnum, 16, 120},
    {"sk_test_", Charset::kAlnum, 16, 120},      {"sk_prod_", Charset::kAlnum, 16, 120},
    {"rk_live_", Charset::kAlnum, 16, 120},      {"rk_test_", Charset::kAlnum, 16, 120},
    {"rk_prod_", Charset::kAlnum, 16, 120},      {"whsec_", Charset::kAlnum, 24, 80},
    {"AIza", Charset::kBase64Url, 35, 35},       {"npm_", Charset::kAlnum, 36, 36},
    {"pypi-AgE", Charset::kBase64Url, 50, 1000}, {"SG.", Charset::kBase64Url, 60, 70},
    {"hvs.", Charset::kBase64Url, 24, 300},      {"hvb.", Charset::kBase64Url, 90, 300},
    {"dop_v1_", Charset::kHex, 64, 64},          {"sk-ant-", Charset::kBase64Url, 32, 200},
    {"sk-proj-", Charset::kBase64Url, 32, 250},  {"glsa_", Charset::kBase64Url, 32, 80},
    {"glc_", Charset::kBase64Url, 32, 500},      {"dckr_pat_", Charset::kBase64Url, 24, 64},
    {"shpat_", Charset::kHex, 32, 32},           {"lin_api_", Charset::kAlnum, 40, 40},
    {"ya29.", Charset::kBase64Url, 30, 600},     {"EAACEdEose0cBA", Charset::kAlnum, 20, 400},
};

void AddCloudKey(Scan& scan, size_t at, const KeyForm& form) {
  const std::string_view value = scan.value;
  const size_t body = at + form.prefix.size();
  const size_t length = RunLength(
      value, body, [&](char c) { return In(form.set, c); }, form.max + 1);
  const bool ends = !IsAlnum(At(value, body + length));
  if (length < form.min || length > form.max || !ends || IsPlaceholder(value.substr(body, length))) return;
  scan.Add(Detector::kCloudKey, at, form.prefix.size() + length);
}

}  // namespace

// Only where a word begins: most values are passed over without comparing a single prefix.
void FindCloudKeys(Scan& scan) {
  static constexpr std::string_view kFirst = "AESdghlnprswxy";
  const std::string_view value = scan.value;
  for (size_t i = 0; i + 20 <= value.size(); ++i) {
    const char before = Before(value, i);
    if (IsAlnum(before) || before == '_' || kFirst.find(value[i]) == std::string_view::npos) continue;
    for (const KeyForm& form : kKeyForms) {
      if (form.prefix[0] == value[i] && value.substr(i).starts_with(form.prefix)) AddCloudKey(scan, i, form);
    }
  }
}

namespace {

// ---- URLs and key=value -------------------------------------------------------------------------------------------

}  // namespace

void FindUrlPasswords(Scan& scan) {
  const std::string_view value = scan.value;
  for (size_t at = value.find("://"); at != std::string_view::npos; at = value.find("://", at + 3)) {
    const size_t first = at + 3;
    const size_t end = std::min(value.find_first_of("/?# \t\n\"'<>", first), value.size());
    const std::string_view authority = value.substr(first, end - first);
    const size_t host = authority.rfind('@');
    const size_t colon = authority.find(':');
    if (host == std::string_view::npos || colon == std::string_view::npos || colon + 1 >= host) continue;
    const std::string_view password = authority.substr(colon + 1, host - colon - 1);
    if (!IsPlaceholder(password)) scan.Add(Detector::kUrlPassword, first + colon + 1, password.size());
  }
}

namespace {

bool IsParameterName(char c) { return IsAlnum(c) || c == '_' || c == '-' || c == '.'; }
bool IsParameterValue(char c) { return std::string_view(" \t\r\n&;,\"'`)}]").find(c) == std::string_view::npos; }

// Names of signatures in pre-signed URLs: semantic conventions, note of url.full.
bool IsSignatureParameter(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "x-amz-signature", "x-amz-security-token", "x-goog-signature", "awsaccesskeyid", "signature", "sig"};
  return std::ranges::find(kNames, Lowered(name)) != std::end(kNames);
}

std::optional<Detector> DetectorOfParameter(std::string_view name, std::string_view text) {
  if (text.size() >= 16 && IsSignatureParameter(name)) return Detector::kSignedUrl;
  // A variable, a bind parameter or a formula is not the secret itself.
  if (text.size() < 6 || std::string_view("$?:@%{[(*<&=").find(text[0]) != std::string_view::npos) return std::nullopt;
  const std::optional<PersonalName> personal = MatchPersonalName(name);
  if (!personal || personal->kind != PersonalKind::kSecret || IsPlaceholder(text)) return std::nullopt;
  return Detector::kNamedSecret;
}

}  // namespace

void FindNamedSecrets(Scan& scan) {
  const std::string_view value = scan.value;
  for (size_t equals = value.find('='); equals != std::string_view::npos; equals = value.find('=', equals + 1)) {
    size_t first = equals;
    while (first > 0 && equals - first < 40 && IsParameterName(value[first - 1])) --first;
    if (equals - first < 3) continue;  // no name of a credential is shorter
    size_t from = equals + 1;
    if (At(value, from) == '"' || At(value, from) == '\'') ++from;
    const size_t length = RunLength(value, from, IsParameterValue, 512);
    const std::optional<Detector> detector =
        DetectorOfParameter(value.substr(first, equals - first), value.substr(from, length));
    if (!detector) continue;
    scan.Add(*detector, from, length);
    equals = from + length - 1;
  }
}

}  // namespace spangate::finders
