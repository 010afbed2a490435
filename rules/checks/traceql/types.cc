#include "rules/checks/traceql/types.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <array>

#include "rules/checks/traceql/parser.h"

namespace spangate::traceql {

// RE2 runs in time linear in the text; its memory is bounded here because patterns come from files.
struct Pattern {
  explicit Pattern(const std::string& text) : regex(text, Options()) {}
  static re2::RE2::Options Options() {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(4 << 20);
    return options;
  }
  re2::RE2 regex;
};

bool Matches(const Pattern& pattern, std::string_view text) {
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern.regex);
}

std::string_view Name(Type type) {
  constexpr std::array<std::string_view, 9> kNames{"an attribute", "nil",      "a boolean", "a number", "a number",
                                                   "a duration",   "a string", "a status",  "a kind"};
  return kNames[static_cast<size_t>(type)];
}

const std::vector<IntrinsicName>& IntrinsicNames() {
  using enum Intrinsic;
  static const std::vector<IntrinsicName> kNames{
      {"name", kName, Type::kString},
      {"span:name", kName, Type::kString},
      {"status", kStatus, Type::kStatus},
      {"span:status", kStatus, Type::kStatus},
      {"statusMessage", kStatusMessage, Type::kString},
      {"span:statusMessage", kStatusMessage, Type::kString},
      {"duration", kDuration, Type::kDuration},
      {"span:duration", kDuration, Type::kDuration},
      {"kind", kKind, Type::kKind},
      {"span:kind", kKind, Type::kKind},
      {"span:id", kSpanId, Type::kString},
      {"span:parentID", kParentId, Type::kString},
      {"childCount", kChildCount, Type::kInt},
      {"span:childCount", kChildCount, Type::kInt},
      {"parent", kParent, Type::kNil},
      {"rootName", kRootName, Type::kString},
      {"trace:rootName", kRootName, Type::kString},
      {"rootServiceName", kRootService, Type::kString},
      {"trace:rootService", kRootService, Type::kString},
      {"traceDuration", kTraceDuration, Type::kDuration},
      {"trace:duration", kTraceDuration, Type::kDuration},
      {"trace:id", kTraceId, Type::kString},
      {"nestedSetLeft", kNestedSetLeft, Type::kInt},
      {"nestedSetRight", kNestedSetRight, Type::kInt},
      {"nestedSetParent", kNestedSetParent, Type::kInt},
      {"event:name", kEventName, Type::kString},
      {"event:timeSinceStart", kEventTimeSinceStart, Type::kDuration},
      {"link:traceID", kLinkTraceId, Type::kString},
      {"link:spanID", kLinkSpanId, Type::kString},
      {"instrumentation:name", kInstrumentationName, Type::kString},
      {"instrumentation:version", kInstrumentationVersion, Type::kString},
  };
  return kNames;
}

bool IsNumeric(Type type) {
  return type == Type::kAny || type == Type::kInt || type == Type::kFloat || type == Type::kDuration;
}

bool ReadsSpan(const Field& field) {
  if (field.kind == Field::Kind::kAttribute || field.kind == Field::Kind::kIntrinsic) return true;
  for (const auto& child : field.children) {
    if (ReadsSpan(*child)) return true;
  }
  return false;
}

