#include "rules/knowledge/detectors.h"

#include <algorithm>
#include <array>

#include "rules/knowledge/finders.h"

namespace spangate {
namespace finders {

std::string Lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

void Scan::Add(Detector detector, size_t offset, size_t length, bool example) {
  const bool says_so = Lowered(value.substr(offset, length)).find("example") != std::string::npos;
  found.push_back({detector, offset, length, example || says_so});
}

}  // namespace finders

namespace {

using namespace finders;  // NOLINT(google-build-using-namespace): this file is the finders' only user

constexpr size_t kMaxValue = 64 * 1024;

/// Marks in a value, found in one pass. Most values have none of what a finder needs and cost no more than this.
enum Mark : uint32_t {
  kAt = 1 << 0,
  kPercent = 1 << 1,
  kColon = 1 << 2,
  kEquals = 1 << 3,
  kPlus = 1 << 4,
  kDash = 1 << 5,
  kBlank = 1 << 6,
  kUpperJ = 1 << 7,
  kUpperK = 1 << 8,
  kLetterB = 1 << 9,
  kEightDigits = 1 << 10,
  kLong = 1 << 11,
};

constexpr std::array<uint16_t, 256> kMarks = [] {
  std::array<uint16_t, 256> marks{};
  marks['@'] = kAt;
  marks['%'] = kPercent;
  marks[':'] = kColon;
  marks['='] = kEquals;
  marks['+'] = kPlus;
  marks['-'] = kDash;
  marks[' '] = kBlank;
  marks['J'] = kUpperJ;
  marks['K'] = kUpperK;
  marks['b'] = kLetterB;
  marks['B'] = kLetterB;
  return marks;
}();

uint32_t MarksOf(std::string_view value) {
  uint32_t marks = value.size() >= 20 ? uint32_t{kLong} : 0U;
  size_t digits = 0;
  for (char c : value) {
    marks |= kMarks[static_cast<unsigned char>(c)];
    digits += IsDigit(c) ? 1 : 0;
  }
  return marks | (digits >= 8 ? uint32_t{kEightDigits} : 0U);
}

/// A finder and the marks without which it cannot find anything.
struct Finder {
  uint32_t needs;
  void (*find)(Scan&);
};

// In order of preference where two find the same.
constexpr Finder kFinders[] = {
    {kDash | kUpperK, &FindPrivateKeys},
    {kUpperJ, &FindJwts},
    {kBlank | kLetterB, &FindSchemes},
    {kLong, &FindCloudKeys},
    {kColon | kAt, &FindUrlPasswords},
    {kEquals, &FindNamedSecrets},
    {kAt, &FindEmails},
    {kPercent, &FindEmails},
    {kEightDigits, &FindNumbers},
    {kEightDigits, &FindIbans},
    {kEightDigits | kPlus, &FindPhones},
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
  const uint32_t marks = MarksOf(scan.value);
  for (const Finder& finder : kFinders) {
    if ((marks & finder.needs) == finder.needs) finder.find(scan);
  }
  RemoveOverlaps(scan.found);
  return std::move(scan.found);
}

}  // namespace spangate
