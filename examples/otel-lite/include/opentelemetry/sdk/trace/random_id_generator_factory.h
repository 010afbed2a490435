// Makes a RandomIdGenerator.
#pragma once

#include <memory>

#include "opentelemetry/sdk/trace/random_id_generator.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class RandomIdGeneratorFactory {
 public:
  static std::unique_ptr<IdGenerator> Create() { return std::make_unique<RandomIdGenerator>(); }
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
