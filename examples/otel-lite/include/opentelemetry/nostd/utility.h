// std::size and std::data under the API's names.
#pragma once

#include <iterator>
#include <utility>

#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {
using std::data;
using std::index_sequence;
using std::make_index_sequence;
using std::size;
}  // namespace nostd
OPENTELEMETRY_END_NAMESPACE