namespace {

bool IsBoolean(Type type) { return type == Type::kBool || type == Type::kAny; }
bool IsText(Type type) { return type == Type::kString || type == Type::kAny; }
bool IsNilLiteral(const Field& field) { return field.kind == Field::Kind::kLiteral && field.type == Type::kNil; }

bool Comparable(Type left, Type right) {
  if (left == Type::kAny || right == Type::kAny || left == right) return true;
  return IsNumeric(left) && IsNumeric(right);
}
bool Ordered(Type type) { return IsNumeric(type) || type == Type::kString; }

Status CheckNil(const Field& field, const Field& left, const Field& right, std::string_view query) {
  if (field.op != Op::kEqual && field.op != Op::kNotEqual)
    return ErrorAt(query, field.at, "nil is compared with = or !=");
  const Field& other = IsNilLiteral(right) ? left : right;
  if (!IsNilLiteral(left) && !IsNilLiteral(right))
    return ErrorAt(query, field.at, "'parent' is only compared with nil");
  if (!ReadsSpan(other)) return ErrorAt(query, field.at, "nil is compared with an attribute or an intrinsic");
  return Ok();
}

Status CheckRegex(Field& field, const Field& left, const Field& right, std::string_view query) {
  if (!IsText(left.type) || right.kind != Field::Kind::kLiteral || right.type != Type::kString)
    return ErrorAt(query, field.at,
                   fmt::format("'{}' matches a text against a quoted regular expression", Spelling(field.op)));
  auto pattern = std::make_shared<const Pattern>(right.text);
  if (!pattern->regex.ok())
    return ErrorAt(query, right.begin, fmt::format("bad regular expression: {}", pattern->regex.error()));
  field.pattern = std::move(pattern);
  return Ok();
}

Status CheckComparison(Field& field, const Field& left, const Field& right, std::string_view query) {
  field.type = Type::kBool;
  if (field.op == Op::kRegex || field.op == Op::kNotRegex) return CheckRegex(field, left, right, query);
  if (left.type == Type::kNil || right.type == Type::kNil) return CheckNil(field, left, right, query);
  if (!Comparable(left.type, right.type))
    return ErrorAt(query, field.at, fmt::format("cannot compare {} with {}", Name(left.type), Name(right.type)));
  const bool orders = field.op != Op::kEqual && field.op != Op::kNotEqual;
  for (const Field* side : {&left, &right}) {
    if (orders && !Ordered(side->type) && side->type != Type::kAny)
      return ErrorAt(query, field.at, fmt::format("'{}' has no meaning for {}", Spelling(field.op), Name(side->type)));
  }
  return Ok();
}

Status CheckBinary(Field& field, std::string_view query) {
  const Field& left = *field.children[0];
  const Field& right = *field.children[1];
  if (field.op < Op::kAdd) return CheckComparison(field, left, right, query);
  for (const Field* side : {&left, &right}) {
    if (!IsNumeric(side->type))
      return ErrorAt(query, field.at, fmt::format("'{}' needs numbers, not {}", Spelling(field.op), Name(side->type)));
  }
  const bool duration = left.type == Type::kDuration || right.type == Type::kDuration;
  field.type = duration ? Type::kDuration : Type::kFloat;
  return Ok();
}

Status CheckTypes(Field& field, std::string_view query) {
  switch (field.kind) {
    case Field::Kind::kLiteral:
    case Field::Kind::kAttribute:
    case Field::Kind::kIntrinsic:
      return Ok();
    case Field::Kind::kNot:
      field.type = Type::kBool;
      if (IsBoolean(field.children[0]->type)) return Ok();
      return ErrorAt(query, field.at, fmt::format("'!' needs a boolean, not {}", Name(field.children[0]->type)));
    case Field::Kind::kNegate:
      field.type = field.children[0]->type;
      if (IsNumeric(field.type)) return Ok();
      return ErrorAt(query, field.at, fmt::format("'-' needs a number, not {}", Name(field.type)));
    case Field::Kind::kAll:
    case Field::Kind::kAny:
      field.type = Type::kBool;
      for (const auto& child : field.children) {
        if (!IsBoolean(child->type))
          return ErrorAt(query, child->begin,
                         fmt::format("'{}' needs booleans, not {}", Spelling(field.op), Name(child->type)));
      }
      return Ok();
    case Field::Kind::kBinary:
      return CheckBinary(field, query);
  }
  return Ok();
}

Status CheckAggregate(const Node& node, std::string_view query) {
  if (node.fields.empty()) return Ok();
  const Field& field = *node.fields[0];
  if (!IsNumeric(field.type))
    return ErrorAt(query, field.begin, fmt::format("an aggregate needs numbers, not {}", Name(field.type)));
  if (!ReadsSpan(field)) return ErrorAt(query, field.begin, "an aggregate must read an attribute or an intrinsic");
  return Ok();
}

bool HasAggregate(const Node& node) {
  if (node.kind == Node::Kind::kAggregate || node.kind == Node::Kind::kScalarPipeline) return true;
  for (const auto& child : node.children) {
    if (HasAggregate(*child)) return true;
  }
  return false;
}

Status CheckFields(const Node& node, std::string_view query) {
  switch (node.kind) {
    case Node::Kind::kFilter:
      if (node.fields.empty() || IsBoolean(node.fields[0]->type)) return Ok();
      return ErrorAt(query, node.fields[0]->begin,
                     fmt::format("a filter must be true or false, this is {}", Name(node.fields[0]->type)));
    case Node::Kind::kGroup:
      if (ReadsSpan(*node.fields[0])) return Ok();
      return ErrorAt(query, node.fields[0]->begin, "by() must read an attribute or an intrinsic");
    case Node::Kind::kSelect:
      for (const auto& field : node.fields) {
        if (field->kind != Field::Kind::kAttribute && field->kind != Field::Kind::kIntrinsic)
          return ErrorAt(query, field->begin, "select() takes attributes and intrinsics");
      }
      return Ok();
    case Node::Kind::kAggregate:
      return CheckAggregate(node, query);
    case Node::Kind::kCompare:
      if (HasAggregate(node)) return Ok();
      return ErrorAt(query, node.at, "a comparison outside braces needs an aggregate such as count()");
    default:
      return Ok();
  }
}

// Sets mean something as sets once they have been grouped or judged; nested pipelines flow into one set again.
bool CountsSets(const Node& node) {
  if (node.kind == Node::Kind::kGroup || node.kind == Node::Kind::kCompare) return true;
  if (node.kind != Node::Kind::kPipeline) return false;
  bool counts = false;
  for (const auto& child : node.children) {
    if (child->kind == Node::Kind::kCoalesce) counts = false;
    if (CountsSets(*child)) counts = true;
  }
  return counts;
}

}  // namespace

