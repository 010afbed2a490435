// The syntax tree of a TraceQL query, as the parser builds it and the type checker completes it.
//
// Two levels: a Field is an expression about one span (inside braces); a Node works on sets of spans of one trace.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules/checks/traceql/lexer.h"

namespace spangate::traceql {

/// No tree is higher than this, so that recursion over it is bounded. Chains of && and || count as one level.
inline constexpr int kMaxHeight = 96;

/// Static types. kAny is an attribute: its type is known only when a span is seen.
enum class Type : uint8_t { kAny, kNil, kBool, kInt, kFloat, kDuration, kString, kStatus, kKind };
std::string_view Name(Type type);  // "a duration", "a string"

enum class Intrinsic : uint8_t {
  kName,
  kStatus,
  kStatusMessage,
  kDuration,
  kKind,
  kSpanId,
  kParentId,
  kChildCount,
  kParent,  // only compared with nil: whether there is one
  kRootName,
  kRootService,
  kTraceDuration,
  kTraceId,
  kNestedSetLeft,
  kNestedSetRight,
  kNestedSetParent,
  kEventName,
  kEventTimeSinceStart,
  kLinkTraceId,
  kLinkSpanId,
  kInstrumentationName,
  kInstrumentationVersion,
};

struct IntrinsicName {
  std::string_view text;  // as written: "duration", "span:duration"
  Intrinsic intrinsic;
  Type type;
};
/// Every spelling of every intrinsic.
const std::vector<IntrinsicName>& IntrinsicNames();

/// A compiled regular expression that matches whole texts.
struct Pattern;  // types.cc
bool Matches(const Pattern& pattern, std::string_view text);

struct Field {
  enum class Kind : uint8_t {
    kLiteral,
    kAttribute,
    kIntrinsic,
    kNot,
    kNegate,
    kBinary,  // comparison or arithmetic, two children
    kAll,     // && of all children
    kAny      // || of all children
  };
  Kind kind = Kind::kLiteral;
  Type type = Type::kNil;       // literals and intrinsics: by the parser; the rest: by the type checker
  uint32_t begin = 0, end = 0;  // bytes of the query
  uint32_t at = 0;              // where the operator stands, for errors
  Op op = Op::kEqual;
  bool in_parens = false;
  int height = 1;

  int64_t integer = 0;  // bool, int, duration (ns), status and kind (numbers of trace.proto)
  double number = 0;
  std::string text;  // string value, attribute key

  Scope scope = Scope::kAny;
  bool of_parent = false;
  Intrinsic intrinsic = Intrinsic::kName;
  uint32_t slot = 0;  // attributes: dense numbers from 0 in the query

  std::shared_ptr<const Pattern> pattern;  // =~ and !~
  std::vector<std::unique_ptr<Field>> children;
};

enum class Aggregate : uint8_t { kCount, kAvg, kMin, kMax, kSum };

struct Node {
  enum class Kind : uint8_t {
    // sets of spans
    kFilter,      // { fields[0] }; no field: every span
    kBoth,        // && of all children
    kEither,      // || of all children
    kStructural,  // op on two children
    kPipeline,    // children in turn
    kCompare,     // scalar filter: op on two scalars
    kGroup,       // by(fields[0])
    kCoalesce,
    kSelect,  // select(fields...)
    // numbers
    kNumber,          // fields[0], a literal
    kAggregate,       // of fields[0], if any
    kArithmetic,      // op on two scalars
    kScalarPipeline,  // a pipeline whose last child is a scalar
  };
  Kind kind = Kind::kFilter;
  Op op = Op::kAnd;
  Aggregate aggregate = Aggregate::kCount;
  bool in_parens = false;
  int height = 1;
  uint32_t begin = 0, end = 0;
  uint32_t at = 0;
  std::vector<std::unique_ptr<Field>> fields;
  std::vector<std::unique_ptr<Node>> children;

  bool is_scalar() const { return kind >= Kind::kNumber; }
};

/// A query that has parsed and type-checked. Immutable; shared by its copies.
class Query {
 public:
  /// Errors: kUsage "column 14: expected ..., found ...". A query that does not parse is never all spans.
  static Result<Query> Parse(std::string_view text);

  const std::string& text() const { return tree_->text; }
  const Node& root() const { return *tree_->root; }
  uint32_t attribute_slots() const { return tree_->attribute_slots; }
  /// Whether the query yields sets that mean something as sets: after by() or a scalar filter.
  bool counts_sets() const { return tree_->counts_sets; }

 private:
  struct Tree {
    std::string text;
    std::unique_ptr<Node> root;
    uint32_t attribute_slots = 0;
    bool counts_sets = false;
  };
  explicit Query(std::shared_ptr<const Tree> tree) : tree_(std::move(tree)) {}
  std::shared_ptr<const Tree> tree_;
};

/// An expression about one span by itself, as in `by: span.tenant`.
class Expression {
 public:
  static Result<Expression> Parse(std::string_view text);
  const std::string& text() const { return tree_->text; }
  const Field& root() const { return *tree_->root; }
  uint32_t attribute_slots() const { return tree_->attribute_slots; }

 private:
  struct Tree {
    std::string text;
    std::unique_ptr<Field> root;
    uint32_t attribute_slots = 0;
  };
  explicit Expression(std::shared_ptr<const Tree> tree) : tree_(std::move(tree)) {}
  std::shared_ptr<const Tree> tree_;
};

}  // namespace spangate::traceql
