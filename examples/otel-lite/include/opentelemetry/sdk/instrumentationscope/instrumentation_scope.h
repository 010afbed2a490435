// The library that a span was recorded by.
#pragma once

#include <memory>
#include <string>

#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/sdk/common/attribute_utils.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace instrumentationscope {
using InstrumentationScopeAttributes = opentelemetry::sdk::common::AttributeMap;

class InstrumentationScope {
 public:
  static std::unique_ptr<InstrumentationScope> Create(nostd::string_view name, nostd::string_view version = "",
                                                      nostd::string_view schema_url = "",
                                                      InstrumentationScopeAttributes&& attributes = {}) {
    std::unique_ptr<InstrumentationScope> scope(new InstrumentationScope);
    scope->name_.assign(name.data(), name.size());
    scope->version_.assign(version.data(), version.size());
    scope->schema_url_.assign(schema_url.data(), schema_url.size());
    scope->attributes_ = std::move(attributes);
    return scope;
  }
  const std::string& GetName() const noexcept { return name_; }
  const std::string& GetVersion() const noexcept { return version_; }
  const std::string& GetSchemaURL() const noexcept { return schema_url_; }
  const InstrumentationScopeAttributes& GetAttributes() const noexcept { return attributes_; }

 private:
  InstrumentationScope() = default;

  std::string name_;
  std::string version_;
  std::string schema_url_;
  InstrumentationScopeAttributes attributes_;
};
}  // namespace instrumentationscope
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
