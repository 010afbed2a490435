// Type traits under the names that the API's templates use.
#pragma once

#include <type_traits>

#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {
using std::add_const_t;
using std::add_lvalue_reference_t;
using std::decay_t;
using std::enable_if_t;
using std::remove_const_t;
}  // namespace nostd
OPENTELEMETRY_END_NAMESPACE
