#include "rules/checks/traceql/field_reader.h"

#include "common/text.h"

namespace spangate::traceql {
namespace {

// The values of several events or links: none is missing, one is itself, more are an array.
Datum Gathered(std::vector<Datum> items) {
  if (items.empty()) return {};
  if (items.size() == 1) return std::move(items.front());
  Datum many;
  many.many = true;
  many.items = std::move(items);
  return many;
}

constexpr int kMaxArrayDepth = 8;

}  // namespace

FieldReader::FieldReader(const TraceIndex& index, const Query& query)
    : index_(index), model_(index.model()), keys_(query.attribute_slots()) {
  Resolve(query.root());
}

FieldReader::FieldReader(const TraceIndex& index, const Expression& expression)
    : index_(index), model_(index.model()), keys_(expression.attribute_slots()) {
  Resolve(expression.root());
}

void FieldReader::Resolve(const Node& node) {
  for (const auto& field : node.fields) Resolve(*field);
  for (const auto& child : node.children) Resolve(*child);
}

void FieldReader::Resolve(const Field& field) {
  if (field.kind == Field::Kind::kAttribute) keys_[field.slot] = model_.strings.Find(field.text);
  for (const auto& child : field.children) Resolve(*child);
}

Datum FieldReader::Value(const Field& field, uint32_t span) {
  kept_.clear();
  return Read(field, span);
}

Datum FieldReader::Kept(std::string text) {
  kept_.push_back(std::move(text));
  return Datum::Text(kept_.back());
}

Datum FieldReader::Read(const Field& field, uint32_t span) {
  switch (field.kind) {
    case Field::Kind::kLiteral:
      if (field.type == Type::kString) return Datum::Text(field.text);
      if (field.type == Type::kFloat) return Datum::Float(field.number);
      return Datum::Integer(field.integer, field.type);
    case Field::Kind::kAttribute:
      return ReadAttribute(field, span);
    case Field::Kind::kIntrinsic:
      return ReadIntrinsic(field.intrinsic, span);
    case Field::Kind::kNot: {
      const Datum value = Read(*field.children[0], span);
      return Datum::Bool(value.type == Type::kBool && value.integer == 0);
    }
    case Field::Kind::kNegate:
      return Calculate(Op::kSubtract, Datum::Integer(0), Read(*field.children[0], span));
    case Field::Kind::kAll:
      for (const auto& child : field.children) {
        if (!Read(*child, span).is_true()) return Datum::Bool(false);
      }
      return Datum::Bool(true);
    case Field::Kind::kAny:
      for (const auto& child : field.children) {
        if (Read(*child, span).is_true()) return Datum::Bool(true);
      }
      return Datum::Bool(false);
    case Field::Kind::kBinary:
      return ReadBinary(field, span);
  }
  return {};
}

Datum FieldReader::ReadBinary(const Field& field, uint32_t span) {
  const Field& left = *field.children[0];
  const Field& right = *field.children[1];
  if (field.op >= Op::kAdd) return Calculate(field.op, Read(left, span), Read(right, span));
  const auto is_nil = [](const Field& side) { return side.kind == Field::Kind::kLiteral && side.type == Type::kNil; };
  if (is_nil(left) || is_nil(right)) {
    const Datum other = Read(is_nil(left) ? right : left, span);
    return Datum::Bool(other.present() == (field.op == Op::kNotEqual));
  }
  return Datum::Bool(Compare(field.op, Read(left, span), Read(right, span), field.pattern.get()));
}

Datum FieldReader::ReadAttribute(const Field& field, uint32_t row) {
  const std::optional<StringTable::Id> key = keys_[field.slot];
  if (!key) return {};
  if (field.of_parent) row = model_.spans[row].parent;
  if (row == kNoSpan) return {};
  const SpanRow& span = model_.spans[row];
  if (field.scope != Scope::kAny) return ReadScope(field.scope, *key, span);
  for (const Scope scope : {Scope::kSpan, Scope::kResource, Scope::kEvent, Scope::kLink, Scope::kInstrumentation}) {
    Datum value = ReadScope(scope, *key, span);
    if (value.present()) return value;
  }
  return {};
}

Datum FieldReader::ReadScope(Scope scope, StringTable::Id key, const SpanRow& span) {
  const ScopeRow& instrumentation = model_.scopes[span.scope];
  std::vector<Datum> found;
  switch (scope) {
    case Scope::kResource:
      return FindIn(model_.resources[instrumentation.resource].attributes, key).value_or(Datum{});
    case Scope::kInstrumentation:
      return FindIn(instrumentation.attributes, key).value_or(Datum{});
    case Scope::kEvent:
      for (const Event& event : model_.EventsOf(span)) {
        if (std::optional<Datum> value = FindIn(event.attributes, key)) found.push_back(std::move(*value));
      }
      return Gathered(std::move(found));
    case Scope::kLink:
      for (const Link& link : model_.LinksOf(span)) {
        if (std::optional<Datum> value = FindIn(link.attributes, key)) found.push_back(std::move(*value));
      }
      return Gathered(std::move(found));
    default:
      return FindIn(span.attributes, key).value_or(Datum{});
  }
}

std::optional<Datum> FieldReader::FindIn(Rows attributes, StringTable::Id key) const {
  for (const Attribute& attribute : model_.AttributesOf(attributes)) {
    if (attribute.key != key) continue;
    Datum value = OfValue(attribute.value);
    if (!value.present()) return std::nullopt;  // an empty value counts as missing
    return value;
  }
  return std::nullopt;
}

Datum FieldReader::OfValue(const spangate::Value& value, int depth) const {
  switch (value.type) {
    case ValueType::kEmpty:
      return {};
    case ValueType::kString:
    case ValueType::kBytes:
      return Datum::Text(model_.Text(value.text));
    case ValueType::kBool:
      return Datum::Bool(value.boolean);
    case ValueType::kInt:
      return Datum::Integer(value.integer);
    case ValueType::kDouble:
      return Datum::Float(value.number);
    case ValueType::kMap:
      return Datum::Integer(0, Type::kAny);
    case ValueType::kArray:
      break;
  }
  Datum array;
  array.many = true;
  for (uint32_t i = 0; i < value.rows.count && depth < kMaxArrayDepth; ++i)
    array.items.push_back(OfValue(model_.array_values[value.rows.first + i], depth + 1));
  return array;
}

Datum FieldReader::ReadIntrinsic(Intrinsic intrinsic, uint32_t row) {
  const SpanRow& span = model_.spans[row];
  const TraceIndex::TraceFacts& trace = index_.trace(span.trace);
  const ScopeRow& scope = model_.scopes[span.scope];
  switch (intrinsic) {
    case Intrinsic::kName:
      return Datum::Text(model_.Text(span.name));
    case Intrinsic::kStatus:
      return Datum::Integer(span.status, Type::kStatus);
    case Intrinsic::kStatusMessage:
      return Datum::Text(model_.Text(span.status_message));
    case Intrinsic::kDuration:
      return Datum::Integer(TimeBetween(span.start, span.end), Type::kDuration);
    case Intrinsic::kKind:
      return Datum::Integer(span.kind, Type::kKind);
    case Intrinsic::kSpanId:
      return Kept(Hex(span.span_id));
    case Intrinsic::kParentId:
      return span.parent_span_id == SpanId{} ? Datum{} : Kept(Hex(span.parent_span_id));
    case Intrinsic::kChildCount:
      return Datum::Integer(span.children.count);
    case Intrinsic::kParent:
      return span.parent_span_id == SpanId{} ? Datum{} : Datum::Bool(true);
    case Intrinsic::kRootName:
      return trace.root == kNoSpan ? Datum{} : Datum::Text(model_.Text(model_.spans[trace.root].name));
    case Intrinsic::kRootService:
      return trace.root == kNoSpan ? Datum{} : Datum::Text(model_.ServiceOf(model_.spans[trace.root]));
    case Intrinsic::kTraceDuration:
      return Datum::Integer(trace.duration, Type::kDuration);
    case Intrinsic::kTraceId:
      return Kept(Hex(span.trace_id));
    case Intrinsic::kInstrumentationName:
      return Datum::Text(model_.Text(scope.name));
    case Intrinsic::kInstrumentationVersion:
      return Datum::Text(model_.Text(scope.version));
    case Intrinsic::kNestedSetLeft:
    case Intrinsic::kNestedSetRight:
    case Intrinsic::kNestedSetParent:
      return ReadNestedSet(intrinsic, row);
    default:
      return ReadEventsOrLinks(intrinsic, span);
  }
}

// As Tempo numbers them: -1 is the parent of a root, and spans that hang under no root have zeroes.
Datum FieldReader::ReadNestedSet(Intrinsic intrinsic, uint32_t row) const {
  const TraceIndex::Place& place = index_.place(row);
  if (!place.rooted) return Datum::Integer(0);
  if (intrinsic == Intrinsic::kNestedSetLeft) return Datum::Integer(place.left);
  if (intrinsic == Intrinsic::kNestedSetRight) return Datum::Integer(place.right);
  const uint32_t parent = model_.spans[row].parent;
  return Datum::Integer(parent == kNoSpan ? -1 : int64_t{index_.place(parent).left});
}

Datum FieldReader::ReadEventsOrLinks(Intrinsic intrinsic, const SpanRow& span) {
  std::vector<Datum> found;
  if (intrinsic == Intrinsic::kEventName || intrinsic == Intrinsic::kEventTimeSinceStart) {
    for (const Event& event : model_.EventsOf(span)) {
      found.push_back(intrinsic == Intrinsic::kEventName
                          ? Datum::Text(model_.Text(event.name))
                          : Datum::Integer(TimeBetween(span.start, event.time), Type::kDuration));
    }
  } else {
    for (const Link& link : model_.LinksOf(span))
      found.push_back(Kept(intrinsic == Intrinsic::kLinkTraceId ? Hex(link.trace_id) : Hex(link.span_id)));
  }
  return Gathered(std::move(found));
}

}  // namespace spangate::traceql
