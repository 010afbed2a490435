// The parser. Precedence, loosest first: `|`; && and ||; comparisons and structural operators; + -; * / %; ^ (to the
// right). TraceQL gives && and || one precedence and reads them from the left, most languages do not: `a || b && c`
// therefore asks for parentheses instead of meaning one of the two in silence.
#include "rules/checks/traceql/parser.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "common/text.h"

namespace spangate::traceql {
namespace {

struct Constant {
  std::string_view text;
  Type type;
  int64_t value;
};
constexpr std::array<Constant, 14> kConstants{{{"true", Type::kBool, 1},
                                               {"false", Type::kBool, 0},
                                               {"nil", Type::kNil, 0},
                                               {"unset", Type::kStatus, 0},
                                               {"ok", Type::kStatus, 1},
                                               {"error", Type::kStatus, 2},
                                               {"unspecified", Type::kKind, 0},
                                               {"internal", Type::kKind, 1},
                                               {"server", Type::kKind, 2},
                                               {"client", Type::kKind, 3},
                                               {"producer", Type::kKind, 4},
                                               {"consumer", Type::kKind, 5},
                                               {"minInt", Type::kInt, std::numeric_limits<int64_t>::min()},
                                               {"maxInt", Type::kInt, std::numeric_limits<int64_t>::max()}}};

struct AggregateName {
  std::string_view text;
  Aggregate aggregate;
};
constexpr std::array<AggregateName, 5> kAggregates{{{"count", Aggregate::kCount},
                                                    {"avg", Aggregate::kAvg},
                                                    {"min", Aggregate::kMin},
                                                    {"max", Aggregate::kMax},
                                                    {"sum", Aggregate::kSum}}};
constexpr std::array<std::string_view, 3> kStages{"by", "coalesce", "select"};
constexpr std::array<std::string_view, 11> kMetrics{
    "rate",          "count_over_time",    "min_over_time",       "max_over_time", "avg_over_time",
    "sum_over_time", "quantile_over_time", "histogram_over_time", "compare",       "topk",
    "bottomk"};

int Precedence(Op op) {
  switch (op) {
    case Op::kAnd:
    case Op::kOr:
      return 1;
    case Op::kAdd:
    case Op::kSubtract:
      return 3;
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kModulo:
      return 4;
    case Op::kPower:
      return 5;
    default:
      return 2;
  }
}
bool IsLogic(Op op) { return op == Op::kAnd || op == Op::kOr; }
bool IsArithmetic(Op op) { return Precedence(op) >= 3; }
bool IsComparison(Op op) { return op >= Op::kEqual && op <= Op::kNotRegex; }
// Operators that stand between sets of spans; `>`, `<` and `!~` are also comparisons.
bool IsStructural(Op op) {
  return op >= Op::kDescendant || op == Op::kGreater || op == Op::kLess || op == Op::kNotRegex;
}

template <class T>
using Parsed = Result<std::unique_ptr<T>>;

class Parser {
 public:
  Parser(std::string_view query, std::vector<Token> tokens) : query_(query), tokens_(std::move(tokens)) {}

  Result<ParsedQuery> Query() {
    Parsed<Node> root = Pipeline();
    if (!root.has_value()) return root.error();
    if (Here().kind != TokenKind::kEnd) return Expected("an operator, '|' or the end of the query");
    if (root.value()->is_scalar()) return Expected("a comparison such as '> 2' after an aggregate");
    return ParsedQuery{std::move(root.value()), slots_};
  }

  Result<ParsedField> LoneField() {
    Parsed<Field> root = FieldExpression(1);
    if (!root.has_value()) return root.error();
    if (Here().kind != TokenKind::kEnd) return Expected("an operator or the end of the expression");
    return ParsedField{std::move(root.value()), slots_};
  }

 private:
  const Token& Here() const { return tokens_[at_]; }
  bool At(TokenKind kind) const { return Here().kind == kind; }
  bool AtOp() const { return At(TokenKind::kOperator); }
  bool Take(TokenKind kind) {
    if (!At(kind)) return false;
    ++at_;
    return true;
  }
  Error Fail(size_t offset, std::string_view message) const { return ErrorAt(query_, offset, message); }

