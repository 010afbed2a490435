// Finds personal data and secrets in values by their form. Every detector has a validator; linear in the value.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rules/knowledge/personal_data.h"

namespace spangate {

enum class Detector : uint8_t {
  kEmail,
  kPhone,       // E.164 with its plus sign
  kCard,        // IIN and Luhn
  kIban,        // country length and mod 97
  kSsn,         // United States social security number
  kJwt,         // header and claims decode to JSON objects
  kBearer,      // Authorization: Bearer
  kBasic,       // Authorization: Basic, decodes to user:password
  kPrivateKey,  // PEM
  kCloudKey,    // vendor prefix of fixed form
  kUrlPassword,
  kSignedUrl,    // signature of a pre-signed URL
  kNamedSecret,  // password=..., access_token=...
};

struct Detection {
  Detector detector = Detector::kEmail;
  size_t offset = 0;  // of the sensitive part in the value
  size_t length = 0;
  bool example = false;  // a value that documentation uses (AKIA...EXAMPLE, 4111 1111 1111 1111, @example.com)
};

std::string_view Name(Detector detector);  // "e-mail address", "payment card number", ...
PersonalKind KindOf(Detector detector);

/// Everything sensitive in `value`, in order, without overlaps (the first to start wins). Placeholders ("<token>",
/// "${PASSWORD}", "xxxx", "****", "REDACTED") are nothing. Values beyond 64 KiB are read up to there.
std::vector<Detection> Detect(std::string_view value);

}  // namespace spangate
