// Finds the operations of the OpenTelemetry API in every function: span starts, scopes, sinks and the rest.
#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/link.h"
#include "analyzer/operation_table.h"
#include "common/glob.h"

namespace spangate {
namespace {

constexpr int kMaxDepth = 12;

struct KindName {
  std::string_view name;
  SpanKind kind;
};
constexpr std::array<KindName, 5> kSpanKinds = {{{"kInternal", SpanKind::kInternal},
                                                 {"kServer", SpanKind::kServer},
                                                 {"kClient", SpanKind::kClient},
                                                 {"kProducer", SpanKind::kProducer},
                                                 {"kConsumer", SpanKind::kConsumer}}};

// Members of containers that keep their argument.
constexpr std::array<std::string_view, 8> kKeepers = {"push_back", "emplace_back", "emplace",          "insert",
                                                      "push",      "try_emplace",  "insert_or_assign", "operator="};

class Operations {
 public:
  Operations(SourceModel& model, const std::vector<SpanWrapper>& wrappers) : model_(model), wrappers_(wrappers) {}

  void Link() {
    for (id_ = 0; id_ < model_.functions.size(); ++id_) {
      f_ = &model_.functions[id_].facts;
      if (f_->is_template && IsInstantiated()) continue;  // the same places, with less known
      IndexFunction();
      for (ExprId expr = 0; expr < f_->exprs.size(); ++expr) {
        const ExprKind kind = f_->exprs[expr].kind;
        if (kind == ExprKind::kCall || kind == ExprKind::kConstruct) Operate(expr);
      }
    }
    model_.span_starts.shrink_to_fit();
    model_.scopes.shrink_to_fit();
    model_.sinks.shrink_to_fit();
    model_.operations.shrink_to_fit();
  }

 private:
  bool IsInstantiated() const {
    const auto found = model_.definitions.find(f_->entity);
    return found != model_.definitions.end() &&
           std::any_of(found->second.begin(), found->second.end(),
                       [this](FunctionId id) { return !model_.functions[id].facts.is_template; });
  }

  const Expr& At(ExprId id) const { return f_->exprs[id]; }
  ExprId Op(ExprId id, uint32_t i) const { return OperandOf(*f_, id, i); }
  ExprRef Ref(ExprId id) const { return {id == kNone ? kNone : id_, id}; }

  // Which expression takes each value, and in which statement it stands.
  void IndexFunction() {
    parents_.assign(f_->exprs.size(), kNone);
    statements_.assign(f_->exprs.size(), kNone);
    for (ExprId id = 0; id < f_->exprs.size(); ++id) {
      for (uint32_t i = 0; i < At(id).operand_count; ++i) {
        if (const ExprId operand = Op(id, i); operand != kNone) parents_[operand] = id;
      }
    }
    for (StmtId id = 0; id < f_->stmts.size(); ++id) {
      const ExprId expr = f_->stmts[id].expr;
      if (expr != kNone && statements_[expr] == kNone) statements_[expr] = id;
    }
    for (ExprId id = static_cast<ExprId>(f_->exprs.size()); id-- > 0;) {
      if (statements_[id] == kNone && parents_[id] != kNone) statements_[id] = statements_[parents_[id]];
    }
  }

  // First argument's operand index: the object stands in front.
  uint32_t First(const Expr& call) const { return call.has_object ? 1 : 0; }
  ExprId Argument(ExprId call, uint32_t i) const { return Op(call, First(At(call)) + i); }

