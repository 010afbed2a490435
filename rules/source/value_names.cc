#include "rules/source/value_names.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "rules/knowledge/words.h"

namespace spangate {
namespace {

constexpr std::string_view kPassing[] = {
    "operator+",
    "operator+=",
    "operator<<",
    "operator[]",
    "operator*",
    "operator->",
    "operator=",
    "append",
    "assign",
    "at",
    "back",
    "begin",
    "c_str",
    "cat",
    "concat",
    "data",
    "find",
    "first",
    "format",
    "forward",
    "front",
    "get",
    "insert",
    "join",
    "lower",
    "move",
    "ostringstream",
    "make_pair",
    "make_shared",
    "make_optional",
    "make_unique",
    "push_back",
    "second",
    "str",
    "strdup",
    "string",
    "stringstream",
    "string_view",
    "strip",
    "substr",
    "to_string",
    "trim",
    "upper",
    "value",
    "value_or",
    "view",
    "ToString",
    "AsString",
    "StrCat",
    "StrFormat",
    "StrJoin",
    "Substitute",
    "cbegin",
    "any_cast",
    "toString",
    "to_str",
    "lexical_cast",
    "emplace_back",
    "to_lower_copy",
    "to_upper_copy",
    "trim_copy",
    "as_string",
    "exchange",
    "ref",
    "cref",
    "dump",
    "as",
    "get_value",
    "get_ref",
    "operator()",
    "operator basic_string",
    "operator basic_string_view",
};

constexpr std::string_view kMeasuring[] = {
    "size",        "length",        "empty",    "count",      "compare",    "rfind",         "contains",
    "starts_with", "ends_with",     "capacity", "has_value",  "hash",       "find_first_of", "strlen",
    "strcmp",      "strncmp",       "memcmp",   "distance",   "operator==", "operator!=",    "operator<",
    "operator!",   "operator bool", "max_size", "hash_value",
};

// Verbs whose result is not the thing that the rest of the name says.
constexpr std::string_view kActing[] = {
    "add",    "allow",    "assert",  "authenticate", "authorize", "blacklist", "block",   "build",    "can",
    "change", "charge",   "check",   "clear",        "close",     "compare",   "confirm", "connect",  "count",
    "create", "delete",   "deliver", "disable",      "drop",      "enable",    "enqueue", "ensure",   "exists",
    "export", "filter",   "flush",   "handle",       "has",       "import",    "init",    "insert",   "is",
    "log",    "lookup",   "mail",    "match",        "matches",   "measure",   "needs",   "notify",   "open",
    "parse",  "post",     "print",   "process",      "publish",   "push",      "queue",   "register", "remove",
    "report", "reset",    "revoke",  "rotate",       "save",      "schedule",  "send",    "set",      "should",
    "start",  "stop",     "store",   "submit",       "sync",      "test",      "try",     "unset",    "update",
    "use",    "validate", "verify",  "was",          "write",     "generate",  "issue",   "expire",   "refresh",
};

constexpr std::string_view kLookups[] = {
    "at",    "find", "get", "operator[]", "getenv", "secure_getenv", "header", "cookie",   "param", "query",
    "field", "form", "env", "value",      "string", "attribute",     "arg",    "metadata", "claim", "column",
};

constexpr std::string_view kLookupObjects[] = {"header", "cookie", "env",   "environment", "param",  "query",
                                               "field",  "form",   "claim", "metadata",    "column", "config"};

template <size_t N>
bool In(const std::string_view (&table)[N], std::string_view name) {
  return std::ranges::find(table, name) != std::end(table);
}

}  // namespace

bool PassesTextOn(const Expr& call) {
  return In(kPassing, call.name.view()) || call.name.view().starts_with("operator basic_string");
}

bool KeepsMeaning(std::string_view function_name) {
  constexpr std::string_view kVerbs[] = {"unmask",    "decrypt",   "dehash",  "decode",   "trim",
                                         "lower",     "upper",     "demask",  "decipher", "unencrypt",
                                         "lowercase", "uppercase", "unredact"};
  std::vector<std::string> words = WordsOf(function_name);
  if (words.size() > 1 && words.front() == "to") words.erase(words.begin());
  return !words.empty() && In(kVerbs, words.front());
}

bool OnlyMeasures(const Expr& call) { return In(kMeasuring, call.name.view()); }

bool ReadsAsGetter(std::string_view function_name) {
  const std::vector<std::string> words = WordsOf(function_name);
  return !words.empty() && !In(kActing, words.front());
}

bool LooksUpByName(const Expr& call) {
  if (In(kLookups, call.name.view())) return true;
  // GetHeader("Cookie"), get_header_value("Authorization"), GetEnvironmentVariable("DB_PASSWORD")
  const std::vector<std::string> words = WordsOf(call.name);
  return std::ranges::any_of(words, [](const std::string& word) { return In(kLookupObjects, word); }) &&
         ReadsAsGetter(call.name);
}

bool NamesWholeMap(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  if (words.empty()) return false;
  const std::string& last = words.back();
  if (last == "environ" || name == "envp") return true;
  // WordsOf makes plurals singular; the plural is what tells a map from one header.
  const bool plural = name.ends_with('s') || name.ends_with("s_");
  return plural && (last == "header" || last == "cookie");
}

bool IsNumeric(std::string_view type) {
  constexpr std::string_view kNumeric[] = {
      "bool",    "int",      "unsigned int", "long",        "unsigned long",  "long long",     "unsigned long long",
      "short",   "float",    "double",       "long double", "unsigned short", "unsigned char", "signed char",
      "int64_t", "uint64_t", "size_t",
  };
  return In(kNumeric, type);
}

}  // namespace spangate
