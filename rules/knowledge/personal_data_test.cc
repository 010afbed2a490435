#include "rules/knowledge/personal_data.h"

#include <gtest/gtest.h>

#include <vector>

namespace spangate {
namespace {

using enum PersonalKind;

struct Hit {
  const char* name;
  PersonalKind kind;
  const char* why;
};
constexpr Hit kHits[] = {
    {"email", kContact, "plain"},
    {"userEmail", kContact, "camel case"},
    {"kUserEmail", kContact, "constant"},
    {"m_email", kContact, "member"},
    {"email_", kContact, "member"},
    {"getEmail", kContact, "getter"},
    {"get_user_email", kContact, "getter"},
    {"customer.phone_number", kContact, "attribute key"},
    {"contactPhone", kContact, "phone"},
    {"e-mail", kContact, "two words"},
    {"emailAddress", kContact, "the address is part of it"},
    {"to_email", kContact, "direction"},
    {"emails", kContact, "plural"},
    {"profile_email", kContact, "'file' is inside 'profile'"},
    {"firstName", kContact, "name"},
    {"lastname", kContact, "joined"},
    {"patient_name", kContact, "person before the name"},
    {"customer_address", kContact, "person before the address"},
    {"shipping_address", kContact, "qualified address"},
    {"user.zip_code", kContact, "person before the code"},
    {"msisdn", kContact, "phone of a SIM"},
    {"ssn", kGovernmentId, "plain"},
    {"SSN", kGovernmentId, "upper case"},
    {"socialSecurityNumber", kGovernmentId, "long form"},
    {"passport_number", kGovernmentId, "number"},
    {"traveller.passport", kGovernmentId, "of a person"},
    {"nationalId", kGovernmentId, "id that is personal"},
    {"tax_id", kGovernmentId, "id that is personal"},
    {"driversLicense", kGovernmentId, "possessive"},
    {"driving_licence_number", kGovernmentId, "British spelling"},
    {"license_plate", kGovernmentId, "vehicle"},
    {"card_number", kFinancial, "plain"},
    {"creditCardNumber", kFinancial, "long form"},
    {"ccNumber", kFinancial, "short form"},
    {"pan", kFinancial, "alone"},
    {"cvv", kFinancial, "plain"},
    {"card_expiry", kFinancial, "expiry of a card"},
    {"iban", kFinancial, "plain"},
    {"payee_iban", kFinancial, "plain"},
    {"account_number", kFinancial, "plain"},
    {"annualSalary", kFinancial, "plain"},
    {"account_balance", kFinancial, "plain"},
    {"diagnosis", kHealth, "plain"},
    {"patient.diagnosis_code", kHealth, "code of it"},
    {"bloodType", kHealth, "'type' belongs to it"},
    {"patient_id", kHealth, "id that is personal"},
    {"mrn", kHealth, "medical record number"},
    {"prescriptions", kHealth, "plural"},
    {"password", kSecret, "plain"},
    {"passwd", kSecret, "short"},
    {"db_password", kSecret, "of a machine"},
    {"authToken", kSecret, "token"},
    {"access_token", kSecret, "token"},
    {"apiKey", kSecret, "key"},
    {"API_KEY", kSecret, "environment name"},
    {"x-api-key", kSecret, "header"},
    {"client_secret", kSecret, "secret"},
    {"jwt", kSecret, "plain"},
    {"set-cookie", kSecret, "header, not a setter"},
    {"session_token", kSecret, "token"},
    {"password_reset_token", kSecret, "the token, though 'reset' follows password"},
    {"connectionString", kSecret, "plain"},
    {"card_pin", kSecret, "pin of a card"},
    {"token", kSecret, "alone"},
    {"private_key", kSecret, "plain"},
    {"clientIp", kNetwork, "plain"},
    {"x-forwarded-for", kNetwork, "header"},
    {"device_id", kNetwork, "id that is personal"},
    {"macAddress", kNetwork, "plain"},
    {"imei", kNetwork, "plain"},
    {"latitude", kLocation, "plain"},
    {"gps", kLocation, "plain"},
    {"date_of_birth", kSpecial, "plain"},
    {"dob", kSpecial, "plain"},
    {"birthDate", kSpecial, "'date' belongs to it"},
    {"birthday", kSpecial, "plain"},
    {"customer_age", kSpecial, "of a person"},
    {"gender", kSpecial, "plain"},
    {"maritalStatus", kSpecial, "'status' belongs to it"},
    {"religion", kSpecial, "plain"},
    {"chat_message", kContent, "plain"},
    {"search_query", kContent, "plain"},
};

TEST(MatchPersonalName, FindsEveryCategory) {
  for (const Hit& c : kHits) {
    const std::optional<PersonalName> match = MatchPersonalName(c.name);
    EXPECT_TRUE(match.has_value()) << c.name << ": " << c.why;
    if (!match.has_value()) continue;
    EXPECT_EQ(match->kind, c.kind) << c.name << " as " << match->words << ": " << c.why;
  }
}

struct Trap {
  const char* name;
  const char* why;
};
constexpr Trap kTraps[] = {
    {"email_count", "a number"},
    {"emailCount", "a number"},
    {"num_emails", "a number"},
    {"has_email", "a question"},
    {"isEmailVerified", "a question"},
    {"email_verified", "a question"},
    {"email_template_id", "a template"},
    {"email_template_name", "a template"},
    {"sendEmail", "an action"},
    {"validate_email", "an action"},
    {"phone_model", "a product"},
    {"mail_queue", "a queue"},
    {"memory_address", "no street"},
    {"address_family", "no street"},
    {"address_space", "no street"},
    {"server.address", "a machine"},
    {"host_name", "a machine"},
    {"file_name", "a file"},
    {"product_name", "a product"},
    {"template_name", "a template"},
    {"service_name", "a service"},
    {"event_name", "an event"},
    {"customer_service_name", "a service"},
    {"name", "no person named"},
    {"user_agent_name", "a browser"},
    {"db.driver.name", "a database driver"},
    {"session", "'ssn' is no word of it"},
    {"assn", "'ssn' is no word of it"},
    {"lesson", "'ssn' is no word of it"},
    {"passport_service", "a library"},
    {"passport", "a library, unless a person is named"},
    {"license_type", "a kind"},
    {"card_count", "a number"},
    {"playing_card", "a game"},
    {"cloud.account.id", "a cloud account"},
    {"order_id", "surrogate"},
    {"payment_id", "surrogate"},
    {"user_id", "surrogate"},
    {"email_id", "surrogate"},
    {"card_number_last4", "shown on every receipt"},
    {"credit_card_last_4", "shown on every receipt"},
    {"credit_card_type", "a brand"},
    {"payment.amount", "no person"},
    {"payment.currency", "no person"},
    {"expiry", "of no card"},
    {"load_balance", "no account"},
    {"health_check", "of a process"},
    {"healthz", "of a process"},
    {"treatment", "an A/B test"},
    {"test_result", "no laboratory"},
    {"lab", "a project"},
    {"heartbeat", "of a process"},
    {"author", "'auth' is no word of it"},
    {"authority", "'auth' is no word of it"},
    {"tokenizer", "'token' is no word of it"},
    {"token_count", "a number"},
    {"max_tokens", "a number"},
    {"gen_ai.usage.input_tokens", "a number: no credential word before 'token'"},
    {"password_length", "a number"},
    {"password_policy", "a rule"},
    {"passwordHash", "hashed"},
    {"hashed_email", "hashed"},
    {"masked_card_number", "masked"},
    {"email_sha256", "hashed"},
    {"ssn_hash", "hashed"},
    {"hash_email", "hashes"},
    {"redactIban", "redacts"},
    {"encrypted_ssn", "encrypted"},
    {"api_key_id", "the id of a key"},
    {"key_size", "a number"},
    {"key_name", "a name"},
    {"secret_name", "a name"},
    {"secretPath", "a place"},
    {"token_url", "a place"},
    {"password_file", "a place"},
    {"primary_key", "a column"},
    {"foreign_key", "a column"},
    {"partition_key", "a column"},
    {"cache_key", "a cache"},
    {"idempotency_key", "no credential"},
    {"sort_key", "a column"},
    {"public_key", "public"},
    {"session_state", "a state"},
    {"pinned", "'pin' is no word of it"},
    {"turkey", "'key' is no word of it"},
    {"monkey", "'key' is no word of it"},
    {"keyboard", "'key' is no word of it"},
    {"ip_version", "a version"},
    {"server_ip", "a machine"},
    {"pod_ip", "a machine"},
    {"network.local.address", "a machine"},
    {"device_model", "a product"},
    {"region", "too coarse"},
    {"zone", "too coarse"},
    {"geo.country.iso_code", "too coarse"},
    {"store_location", "a shop"},
    {"source_location", "of code"},
    {"race_condition", "no person"},
    {"data_race", "no person"},
    {"birthday_cake", "a cake"},
    {"page", "'age' is no word of it"},
    {"message_id", "no content"},
    {"message_type", "no content"},
    {"message_body_size", "a number"},
    {"latency", "'lat' is no word of it"},
    {"template", "'lat' is no word of it"},
    {"company", "'pan' is no word of it"},
    {"pan_zoom", "a gesture"},
    {"sin", "a function"},
    {"", "nothing"},
    {"____", "nothing"},
};

TEST(MatchPersonalName, SparesTheTraps) {
  for (const Trap& c : kTraps) {
    const std::optional<PersonalName> match = MatchPersonalName(c.name);
    EXPECT_FALSE(match.has_value()) << c.name << " as " << match.value_or(PersonalName{}).words << ": " << c.why;
  }
}

struct ContextCase {
  const char* name;
  std::vector<std::string_view> context;
  const char* type;
  bool personal;
  const char* why;
};
const ContextCase kContexts[] = {
    {"name", {"shop::Customer"}, "std::string", true, "field of a person"},
    {"name_", {"shop::CustomerInfo"}, "std::string", true, "record of a person"},
    {"name", {"patient"}, "std::string", true, "variable of a person"},
    {"name", {"shop::Product"}, "std::string", false, "field of a thing"},
    {"name", {"shop::UserService"}, "std::string", false, "a service for persons"},
    {"GetName", {"User"}, "", true, "getter of a person"},
    {"age", {"Passenger"}, "int", true, "age of a person"},
    {"age", {"CacheEntry"}, "int", false, "age of a thing"},
    {"zip", {"Recipient"}, "std::string", true, "code of a person"},
    {"zip", {"Archive"}, "std::string", false, "a file format"},
    {"passport", {"Traveller"}, "std::string", true, "of a person"},
    {"balance", {"Customer"}, "double", true, "money may be a floating number"},
    {"email", {}, "bool", false, "a flag"},
    {"password", {}, "std::chrono::duration", false, "a time"},
    {"blood_pressure", {}, "double", false, "floating numbers hold no names"},
    {"latitude", {}, "double", true, "but positions"},
    {"template_name", {"User"}, "std::string", false, "'name' follows another noun"},
};

TEST(MatchPersonalName, AsksTheContextAndTheType) {
  for (const ContextCase& c : kContexts) {
    EXPECT_EQ(MatchPersonalName(c.name, c.context, c.type).has_value(), c.personal) << c.name << ": " << c.why;
  }
}

struct SanitizerCase {
  const char* name;
  bool sanitizes;
  const char* why;
};
constexpr SanitizerCase kSanitizers[] = {
    {"shop::Redact", true, "verb alone"},
    {"RedactIban", true, "verb first"},
    {"hash_email", true, "verb first"},
    {"Sha256", true, "algorithm"},
    {"mask", true, "verb alone"},
    {"shop::EmailRedactor::Apply", true, "agent as class"},
    {"crypto::Sha256::Update", true, "algorithm as class"},
    {"toHashed", true, "to and the form"},
    {"StripQuery", true, "cuts what is personal"},
    {"std::hash::operator()", true, "hash object"},
    {"unmask", false, "the opposite"},
    {"Decrypt", false, "the opposite"},
    {"dehash", false, "the opposite"},
    {"HashTable::at", false, "a container"},
    {"hash_map", false, "a container"},
    {"GetMask", false, "a getter"},
    {"StripWhitespace", false, "cuts nothing personal"},
    {"truncate", false, "the rest is still personal"},
    {"shop::Customer::email", false, "a getter"},
    {"", false, "nothing"},
};

TEST(IsSanitizerName, GoesByTheVerbThatHeadsTheCall) {
  for (const SanitizerCase& c : kSanitizers) EXPECT_EQ(IsSanitizerName(c.name), c.sanitizes) << c.name << ": " << c.why;
}

}  // namespace
}  // namespace spangate
