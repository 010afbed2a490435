// Check digits and ranges of numbers that identify cards, accounts and people.
#pragma once

#include <string_view>

namespace spangate {

/// ISO/IEC 7812: 13 to 19 digits, an issuer range in use with a length of that issuer, Luhn. REQUIRES: digits only
bool IsCardNumber(std::string_view digits);

/// Nine digits in ranges that the Social Security Administration issues. REQUIRES: digits only
bool IsSocialSecurityNumber(std::string_view digits);

/// ISO 13616: length of the IBAN at the front of `text`, in one piece or in groups of four, or 0. Checks the country's
/// length and mod 97.
size_t IbanLength(std::string_view text);

}  // namespace spangate
