// What a context can carry: the active span, a bare span context, baggage, or a plain value.
#pragma once

#include <cstdint>

#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/nostd/variant.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace baggage {
class Baggage;
}
namespace trace {
class Span;
class SpanContext;
}  // namespace trace

namespace context {
using ContextValue = nostd::variant<nostd::monostate, bool, int64_t, uint64_t, double, nostd::shared_ptr<trace::Span>,
                                    nostd::shared_ptr<trace::SpanContext>, nostd::shared_ptr<baggage::Baggage>>;
}
OPENTELEMETRY_END_NAMESPACE