  void Operate(ExprId call) {
    if (const SpanWrapper* wrapper = WrapperOf(At(call)); wrapper != nullptr) {
      StartSpan(call, wrapper->name_argument);
      return;
    }
    switch (const ApiAction action = ActionOf(At(call)); action) {
      case ApiAction::kNothing:
        return;
      case ApiAction::kStartSpan:
        return StartSpan(call, 0);
      case ApiAction::kScope:
      case ApiAction::kAttach:
        return Scope(call, action);
      case ApiAction::kSetAttribute:
        return KeyValue(SinkKind::kSpanAttribute, call, Argument(call, 0), Argument(call, 1), SpanOf(Op(call, 0)));
      case ApiAction::kAddEvent:
        return Event(call);
      case ApiAction::kAddLink:
        for (uint32_t i = 0; i < At(call).operand_count; ++i) Links(call, Argument(call, i), SpanOf(Op(call, 0)), 0);
        return Other(OperationKind::kAddLink, call, SpanOf(Op(call, 0)));
      case ApiAction::kSetStatus:
        return Status(call);
      case ApiAction::kUpdateName:
        Text(SinkKind::kSpanName, call, Argument(call, 0), SpanOf(Op(call, 0)));
        return Other(OperationKind::kUpdateName, call, SpanOf(Op(call, 0)), Fold(Argument(call, 0)));
      case ApiAction::kEnd:
        return Other(OperationKind::kEnd, call, SpanOf(Op(call, 0)));
      case ApiAction::kBaggageSet:
        return KeyValue(SinkKind::kBaggage, call, Argument(call, 0), Argument(call, 1), {});
      case ApiAction::kTraceStateSet:
        return KeyValue(SinkKind::kTraceState, call, Argument(call, 0), Argument(call, 1), {});
      case ApiAction::kLogBody:
        return Text(SinkKind::kLogBody, call, Argument(call, 0), {});
      case ApiAction::kLogAttribute:
        return KeyValue(SinkKind::kLogAttribute, call, Argument(call, 0), Argument(call, 1), {});
      case ApiAction::kLog:
        return Log(call);
      case ApiAction::kMetric:
        for (uint32_t i = 1; i < At(call).operand_count; ++i) {
          Attributes(SinkKind::kMetricAttribute, call, Argument(call, i), {});
        }
        return;
      case ApiAction::kResource:
        Attributes(SinkKind::kResourceAttribute, call, Argument(call, 0), {});
        return Other(OperationKind::kMakeResource, call, {});
      case ApiAction::kGetCurrentSpan:
        return Other(OperationKind::kGetCurrentSpan, call, {.kind = SpanRef::Kind::kCurrent});
      default:
        return Setup(call, action);
    }
  }

  void Setup(ExprId call, ApiAction action) {
    switch (action) {
      case ApiAction::kInject:
        return Other(OperationKind::kInject, call, {});
      case ApiAction::kExtract:
        return Other(OperationKind::kExtract, call, {});
      case ApiAction::kGetInstrument:
        return Other(OperationKind::kGetInstrument, call, {}, Fold(Argument(call, 0)),
                     Symbol(At(call).name.view().substr(3)));
      case ApiAction::kSetTracerProvider:
        return Other(OperationKind::kSetTracerProvider, call, {});
      case ApiAction::kSetGlobalPropagator:
        return Other(OperationKind::kSetGlobalPropagator, call, {});
      case ApiAction::kMakeExporter:
        return Other(OperationKind::kMakeExporter, call, {}, {}, MadeClass(At(call)));
      case ApiAction::kMakeProcessor:
        return Other(OperationKind::kMakeProcessor, call, {}, {}, MadeClass(At(call)));
      case ApiAction::kMakeSampler:
        return Other(OperationKind::kMakeSampler, call, {}, {}, MadeClass(At(call)));
      case ApiAction::kForceFlush:
        return Other(OperationKind::kForceFlush, call, {});
      case ApiAction::kShutdown:
        return Other(OperationKind::kShutdown, call, {});
      default:
        return;
    }
  }

  TextValue Fold(ExprId expr) const { return expr == kNone ? TextValue{} : model_.Fold(Ref(expr)); }

  void Other(OperationKind kind, ExprId call, SpanRef span, TextValue name = {}, Symbol detail = {}) {
    model_.operations.push_back({.kind = kind,
                                 .call = Ref(call),
                                 .where = model_.PlaceOf(Ref(call)),
                                 .span = span,
                                 .detail = detail,
                                 .name = std::move(name)});
  }

