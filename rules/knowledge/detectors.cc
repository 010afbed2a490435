#include "rules/knowledge/detectors.h"

#include <algorithm>
#include <array>
#include <optional>

#include "rules/knowledge/encodings.h"
#include "rules/knowledge/number_checks.h"

namespace spangate {
namespace {

constexpr size_t kMaxValue = 64 * 1024;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAlnum(char c) { return IsDigit(c) || IsLetter(c); }
bool IsHighByte(char c) { return static_cast<unsigned char>(c) >= 0x80; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char At(std::string_view text, size_t i) { return i < text.size() ? text[i] : '\0'; }
char Before(std::string_view text, size_t i) { return i > 0 ? text[i - 1] : '\0'; }

std::string Lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), Lower);
  return out;
}

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

bool MentionsExample(std::string_view text) { return Lowered(text).find("example") != std::string::npos; }

/// Collects detections of one value.
struct Scan {
  std::string_view value;
  std::vector<Detection> found;

  void Add(Detector detector, size_t offset, size_t length, bool example = false) {
    found.push_back({detector, offset, length, example || MentionsExample(value.substr(offset, length))});
  }
};

// ---- e-mail -------------------------------------------------------------------------------------------------------

bool IsLocalPart(char c) {
  static constexpr std::string_view kMarks = ".!#$&'*+-_`|~";
  return IsAlnum(c) || IsHighByte(c) || kMarks.find(c) != std::string_view::npos;
}

// Role addresses are nobody's; file names and systemd units only look like domains ("logo@2x.png").
bool IsRole(std::string_view local) {
  static constexpr std::string_view kRoles[] = {"noreply",      "no-reply",   "no_reply",      "donotreply",
                                                "do-not-reply", "postmaster", "mailer-daemon", "git"};
  const std::string lowered = Lowered(local);
  return std::ranges::find(kRoles, lowered) != std::end(kRoles);
}

bool IsTopLevelDomain(std::string_view label) {
  static constexpr std::string_view kFiles[] = {
      "png", "jpg", "jpeg",    "gif",    "svg",   "webp",   "js",    "ts",    "mjs",   "css",  "json", "html", "so",
      "dll", "exe", "service", "socket", "timer", "target", "mount", "slice", "scope", "yaml", "yml",  "xml",  "txt"};
  if (label.size() < 2 || label.size() > 24) return false;
  if (!std::ranges::all_of(label, [](char c) { return IsLetter(c) || IsHighByte(c); })) return false;
  return std::ranges::find(kFiles, Lowered(label)) == std::end(kFiles);
}

// Length of label(.label)+ with a top-level domain at `from`, or 0. A dot or dash at the end belongs to the sentence.
size_t DomainLength(std::string_view value, size_t from) {
  size_t end = from;
  const size_t limit = std::min(value.size(), from + 253);
  while (end < limit && (IsAlnum(value[end]) || IsHighByte(value[end]) || value[end] == '-' || value[end] == '.'))
    ++end;
  while (end > from && (value[end - 1] == '.' || value[end - 1] == '-')) --end;
  const std::string_view domain = value.substr(from, end - from);
  const size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || domain.find("..") != std::string_view::npos) return 0;
  return IsTopLevelDomain(domain.substr(dot + 1)) ? domain.size() : 0;
}

// Whether only a scheme and userinfo stand before: "postgres://svc:" before "password@host".
bool IsInAuthority(std::string_view value, size_t first) {
  const size_t window = first > 128 ? first - 128 : 0;
  const std::string_view before = value.substr(window, first - window);
  const size_t scheme = before.rfind("://");
  return scheme != std::string_view::npos && before.find_first_of("/?# ", scheme + 3) == std::string_view::npos;
}

void FindEmails(Scan& scan) {
  const std::string_view value = scan.value;
  size_t done = 0;  // nothing before it is looked at again: linear however many '@' there are
  for (size_t i = 0; i < value.size(); ++i) {
    const bool encoded = value[i] == '%' && At(value, i + 1) == '4' && At(value, i + 2) == '0';
    if (value[i] != '@' && !encoded) continue;
    size_t first = i;
    while (first > done && i - first < 64 && IsLocalPart(value[first - 1])) --first;
    while (first < i && (value[first] == '.' || value[first] == '\'')) ++first;
    const size_t domain = i + (encoded ? 3 : 1);
    done = domain;
    const size_t length = DomainLength(value, domain);
    const std::string_view local = value.substr(first, i - first);
    if (length == 0 || local.empty() || local.ends_with('.') || IsRole(local)) continue;
    // In "scheme://user:password@host" that is no mailbox; the URL detector looks at it.
    if (IsInAuthority(value, first)) continue;
    scan.Add(Detector::kEmail, first, domain + length - first);
    done = domain + length;
  }
}

// ---- numbers ------------------------------------------------------------------------------------------------------

