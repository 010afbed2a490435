// What the finders of detectors.cc share: the value under scan and how characters are told apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/knowledge/detectors.h"

namespace spangate::finders {

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool IsAlnum(char c) { return IsDigit(c) || IsLetter(c); }
inline char At(std::string_view text, size_t i) { return i < text.size() ? text[i] : '\0'; }
inline char Before(std::string_view text, size_t i) { return i > 0 ? text[i - 1] : '\0'; }
std::string Lowered(std::string_view text);

/// Collects the detections of one value.
struct Scan {
  std::string_view value;
  std::vector<Detection> found;

  /// Marked as an example when the sensitive part says so itself, or when `example` does.
  void Add(Detector detector, size_t offset, size_t length, bool example = false);
};

// Personal data. Each finder is linear in the value, whatever stands in it.
void FindEmails(Scan& scan);
void FindNumbers(Scan& scan);  // cards and social security numbers
void FindIbans(Scan& scan);
void FindPhones(Scan& scan);

// Credentials.
void FindPrivateKeys(Scan& scan);
void FindJwts(Scan& scan);
void FindSchemes(Scan& scan);  // bearer and basic
void FindCloudKeys(Scan& scan);
void FindUrlPasswords(Scan& scan);
void FindNamedSecrets(Scan& scan);

}  // namespace spangate::finders
