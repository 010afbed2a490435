// Facts: what one translation unit says, as plain data. Made once per TU by analyzer/extract.cc, stored, linked later.
//
// A function body is kept as two flat arrays, expressions and statements, each a tree by index. That is enough for
// structured flow (if, loops, switch, try, return, throw) without a cursor in sight. Names are qualified without inline
// and anonymous namespaces ("opentelemetry::trace::Tracer", whatever the ABI version), template arguments left out.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyzer/symbol.h"
#include "common/location.h"
#include "common/result.h"

namespace spangate {

/// Identity of a declared entity across TUs: 64-bit hash of the USR, of USR and real path where linkage is internal.
/// A member of a template specialisation has the template's identity. 0 = none or unknown.
using EntityId = uint64_t;

using ExprId = uint32_t;  // index into FunctionFacts::exprs
using StmtId = uint32_t;  // index into FunctionFacts::stmts
inline constexpr uint32_t kNone = UINT32_MAX;

/// Where an expression or statement stands, in the file of its function. Macro expansions count as the place of the
/// expansion.
struct Extent {
  uint32_t line = 0, column = 0, end_line = 0, end_column = 0;
};

enum class ExprKind : uint8_t {
  kUnknown,      // dependent, broken or not modelled; operands are still listed
  kString,       // text = the literal's bytes (macros and adjacent literals joined)
  kNumber,       // integer, floating, bool, enum constant: text = value ("true", "404", "kError"); type tells
  kLocal,        // variable of automatic or static local storage; entity, name, type; also a captured one
  kParameter,    // entity, name, type, parameter = 0-based index; of the enclosing function or an enclosing lambda's
  kGlobal,       // variable at namespace or class scope; text = its folded value when `folded`
  kField,        // non-static data member: operand 0 = object (a kThis when implicit); owner = class, name, type
  kFunction,     // a function named without being called
  kCall,         // callee = entity, owner, name; type = result; operands = [object if has_object] then arguments.
                 // `p->f()`: operand 0 is p; a smart pointer's ->, * and .get() are looked through
  kConstruct,    // constructor call or T{...}: type = the class, operands = arguments; elided copies are left out.
                 // Aggregate: one operand per field in declaration order, kNone where left out
  kConditional,  // operands = condition, then, else
  kOperator,     // built-in operator: name = spelling ("+", "=", "!", "[]", "&&"); operands in order
  kCast,         // explicit cast: name = "static_cast", "c", "functional"; operand 0. Implicit casts are looked through
  kList,         // braced list without a known class
  kLambda,       // entity = its call operator; operands = captures as kLocal, kParameter or kThis; an init-capture
                 // [c = e] is a kOperator "capture" with name c, entity, operand 0 = e
  kNew,          // operand 0 = the initialiser; type = the class
  kSuspend,      // co_await or co_yield; operand 0
  kThis,
};

/// The outermost form that a `type` leaves out: whether a value is owned, shared or only borrowed.
enum class TypeForm : uint8_t {
  kValue,
  kReference,
  kConstReference,
  kRvalueReference,
  kPointer,
  kUnique,  // std or nostd unique_ptr
  kShared,  // std or nostd shared_ptr
  kWeak,
  kOptional,
};

struct Expr {
  ExprKind kind = ExprKind::kUnknown;
  TypeForm form = TypeForm::kValue;
  bool dynamic = false;       // kCall: virtual dispatch
  bool has_object = false;    // kCall: operand 0 is the object the member is called on
  bool folded = false;        // kGlobal, kLocal: declared const or constexpr and `text` is its value
  bool by_reference = false;  // operand of a kLambda: captured by reference
  bool noreturn = false;      // kCall: the callee never returns
  bool in_macro = false;      // the tokens come from a macro expansion: no fix may touch them
  uint16_t parameter = 0;
  uint16_t operand_count = 0;
  uint32_t first_operand = 0;  // into FunctionFacts::operands; an operand may be kNone
  EntityId entity = 0;
  Symbol name;   // unqualified: "email", "SetAttribute", "operator+"
  Symbol owner;  // qualified name of the declaring class or namespace: "shop::Customer", "opentelemetry::trace::Span"
  Symbol type;   // canonical type without const, &, *, smart pointer or optional (see form); "std::string" for
                 // basic_string<char>
  Symbol text;
  Extent where;
};

enum class StmtKind : uint8_t {
  kBlock,       // children in order
  kExpr,        // full expression whose value nobody takes
  kDeclare,     // one local variable: entity, name, type; expr = initialiser or kNone. A structured binding is one
                // kDeclare per name, all with the same expr, is_binding
  kMemberInit,  // constructors, before the body, in written order: entity, name, type = field or base; expr =
                // initialiser
  kIf,          // expr = condition (kNone for consteval); children = [then, else or kNone]; init and condition variable
                // precede it
  kLoop,        // name = "for", "while", "do", "range"; expr = condition or kNone (range: the range expression);
          // children = [body, increment or kNone]; init precedes it; a range variable is the body's first kDeclare
  kSwitch,  // expr = value; children = [body]
  kCase,    // case or default label; expr = value or kNone; children = [what follows directly]
  kTry,     // children = [block, handler...]
  kCatch,   // entity, name, type of the caught variable (type "..." for catch-all); children = [block]
  kReturn,  // expr or kNone; also co_return
  kThrow,   // expr, or kNone for a rethrow (a throw expression at statement level)
  kBreak,
  kContinue,
  kFlowUnknown,  // goto, label, setjmp: no path conclusions in this function
};

struct Stmt {
  StmtKind kind = StmtKind::kBlock;
  TypeForm form = TypeForm::kValue;  // kDeclare, kMemberInit, kCatch
  bool discarded = false;   // kExpr: an owned value (form kValue of a class, kUnique, kShared, kOptional; never a
                            // reference or raw pointer) is created and dropped, also under a cast to void
  bool is_const = false;    // kDeclare
  bool is_static = false;   // kDeclare
  bool is_binding = false;  // kDeclare
  uint16_t child_count = 0;
  uint32_t first_child = 0;  // into FunctionFacts::children; a child may be kNone
  ExprId expr = kNone;
  EntityId entity = 0;
  Symbol name;
  Symbol type;
  Extent where;
};

struct Parameter {
  EntityId entity = 0;
  Symbol name;
  Symbol type;  // as Expr::type
  TypeForm form = TypeForm::kValue;
  std::vector<Symbol> annotations;
};

struct Overridden {
  EntityId entity = 0;
  Symbol qualified_name;
};

/// One function definition (or lambda, or instantiated template body), or the declaration of a called function that is
/// not defined in this TU and carries annotations.
struct FunctionFacts {
  EntityId entity = 0;
  Symbol qualified_name;  // "shop::CheckoutService::PlaceOrder"; lambdas: enclosing function + "::(lambda)"
  Symbol name;
  Symbol owner;  // class or namespace
  Symbol result_type;
  Symbol file;   // real absolute path
  Extent where;  // of the name
  Extent body;   // of the body; all 0 for a declaration
  bool is_definition = false;
  bool is_virtual = false;
  bool is_lambda = false;
  bool is_constructor = false;
  bool is_destructor = false;
  bool is_template = false;       // uninstantiated: dependent calls are only names; rules stay silent
  bool is_instantiation = false;  // body of an implicit instantiation, visited once per TU
  bool is_operator_or_conversion = false;
  bool is_noreturn = false;
  bool is_coroutine = false;           // holds co_await, co_yield or co_return
  bool is_global_initialiser = false;  // of GlobalFacts; also "f::(default argument)", which returns its
                                       // value, and "C::(member initialisers)", a kMemberInit for each
  bool internal_linkage = false;
  bool incomplete = false;            // an error lies inside the body, or the parser dropped part of it
  EntityId enclosing = 0;             // lambda: the function that it stands in
  std::vector<Overridden> overrides;  // transitive, system headers included
  std::vector<Symbol> annotations;    // [[clang::annotate("...")]] and, for a method, those of its class
  std::vector<Parameter> parameters;
  std::vector<Expr> exprs;
  std::vector<ExprId> operands;
  std::vector<Stmt> stmts;
  std::vector<StmtId> children;
  StmtId root = kNone;   // kNone for a declaration
  uint64_t content = 0;  // hash of all the rest, equal in every process and checkout; 0 = not sealed
};

/// A class that rules ask about: bases for handler interfaces, annotated fields, RAII members.
struct RecordFacts {
  EntityId entity = 0;
  Symbol qualified_name;
  Symbol file;
  Extent where;
  std::vector<Symbol> bases;  // qualified names, transitive, system headers included
  struct Field {
    EntityId entity = 0;
    Symbol name;
    Symbol type;
    TypeForm form = TypeForm::kValue;
    std::vector<Symbol> annotations;
  };
  std::vector<Field> fields;
  std::vector<Symbol> annotations;
  uint64_t content = 0;  // as FunctionFacts::content
};

/// A variable with static storage and its initialiser, as a function without parameters whose body declares it.
/// Lets rules see `static auto tracer = provider->GetTracer("x");` at namespace scope.
struct GlobalFacts {
  EntityId entity = 0;
  Symbol qualified_name;
  Symbol type;
  TypeForm form = TypeForm::kValue;
  FunctionFacts initialiser;
  uint64_t content = 0;  // as FunctionFacts::content; that of the initialiser is the same
};

struct Diagnostic {
  enum class Severity : uint8_t { kNote, kWarning, kError, kFatal };
  Severity severity = Severity::kError;
  Symbol file;  // empty for a driver error
  uint32_t line = 0, column = 0;
  std::string message;
};

/// A construct of the OpenTelemetry API that the text of the main file shows and the facts do not.
struct MissedSite {
  Symbol file;
  uint32_t line = 0;
  Symbol what;  // "StartSpan", "SetAttribute", ...
};

enum class TuOutcome : uint8_t {
  kClean,      // no error
  kRecovered,  // errors, yet the facts came out; see diagnostics, missed
  kFailed,     // no facts; `reason` says why
};

struct TuFacts {
  Symbol main_file;  // real absolute path
  Symbol directory;  // working directory of the compile command
  Symbol libclang;   // version text of the library that made them: facts of two versions do not fit together
  TuOutcome outcome = TuOutcome::kFailed;
  std::string reason;                   // kFailed, kRecovered: one line for the reader
  std::vector<Diagnostic> diagnostics;  // errors and driver notes, at most 50
  std::vector<MissedSite> missed;
  uint32_t sites_expected = 0;          // OpenTelemetry operations in the text of the main file
  uint32_t sites_seen = 0;              // of those, in the facts
  std::vector<Symbol> includes;         // files below the project root that were read, real paths, sorted
  std::vector<std::string> files_read;  // every file that was opened, absolute, as opened; not stored
  std::string schema_url;  // opentelemetry::semconv::kSchemaUrl as this TU compiles it; empty when not included
  std::vector<FunctionFacts> functions;
  std::vector<RecordFacts> records;
  std::vector<GlobalFacts> globals;
};

/// Contents that some TU has brought already. Thread-safe.
class KnownContents {
 public:
  bool Insert(uint64_t content);  // false: it was known
  void Erase(uint64_t content);

