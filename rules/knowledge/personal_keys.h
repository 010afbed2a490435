// Attribute keys: what the semantic conventions say about personal data, then the name matcher.
#pragma once

#include <optional>
#include <string_view>

#include "rules/knowledge/personal_data.h"

namespace spangate {

enum class KeyPolicy : uint8_t {
  kDenied,       // holds personal data or a secret by definition
  kConditional,  // may hold it: the value decides
  kFine,         // by design not personal, whatever its name looks like
  kUnlisted,     // no semantic convention that we list
};

/// The policy of a semantic-convention key. `server_span`: the key is on a SERVER span, where the peer is the user.
KeyPolicy PolicyOfKey(std::string_view key, bool server_span);

/// Personal data that the key itself promises: denied keys, and unlisted keys whose words match. Conditional and fine
/// keys give nullopt.
std::optional<PersonalName> MatchPersonalKey(std::string_view key, bool server_span = false);

}  // namespace spangate
