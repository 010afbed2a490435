// SourceModel: the facts of all translation units linked by entity: functions, call graph, span operations, folded
// names.
//
// A pure value. Rules read it and never see libclang. Everything is in a fixed order: files by path, functions by
// place, operations by place; equal facts in any order of TUs give an equal model.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/facts.h"
#include "common/finding.h"
#include "common/location.h"

namespace spangate {

using FunctionId = uint32_t;  // index into SourceModel::functions

/// Stands for a run-time part in a TextValue pattern; '*' would collide with "SELECT * FROM t". Printed as '*'.
inline constexpr char kRunTimePart = '\x1a';

/// What a string expression is, as far as the whole program tells.
struct TextValue {
  enum class Kind : uint8_t {
    kUnknown,    // computed at run time, or from somewhere the model does not see
    kConstant,   // values[0]
    kOneOf,      // every possible value is in values (a ternary, a switch of literals)
    kPattern,    // values[0] with kRunTimePart for each run-time part: "GET \x1a"
    kParameter,  // whatever the caller gives as argument `parameter` of the enclosing function
  };
  Kind kind = Kind::kUnknown;
  std::vector<std::string> values;
  uint16_t parameter = 0;
  bool constant() const { return kind == Kind::kConstant || kind == Kind::kOneOf; }
};

/// An expression in its function.
struct ExprRef {
  FunctionId function = kNone;
  ExprId expr = kNone;
  bool known() const { return expr != kNone; }
};

enum class SpanKind : uint8_t { kInternal, kServer, kClient, kProducer, kConsumer, kUnset };

/// The span that an operation works on.
struct SpanRef {
  enum class Kind : uint8_t {
    kUnknown,
    kVariable,  // local or parameter `entity`
    kField,     // member `entity`
    kStart,     // chained on, or inside the arguments of, the StartSpan call `start`
    kCurrent,   // Tracer::GetCurrentSpan(), GetSpan(RuntimeContext::GetCurrent())
  } kind = Kind::kUnknown;
  EntityId entity = 0;
  ExprRef start;
};

/// A place that starts a span: one row per call of Tracer::StartSpan and per call of a wrapper that the policy
/// declares.
struct SpanStart {
  ExprRef call;
  SourcePlace where;              // of the call; tokens = its text
  std::optional<TextValue> name;  // nullopt: no name argument could be found (a declared wrapper with its own name)
  ExprRef name_expr;
  SpanKind kind = SpanKind::kUnset;     // kUnset: not given (the API's default is internal)
  bool options_known = true;            // false: the options come from somewhere the model does not see
  ExprRef parent;                       // StartSpanOptions::parent, through field writes; not known() when not given
  std::optional<TextValue> scope_name;  // argument of the GetTracer call the tracer came from, where seen
  bool is_wrapper_body = false;         // stands inside a declared wrapper: its call sites carry the name
  EntityId variable = 0;                // local, parameter or field that keeps the span; 0 when nothing does
  StmtId statement = kNone;
  bool discarded = false;  // the result is dropped at once
  bool in_template = false;
};

/// A place that makes a span active: Scope construction, Tracer::WithActiveSpan, RuntimeContext::Attach.
struct ScopeStart {
  ExprRef call;
  SourcePlace where;
  EntityId variable = 0;  // that keeps the Scope or Token
  SpanRef span;           // the span made active
  StmtId statement = kNone;
  bool discarded = false;
};

/// Where text leaves the program in telemetry.
enum class SinkKind : uint8_t {
  kSpanName,
  kSpanAttribute,
  kEventName,
  kEventAttribute,
  kLinkAttribute,
  kStatusDescription,
  kBaggage,
  kTraceState,
  kLogBody,
  kLogAttribute,
  kMetricAttribute,
  kResourceAttribute,
};

/// One key and value, or one text, that reaches telemetry at a call of the API.
struct Sink {
  SinkKind kind = SinkKind::kSpanAttribute;
  ExprRef call;
  SourcePlace where;             // of the key where there is one, else of the value
  std::optional<TextValue> key;  // attribute, baggage and tracestate sinks
  ExprRef key_expr;
  ExprRef value;  // not known() for a key whose value the model does not see
  SpanRef span;
};

/// SetStatus, End, UpdateName, Inject, Extract, set-up: the remaining operations of the API.
enum class OperationKind : uint8_t {
  kSetStatus,
  kEnd,
  kUpdateName,
  kAddEvent,
  kAddLink,
  kInject,
  kExtract,
  kGetCurrentSpan,
  kGetInstrument,  // GetTracer, GetLogger, GetMeter; detail = "Tracer", "Logger" or "Meter"
  kSetTracerProvider,
  kSetGlobalPropagator,
  kMakeExporter,
  kMakeProcessor,
  kMakeSampler,
  kMakeResource,
  kForceFlush,
  kShutdown,
};

struct Operation {
  OperationKind kind = OperationKind::kEnd;
  ExprRef call;
  SourcePlace where;
  SpanRef span;
  Symbol detail;   // kSetStatus: "kError", "kOk", "kUnset" or empty; kMake*: class or factory name
  TextValue name;  // kAddEvent, kUpdateName, kGetInstrument: the name
};

/// `caller` may run `callee`. One row per call expression and possible callee.
struct CallEdge {
  FunctionId caller = kNone;
  FunctionId callee = kNone;
  ExprId call = kNone;  // kCall or kConstruct in the caller; kLambda for a lambda that the caller only makes
  enum class How : uint8_t {
    kDirect,
    kVirtual,   // one of the overriders
    kIndirect,  // through a lambda, callback or function pointer handed to the called function
    kHandOff,   // given to a thread, async or executor: runs with no active span of the caller
  } how = How::kDirect;
};

struct Function {
  FunctionFacts facts;
  std::vector<uint32_t> calls;    // indices into SourceModel::edges, by place
  std::vector<uint32_t> callers;  // indices into SourceModel::edges
  bool in_project = false;        // its file lies below the project root and is no system header
  bool has_unknown_callers =
      false;  // its address is taken, it is virtual from outside, or it is exported to what we do not see
};

struct TuSummary {
  Symbol main_file;
  TuOutcome outcome = TuOutcome::kFailed;
  std::string reason;
  std::vector<Diagnostic> diagnostics;
  std::vector<MissedSite> missed;
  uint32_t sites_expected = 0;
  uint32_t sites_seen = 0;
};

class SourceModel {
 public:
  std::vector<TuSummary> translation_units;
  std::vector<Function> functions;
  std::vector<CallEdge> edges;
  std::vector<SpanStart> span_starts;
  std::vector<ScopeStart> scopes;
  std::vector<Sink> sinks;
  std::vector<Operation> operations;
  std::vector<RecordFacts> records;
  struct Global {
    EntityId entity = 0;
    Symbol qualified_name;
    Symbol type;
    TypeForm form = TypeForm::kValue;
    FunctionId initialiser = kNone;  // a function with is_global_initialiser whose body declares the variable
  };
  std::vector<Global> globals;
  std::unordered_map<EntityId, std::vector<FunctionId>> definitions;  // external duplicates: all of them
  std::unordered_map<EntityId, RecordFacts::Field> fields;            // with the annotations of the field
  std::vector<Symbol> files;  // every project file read, sorted: where suppressions are looked for
  std::string project_root;   // findings are reported relative to it
  std::string schema_url;     // of the semconv headers that the project compiles with; empty when unknown or mixed

