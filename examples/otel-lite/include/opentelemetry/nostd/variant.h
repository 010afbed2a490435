// The standard variant serves every STL setting: upstream's back port behaves alike for the API's types.
#pragma once

#include <variant>

#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {
using std::bad_variant_access;
using std::get;
using std::get_if;
using std::holds_alternative;
using std::monostate;
using std::variant;
using std::variant_alternative_t;
using std::variant_size;
using std::visit;
}  // namespace nostd
OPENTELEMETRY_END_NAMESPACE
