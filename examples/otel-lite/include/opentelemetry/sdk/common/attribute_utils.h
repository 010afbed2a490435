// Attribute values that own their memory: the API's values are views that die with the caller's arguments.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "opentelemetry/common/attribute_value.h"
#include "opentelemetry/common/key_value_iterable.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/nostd/variant.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk {
namespace common {
using OwnedAttributeValue =
    nostd::variant<bool, int32_t, uint32_t, int64_t, double, std::string, std::vector<bool>, std::vector<int32_t>,
                   std::vector<uint32_t>, std::vector<int64_t>, std::vector<double>, std::vector<std::string>, uint64_t,
                   std::vector<uint64_t>, std::vector<uint8_t>>;

struct AttributeConverter {
  OwnedAttributeValue operator()(const char* text) const { return std::string(text == nullptr ? "" : text); }
  OwnedAttributeValue operator()(nostd::string_view text) const { return std::string(text.data(), text.size()); }
  OwnedAttributeValue operator()(nostd::span<const nostd::string_view> texts) const {
    std::vector<std::string> copy;
    for (const nostd::string_view text : texts) copy.emplace_back(text.data(), text.size());
    return copy;
  }
  template <class T, std::enable_if_t<std::is_arithmetic<T>::value>* = nullptr>
  OwnedAttributeValue operator()(T number) const {
    return OwnedAttributeValue(std::in_place_type<T>, number);
  }
  template <class T>
  OwnedAttributeValue operator()(nostd::span<const T> numbers) const {
    return std::vector<T>(numbers.data(), numbers.data() + numbers.size());
  }
};

class AttributeMap : public std::unordered_map<std::string, OwnedAttributeValue> {
 public:
  AttributeMap() = default;
  AttributeMap(const opentelemetry::common::KeyValueIterable& attributes) { SetAll(attributes); }
  AttributeMap(const opentelemetry::common::KeyValueIterable* attributes) {
    if (attributes != nullptr) SetAll(*attributes);
  }
  AttributeMap(std::initializer_list<std::pair<nostd::string_view, opentelemetry::common::AttributeValue>> attributes) {
    for (const auto& pair : attributes) SetAttribute(pair.first, pair.second);
  }

  const std::unordered_map<std::string, OwnedAttributeValue>& GetAttributes() const noexcept { return *this; }
  void SetAttribute(nostd::string_view key, const opentelemetry::common::AttributeValue& value) noexcept {
    (*this)[std::string(key.data(), key.size())] = nostd::visit(AttributeConverter(), value);
  }

 private:
  void SetAll(const opentelemetry::common::KeyValueIterable& attributes) {
    attributes.ForEachKeyValue([&](nostd::string_view key, opentelemetry::common::AttributeValue value) {
      SetAttribute(key, value);
      return true;
    });
  }
};
}  // namespace common
}  // namespace sdk
OPENTELEMETRY_END_NAMESPACE