  const SpanWrapper* WrapperOf(const Expr& call) const {
    if (wrappers_.empty()) return nullptr;
    std::string name(call.owner.view());
    name.append(name.empty() ? "" : "::").append(call.name.view());
    const auto matches = [&](const SpanWrapper& wrapper) { return GlobMatches(wrapper.start, name); };
    const auto found = std::find_if(wrappers_.begin(), wrappers_.end(), matches);
    return found == wrappers_.end() ? nullptr : &*found;
  }

  bool IsWrapperBody() const {
    return std::any_of(wrappers_.begin(), wrappers_.end(), [this](const SpanWrapper& wrapper) {
      return GlobMatches(wrapper.start, f_->qualified_name.view());
    });
  }

  // ---- spans ----

  SpanRef SpanOf(ExprId expr, int depth = 0) const {
    const ExprId bare = expr == kNone ? kNone : Bare(*f_, expr);
    if (bare == kNone || depth > kMaxDepth) return {};
    const Expr& value = At(bare);
    if (value.kind == ExprKind::kLocal || value.kind == ExprKind::kParameter || value.kind == ExprKind::kGlobal) {
      return {.kind = SpanRef::Kind::kVariable, .entity = value.entity};
    }
    if (value.kind == ExprKind::kField) return {.kind = SpanRef::Kind::kField, .entity = value.entity};
    if (value.kind == ExprKind::kConstruct && value.operand_count == 1) return SpanOf(Op(bare, 0), depth + 1);
    if (value.kind != ExprKind::kCall) return {};
    const ApiAction action = ActionOf(value);
    if (action == ApiAction::kStartSpan || WrapperOf(value) != nullptr) {
      return {.kind = SpanRef::Kind::kStart, .start = Ref(bare)};
    }
    if (action == ApiAction::kGetCurrentSpan) return {.kind = SpanRef::Kind::kCurrent};
    if (value.owner == "opentelemetry::trace" && value.name == "GetSpan") {
      const ExprId context = Bare(*f_, Op(bare, 0));
      const bool current = context != kNone && At(context).kind == ExprKind::kCall && At(context).name == "GetCurrent";
      if (current) return {.kind = SpanRef::Kind::kCurrent};
    }
    return {};
  }

  // The variable or member that receives the value, through wrappers that keep it.
  EntityId KeeperOf(ExprId expr, bool& discarded, StmtId& statement) const {
    statement = statements_[expr];
    discarded = false;
    ExprId current = expr;
    for (int depth = 0; depth < kMaxDepth; ++depth) {
      const ExprId parent = parents_[current];
      if (parent == kNone) break;
      const Expr& taker = At(parent);
      const bool assigns = taker.kind == ExprKind::kOperator && taker.name == "=" && Op(parent, 1) == current;
      const bool keeps = taker.kind == ExprKind::kCall && taker.has_object && Op(parent, 0) != current &&
                         std::find(kKeepers.begin(), kKeepers.end(), taker.name.view()) != kKeepers.end();
      if (assigns || keeps) {
        const ExprId root = RootOf(*f_, Op(parent, 0));
        return root == kNone ? 0 : At(root).entity;
      }
      if (taker.kind == ExprKind::kOperator && taker.name == "capture") return taker.entity;
      const bool passes = taker.kind == ExprKind::kCast || taker.kind == ExprKind::kNew ||
                          (taker.kind == ExprKind::kConstruct && taker.type == At(expr).type) ||
                          (taker.kind == ExprKind::kConditional && Op(parent, 0) != current) ||
                          Bare(*f_, parent) == Bare(*f_, current);
      if (!passes) return 0;
      current = parent;
    }
    if (statement == kNone || f_->stmts[statement].expr != current) return 0;
    const Stmt& stmt = f_->stmts[statement];
    discarded = stmt.kind == StmtKind::kExpr && stmt.discarded;
    const bool keeps = stmt.kind == StmtKind::kDeclare || stmt.kind == StmtKind::kMemberInit;
    return keeps ? stmt.entity : 0;
  }

