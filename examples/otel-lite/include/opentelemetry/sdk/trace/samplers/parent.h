// Follows the decision of the parent; a root asks the root sampler.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "opentelemetry/sdk/trace/samplers/always_off.h"
#include "opentelemetry/sdk/trace/samplers/always_on.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace trace {
class ParentBasedSampler : public Sampler {
 public:
  explicit ParentBasedSampler(
      const std::shared_ptr<Sampler>& root_sampler,
      const std::shared_ptr<Sampler>& remote_parent_sampled_sampler = std::make_shared<AlwaysOnSampler>(),
      const std::shared_ptr<Sampler>& remote_parent_nonsampled_sampler = std::make_shared<AlwaysOffSampler>(),
      const std::shared_ptr<Sampler>& local_parent_sampled_sampler = std::make_shared<AlwaysOnSampler>(),
      const std::shared_ptr<Sampler>& local_parent_nonsampled_sampler = std::make_shared<AlwaysOffSampler>())
      : root_(root_sampler),
        delegates_{{local_parent_nonsampled_sampler, local_parent_sampled_sampler},
                   {remote_parent_nonsampled_sampler, remote_parent_sampled_sampler}},
        description_("ParentBased{" + std::string(root_->GetDescription().data(), root_->GetDescription().size()) +
                     "}") {}
  SamplingResult ShouldSample(const opentelemetry::trace::SpanContext& parent, opentelemetry::trace::TraceId trace_id,
                              nostd::string_view name, opentelemetry::trace::SpanKind kind,
                              const opentelemetry::common::KeyValueIterable& attributes,
                              const opentelemetry::trace::SpanContextKeyValueIterable& links) noexcept override {
    Sampler& delegate = parent.IsValid() ? *delegates_[parent.IsRemote()][parent.IsSampled()] : *root_;
    return delegate.ShouldSample(parent, trace_id, name, kind, attributes, links);
  }
  nostd::string_view GetDescription() const noexcept override { return description_; }

 private:
  std::shared_ptr<Sampler> root_;
  std::shared_ptr<Sampler> delegates_[2][2];  // [remote][sampled]
  std::string description_;
};
}  // namespace trace
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
