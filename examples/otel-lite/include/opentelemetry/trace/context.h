// The span inside a context.
#pragma once

#include "opentelemetry/context/context.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/trace/default_span.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {
/// Never null: an invalid span when the context has none.
inline nostd::shared_ptr<Span> GetSpan(const context::Context& context) noexcept {
  const context::ContextValue value = context.GetValue(kSpanKey);
  if (const auto* span = nostd::get_if<nostd::shared_ptr<Span>>(&value)) return *span;
  return nostd::shared_ptr<Span>(new DefaultSpan(SpanContext::GetInvalid()));
}

inline SpanContext GetSpanContext(const context::Context& context) noexcept {
  const context::ContextValue value = context.GetValue(kSpanKey);
  if (const auto* span = nostd::get_if<nostd::shared_ptr<Span>>(&value)) {
    if (*span) return (*span)->GetContext();
  }
  if (const auto* bare = nostd::get_if<nostd::shared_ptr<SpanContext>>(&value)) {
    if (*bare) return **bare;
  }
  return SpanContext::GetInvalid();
}

inline bool IsRootSpan(const context::Context& context) noexcept {
  const context::ContextValue value = context.GetValue(kIsRootSpanKey);
  const bool* is_root = nostd::get_if<bool>(&value);
  return is_root != nullptr && *is_root;
}

inline context::Context SetSpan(context::Context& context, const nostd::shared_ptr<Span>& span) noexcept {
  return context.SetValue(kSpanKey, span);
}
}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
