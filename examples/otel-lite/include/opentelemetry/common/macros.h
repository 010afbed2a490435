// Compiler helpers that the other headers use. Only the macros that user code may see keep their upstream names.
#pragma once

#define OPENTELEMETRY_EXPORT
#define OPENTELEMETRY_API_SINGLETON
#define OPENTELEMETRY_DEPRECATED [[deprecated]]
#define OPENTELEMETRY_DEPRECATED_MESSAGE(message) [[deprecated(message)]]
#define OPENTELEMETRY_MAYBE_UNUSED [[maybe_unused]]
#if defined(__cpp_exceptions)
#define OPENTELEMETRY_HAVE_EXCEPTIONS 1
#else
#define OPENTELEMETRY_HAVE_EXCEPTIONS 0
#endif
