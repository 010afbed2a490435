// The forms that names of spans and attributes should have.
#pragma once

#include <optional>
#include <string_view>

namespace spangate {

/// Lower-case words joined by '.' and '_', as the semantic conventions write keys: "order.item_count". At most 64
/// characters. Keys with a free part (http.request.header.<name>, k8s.pod.label.<key> ...) pass with any free part.
bool IsWellFormedKey(std::string_view key);

/// The part of a span name that differs from request to request.
struct IdInName {
  size_t offset = 0;
  size_t length = 0;
  std::string_view what;  // "UUID", "hexadecimal id", "number", "e-mail address"
};

/// The first id in a span name. Templates ({id}, :id, <id>, *) and words with digits (v2, http2, s3, ipv4) are none.
std::optional<IdInName> FindIdInName(std::string_view name);

}  // namespace spangate
