// Recursive descent over the tokens. Query::Parse and Expression::Parse (ast.h) are the way in; this is their core.
#pragma once

#include <memory>
#include <string_view>

#include "common/result.h"
#include "rules/checks/traceql/ast.h"

namespace spangate::traceql {

struct ParsedQuery {
  std::unique_ptr<Node> root;
  uint32_t attribute_slots = 0;
};
struct ParsedField {
  std::unique_ptr<Field> root;
  uint32_t attribute_slots = 0;
};

/// Syntax only. Errors: kUsage with column.
Result<ParsedQuery> ParseQuery(std::string_view query);
Result<ParsedField> ParseField(std::string_view query);

}  // namespace spangate::traceql
