// Random ids, from a generator per thread.
#pragma once

#include <cstdint>
#include <random>

#include "opentelemetry/sdk/trace/id_generator.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class RandomIdGenerator : public IdGenerator {
 public:
  RandomIdGenerator() : IdGenerator(true) {}
  opentelemetry::trace::SpanId GenerateSpanId() noexcept override {
    uint8_t bytes[opentelemetry::trace::SpanId::kSize];
    Fill(bytes, sizeof(bytes));
    return opentelemetry::trace::SpanId(bytes);
  }
  opentelemetry::trace::TraceId GenerateTraceId() noexcept override {
    uint8_t bytes[opentelemetry::trace::TraceId::kSize];
    Fill(bytes, sizeof(bytes));
    return opentelemetry::trace::TraceId(bytes);
  }

 private:
  static void Fill(uint8_t* bytes, size_t size) {
    static thread_local std::mt19937_64 random{(static_cast<uint64_t>(std::random_device{}()) << 32) ^
                                               std::random_device{}()};
    for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(random() >> 56);
    bytes[size - 1] |= 1;  // an id of zeroes is invalid
  }
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