 private:
  static constexpr size_t kShards = 16;
  struct Shard {
    std::mutex mutex;
    std::unordered_set<uint64_t> contents;
  };
  std::array<Shard, kShards> shards_;
};

/// Computes the content hashes. Paths below the root count without it.
void SealFacts(TuFacts& facts, std::string_view project_root);

/// Removes functions, records and globals that are known, and makes the others known. REQUIRES: sealed.
void DropKnown(TuFacts& facts, KnownContents& known);

/// Compact binary form with version, checksum and length. Equal facts give equal bytes; paths below the root are stored
/// without it. Forms behind each other can be told apart: a file may hold many (docs/formats/facts.md).
std::string SerializeFacts(const TuFacts& facts, std::string_view project_root = {});

/// Bytes of the form at the start of `bytes`. Errors: kInput when none starts there or its end is missing.
Result<size_t> FactsSize(std::string_view bytes);

/// Stored relative paths are put below `project_root`. With `known`, contents that it has are left out and the others
/// are added to it. Errors: kInput for anything that SerializeFacts of this version did not write; never crashes, never
/// allocates more than a small multiple of the input.
Result<TuFacts> ParseFacts(std::string_view bytes, std::string_view project_root = {}, KnownContents* known = nullptr);

}  // namespace spangate
