// Finders of personal data: e-mail addresses and numbers with check digits.
#include <algorithm>

#include "rules/knowledge/finders.h"
#include "rules/knowledge/number_checks.h"

namespace spangate::finders {
namespace {

bool IsHighByte(char c) { return static_cast<unsigned char>(c) >= 0x80; }

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

}  // namespace

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

namespace {

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

}  // namespace

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

}  // namespace spangate::finders
