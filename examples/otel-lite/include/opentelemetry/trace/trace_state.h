// Vendor data that travels with a trace (the W3C tracestate header). Immutable: Set and Delete give a new object.
#pragma once

#include <string>

#include "opentelemetry/common/kv_properties.h"
#include "opentelemetry/nostd/function_ref.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {
class TraceState {
 public:
  static constexpr int kKeyMaxSize = 256;
  static constexpr int kValueMaxSize = 256;
  static constexpr int kMaxKeyValuePairs = 32;

  static nostd::shared_ptr<TraceState> GetDefault() {
    static nostd::shared_ptr<TraceState> empty(new TraceState());
    return empty;
  }
  /// The empty state when any member is malformed: W3C says a bad tracestate is dropped as a whole.
  static nostd::shared_ptr<TraceState> FromHeader(nostd::string_view header) noexcept {
    nostd::shared_ptr<TraceState> state(new TraceState());
    for (const auto& member : common::SplitListHeader(header)) {
      if (!IsValidKey(member.first) || !IsValidValue(member.second)) return GetDefault();
      if (state->entries_.Size() == kMaxKeyValuePairs) return GetDefault();
      state->entries_.AddEntry(member.first, member.second);
    }
    return state;
  }
  std::string ToHeader() const noexcept {
    std::string header;
    GetAllEntries([&](nostd::string_view key, nostd::string_view value) {
      if (!header.empty()) header += ',';
      header.append(key.data(), key.size()).append("=").append(value.data(), value.size());
      return true;
    });
    return header;
  }
  bool Get(nostd::string_view key, std::string& value) const noexcept { return entries_.GetValue(key, value); }
  nostd::shared_ptr<TraceState> Set(const nostd::string_view& key, const nostd::string_view& value) noexcept {
    if (!IsValidKey(key) || !IsValidValue(value)) return GetDefault();
    nostd::shared_ptr<TraceState> state(new TraceState());
    state->entries_.AddEntry(key, value);
    CopyOthers(key, *state);
    return state;
  }
  nostd::shared_ptr<TraceState> Delete(const nostd::string_view& key) noexcept {
    nostd::shared_ptr<TraceState> state(new TraceState());
    CopyOthers(key, *state);
    return state;
  }
  bool Empty() const noexcept { return entries_.Size() == 0; }
  bool GetAllEntries(nostd::function_ref<bool(nostd::string_view, nostd::string_view)> callback) const noexcept {
    return entries_.GetAllEntries(callback);
  }
  static bool IsValidKey(nostd::string_view key) noexcept {
    if (key.empty() || key.size() > kKeyMaxSize) return false;
    for (const char c : key) {
      const bool lower_or_digit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!lower_or_digit && c != '_' && c != '-' && c != '*' && c != '/' && c != '@') return false;
    }
    return true;
  }
  static bool IsValidValue(nostd::string_view value) noexcept {
    if (value.empty() || value.size() > kValueMaxSize) return false;
    for (const char c : value) {
      if (c < ' ' || c > '~' || c == ',' || c == '=') return false;
    }
    return true;
  }

 private:
  TraceState() = default;
  void CopyOthers(nostd::string_view skipped, TraceState& to) const noexcept {
    GetAllEntries([&](nostd::string_view key, nostd::string_view value) {
      if (!(key == skipped)) to.entries_.AddEntry(key, value);
      return true;
    });
  }

  common::KeyValueProperties entries_;
};
}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