  std::string Found() const {
    if (At(TokenKind::kEnd)) return "the end";
    return fmt::format("'{}'", Printable(query_.substr(Here().begin, std::min<size_t>(40, Here().end - Here().begin))));
  }
  Error Expected(std::string_view what) const {
    return Fail(Here().begin, fmt::format("expected {}, found {}", what, Found()));
  }
  Error TooDeep() const { return Fail(Here().begin, fmt::format("nested deeper than {} levels", kMaxHeight)); }

  // `depth_` bounds the recursion of parsing, `height` that of every later walk over the tree.
  struct Depth {
    explicit Depth(int& counter) : depth(++counter) {}
    ~Depth() { --depth; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    int& depth;
  };

  template <class T>
  Parsed<T> Finished(std::unique_ptr<T> made) {
    for (const auto& child : made->children) made->height = std::max(made->height, child->height + 1);
    if constexpr (std::is_same_v<T, Node>) {
      for (const auto& field : made->fields) made->height = std::max(made->height, field->height + 1);
    }
    if (made->height > kMaxHeight) return TooDeep();
    return made;
  }

  // a && b && c is one node of three children; an operand in parentheses stays as it is.
  template <class T>
  Parsed<T> Joined(std::unique_ptr<T> left, std::unique_ptr<T> right, typename T::Kind kind, typename T::Kind other,
                   const Token& op) {
    if (op.op == Op::kAnd && left->kind == other && !left->in_parens)
      return Fail(op.begin, "'&&' after '||' needs parentheses: write (a || b) && c or a || (b && c)");
    if (left->kind == kind && !left->in_parens) {
      left->end = right->end;
      left->children.push_back(std::move(right));
      return Finished(std::move(left));
    }
    auto joined = std::make_unique<T>();
    joined->kind = kind;
    joined->op = op.op;
    joined->at = op.begin;
    joined->begin = left->begin;
    joined->end = right->end;
    joined->children.push_back(std::move(left));
    joined->children.push_back(std::move(right));
    return Finished(std::move(joined));
  }

  template <class T>
  Parsed<T> Paired(std::unique_ptr<T> left, std::unique_ptr<T> right, typename T::Kind kind, const Token& op) {
    auto pair = std::make_unique<T>();
    pair->kind = kind;
    pair->op = op.op;
    pair->at = op.begin;
    pair->begin = left->begin;
    pair->end = right->end;
    pair->children.push_back(std::move(left));
    pair->children.push_back(std::move(right));
    return Finished(std::move(pair));
  }

  // ---- sets of spans ----

  Parsed<Node> Pipeline() {
    const Depth guard(depth_);
    if (depth_ > kMaxHeight) return TooDeep();
    auto pipeline = std::make_unique<Node>();
    pipeline->kind = Node::Kind::kPipeline;
    do {
      Parsed<Node> stage = Stage(pipeline->children.empty());
      if (!stage.has_value()) return stage;
      pipeline->children.push_back(std::move(stage.value()));
      if (pipeline->children.back()->is_scalar() && At(TokenKind::kPipe))
        return Expected("a comparison such as '> 2' after an aggregate");
    } while (Take(TokenKind::kPipe));
    if (pipeline->children.size() == 1) return std::move(pipeline->children.front());
    pipeline->begin = pipeline->children.front()->begin;
    pipeline->end = pipeline->children.back()->end;
    if (pipeline->children.back()->is_scalar()) pipeline->kind = Node::Kind::kScalarPipeline;
    return Finished(std::move(pipeline));
  }

  Parsed<Node> Stage(bool first) {
    if (!At(TokenKind::kWord)) return SetExpression(1);
    const std::string& word = Here().text;
    if (word == "by") return Call(Node::Kind::kGroup, 1);
    if (word == "select") return Call(Node::Kind::kSelect, SIZE_MAX);
    if (word != "coalesce") return SetExpression(1);
    if (first) return Fail(Here().begin, "a query cannot start with coalesce()");
    return Call(Node::Kind::kCoalesce, 0);
  }

