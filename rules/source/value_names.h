// What names of functions say about the values that go through them. Tables, so that a missing name is one more row.
#pragma once

#include <string_view>

#include "analyzer/facts.h"

namespace spangate {

/// The result carries the text of its object and arguments: concatenation, formatting, views, conversions, containers.
bool PassesTextOn(const Expr& call);
/// The result says something about its input and not the input itself: size(), find(), compare(), hash.
bool KeepsMeaning(std::string_view function_name);
bool OnlyMeasures(const Expr& call);
/// A getter by its first word: email(), GetEmail(), but not SendEmail() or ValidateEmail().
bool ReadsAsGetter(std::string_view function_name);
/// Looks up a value by the name that it is given: headers.at("Cookie"), getenv("TOKEN"), row["email"].
bool LooksUpByName(const Expr& call);
/// A map of everything that came with a request: "request_headers", "cookies", "environ".
bool NamesWholeMap(std::string_view name);
/// The canonical type cannot hold text: bool and numbers.
bool IsNumeric(std::string_view type);

}  // namespace spangate
