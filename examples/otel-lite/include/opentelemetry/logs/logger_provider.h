// Gives a logger per library and scope.
#pragma once

#include <initializer_list>
#include <utility>

#include "opentelemetry/common/key_value_iterable_view.h"
#include "opentelemetry/nostd/shared_ptr.h"
#include "opentelemetry/nostd/string_view.h"
#include "opentelemetry/version.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace logs {
class Logger;

class LoggerProvider {
 public:
  virtual ~LoggerProvider() = default;
  virtual nostd::shared_ptr<Logger> GetLogger(
      nostd::string_view logger_name, nostd::string_view name = "", nostd::string_view version = "",
      nostd::string_view schema_url = "",
      const common::KeyValueIterable& attributes = common::NoopKeyValueIterable()) = 0;
  nostd::shared_ptr<Logger> GetLogger(
      nostd::string_view logger_name, nostd::string_view name, nostd::string_view version,
      nostd::string_view schema_url,
      std::initializer_list<std::pair<nostd::string_view, common::AttributeValue>> attributes) {
    return GetLogger(logger_name, name, version, schema_url, common::MakeAttributes(attributes));
  }
  template <class T, nostd::enable_if_t<common::detail::is_key_value_iterable<T>::value>* = nullptr>
  nostd::shared_ptr<Logger> GetLogger(nostd::string_view logger_name, nostd::string_view name,
                                      nostd::string_view version, nostd::string_view schema_url, const T& attributes) {
    return GetLogger(logger_name, name, version, schema_url, common::KeyValueIterableView<T>(attributes));
  }
};
}  // namespace logs
OPENTELEMETRY_END_NAMESPACE
