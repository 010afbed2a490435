// Splits identifiers and keys of every style into lower-case words: the common ground of all name matching.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spangate {

/// Words of a name in order: "kUserEMail_", "user.email", "getUserEmails()" -> user e mail / user email / get user
/// email. Split at everything that is no letter or digit, at lower->Upper and ACRONYMWord; joined words are parted
/// ("firstname"), plurals made singular, numbers at the end of a word dropped except in known words (ipv4, sha256).
/// Hungarian and storage prefixes (m_, k, g_, p, str, sz) are dropped. At most 24 words; the rest is ignored.
std::vector<std::string> WordsOf(std::string_view name);

/// "an e-mail address", "a UUID"; plurals ("basic credentials") stay as they are.
std::string WithArticle(std::string_view noun);

}  // namespace spangate
