// Which names stand for personal data or secrets. Names are judged as sequences of words, never by substring.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/category.h"

namespace spangate {

enum class PersonalKind : uint8_t {
  kContact,
  kGovernmentId,
  kFinancial,
  kHealth,
  kSecret,  // credentials
  kNetwork,
  kLocation,
  kSpecial,  // birth, origin, belief, biometry: GDPR article 9 and its neighbours
  kContent,  // what people write or search for
};

std::string_view Name(PersonalKind kind);  // "contact data", "credential", ...
Severity SeverityOf(PersonalKind kind);    // kNetwork, kLocation and kContent warn, the others are errors

struct PersonalName {
  PersonalKind kind = PersonalKind::kContact;
  std::string words;  // the words that matched: "phone number"
};

/// Whether a variable, field, getter, parameter, type or header of this name holds personal data.
/// `context`: names around it, nearest first: the owning class ("shop::Customer"), the base variable ("user").
/// `type`: the canonical C++ type or empty; bool, floating numbers (but for positions) and std::chrono never match.
/// Hashed, masked, counted, or otherwise harmless forms ("email_count", "has_email", "ssn_hash") do not match.
std::optional<PersonalName> MatchPersonalName(std::string_view name, std::span<const std::string_view> context = {},
                                              std::string_view type = {});

/// Whether a call of this function makes its argument harmless, by the verb that heads its unqualified name:
/// "shop::RedactIban", "hash_email", "Sha256", but not "unmask", "Decrypt", "HashTable". `owner`, the class, counts
/// too: "EmailRedactor::Apply".
bool IsSanitizerName(std::string_view qualified_name);

}  // namespace spangate
