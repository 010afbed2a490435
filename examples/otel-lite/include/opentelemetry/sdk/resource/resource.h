// What produces the telemetry. Attributes from the environment lose against those in code, and service.name is never
// missing: it falls back to unknown_service.
#pragma once

#include <string>

#include "opentelemetry/common/kv_properties.h"
#include "opentelemetry/sdk/common/attribute_utils.h"
#include "opentelemetry/sdk/common/env_variables.h"
#include "opentelemetry/sdk/version/version.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace resource {
using ResourceAttributes = opentelemetry::sdk::common::AttributeMap;

class Resource {
 public:
  Resource() noexcept = default;
  Resource(const ResourceAttributes& attributes) noexcept : attributes_(attributes) {}
  Resource(const ResourceAttributes& attributes, const std::string& schema_url) noexcept
      : attributes_(attributes), schema_url_(schema_url) {}

  const ResourceAttributes& GetAttributes() const noexcept { return attributes_; }
  const std::string& GetSchemaURL() const noexcept { return schema_url_; }
  /// The other resource's values win.
  Resource Merge(const Resource& other) const noexcept {
    Resource merged(other);
    merged.attributes_.insert(attributes_.begin(), attributes_.end());
    if (merged.schema_url_.empty()) merged.schema_url_ = schema_url_;
    return merged;
  }
  static Resource Create(const ResourceAttributes& attributes, const std::string& schema_url = std::string{}) {
    Resource resource = GetDefault().Merge(FromEnvironment()).Merge(Resource(attributes, schema_url));
    if (resource.attributes_.count("service.name") == 0) {
      resource.attributes_.SetAttribute("service.name", "unknown_service");
    }
    return resource;
  }
  static Resource& GetEmpty() {
    static Resource empty;
    return empty;
  }
  static Resource& GetDefault() {
    static Resource sdk({{"telemetry.sdk.language", "cpp"},
                         {"telemetry.sdk.name", "opentelemetry"},
                         {"telemetry.sdk.version", OPENTELEMETRY_SDK_VERSION}});
    return sdk;
  }

 private:
  static Resource FromEnvironment() {
    Resource resource;
    std::string value;
    if (common::GetStringEnvironmentVariable("OTEL_RESOURCE_ATTRIBUTES", value)) {
      for (const auto& pair : opentelemetry::common::SplitListHeader(value)) {
        resource.attributes_.SetAttribute(pair.first, pair.second);
      }
    }
    if (common::GetStringEnvironmentVariable("OTEL_SERVICE_NAME", value)) {
      resource.attributes_.SetAttribute("service.name", value.c_str());
    }
    return resource;
  }

  ResourceAttributes attributes_;
  std::string schema_url_;
};
}  // namespace resource
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