/// A run of digits with single separators of one kind: "4111 1111 1111 1111".
struct DigitRun {
  size_t first = 0;
  size_t last = 0;  // one past
  std::string digits;
  std::vector<size_t> groups;  // lengths
  char separator = '\0';
};

DigitRun ReadDigitRun(std::string_view value, size_t first) {
  DigitRun run{.first = first, .last = first, .digits = {}, .groups = {0}};
  size_t i = first;
  while (i < value.size()) {
    if (IsDigit(value[i])) {
      run.digits += value[i];
      ++run.groups.back();
      run.last = ++i;
    } else if ((value[i] == ' ' || value[i] == '-') && IsDigit(At(value, i + 1)) &&
               (run.separator == '\0' || run.separator == value[i])) {
      run.separator = value[i++];
      run.groups.push_back(0);
    } else {
      break;
    }
  }
  return run;
}

bool StandsAlone(std::string_view value, size_t first, size_t last) {
  const char before = Before(value, first);
  const char after = At(value, last);
  if (IsAlnum(before) || before == '_' || IsAlnum(after) || after == '_') return false;
  // "-" joins a UUID or a range, "." a decimal number or a version.
  if (before == '-' || (before == '.' && first > 1 && IsDigit(value[first - 2]))) return false;
  return after != '-' && (after != '.' || !IsDigit(At(value, last + 1)));
}

bool IsCardGrouping(const std::vector<size_t>& groups) {
  using Groups = std::vector<size_t>;
  return groups.size() == 1 || groups == Groups{4, 4, 4, 4} || groups == Groups{4, 6, 5} || groups == Groups{4, 6, 4} ||
         groups == Groups{4, 4, 4, 4, 3};
}

// Numbers that card schemes publish for tests; a capture of a test run is full of them, source code is not.
bool IsTestCard(std::string_view digits) {
  static constexpr std::string_view kCards[] = {"4111111111111111", "4242424242424242", "4012888888881881",
                                                "4000056655665556", "5555555555554444", "5105105105105100",
                                                "378282246310005",  "371449635398431",  "6011111111111117",
                                                "6011000990139424", "30569309025904",   "3530111333300000"};
  return std::ranges::find(kCards, digits) != std::end(kCards);
}

void AddNumber(Scan& scan, const DigitRun& run) {
  const size_t length = run.last - run.first;
  if (!StandsAlone(scan.value, run.first, run.last)) return;
  if (IsCardGrouping(run.groups) && IsCardNumber(run.digits)) {
    scan.Add(Detector::kCard, run.first, length, IsTestCard(run.digits));
  } else if (run.groups == std::vector<size_t>{3, 2, 4} && IsSocialSecurityNumber(run.digits)) {
    const bool sample = run.digits == "123456789" || run.digits == "078051120" || run.digits == "219099999";
    scan.Add(Detector::kSsn, run.first, length, sample);
  }
}

void FindNumbers(Scan& scan) {
  for (size_t i = 0; i < scan.value.size();) {
    if (!IsDigit(scan.value[i])) {
      ++i;
      continue;
    }
    const DigitRun run = ReadDigitRun(scan.value, i);
    AddNumber(scan, run);
    i = run.last;
  }
}

// E.164 with its plus sign: a country code and 10 to 15 digits in all, grouped or not. Fewer digits are offsets of
// time zones and versions.
void FindPhones(Scan& scan) {
  const std::string_view value = scan.value;
  for (size_t plus = value.find('+'); plus != std::string_view::npos; plus = value.find('+', plus + 1)) {
    const char before = Before(value, plus);
    if (IsAlnum(before) || before == '_' || before == '/' || At(value, plus + 1) == '0') continue;
    const DigitRun run = ReadDigitRun(value, plus + 1);
    if (run.digits.size() < 10 || run.digits.size() > 15 || run.groups.size() > 6) continue;
    const char after = At(value, run.last);
    if (IsAlnum(after) || after == '_' || (after == '.' && IsDigit(At(value, run.last + 1)))) continue;
    scan.Add(Detector::kPhone, plus, run.last - plus);
  }
}

void FindIbans(Scan& scan) {
  const std::string_view value = scan.value;
  for (size_t i = 0; i + 15 <= value.size(); ++i) {
    if (!IsLetter(value[i]) || !IsLetter(value[i + 1]) || !IsDigit(value[i + 2]) || !IsDigit(value[i + 3])) continue;
    if (IsAlnum(Before(value, i))) continue;
    const size_t length = IbanLength(value.substr(i));
    if (length == 0 || IsAlnum(At(value, i + length))) continue;
    scan.Add(Detector::kIban, i, length);
    i += length - 1;
  }
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

// A word after "bearer" is a credential when it is no word of a sentence: a digit in it, or sixteen characters that
// are not all small letters.
bool LooksLikeCredential(std::string_view token) {
  if (token.size() < 8 || IsPlaceholder(token)) return false;
  if (std::ranges::any_of(token, IsDigit)) return true;
  return token.size() >= 16 && !std::ranges::all_of(token, [](char c) { return c >= 'a' && c <= 'z'; });
}

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
    {"ya29.", Charset::kBase64Url, 30, 2000},    {"EAACEdEose0cBA", Charset::kAlnum, 20, 400},
};