  void StartSpan(ExprId call, int name_argument) {
    SpanStart start;
    start.call = Ref(call);
    start.where = model_.PlaceOf(start.call);
    start.in_template = f_->is_template;
    start.is_wrapper_body = IsWrapperBody();
    start.variable = KeeperOf(call, start.discarded, start.statement);
    if (name_argument >= 0) {
      const ExprId name = Argument(call, static_cast<uint32_t>(name_argument));
      if (name != kNone) {
        start.name_expr = Ref(name);
        start.name = Fold(name);
        const SpanRef self{.kind = SpanRef::Kind::kStart, .start = start.call};
        Text(SinkKind::kSpanName, call, name, self);
      }
    }
    if (ActionOf(At(call)) == ApiAction::kStartSpan) {
      StartArguments(call, start);
      start.scope_name = ScopeName(Ref(Op(call, 0)), 0);
    }
    model_.span_starts.push_back(std::move(start));
  }

  bool IsOptions(ExprId expr) const { return At(expr).type == "opentelemetry::trace::StartSpanOptions"; }

  // (name [, attributes [, links]] [, options])
  void StartArguments(ExprId call, SpanStart& start) {
    const SpanRef self{.kind = SpanRef::Kind::kStart, .start = start.call};
    bool attributes_seen = false;
    for (uint32_t i = 1; First(At(call)) + i < At(call).operand_count; ++i) {
      const ExprId argument = Argument(call, i);
      if (argument == kNone) continue;
      if (IsOptions(argument)) {
        Options(argument, start);
      } else if (!attributes_seen) {
        attributes_seen = true;
        Attributes(SinkKind::kSpanAttribute, call, argument, self);
      } else {
        Links(call, argument, self, 0);
      }
    }
  }

  void Options(ExprId argument, SpanStart& start) {
    const ExprId bare = Bare(*f_, argument);
    if (bare == kNone) return;
    const Expr& options = At(bare);
    if (options.kind == ExprKind::kConstruct) return OptionFields(Ref(bare), start);
    if (options.kind != ExprKind::kLocal) {
      start.options_known = false;
      return;
    }
    bool made_here = false;
    for (const SourceModel::Write& write : model_.WritesIn(options.entity, id_)) {
      if (write.how == SourceModel::Write::How::kPart) continue;
      const Expr& value = model_.At(write.value);
      made_here = value.kind == ExprKind::kConstruct || value.kind == ExprKind::kList;
      if (made_here) OptionFields(write.value, start);
      if (!made_here) start.options_known = false;
    }
    for (ExprId expr = 0; expr < f_->exprs.size(); ++expr) {
      const Expr& field = At(expr);
      if (field.kind != ExprKind::kField || field.owner != "opentelemetry::trace::StartSpanOptions") continue;
      const ExprId object = Bare(*f_, Op(expr, 0));
      if (object == kNone || At(object).entity != options.entity) continue;
      const std::vector<ExprRef> values = model_.WritesToField(options.entity, field.entity, id_);
      if (values.empty()) continue;
      if (field.name == "kind") Kind(values, start);
      if (field.name == "parent") start.parent = values.back();
    }
  }

  void OptionFields(ExprRef construct, SpanStart& start) {
    for (uint32_t i = 0; i < model_.At(construct).operand_count; ++i) {
      const ExprRef field = model_.OperandRef(construct, i);
      if (!field.known()) continue;
      const Expr& value = model_.At(field);
      if (value.type == "opentelemetry::trace::SpanKind") {
        Kind({field}, start);
      } else if (value.type == "opentelemetry::trace::SpanContext" || value.type == "opentelemetry::context::Context" ||
                 value.type.view().ends_with("::variant")) {
        start.parent = field;
      }
    }
  }

