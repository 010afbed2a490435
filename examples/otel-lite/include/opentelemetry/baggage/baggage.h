// Key-value pairs that travel with a request to every service downstream (W3C baggage). Immutable, and therefore
// useless when the result of Set is dropped.
#pragma once

#include <cctype>
#include <string>

#include "opentelemetry/common/kv_properties.h"
#include "opentelemetry/nostd/function_ref.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace baggage {
class Baggage {
 public:
  static constexpr size_t kMaxKeyValuePairs = 180;
  static constexpr size_t kMaxKeyValueSize = 4096;
  static constexpr size_t kMaxSize = 8192;

  Baggage() noexcept = default;
  Baggage(size_t size) noexcept : entries_(size) {}
  template <class T>
  Baggage(const T& keys_and_values) noexcept : entries_(keys_and_values) {}

  static nostd::shared_ptr<Baggage> GetDefault() {
    static nostd::shared_ptr<Baggage> empty(new Baggage());
    return empty;
  }
  bool GetValue(nostd::string_view key, std::string& value) const noexcept { return entries_.GetValue(key, value); }
  /// A copy with the pair set; an unchanged copy when key or value is not printable.
  nostd::shared_ptr<Baggage> Set(const nostd::string_view& key, const nostd::string_view& value) noexcept {
    const bool valid = !key.empty() && IsPrintable(key) && IsPrintable(value);
    nostd::shared_ptr<Baggage> copy(new Baggage());
    if (valid) copy->entries_.AddEntry(key, value);
    CopyTo(*copy, valid ? key : nostd::string_view());
    return copy;
  }
  nostd::shared_ptr<Baggage> Delete(nostd::string_view key) noexcept {
    nostd::shared_ptr<Baggage> copy(new Baggage());
    CopyTo(*copy, key);
    return copy;
  }
  bool GetAllEntries(nostd::function_ref<bool(nostd::string_view, nostd::string_view)> callback) const noexcept {
    return entries_.GetAllEntries(callback);
  }

  static nostd::shared_ptr<Baggage> FromHeader(nostd::string_view header) noexcept {
    if (header.size() > kMaxSize) return GetDefault();
    nostd::shared_ptr<Baggage> baggage(new Baggage());
    for (const auto& member : common::SplitListHeader(header)) {
      if (baggage->entries_.Size() == kMaxKeyValuePairs) break;
      std::string key;
      std::string value;
      if (member.first.size() + member.second.size() > kMaxKeyValueSize) continue;
      if (!Decode(member.first, key) || !Decode(member.second, value) || key.empty()) continue;
      baggage->entries_.AddEntry(key, value);
    }
    return baggage;
  }
  std::string ToHeader() const noexcept {
    std::string header;
    entries_.GetAllEntries([&](nostd::string_view key, nostd::string_view value) {
      if (!header.empty()) header += ',';
      header += Encode(key) + '=' + Encode(value);
      return true;
    });
    return header;
  }

 private:
  void CopyTo(Baggage& copy, nostd::string_view skipped) const noexcept {
    entries_.GetAllEntries([&](nostd::string_view key, nostd::string_view value) {
      if (!(key == skipped)) copy.entries_.AddEntry(key, value);
      return true;
    });
  }
  static bool IsPrintable(nostd::string_view text) noexcept {
    for (const char c : text) {
      if (c < ' ' || c > '~') return false;
    }
    return true;
  }
  // Percent-encoding, with ';' left alone: it starts the properties of a member.
  static std::string Encode(nostd::string_view text) {
    static const char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
      const unsigned char byte = static_cast<unsigned char>(c);
      if (std::isalnum(byte) || c == '-' || c == '_' || c == '.' || c == '~' || c == ';' || c == '=') {
        out += c;
      } else {
        out += {'%', kHex[byte >> 4], kHex[byte & 0xF]};
      }
    }
    return out;
  }
  static bool Decode(nostd::string_view text, std::string& out) {
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text.data()[i];
      if (c != '%') {
        out += c;
        continue;
      }
      if (i + 2 >= text.size() || !std::isxdigit(static_cast<unsigned char>(text.data()[i + 1])) ||
          !std::isxdigit(static_cast<unsigned char>(text.data()[i + 2]))) {
        return false;
      }
      out += static_cast<char>(std::stoi(std::string(text.data() + i + 1, 2), nullptr, 16));
      i += 2;
    }
    return IsPrintable(out);
  }

  common::KeyValueProperties entries_;
};
}  // namespace baggage
OPENTELEMETRY_END_NAMESPACE
