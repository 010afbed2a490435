// The words themselves: tables that personal_data.cc reads. Sources: ENISA and GDPR article 9 for the categories, the
// semantic conventions for the keys, and the traps that substring matchers of other tools fall into.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rules/knowledge/personal_data.h"

namespace spangate {

enum LexiconFlag : uint8_t {
  kAnywhere = 0,
  kNeedsPerson = 1,  // only where a person is named directly before, or around the name
  kLast = 2,         // only at the end of the name
  kWhole = 4,        // only when the name is nothing else
};

struct LexiconEntry {
  std::string_view words;  // blank-separated, as WordsOf() gives them
  PersonalKind kind;
  uint8_t flags = kAnywhere;
};

std::span<const LexiconEntry> Lexicon();

bool IsPersonWord(std::string_view word);     // user, customer, patient ...
bool IsNeutralWord(std::string_view word);    // count, type, hash ...: what follows a match and defuses it
bool IsSecretNeutral(std::string_view word);  // name, path, url ...: defuse credentials only
bool IsHarmlessStart(std::string_view word);  // has, is, count, send ...: what a name may start with
bool IsSanitizerVerb(std::string_view word);  // hash, redact, mask ...
bool IsSanitizedForm(std::string_view word);  // hashed, redacted, masked ...
bool IsMachineWord(std::string_view word);    // server, host, pod ...: their addresses are nobody's
bool IsRecordSuffix(std::string_view word);   // info, record, profile ...: "CustomerInfo" is still a person

}  // namespace spangate
