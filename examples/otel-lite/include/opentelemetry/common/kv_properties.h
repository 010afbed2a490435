// An ordered list of string pairs: what baggage and trace state are made of.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "opentelemetry/common/string_util.h"
#include "opentelemetry/nostd/function_ref.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace common {
class KeyValueProperties {
 public:
  KeyValueProperties() noexcept = default;
  explicit KeyValueProperties(size_t capacity) noexcept { entries_.reserve(capacity); }
  template <class T>
  explicit KeyValueProperties(const T& keys_and_values) noexcept {
    for (const auto& pair : keys_and_values) AddEntry(pair.first, pair.second);
  }

  void AddEntry(nostd::string_view key, nostd::string_view value) noexcept {
    entries_.emplace_back(std::string(key.data(), key.size()), std::string(value.data(), value.size()));
  }
  bool GetAllEntries(nostd::function_ref<bool(nostd::string_view, nostd::string_view)> callback) const noexcept {
    for (const auto& entry : entries_) {
      if (!callback(entry.first, entry.second)) return false;
    }
    return true;
  }
  bool GetValue(nostd::string_view key, std::string& value) const noexcept {
    for (const auto& entry : entries_) {
      if (key == nostd::string_view(entry.first)) {
        value = entry.second;
        return true;
      }
    }
    return false;
  }
  size_t Size() const noexcept { return entries_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

/// Splits a W3C list header ("a=1, b=2") into trimmed pairs; members without '=' are skipped.
inline std::vector<std::pair<nostd::string_view, nostd::string_view>> SplitListHeader(nostd::string_view header) {
  std::vector<std::pair<nostd::string_view, nostd::string_view>> members;
  while (!header.empty()) {
    const size_t comma = header.find(',');
    const nostd::string_view member = header.substr(0, comma);
    header = comma == nostd::string_view::npos ? nostd::string_view() : header.substr(comma + 1);
    const size_t equals = member.find('=');
    if (equals == nostd::string_view::npos) continue;
    members.emplace_back(StringUtil::Trim(member.substr(0, equals)), StringUtil::Trim(member.substr(equals + 1)));
  }
  return members;
}
}  // namespace common
OPENTELEMETRY_END_NAMESPACE