void FindCloudKeys(Scan& scan) {
  const std::string_view value = scan.value;
  if (value.size() < 20) return;
  for (const KeyForm& form : kKeyForms) {
    for (size_t at = value.find(form.prefix); at != std::string_view::npos; at = value.find(form.prefix, at + 1)) {
      if (IsAlnum(Before(value, at)) || Before(value, at) == '_') continue;
      const size_t body = at + form.prefix.size();
      const size_t length = RunLength(
          value, body, [&](char c) { return In(form.set, c); }, form.max + 1);
      const bool ends = length > form.max || !IsAlnum(At(value, body + length));
      if (length < form.min || length > form.max || !ends || IsPlaceholder(value.substr(body, length))) continue;
      scan.Add(Detector::kCloudKey, at, form.prefix.size() + length);
    }
  }
}

// ---- URLs and key=value -------------------------------------------------------------------------------------------

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
  if (text.size() < 6) return std::nullopt;
  // A variable, a bind parameter or a formula is not the secret itself.
  if (std::string_view("$?:@%{[(*<&=").find(text[0]) != std::string_view::npos || IsPlaceholder(text))
    return std::nullopt;
  const std::optional<PersonalName> personal = MatchPersonalName(name);
  if (!personal || personal->kind != PersonalKind::kSecret) return std::nullopt;
  return Detector::kNamedSecret;
}

void FindNamedSecrets(Scan& scan) {
  const std::string_view value = scan.value;
  for (size_t equals = value.find('='); equals != std::string_view::npos; equals = value.find('=', equals + 1)) {
    size_t first = equals;
    while (first > 0 && equals - first < 40 && IsParameterName(value[first - 1])) --first;
    if (first == equals) continue;
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

/// A detector and the character without which it cannot find anything.
struct Finder {
  std::string_view needs_one_of;
  void (*find)(Scan&);
};

constexpr Finder kFinders[] = {
    {"-", &FindPrivateKeys},    {"e", &FindJwts},         {" ", &FindSchemes}, {"_-.AHS", &FindCloudKeys},
    {":", &FindUrlPasswords},   {"=", &FindNamedSecrets}, {"@%", &FindEmails}, {"0123456789", &FindNumbers},
    {"0123456789", &FindIbans}, {"+", &FindPhones},
};

// The first to start wins, then the earlier detector; what it covers is covered.
void RemoveOverlaps(std::vector<Detection>& found) {
  std::ranges::stable_sort(found, {}, &Detection::offset);
  size_t end = 0;
  std::erase_if(found, [&](const Detection& detection) {
    if (detection.offset < end) return true;
    end = detection.offset + detection.length;
    return false;
  });
}

}  // namespace

std::string_view Name(Detector detector) {
  switch (detector) {
    case Detector::kEmail:
      return "e-mail address";
    case Detector::kPhone:
      return "phone number";
    case Detector::kCard:
      return "payment card number";
    case Detector::kIban:
      return "bank account number";
    case Detector::kSsn:
      return "social security number";
    case Detector::kJwt:
      return "JSON web token";
    case Detector::kBearer:
      return "bearer token";
    case Detector::kBasic:
      return "basic credentials";
    case Detector::kPrivateKey:
      return "private key";
    case Detector::kCloudKey:
      return "cloud or service key";
    case Detector::kUrlPassword:
      return "password in a URL";
    case Detector::kSignedUrl:
      return "signature of a signed URL";
    case Detector::kNamedSecret:
      return "credential";
  }
  return "sensitive value";
}

PersonalKind KindOf(Detector detector) {
  switch (detector) {
    case Detector::kEmail:
    case Detector::kPhone:
      return PersonalKind::kContact;
    case Detector::kCard:
    case Detector::kIban:
      return PersonalKind::kFinancial;
    case Detector::kSsn:
      return PersonalKind::kGovernmentId;
    default:
      return PersonalKind::kSecret;
  }
}

std::vector<Detection> Detect(std::string_view value) {
  Scan scan{value.substr(0, kMaxValue), {}};
  if (scan.value.size() < 5) return {};  // "a@b.c" is shorter than anything that is found
  for (const Finder& finder : kFinders) {
    if (scan.value.find_first_of(finder.needs_one_of) != std::string_view::npos) finder.find(scan);
  }
  RemoveOverlaps(scan.found);
  return std::move(scan.found);
}

}  // namespace spangate
