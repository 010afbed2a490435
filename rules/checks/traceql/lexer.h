// TraceQL text into tokens. The grammar of names and literals is that of Grafana Tempo's TraceQL documentation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace spangate::traceql {

/// Longer queries are refused: nobody writes them, and every later stage may count on it.
inline constexpr size_t kMaxQueryBytes = 32 << 10;

enum class TokenKind : uint8_t {
  kEnd,
  kOpenBrace,
  kCloseBrace,
  kOpenParen,
  kCloseParen,
  kComma,
  kPipe,
  kOperator,   // `op` says which
  kNot,        // !
  kString,     // `text` is the value
  kInt,        // `integer`
  kFloat,      // `number`
  kDuration,   // `integer`, ns
  kWord,       // `text`: name, ok, span:duration, count
  kAttribute,  // `scope`, `of_parent`, `text` is the key
};

/// Operators as they are written. What one means (`>` compares or selects children) depends on its operands.
enum class Op : uint8_t {
  kAnd,
  kOr,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kRegex,
  kNotRegex,  // also: not a sibling
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kPower,
  kDescendant,
  kAncestor,
  kSibling,
  kNotChild,
  kNotParent,
  kNotDescendant,
  kNotAncestor,
  kUnionChild,
  kUnionParent,
  kUnionDescendant,
  kUnionAncestor,
  kUnionSibling,
};
std::string_view Spelling(Op op);

enum class Scope : uint8_t { kAny, kSpan, kResource, kEvent, kLink, kInstrumentation };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Op op = Op::kAnd;
  Scope scope = Scope::kAny;
  bool of_parent = false;
  uint32_t begin = 0, end = 0;  // bytes of the query
  int64_t integer = 0;
  double number = 0;
  std::string text;
};

/// The tokens of `query`, with one kEnd at the end. Errors: kUsage "column 14: ...".
Result<std::vector<Token>> Tokenize(std::string_view query);

/// An error at a byte of the query: "column 14: message", or "line 2, column 3: message" after the first line.
Error ErrorAt(std::string_view query, size_t offset, std::string_view message);

}  // namespace spangate::traceql
