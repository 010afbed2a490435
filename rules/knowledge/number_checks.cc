#include "rules/knowledge/number_checks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace spangate {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool PassesLuhn(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, twice = !twice) {
    const int value = (*digit - '0') * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

/// Issuer identification numbers low..high of `width` digits, with the lengths of their cards.
struct Issuer {
  int width;
  int low, high;
  size_t min_length, max_length;
};

constexpr Issuer kIssuers[] = {
    {1, 4, 4, 13, 13},       {1, 4, 4, 16, 16},       {1, 4, 4, 19, 19},    // Visa
    {2, 51, 55, 16, 16},     {4, 2221, 2720, 16, 16},                       // Mastercard
    {2, 34, 34, 15, 15},     {2, 37, 37, 15, 15},                           // American Express
    {4, 6011, 6011, 16, 19}, {3, 644, 649, 16, 19},   {2, 65, 65, 16, 19},  // Discover
    {4, 3528, 3589, 16, 19},                                                // JCB
    {3, 300, 305, 14, 19},   {2, 36, 36, 14, 19},     {2, 38, 38, 14, 19},  // Diners Club
};

int Leading(std::string_view digits, int width) {
  int number = 0;
  for (int i = 0; i < width; ++i) number = number * 10 + (digits[static_cast<size_t>(i)] - '0');
  return number;
}

struct IbanCountry {
  std::string_view code;
  size_t length;
};

// SWIFT IBAN registry, release 99.
constexpr IbanCountry kIbanCountries[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22}, {"BH", 22},
    {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DK", 18}, {"DO", 28},
    {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23},
    {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
    {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20}, {"LU", 20},
    {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MR", 27}, {"MT", 31}, {"MU", 30},
    {"NL", 18}, {"NO", 15}, {"PK", 24}, {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22},
    {"SA", 24}, {"SC", 31}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SV", 28}, {"TL", 23}, {"TN", 24},
    {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
};

// The value of a character in mod 97: digits stand for themselves, A is 10.
int IbanValue(char c) {
  if (IsDigit(c)) return c - '0';
  return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
}

bool PassesMod97(const char* characters, size_t length) {
  uint32_t rest = 0;
  for (size_t i = 0; i < length; ++i) {
    const int value = IbanValue(characters[(i + 4) % length]);  // the country and check digits count last
    if (value < 0) return false;
    rest = (rest * (value > 9 ? 100U : 10U) + static_cast<uint32_t>(value)) % 97U;
  }
  return rest == 1;
}

}  // namespace

bool IsCardNumber(std::string_view digits) {
  if (digits.size() < 13 || digits.size() > 19) return false;
  const bool issued = std::ranges::any_of(kIssuers, [&](const Issuer& issuer) {
    const int number = Leading(digits, issuer.width);
    return number >= issuer.low && number <= issuer.high && digits.size() >= issuer.min_length &&
           digits.size() <= issuer.max_length;
  });
  // 4000000000000000 and its like are round numbers, not cards, though some of them pass.
  const bool round = std::ranges::all_of(digits.substr(1), [&](char c) { return c == digits[1]; });
  return issued && !(round && digits[1] == '0') && PassesLuhn(digits);
}

bool IsSocialSecurityNumber(std::string_view digits) {
  if (digits.size() != 9) return false;
  const std::string_view area = digits.substr(0, 3);
  if (area == "000" || area == "666" || area[0] == '9') return false;
  if (digits.substr(3, 2) == "00" || digits.substr(5) == "0000") return false;
  return !std::ranges::all_of(digits, [&](char c) { return c == digits[0]; });
}

size_t IbanLength(std::string_view text) {
  const auto* country =
      std::ranges::find_if(kIbanCountries, [&](const IbanCountry& c) { return text.starts_with(c.code); });
  if (country == std::end(kIbanCountries)) return 0;
  char characters[34];
  size_t count = 0;
  size_t i = 0;
  const bool grouped = text.size() > 4 && text[4] == ' ';
  for (; i < text.size() && count < country->length; ++i) {
    if (grouped && count % 4 == 0 && count > 0 && text[i] == ' ' && text[i - 1] != ' ') continue;
    characters[count++] = text[i];
  }
  return count == country->length && PassesMod97(characters, count) ? i : 0;
}

}  // namespace spangate
