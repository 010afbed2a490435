#include "rules/knowledge/personal_data.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "rules/knowledge/lexicon.h"
#include "rules/knowledge/words.h"

namespace spangate {
namespace {

struct Pattern {
  std::vector<std::string> words;
  const LexiconEntry* entry;
};

// By first word: a name of n words is compared with the few entries that can start at each of them.
const std::unordered_map<std::string, std::vector<Pattern>>& Patterns() {
  static const auto patterns = [] {
    std::unordered_map<std::string, std::vector<Pattern>> by_word;
    for (const LexiconEntry& entry : Lexicon()) {
      std::vector<std::string> words;
      for (size_t from = 0; from < entry.words.size();) {
        const size_t blank = std::min(entry.words.find(' ', from), entry.words.size());
        words.emplace_back(entry.words.substr(from, blank - from));
        from = blank + 1;
      }
      by_word[words.front()].push_back({words, &entry});
    }
    return by_word;
  }();
  return patterns;
}

// What of the name a pattern matched: words [first, last).
struct Hit {
  size_t first = 0;
  size_t last = 0;
  const LexiconEntry* entry = nullptr;
};

bool StartsAt(const Pattern& pattern, const std::vector<std::string>& words, size_t i) {
  return i + pattern.words.size() <= words.size() &&
         std::equal(pattern.words.begin(), pattern.words.end(), words.begin() + static_cast<std::ptrdiff_t>(i));
}

std::string_view LastComponent(std::string_view qualified) {
  const size_t colons = qualified.rfind("::");
  return colons == std::string_view::npos ? qualified : qualified.substr(colons + 2);
}

// "shop::Customer", "UserProfile" and the variable "sender" are about a person; "UserService" is not.
bool NamesPerson(std::string_view context) {
  const std::vector<std::string> words = WordsOf(LastComponent(context));
  size_t last = words.size();
  while (last > 1 && IsRecordSuffix(words[last - 1])) --last;
  return last > 0 && IsPersonWord(words[last - 1]);
}

// Persons of a technical world: a database driver and a queue member have names that may be published.
bool IsTechnicalBefore(std::string_view word) {
  static constexpr std::string_view kWords[] = {"db",   "database", "odbc",    "jdbc",  "device", "graphics", "service",
                                                "file", "queue",    "cluster", "group", "code",   "process"};
  return std::ranges::find(kWords, word) != std::end(kWords);
}

bool HasPerson(const std::vector<std::string>& words, const Hit& hit, std::span<const std::string_view> context) {
  if (hit.first == 0) return std::ranges::any_of(context, NamesPerson);
  size_t before = hit.first;  // "customer.billing.name": one qualifying word may stand between
  while (before > 0 && (IsRecordSuffix(words[before - 1]) || words[before - 1] == "billing" ||
                        words[before - 1] == "home" || words[before - 1] == "current")) {
    --before;
  }
  if (before == 0) return std::ranges::any_of(context, NamesPerson);
  return IsPersonWord(words[before - 1]) && (before < 2 || !IsTechnicalBefore(words[before - 2]));
}

// The word that follows decides what the name is about: an e-mail count is a number, not an e-mail address.
bool IsDefused(const std::vector<std::string>& words, const Hit& hit) {
  if (hit.last == words.size()) return false;
  const std::string& next = words[hit.last];
  const std::string& head = words.back();
  if (IsNeutralWord(next) || IsNeutralWord(head)) return true;
  return hit.entry->kind == PersonalKind::kSecret && (IsSecretNeutral(next) || IsSecretNeutral(head));
}

bool FitsPosition(const std::vector<std::string>& words, const Hit& hit) {
  if ((hit.entry->flags & kWhole) != 0) return hit.first == 0 && hit.last == words.size();
  return (hit.entry->flags & kLast) == 0 || hit.last == words.size();
}

bool IsMachineAddress(const std::vector<std::string>& words, const Hit& hit) {
  return hit.entry->kind == PersonalKind::kNetwork && hit.first > 0 && IsMachineWord(words[hit.first - 1]);
}

bool Stands(const std::vector<std::string>& words, const Hit& hit, std::span<const std::string_view> context) {
  if (!FitsPosition(words, hit) || IsDefused(words, hit) || IsMachineAddress(words, hit)) return false;
  return (hit.entry->flags & kNeedsPerson) == 0 || HasPerson(words, hit, context);
}

std::optional<Hit> LongestHit(const std::vector<std::string>& words, std::span<const std::string_view> context) {
  std::optional<Hit> best;
  for (size_t i = 0; i < words.size(); ++i) {
    const auto found = Patterns().find(words[i]);
    if (found == Patterns().end()) continue;
    for (const Pattern& pattern : found->second) {
      const Hit hit{i, i + pattern.words.size(), pattern.entry};
      if (!StartsAt(pattern, words, i) || !Stands(words, hit, context)) continue;
      if (!best || hit.last - hit.first > best->last - best->first) best = hit;
    }
  }
  return best;
}

// A leading verb that makes the name a question, a number or an action. "reset token" is no action: the match itself
// starts with the verb.
bool IsAction(const std::vector<std::string>& words, const Hit& hit) {
  if (hit.first == 0 || words.empty()) return false;
  return IsHarmlessStart(words.front()) || IsSanitizerVerb(words.front());
}

bool TypeCannotHold(std::string_view type, PersonalKind kind) {
  if (type == "bool" || type.starts_with("std::chrono::")) return true;
  const bool floating = type == "float" || type == "double" || type == "long double";
  return floating && kind != PersonalKind::kLocation && kind != PersonalKind::kFinancial;
}

std::vector<std::string> WithoutGetter(std::vector<std::string> words) {
  static constexpr std::string_view kGetters[] = {"get", "fetch", "load", "read", "set", "mutable", "the", "my"};
  if (words.size() > 1 && std::ranges::find(kGetters, words.front()) != std::end(kGetters)) {
    // "set cookie" is the name of a header.
    if (words[0] == "set" && words[1] == "cookie") return words;
    words.erase(words.begin());
  }
  return words;
}

}  // namespace

std::string_view Name(PersonalKind kind) {
  switch (kind) {
    case PersonalKind::kContact:
      return "contact data";
    case PersonalKind::kGovernmentId:
      return "government identifier";
    case PersonalKind::kFinancial:
      return "financial data";
    case PersonalKind::kHealth:
      return "health data";
    case PersonalKind::kSecret:
      return "credential";
    case PersonalKind::kNetwork:
      return "network or device identifier";
    case PersonalKind::kLocation:
      return "position of a person";
    case PersonalKind::kSpecial:
      return "sensitive personal data";
    case PersonalKind::kContent:
      return "content written by people";
  }
  return "personal data";
}

Severity SeverityOf(PersonalKind kind) {
  const bool weak = kind == PersonalKind::kNetwork || kind == PersonalKind::kLocation || kind == PersonalKind::kContent;
  return weak ? Severity::kWarning : Severity::kError;
}

std::optional<PersonalName> MatchPersonalName(std::string_view name, std::span<const std::string_view> context,
                                              std::string_view type) {
  const std::vector<std::string> words = WithoutGetter(WordsOf(name));
  if (std::ranges::any_of(words, [](const std::string& word) { return IsSanitizedForm(word); })) return std::nullopt;
  const std::optional<Hit> hit = LongestHit(words, context);
  if (!hit || IsAction(words, *hit) || TypeCannotHold(type, hit->entry->kind)) return std::nullopt;
  return PersonalName{hit->entry->kind, std::string(hit->entry->words)};
}

bool IsSanitizerName(std::string_view qualified_name) {
  const std::string_view function = LastComponent(qualified_name);
  const std::vector<std::string> words = WordsOf(function);
  // "HashTable", "hash_map" and "MaskWidth" start with the verb but name a thing.
  static constexpr std::string_view kThings[] = {"table", "map", "set", "index", "size", "width", "length", "code"};
  if (words.empty()) return false;
  if (IsSanitizerVerb(words.front()) || words.front() == "strip" || words.front() == "truncate") {
    if (words.size() > 1 && std::ranges::find(kThings, words[1]) != std::end(kThings)) return false;
    // Cutting text is harmless only for what is cut on purpose.
    if (words.front() == "strip") return words.size() > 1 && (words[1] == "query" || words[1] == "pii");
    if (words.front() == "truncate") return words.size() > 1 && words[1] == "ip";
    return true;
  }
  if (words.front() == "to" && words.size() > 1) return IsSanitizedForm(words.back()) || IsSanitizerVerb(words.back());
  if (qualified_name.size() == function.size()) return false;
  // The class: "EmailRedactor::Apply", "Sha256::Update"; its head word is the agent.
  const std::string_view owner = qualified_name.substr(0, qualified_name.size() - function.size() - 2);
  const std::vector<std::string> owner_words = WordsOf(LastComponent(owner));
  return !owner_words.empty() && IsSanitizerVerb(owner_words.back());
}

}  // namespace spangate
