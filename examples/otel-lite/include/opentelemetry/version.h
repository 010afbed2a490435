// The namespace that every declaration of the API lives in. The inline namespace is part of the contract: symbols of
// ABI 1 and ABI 2 must not meet in one program, and tools must look through it.
#pragma once

#include "opentelemetry/common/macros.h"

#ifndef OPENTELEMETRY_ABI_VERSION_NO
#define OPENTELEMETRY_ABI_VERSION_NO 1
#endif

#define OPENTELEMETRY_VERSION "1.29.0-lite"
#define OPENTELEMETRY_VERSION_MAJOR 1
#define OPENTELEMETRY_VERSION_MINOR 29
#define OPENTELEMETRY_VERSION_PATCH 0

#if OPENTELEMETRY_ABI_VERSION_NO >= 2
#define OPENTELEMETRY_ABI_VERSION "2"
#define OPENTELEMETRY_NAMESPACE opentelemetry::v2
#define OPENTELEMETRY_BEGIN_NAMESPACE \
  namespace opentelemetry {           \
  inline namespace v2 {
#else
#define OPENTELEMETRY_ABI_VERSION "1"
#define OPENTELEMETRY_NAMESPACE opentelemetry::v1
#define OPENTELEMETRY_BEGIN_NAMESPACE \
  namespace opentelemetry {           \
  inline namespace v1 {
#endif

#define OPENTELEMETRY_END_NAMESPACE \
  }                                 \
  }