  // word '(' fields ')', with exactly `most` fields, or at least one where `most` is SIZE_MAX.
  Parsed<Node> Call(Node::Kind kind, size_t most) {
    auto call = std::make_unique<Node>();
    call->kind = kind;
    call->begin = call->at = Here().begin;
    const std::string name = Here().text;
    ++at_;
    if (!Take(TokenKind::kOpenParen)) return Expected(fmt::format("'(' after '{}'", name));
    while (most > 0) {
      Parsed<Field> field = FieldExpression(1);
      if (!field.has_value()) return field.error();
      call->fields.push_back(std::move(field.value()));
      if (call->fields.size() >= most || !Take(TokenKind::kComma)) break;
    }
    call->end = Here().end;
    if (!Take(TokenKind::kCloseParen)) return Expected("')'");
    return Finished(std::move(call));
  }

  Parsed<Node> SetExpression(int lowest) {
    const Depth guard(depth_);
    if (depth_ > kMaxHeight) return TooDeep();
    Parsed<Node> left = SetOperand();
    while (left.has_value() && AtOp() && Precedence(Here().op) >= lowest) {
      const Token op = Here();
      ++at_;
      const int next = op.op == Op::kPower ? Precedence(op.op) : Precedence(op.op) + 1;
      Parsed<Node> right = SetExpression(next);
      if (!right.has_value()) return right;
      left = CombineSets(std::move(left.value()), std::move(right.value()), op);
    }
    return left;
  }

  Parsed<Node> CombineSets(std::unique_ptr<Node> left, std::unique_ptr<Node> right, const Token& op) {
    if (left->is_scalar() != right->is_scalar())
      return Fail(op.begin, fmt::format("'{}' stands between a set of spans and a number", Spelling(op.op)));
    if (left->is_scalar()) {
      if (IsArithmetic(op.op)) return Paired(std::move(left), std::move(right), Node::Kind::kArithmetic, op);
      if (!IsComparison(op.op) || op.op == Op::kRegex || op.op == Op::kNotRegex)
        return Fail(op.begin, fmt::format("'{}' does not work on numbers", Spelling(op.op)));
      return Paired(std::move(left), std::move(right), Node::Kind::kCompare, op);
    }
    for (const Node* side : {left.get(), right.get()}) {
      if (side->kind == Node::Kind::kCompare && !side->in_parens)
        return Fail(op.begin, fmt::format("'{}' after a comparison of aggregates; put each pipeline in parentheses",
                                          Spelling(op.op)));
    }
    if (op.op == Op::kAnd) return Joined(std::move(left), std::move(right), Node::Kind::kBoth, Node::Kind::kEither, op);
    if (op.op == Op::kOr) return Joined(std::move(left), std::move(right), Node::Kind::kEither, Node::Kind::kBoth, op);
    if (!IsStructural(op.op))
      return Fail(op.begin, fmt::format("'{}' does not work on sets of spans; expected &&, ||, >, >>, <, <<, ~ or one "
                                        "of their ! and & forms",
                                        Spelling(op.op)));
    return Paired(std::move(left), std::move(right), Node::Kind::kStructural, op);
  }

  Parsed<Node> SetOperand() {
    switch (Here().kind) {
      case TokenKind::kOpenBrace:
        return Filter();
      case TokenKind::kOpenParen:
        return Wrapped();
      case TokenKind::kWord:
        return AggregateCall();
      default:
        return Number();
    }
  }

  Parsed<Node> Wrapped() {
    const uint32_t begin = Here().begin;
    ++at_;
    Parsed<Node> inner = Pipeline();
    if (!inner.has_value()) return inner;
    if (!At(TokenKind::kCloseParen)) return Expected("')'");
    inner.value()->in_parens = true;
    inner.value()->begin = begin;
    inner.value()->end = Here().end;
    ++at_;
    return inner;
  }

  Parsed<Node> Filter() {
    auto filter = std::make_unique<Node>();
    filter->begin = Here().begin;
    ++at_;
    if (!At(TokenKind::kCloseBrace)) {
      Parsed<Field> field = FieldExpression(1);
      if (!field.has_value()) return field.error();
      filter->fields.push_back(std::move(field.value()));
    }
    filter->end = Here().end;
    if (!Take(TokenKind::kCloseBrace)) return Expected("an operator or '}'");
    return Finished(std::move(filter));
  }