  /// One write to a variable or field, in the order of WritesTo.
  struct Write {
    enum class How : uint8_t {
      kInitial,  // its initialiser; of a range loop's variable the range
      kAssign,   // takes the place of what was there
      kAppend,   // +=, append, <<, snprintf: adds to it
      kPart,     // an element or member of it
    };
    ExprRef value;
    How how = How::kInitial;
    bool local = false;   // to a local or parameter: means nothing outside its function
    uint32_t order = 0;   // among all writes, as their functions stand
    EntityId object = 0;  // for a field: the variable whose field is written, where it is one
    EntityId target = 0;  // what is written
  };
  std::vector<Write> writes;  // by target: most are to locals, and a list for each would take more than they do

  const Expr& At(ExprRef ref) const { return functions[ref.function].facts.exprs[ref.expr]; }
  const Expr& Operand(ExprRef ref, uint32_t i) const;  // REQUIRES: i < At(ref).operand_count
  ExprRef OperandRef(ExprRef ref, uint32_t i) const;
  Location LocationOf(FunctionId function, const Extent& extent) const;
  SourcePlace PlaceOf(ExprRef ref) const;  // tokens stay empty: judging fills them from the text
  SourcePlace PlaceOfStmt(FunctionId function, StmtId stmt) const;

  /// The text that `ref` can be at run time: literals, constants, locals written once, calls of functions that only
  /// return literals, concatenation, ternaries; parameters stay parameters. Depth and work are bounded.
  TextValue Fold(ExprRef ref) const;

  /// Every expression assigned to the local, parameter or field anywhere the model sees, initialisers first. Includes
  /// `+=`, `append`, stream insertion and snprintf-like writes through an argument.
  std::vector<ExprRef> WritesTo(EntityId variable, FunctionId in_function) const;
  /// The same with the manner of each write. A local is looked for in the function, those around it and its lambdas.
  std::vector<Write> WritesIn(EntityId variable, FunctionId in_function) const;

  /// The same for one field of one object: `options.kind = ...` is a write to (options, kind).
  std::vector<ExprRef> WritesToField(EntityId object, EntityId field, FunctionId in_function) const;
};

/// Declared wrappers that act as the API does (configuration key span_api).
struct SpanWrapper {
  std::string start;       // glob on the qualified name of a function or constructor
  int name_argument = -1;  // 0-based; -1: it has no name argument
};

struct LinkOptions {
  std::string project_root;  // absolute, real
  std::vector<SpanWrapper> span_wrappers;
};

/// Links the facts of all TUs. Header functions that several TUs carry are kept once per (entity, file, line, content).
SourceModel LinkSource(std::vector<TuFacts> translation_units, const LinkOptions& options);

}  // namespace spangate
