#include "rules/knowledge/words.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace spangate {
namespace {

constexpr size_t kMaxWords = 24;

bool IsLower(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordCharacter(char c) { return IsLower(c) || IsUpper(c) || IsDigit(c); }
char Lower(char c) { return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// Words whose digits belong to them.
const std::unordered_set<std::string_view>& WordsWithDigits() {
  static const std::unordered_set<std::string_view> words = {
      "ipv4",   "ipv6",   "sha1",   "sha224", "sha256", "sha384", "sha512",  "md5",    "s3",
      "k8s",    "oauth2", "base64", "base58", "base32", "utf8",   "utf16",   "last4",  "first6",
      "http2",  "http3",  "e164",   "cvv2",   "cvc2",   "crc32",  "crc64",   "blake2", "blake3",
      "argon2", "pbkdf2", "i18n",   "l10n",   "x509",   "p256",   "ed25519", "xxh3",   "murmur3"};
  return words;
}

// Words that people write together. Values are split at blanks.
const std::unordered_map<std::string_view, std::string_view>& JoinedWords() {
  static const std::unordered_map<std::string_view, std::string_view> words = {
      {"accesskey", "access key"},
      {"accesstoken", "access token"},
      {"accountholder", "account holder"},
      {"accountno", "account number"},
      {"accountnumber", "account number"},
      {"apikey", "api key"},
      {"apitoken", "api token"},
      {"authtoken", "auth token"},
      {"authorisation", "authorization"},
      {"bankaccount", "bank account"},
      {"bearertoken", "bearer token"},
      {"birthdate", "birth date"},
      {"birthday", "birth day"},
      {"birthplace", "birth place"},
      {"bloodgroup", "blood group"},
      {"bloodtype", "blood type"},
      {"cardno", "card number"},
      {"cardnumber", "card number"},
      {"ccnum", "credit card number"},
      {"ccnumber", "credit card number"},
      {"cellphone", "cell phone"},
      {"clientip", "client ip"},
      {"clientsecret", "client secret"},
      {"connectionstring", "connection string"},
      {"connstr", "connection string"},
      {"creditcard", "credit card"},
      {"creds", "credential"},
      {"csrftoken", "csrf token"},
      {"dateofbirth", "date of birth"},
      {"debitcard", "debit card"},
      {"deviceid", "device id"},
      {"displayname", "display name"},
      {"driverlicense", "driver license"},
      {"driverslicense", "driver license"},
      {"emailaddr", "email address"},
      {"emailaddress", "email address"},
      {"encryptionkey", "encryption key"},
      {"familyname", "family name"},
      {"firstname", "first name"},
      {"forename", "first name"},
      {"fullname", "full name"},
      {"geolocation", "geo location"},
      {"givenname", "given name"},
      {"homeaddress", "home address"},
      {"idtoken", "id token"},
      {"ipaddr", "ip address"},
      {"ipaddress", "ip address"},
      {"lastname", "last name"},
      {"latlng", "lat lng"},
      {"latlon", "lat lng"},
      {"licenseplate", "license plate"},
      {"macaddr", "mac address"},
      {"macaddress", "mac address"},
      {"maidenname", "maiden name"},
      {"middlename", "middle name"},
      {"mobilenumber", "mobile number"},
      {"nationalid", "national id"},
      {"nickname", "nick name"},
      {"onetimepassword", "one time password"},
      {"passno", "passport number"},
      {"passportno", "passport number"},
      {"passportnumber", "passport number"},
      {"passwd", "password"},
      {"passwort", "password"},
      {"patientid", "patient id"},
      {"phoneno", "phone number"},
      {"phonenumber", "phone number"},
      {"pincode", "pin code"},
      {"postalcode", "postal code"},
      {"postcode", "postal code"},
      {"privatekey", "private key"},
      {"pswd", "password"},
      {"pwd", "password"},
      {"refreshtoken", "refresh token"},
      {"remoteaddr", "remote address"},
      {"remoteip", "remote ip"},
      {"resettoken", "reset token"},
      {"routingnumber", "routing number"},
      {"secretkey", "secret key"},
      {"serialnumber", "serial number"},
      {"sessiontoken", "session token"},
      {"setcookie", "set cookie"},
      {"shippingaddress", "shipping address"},
      {"signingkey", "signing key"},
      {"socialsecurity", "social security"},
      {"socialsecuritynumber", "social security number"},
      {"sortcode", "sort code"},
      {"streetaddress", "street address"},
      {"taxid", "tax id"},
      {"useragent", "user agent"},
      {"useremail", "user email"},
      {"userid", "user id"},
      {"username", "user name"},
      {"xforwardedfor", "x forwarded for"},
      {"zipcode", "zip code"},
      {"addr", "address"},
      {"licence", "license"},
      {"tel", "telephone"},
      {"nr", "number"},
      {"pw", "password"},
  };
  return words;
}

// Storage and Hungarian prefixes, dropped only when words follow.
bool IsPrefix(std::string_view word) {
  static const std::unordered_set<std::string_view> prefixes = {"m", "k", "g", "s", "p", "str", "sz", "psz", "lp"};
  return prefixes.contains(word);
}

bool IsPluralOfPlainS(std::string_view word) {
  static const std::unordered_set<std::string_view> singular = {"gps", "dns", "tls", "sms", "aws", "gcs",   "ios",
                                                                "sas", "cvs", "has", "was", "dss", "https", "needs"};
  if (word.size() < 3 || !word.ends_with('s') || singular.contains(word)) return false;
  const char before = word[word.size() - 2];
  return before != 's' && before != 'u' && before != 'i';
}

std::string Singular(std::string word) {
  if (word.ends_with("sses")) return word.substr(0, word.size() - 2);  // addresses
  if (word == "allergies" || word == "pregnancies" || word == "disabilities" || word == "salaries") {
    return word.substr(0, word.size() - 3) + "y";
  }
  if (IsPluralOfPlainS(word)) word.pop_back();
  return word;
}

std::string WithoutNumber(const std::string& word) {
  if (WordsWithDigits().contains(word)) return word;
  const size_t last = word.find_last_not_of("0123456789");
  return last == std::string::npos ? word : word.substr(0, last + 1);
}

// Index one past the word that starts at `i`.
size_t EndOfWord(std::string_view name, size_t i) {
  size_t end = i + 1;
  for (; end < name.size() && IsWordCharacter(name[end]); ++end) {
    const bool hump = IsUpper(name[end]) && !IsUpper(name[end - 1]);
    const bool after_acronym = IsUpper(name[end]) && end + 1 < name.size() && IsLower(name[end + 1]);
    if (!hump && !after_acronym) continue;
    // One capital alone ("iPhone", "eMail", "IPv6") still begins a word; a plural s after an acronym does not.
    const bool plural = after_acronym && name[end + 1] == 's' &&
                        (end + 2 >= name.size() || !IsWordCharacter(name[end + 2]) || IsUpper(name[end + 2]));
    if (!plural) break;
  }
  return end;
}

void AddParts(std::string_view joined, std::vector<std::string>& words) {
  while (!joined.empty()) {
    const size_t blank = std::min(joined.find(' '), joined.size());
    words.emplace_back(joined.substr(0, blank));
    joined.remove_prefix(std::min(blank + 1, joined.size()));
  }
}

void AddWord(std::string_view raw, std::vector<std::string>& words) {
  std::string word(raw);
  std::ranges::transform(word, word.begin(), Lower);
  word = Singular(WithoutNumber(word));
  const auto joined = JoinedWords().find(word);
  if (joined == JoinedWords().end()) {
    words.push_back(std::move(word));
  } else {
    AddParts(joined->second, words);
  }
}

// "IPv6" and "OAuth2" change case inside one word.
std::string Unhump(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kMixed = {{{"IPv4", "Ipv4"},
                                                                                           {"IPv6", "Ipv6"},
                                                                                           {"OAuth", "Oauth"},
                                                                                           {"EMail", "Email"},
                                                                                           {"eMail", "email"},
                                                                                           {"PostGre", "Postgre"}}};
  std::string out(name);
  for (const auto& [mixed, plain] : kMixed) {
    for (size_t at = out.find(mixed); at != std::string::npos; at = out.find(mixed, at + 1)) {
      out.replace(at, mixed.size(), plain);
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> WordsOf(std::string_view name) {
  const std::string plain = Unhump(name.substr(0, 512));
  std::vector<std::string> words;
  for (size_t i = 0; i < plain.size() && words.size() < kMaxWords;) {
    if (!IsWordCharacter(plain[i])) {
      ++i;
      continue;
    }
    const size_t end = EndOfWord(plain, i);
    AddWord(std::string_view(plain).substr(i, end - i), words);
    i = end;
  }
  size_t prefixes = 0;
  while (prefixes + 1 < words.size() && IsPrefix(words[prefixes])) ++prefixes;
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(prefixes));
  if (words.size() > kMaxWords) words.resize(kMaxWords);
  return words;
}

std::string WithArticle(std::string_view noun) {
  if (noun.ends_with('s') && !noun.ends_with("ss")) return std::string(noun);
  const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(noun);
}

}  // namespace spangate