  void Kind(const std::vector<ExprRef>& values, SpanStart& start) {
    std::optional<SpanKind> only;
    for (const ExprRef ref : values) {
      const TextValue text = model_.Fold(ref);
      const auto* const row = std::find_if(kSpanKinds.begin(), kSpanKinds.end(), [&](const KindName& candidate) {
        return text.kind == TextValue::Kind::kConstant && candidate.name == text.values[0];
      });
      if (row == kSpanKinds.end() || (only && *only != row->kind)) {
        start.options_known = false;
        return;
      }
      only = row->kind;
    }
    if (only) start.kind = *only;
  }

  // The name given to GetTracer, wherever the tracer of a StartSpan call came from.
  std::optional<TextValue> ScopeName(ExprRef tracer, int depth) const {
    if (!tracer.known() || depth > kMaxDepth) return std::nullopt;
    const FunctionFacts& facts = model_.functions[tracer.function].facts;
    const ExprRef bare{tracer.function, Bare(facts, tracer.expr)};
    if (!bare.known()) return std::nullopt;
    const Expr& value = model_.At(bare);
    if (value.kind == ExprKind::kLocal || value.kind == ExprKind::kGlobal || value.kind == ExprKind::kField) {
      for (const SourceModel::Write& write : model_.WritesIn(value.entity, tracer.function)) {
        if (std::optional<TextValue> name = ScopeName(write.value, depth + 1)) return name;
      }
      return std::nullopt;
    }
    if (value.kind == ExprKind::kConstruct && value.operand_count == 1) {
      return ScopeName(model_.OperandRef(bare, 0), depth + 1);
    }
    if (value.kind != ExprKind::kCall) return std::nullopt;
    const uint32_t first = value.has_object ? 1 : 0;
    if (value.name == "GetTracer" && ActionOf(value) == ApiAction::kGetInstrument) {
      return value.operand_count > first ? model_.Fold(model_.OperandRef(bare, first)) : TextValue{};
    }
    const auto found = model_.definitions.find(value.entity);
    if (found == model_.definitions.end()) return std::nullopt;
    for (const FunctionId callee : found->second) {
      for (const Stmt& stmt : model_.functions[callee].facts.stmts) {
        if (stmt.kind != StmtKind::kReturn || stmt.expr == kNone) continue;
        std::optional<TextValue> name = ScopeName({callee, stmt.expr}, depth + 1);
        if (!name) continue;
        const bool given = name->kind == TextValue::Kind::kParameter && first + name->parameter < value.operand_count;
        return given ? model_.Fold(model_.OperandRef(bare, first + name->parameter)) : name;
      }
    }
    return std::nullopt;
  }

  void Scope(ExprId call, ApiAction action) {
    ScopeStart scope;
    scope.call = Ref(call);
    scope.where = model_.PlaceOf(scope.call);
    const ExprId argument = Argument(call, 0);
    scope.span = action == ApiAction::kScope ? SpanOf(argument) : SpanInContext(Ref(argument), 0);
    scope.variable = KeeperOf(call, scope.discarded, scope.statement);
    model_.scopes.push_back(std::move(scope));
  }

  // SetSpan(context, span), directly or through a local.
  SpanRef SpanInContext(ExprRef context, int depth) const {
    if (!context.known() || context.function != id_ || depth > kMaxDepth) return {};
    const ExprId bare = Bare(*f_, context.expr);
    if (bare == kNone) return {};
    const Expr& value = At(bare);
    if (value.kind == ExprKind::kCall && value.name == "SetSpan") return SpanOf(Op(bare, 1));
    if (value.kind == ExprKind::kCall && value.name == "SetValue" && value.has_object) return SpanOf(Op(bare, 2));
    if (value.kind != ExprKind::kLocal) return {};
    for (const ExprRef write : model_.WritesTo(value.entity, id_)) {
      const SpanRef span = SpanInContext(write, depth + 1);
      if (span.kind != SpanRef::Kind::kUnknown) return span;
    }
    return {};
  }

  // ---- sinks ----

