// What makes one expression a source of personal data: its name, its declaration, the key that it looks up, its text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "analyzer/source_model.h"
#include "rules/policy.h"

namespace spangate {

/// [[clang::annotate("...")]] on fields, parameters, functions and classes.
inline constexpr std::string_view kPersonalAnnotations[] = {"spangate::personal", "personal_data", "pii", "sensitive"};
inline constexpr std::string_view kSanitizerAnnotations[] = {"spangate::sanitizer", "pii::sanitizer", "sanitizer"};
bool IsAnnotated(const std::vector<Symbol>& annotations, std::span<const std::string_view> any_of);

/// "customer.email", "GetToken()": how the reader finds the expression in the line.
std::string DisplayName(const SourceModel& source, ExprRef at);

/// "'customer.email' (contact data: email)". Only kinds that are errors by themselves: addresses of machines, places
/// and free text are left to the reader.
std::optional<std::string> NamedSource(const SourceModel& source, ExprRef at);

/// By annotation or by the policy's personal_fields. `declared_in`: the function that declares a parameter.
std::optional<std::string> DeclaredSource(const SourceModel& source, const Policy& policy, ExprRef at,
                                          FunctionId declared_in);

/// headers["authorization"], getenv("DB_PASSWORD"): the literal argument names it.
std::optional<std::string> LookedUpSource(const SourceModel& source, ExprRef at);

/// An element of a map of all headers, cookies or environment variables.
std::optional<std::string> WholeMapSource(const SourceModel& source, ExprRef at);

/// "payment card number", "private key"...: what a literal holds, or nullopt. Documentation's examples, and addresses
/// of roles (support@...), are nothing; card numbers that are published for tests are nothing in tests alone.
std::optional<std::string> SensitiveLiteral(std::string_view text, bool in_test);

/// Types that hold text or stand between a text and its reader: strings, std containers, pairs, optionals, streams.
bool PassesTextType(std::string_view type);

/// The personal field that a name of a structured binding stands for, by its place in the record.
std::optional<std::string> BoundField(const SourceModel& source, const FunctionFacts& function, EntityId variable);

bool IsBinding(const FunctionFacts& function, EntityId variable);

}  // namespace spangate