Status CheckField(Field& field, std::string_view query) {
  for (const auto& child : field.children) {
    Status checked = CheckField(*child, query);
    if (!checked.has_value()) return checked;
  }
  return CheckTypes(field, query);
}

Status CheckNode(Node& node, std::string_view query) {
  for (const auto& child : node.children) {
    Status checked = CheckNode(*child, query);
    if (!checked.has_value()) return checked;
  }
  for (const auto& field : node.fields) {
    Status checked = CheckField(*field, query);
    if (!checked.has_value()) return checked;
  }
  return CheckFields(node, query);
}

Result<Query> Query::Parse(std::string_view text) {
  Result<ParsedQuery> parsed = ParseQuery(text);
  if (!parsed.has_value()) return parsed.error();
  Status checked = CheckNode(*parsed.value().root, text);
  if (!checked.has_value()) return checked.error();
  auto tree = std::make_shared<Tree>();
  tree->text = std::string(text);
  tree->counts_sets = CountsSets(*parsed.value().root);
  tree->root = std::move(parsed.value().root);
  tree->attribute_slots = parsed.value().attribute_slots;
  return Query(std::move(tree));
}

Result<Expression> Expression::Parse(std::string_view text) {
  Result<ParsedField> parsed = ParseField(text);
  if (!parsed.has_value()) return parsed.error();
  Status checked = CheckField(*parsed.value().root, text);
  if (!checked.has_value()) return checked.error();
  if (!ReadsSpan(*parsed.value().root)) return ErrorAt(text, 0, "expected an attribute or an intrinsic");
  auto tree = std::make_shared<Tree>();
  tree->text = std::string(text);
  tree->root = std::move(parsed.value().root);
  tree->attribute_slots = parsed.value().attribute_slots;
  return Expression(std::move(tree));
}

}  // namespace spangate::traceql