  void Text(SinkKind kind, ExprId call, ExprId value, SpanRef span) {
    if (value == kNone) return;
    model_.sinks.push_back(
        {.kind = kind, .call = Ref(call), .where = model_.PlaceOf(Ref(value)), .value = Ref(value), .span = span});
  }

  void KeyValue(SinkKind kind, ExprId call, ExprId key, ExprId value, SpanRef span) {
    if (key == kNone) return;
    KeyValueAt(kind, call, Ref(key), Ref(value), span);
  }

  void KeyValueAt(SinkKind kind, ExprId call, ExprRef key, ExprRef value, SpanRef span) {
    model_.sinks.push_back({.kind = kind,
                            .call = Ref(call),
                            .where = model_.PlaceOf(key),
                            .key = model_.Fold(key),
                            .key_expr = key,
                            .value = value,
                            .span = span});
  }

  void Attributes(SinkKind kind, ExprId call, ExprId expr, SpanRef span) {
    if (expr == kNone) return;
    for (const KeyAndValue& pair : AttributesIn(model_, Ref(expr))) KeyValueAt(kind, call, pair.key, pair.value, span);
  }

  void Links(ExprId call, ExprId expr, SpanRef span, int depth) {
    if (expr == kNone || depth > kMaxDepth) return;
    const Expr& value = At(expr);
    if (value.kind != ExprKind::kList && value.kind != ExprKind::kConstruct) return;
    const ExprId first = Op(expr, 0);
    const bool link =
        first != kNone && value.operand_count == 2 && At(first).type == "opentelemetry::trace::SpanContext";
    if (link) return Attributes(SinkKind::kLinkAttribute, call, Op(expr, 1), span);
    for (uint32_t i = 0; i < value.operand_count; ++i) Links(call, Op(expr, i), span, depth + 1);
  }

  void Event(ExprId call) {
    const SpanRef span = SpanOf(Op(call, 0));
    const ExprId name = Argument(call, 0);
    Text(SinkKind::kEventName, call, name, span);
    for (uint32_t i = 1; First(At(call)) + i < At(call).operand_count; ++i) {
      Attributes(SinkKind::kEventAttribute, call, Argument(call, i), span);
    }
    Other(OperationKind::kAddEvent, call, span, Fold(name));
  }

  void Status(ExprId call) {
    const SpanRef span = SpanOf(Op(call, 0));
    const TextValue code = Fold(Argument(call, 0));
    Text(SinkKind::kStatusDescription, call, Argument(call, 1), span);
    const bool known = code.kind == TextValue::Kind::kConstant && code.values[0].starts_with('k');
    Other(OperationKind::kSetStatus, call, span, {}, known ? Symbol(code.values[0]) : Symbol());
  }

  // The overloads of Logger take severity, event id, body and attributes in any order.
  void Log(ExprId call) {
    bool has_body = false;
    for (uint32_t i = 0; First(At(call)) + i < At(call).operand_count; ++i) {
      const ExprId argument = Argument(call, i);
      if (argument == kNone) continue;
      const Expr& value = At(Bare(*f_, argument));
      const std::string_view type = value.type.view();
      const bool text = value.kind == ExprKind::kString || type == "std::string" || type.ends_with("string_view") ||
                        (type == "char" && value.form == TypeForm::kPointer);
      if (text && !has_body) {
        Text(SinkKind::kLogBody, call, argument, {});
        has_body = true;
      } else if (!text) {
        Attributes(SinkKind::kLogAttribute, call, argument, {});
      }
    }
  }

  SourceModel& model_;
  const std::vector<SpanWrapper>& wrappers_;
  FunctionId id_ = 0;
  const FunctionFacts* f_ = nullptr;
  std::vector<ExprId> parents_;
  std::vector<StmtId> statements_;
};

}  // namespace

void LinkOperations(SourceModel& model, const std::vector<SpanWrapper>& wrappers) {
  Operations(model, wrappers).Link();
}

}  // namespace spangate