  Parsed<Node> AggregateCall() {
    const std::string word = Here().text;
    std::vector<std::string_view> known(kStages.begin(), kStages.end());
    for (const AggregateName& name : kAggregates) {
      known.push_back(name.text);
      if (name.text != word) continue;
      Parsed<Node> call = Call(Node::Kind::kAggregate, name.aggregate == Aggregate::kCount ? 0 : 1);
      if (call.has_value()) call.value()->aggregate = name.aggregate;
      return call;
    }
    for (const std::string_view metric : kMetrics) {
      if (word == metric)
        return Fail(Here().begin, fmt::format("'{}' is a metrics query; checks select spans", metric));
    }
    const std::string_view near = DidYouMean(word, known);
    const std::string cure = near.empty() ? "" : fmt::format("; did you mean '{}()'?", near);
    return Fail(Here().begin, fmt::format("expected '{{', an aggregate, by, select or coalesce, found '{}'{}",
                                          Printable(word), cure));
  }

  Parsed<Node> Number() {
    auto number = std::make_unique<Node>();
    number->kind = Node::Kind::kNumber;
    number->begin = Here().begin;
    const bool negative = AtOp() && Here().op == Op::kSubtract;
    const Token& literal = tokens_[at_ + (negative ? 1 : 0)];
    if (literal.kind != TokenKind::kInt && literal.kind != TokenKind::kFloat && literal.kind != TokenKind::kDuration)
      return Expected("'{' or an aggregate");
    auto field = std::make_unique<Field>();
    field->begin = number->begin;
    field->end = number->end = literal.end;
    field->type = LiteralType(literal.kind);
    field->integer = negative ? -literal.integer : literal.integer;
    field->number = negative ? -literal.number : literal.number;
    number->fields.push_back(std::move(field));
    at_ += negative ? 2 : 1;
    return Finished(std::move(number));
  }

  // ---- expressions about one span ----

  Parsed<Field> FieldExpression(int lowest) {
    const Depth guard(depth_);
    if (depth_ > kMaxHeight) return TooDeep();
    Parsed<Field> left = Unary();
    while (left.has_value() && AtOp() && Precedence(Here().op) >= lowest) {
      const Token op = Here();
      if (!IsLogic(op.op) && !IsComparison(op.op) && !IsArithmetic(op.op))
        return Fail(op.begin, fmt::format("'{}' stands between sets of spans, not inside braces", Spelling(op.op)));
      ++at_;
      const int next = op.op == Op::kPower ? Precedence(op.op) : Precedence(op.op) + 1;
      Parsed<Field> right = FieldExpression(next);
      if (!right.has_value()) return right;
      left = CombineFields(std::move(left.value()), std::move(right.value()), op);
    }
    return left;
  }

  Parsed<Field> CombineFields(std::unique_ptr<Field> left, std::unique_ptr<Field> right, const Token& op) {
    using enum Field::Kind;
    if (op.op == Op::kAnd) return Joined(std::move(left), std::move(right), kAll, kAny, op);
    if (op.op == Op::kOr) return Joined(std::move(left), std::move(right), kAny, kAll, op);
    return Paired(std::move(left), std::move(right), kBinary, op);
  }

  // -a ^ 2 is -(a ^ 2); !a = b is (!a) = b, as in Tempo.
  Parsed<Field> Unary() {
    const bool negate = AtOp() && Here().op == Op::kSubtract;
    if (!negate && !At(TokenKind::kNot)) return Operand();
    const Depth guard(depth_);
    if (depth_ > kMaxHeight) return TooDeep();
    auto unary = std::make_unique<Field>();
    unary->kind = negate ? Field::Kind::kNegate : Field::Kind::kNot;
    unary->begin = unary->at = Here().begin;
    ++at_;
    Parsed<Field> operand = negate ? FieldExpression(Precedence(Op::kPower)) : Unary();
    if (!operand.has_value()) return operand;
    unary->end = operand.value()->end;
    unary->children.push_back(std::move(operand.value()));
    return Finished(std::move(unary));
  }

  static Type LiteralType(TokenKind kind) {
    switch (kind) {
      case TokenKind::kInt:
        return Type::kInt;
      case TokenKind::kFloat:
        return Type::kFloat;
      case TokenKind::kDuration:
        return Type::kDuration;
      default:
        return Type::kString;
    }
  }

  Parsed<Field> Operand() {
    const Token& token = Here();
    auto field = std::make_unique<Field>();
    field->begin = field->at = token.begin;
    field->end = token.end;
    switch (token.kind) {
      case TokenKind::kOpenParen:
        return WrappedField();
      case TokenKind::kWord:
        return Word(std::move(field));
      case TokenKind::kAttribute:
        if (Status plain = CheckParentKey(token); !plain.has_value()) return plain.error();
        field->kind = Field::Kind::kAttribute;
        field->type = Type::kAny;
        field->text = token.text;
        field->scope = token.scope;
        field->of_parent = token.of_parent;
        field->slot = slots_++;
        break;
      case TokenKind::kString:
      case TokenKind::kInt:
      case TokenKind::kFloat:
      case TokenKind::kDuration:
        field->type = LiteralType(token.kind);
        field->integer = token.integer;
        field->number = token.number;
        field->text = token.text;
        break;
      default:
        return Expected("an attribute, an intrinsic or a value");
    }
    ++at_;
    return field;
  }

  Parsed<Field> WrappedField() {
    const uint32_t begin = Here().begin;
    ++at_;
    Parsed<Field> inner = FieldExpression(1);
    if (!inner.has_value()) return inner;
    if (!At(TokenKind::kCloseParen)) return Expected("an operator or ')'");
    inner.value()->in_parens = true;
    inner.value()->begin = begin;
    inner.value()->end = Here().end;
    ++at_;
    return inner;
  }

  // `parent.duration` reads as the parent's duration but would be its attribute "duration", which nobody has.
  Status CheckParentKey(const Token& token) const {
    if (!token.of_parent || token.scope != Scope::kAny || query_[token.end - 1] == '"') return Ok();
    for (const IntrinsicName& name : IntrinsicNames()) {
      if (name.text != token.text) continue;
      return Fail(token.begin, fmt::format("'parent.{0}' is an attribute of the parent; select the parent's {0} with "
                                           "{{ {0} ... }} > {{ ... }}, or quote it: parent.\"{0}\"",
                                           token.text));
    }
    return Ok();
  }

  Parsed<Field> Word(std::unique_ptr<Field> field) {
    const std::string& word = Here().text;
    for (const Constant& constant : kConstants) {
      if (constant.text != word) continue;
      field->type = constant.type;
      field->integer = constant.value;
      ++at_;
      return field;
    }
    for (const IntrinsicName& name : IntrinsicNames()) {
      if (name.text != word) continue;
      field->kind = Field::Kind::kIntrinsic;
      field->intrinsic = name.intrinsic;
      field->type = name.type;
      ++at_;
      return field;
    }
    return UnknownName(word);
  }

  Error UnknownName(const std::string& word) const {
    std::vector<std::string_view> known;
    for (const IntrinsicName& name : IntrinsicNames()) known.push_back(name.text);
    for (const Constant& constant : kConstants) known.push_back(constant.text);
    const std::string_view near = DidYouMean(word, known);
    const std::string cure = !near.empty() ? fmt::format("did you mean '{}'?", near)
                             : word.find(':') == std::string::npos
                                 ? fmt::format(
                                       "an attribute needs its scope: span.{0}, resource.{0} or .{0}; a text "
                                       "needs quotes",
                                       word)
                                 : "see docs/checks.md for all intrinsics";
    return Fail(Here().begin,
                fmt::format("expected an attribute, an intrinsic or a value, found '{}'; {}", Printable(word), cure));
  }

  std::string_view query_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
  uint32_t slots_ = 0;
};

}  // namespace

Result<ParsedQuery> ParseQuery(std::string_view query) {
  Result<std::vector<Token>> tokens = Tokenize(query);
  if (!tokens.has_value()) return tokens.error();
  return Parser(query, std::move(tokens.value())).Query();
}

Result<ParsedField> ParseField(std::string_view query) {
  Result<std::vector<Token>> tokens = Tokenize(query);
  if (!tokens.has_value()) return tokens.error();
  return Parser(query, std::move(tokens.value())).LoneField();
}

}  // namespace spangate::traceql
