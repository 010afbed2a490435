// Binary form of TuFacts. One description per struct (Fields) serves the writer and the reader, so they cannot differ.
//
//   "SPGFACT" + version byte | u64 XXH3-64 of what follows | string table: count, then length and bytes of each |
//   fields
//
// Integers are LEB128; symbols are indices into the string table, which is sorted by first use: equal facts give equal
// bytes whatever ids the process gave to its symbols.
#define XXH_INLINE_ALL
#include "analyzer/facts.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <concepts>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace spangate {
namespace {

constexpr std::string_view kMagic = "SPGFACT";
constexpr uint8_t kVersion = 1;  // raised with every change of a Fields below
constexpr size_t kHeaderBytes = 16;

template <class T>
concept Enum = std::is_enum_v<T>;

class Writer {
 public:
  static constexpr bool kReads = false;

  void Value(uint64_t number) {
    while (number >= 0x80) {
      body_ += static_cast<char>(number | 0x80);
      number >>= 7;
    }
    body_ += static_cast<char>(number);
  }
  void Value(const std::string& text) {
    Value(uint64_t{text.size()});
    body_ += text;
  }
  void Value(Symbol symbol) {
    const auto [at, fresh] = ids_.try_emplace(symbol, symbols_.size());
    if (fresh) symbols_.push_back(symbol);
    Value(uint64_t{at->second});
  }

  std::string Finish() {
    std::string fields = std::move(body_);
    body_.clear();
    Value(uint64_t{symbols_.size()});
    for (Symbol symbol : symbols_) Value(std::string(symbol.view()));
    body_ += fields;
    std::string file(kMagic);
    file += static_cast<char>(kVersion);
    const uint64_t checksum = XXH3_64bits(body_.data(), body_.size());
    for (int shift = 0; shift < 64; shift += 8) file += static_cast<char>(checksum >> shift);
    return file + body_;
  }

 private:
  std::string body_;
  std::vector<Symbol> symbols_;
  std::unordered_map<Symbol, size_t> ids_;
};

// Stays at the first problem: everything read after it is zero, and the caller asks failed() once.
class Reader {
 public:
  static constexpr bool kReads = true;

  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  uint64_t Number() {
    uint64_t number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      const auto byte = static_cast<uint8_t>(bytes_.front());
      bytes_.remove_prefix(1);
      if (shift == 63 && byte > 1) break;
      number |= uint64_t{byte & 0x7FU} << shift;
      if ((byte & 0x80) == 0) return number;
    }
    return Fail();
  }

  // An element takes a byte at least: a count above what is left is a lie, and nothing is allocated for it.
  size_t Count() {
    const uint64_t count = Number();
    return count <= bytes_.size() ? static_cast<size_t>(count) : Fail();
  }

  std::string_view Bytes() {
    const size_t size = Count();
    const std::string_view text = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return text;
  }

  void ReadSymbols() {
    const size_t count = Count();
    for (size_t i = 0; i < count && !failed_; ++i) symbols_.emplace_back(Bytes());
  }

  Symbol NextSymbol() {
    const uint64_t index = Number();
    if (index >= symbols_.size()) {
      Fail();
      return {};
    }
    return symbols_[index];
  }

  uint64_t Fail() {
    failed_ = true;
    bytes_ = {};
    return 0;
  }

  bool failed() const { return failed_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
  std::vector<Symbol> symbols_;
  bool failed_ = false;
};

// The last enumerator of each enum: a byte above it is no value.
constexpr uint64_t LastOf(ExprKind) { return static_cast<uint64_t>(ExprKind::kThis); }
constexpr uint64_t LastOf(StmtKind) { return static_cast<uint64_t>(StmtKind::kFlowUnknown); }
constexpr uint64_t LastOf(TypeForm) { return static_cast<uint64_t>(TypeForm::kOptional); }
constexpr uint64_t LastOf(TuOutcome) { return static_cast<uint64_t>(TuOutcome::kFailed); }
constexpr uint64_t LastOf(Diagnostic::Severity) { return static_cast<uint64_t>(Diagnostic::Severity::kFatal); }

void Field(Writer& to, bool value) { to.Value(uint64_t{value}); }
void Field(Writer& to, std::unsigned_integral auto value) { to.Value(uint64_t{value}); }
void Field(Writer& to, Enum auto value) { to.Value(static_cast<uint64_t>(value)); }
void Field(Writer& to, Symbol value) { to.Value(value); }
void Field(Writer& to, const std::string& value) { to.Value(value); }

template <class T>
void ReadBounded(Reader& from, uint64_t last, T& value) {
  const uint64_t number = from.Number();
  value = static_cast<T>(number <= last ? number : from.Fail());
}

void Field(Reader& from, bool& value) { ReadBounded(from, 1, value); }
template <std::unsigned_integral T>
void Field(Reader& from, T& value) {
  ReadBounded(from, std::numeric_limits<T>::max(), value);
}
void Field(Reader& from, Enum auto& value) { ReadBounded(from, LastOf(value), value); }
void Field(Reader& from, Symbol& value) { value = from.NextSymbol(); }
void Field(Reader& from, std::string& value) { value = from.Bytes(); }

// kNone is the commonest index and the longest number: stored as value + 1, it takes one byte.
template <class Archive, class T>
void Index(Archive& archive, T& value) {
  uint32_t stored = value + 1;
  Field(archive, stored);
  if constexpr (Archive::kReads) value = stored - 1;
}

// T is the struct or the const struct; Archive is the Writer or the Reader.
template <class T, class Struct>
concept Of = std::same_as<std::remove_const_t<T>, Struct>;

template <class Archive, class T>
void Field(Archive& archive, std::vector<T>& list);
template <class T>
void Field(Writer& archive, const std::vector<T>& list);

template <class Archive>
void All(Archive& archive, auto&... fields) {
  (Field(archive, fields), ...);
}

template <class Archive>
void Field(Archive& a, Of<Extent> auto& x) {
  All(a, x.line, x.column, x.end_line, x.end_column);
}

template <class Archive>
void Field(Archive& a, Of<Expr> auto& x) {
  All(a, x.kind, x.form, x.dynamic, x.has_object, x.folded, x.by_reference, x.noreturn, x.in_macro, x.parameter,
      x.operand_count, x.first_operand, x.entity, x.name, x.owner, x.type, x.text, x.where);
}

template <class Archive>
void Field(Archive& a, Of<Stmt> auto& x) {
  All(a, x.kind, x.form, x.discarded, x.is_const, x.is_static, x.is_binding, x.child_count, x.first_child);
  Index(a, x.expr);
  All(a, x.entity, x.name, x.type, x.where);
}

template <class Archive>
void Field(Archive& a, Of<Parameter> auto& x) {
  All(a, x.entity, x.name, x.type, x.form, x.annotations);
}

template <class Archive>
void Field(Archive& a, Of<Overridden> auto& x) {
  All(a, x.entity, x.qualified_name);
}

template <class Archive>
void Indices(Archive& archive, auto& list) {
  if constexpr (Archive::kReads) {
    list.resize(archive.Count());
  } else {
    archive.Value(uint64_t{list.size()});
  }
  for (auto& index : list) Index(archive, index);
}

template <class Archive>
void Field(Archive& a, Of<FunctionFacts> auto& x) {
  All(a, x.entity, x.qualified_name, x.name, x.owner, x.result_type, x.file, x.where, x.body, x.is_definition,
      x.is_virtual, x.is_lambda, x.is_constructor, x.is_destructor, x.is_template, x.is_instantiation,
      x.is_operator_or_conversion, x.is_noreturn, x.is_coroutine, x.is_global_initialiser, x.internal_linkage,
      x.incomplete, x.enclosing, x.overrides, x.annotations, x.parameters, x.exprs, x.stmts);
  Indices(a, x.operands);
  Indices(a, x.children);
  Index(a, x.root);
}

template <class Archive>
void Field(Archive& a, Of<RecordFacts::Field> auto& x) {
  All(a, x.entity, x.name, x.type, x.form, x.annotations);
}

template <class Archive>
void Field(Archive& a, Of<RecordFacts> auto& x) {
  All(a, x.entity, x.qualified_name, x.file, x.where, x.bases, x.fields, x.annotations);
}

template <class Archive>
void Field(Archive& a, Of<GlobalFacts> auto& x) {
  All(a, x.entity, x.qualified_name, x.type, x.form, x.initialiser);
}

template <class Archive>
void Field(Archive& a, Of<Diagnostic> auto& x) {
  All(a, x.severity, x.file, x.line, x.column, x.message);
}

template <class Archive>
void Field(Archive& a, Of<MissedSite> auto& x) {
  All(a, x.file, x.line, x.what);
}

template <class Archive>
void Field(Archive& a, Of<TuFacts> auto& x) {
  All(a, x.main_file, x.directory, x.outcome, x.reason, x.diagnostics, x.missed, x.sites_expected, x.sites_seen,
      x.includes, x.schema_url, x.functions, x.records, x.globals);
}

// Grows with what is really there: hostile counts of large structs cannot ask for more than a multiple of the input.
template <class Archive, class T>
void Field(Archive& archive, std::vector<T>& list) {
  static_assert(Archive::kReads);
  const size_t count = archive.Count();
  for (size_t i = 0; i < count && !archive.failed(); ++i) Field(archive, list.emplace_back());
}

template <class T>
void Field(Writer& archive, const std::vector<T>& list) {
  archive.Value(uint64_t{list.size()});
  for (const T& item : list) Field(archive, item);
}

// Trees by index: a child or operand always exists, and the ranges lie inside their arrays. Rules walk them unchecked.
bool IndicesHold(const FunctionFacts& function) {
  const size_t exprs = function.exprs.size();
  const size_t stmts = function.stmts.size();
  const auto below = [](uint32_t index, size_t size) { return index == kNone || index < size; };
  for (ExprId operand : function.operands) {
    if (!below(operand, exprs)) return false;
  }
  for (StmtId child : function.children) {
    if (!below(child, stmts)) return false;
  }
  for (const Expr& expr : function.exprs) {
    if (size_t{expr.first_operand} + expr.operand_count > function.operands.size() && expr.operand_count != 0)
      return false;
  }
  for (const Stmt& stmt : function.stmts) {
    if (size_t{stmt.first_child} + stmt.child_count > function.children.size() && stmt.child_count != 0) return false;
    if (!below(stmt.expr, exprs)) return false;
  }
  return below(function.root, stmts);
}

// `edges(i)` lists what node i points to. A cycle would send every walk over the tree round for ever.
template <class Edges>
bool IsAcyclic(size_t nodes, const Edges& edges) {
  enum class Mark : uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(nodes, Mark::kNew);
  std::vector<std::pair<size_t, size_t>> path;  // node and its next edge; a stack of our own: depth is hostile too
  for (size_t start = 0; start < nodes; ++start) {
    if (marks[start] == Mark::kNew) path.emplace_back(start, 0);
    while (!path.empty()) {
      auto& [node, next] = path.back();
      marks[node] = Mark::kOpen;
      const std::span<const uint32_t> targets = edges(node);
      if (next == targets.size()) {
        marks[node] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const uint32_t target = targets[next++];
      if (target == kNone || marks[target] == Mark::kDone) continue;
      if (marks[target] == Mark::kOpen) return false;
      path.emplace_back(target, 0);
    }
  }
  return true;
}

bool TreesHold(const FunctionFacts& f) {
  const auto operands = [&](size_t i) {
    return std::span(f.operands)
        .subspan(f.exprs[i].operand_count == 0 ? 0 : f.exprs[i].first_operand, f.exprs[i].operand_count);
  };
  const auto children = [&](size_t i) {
    return std::span(f.children)
        .subspan(f.stmts[i].child_count == 0 ? 0 : f.stmts[i].first_child, f.stmts[i].child_count);
  };
  return IndicesHold(f) && IsAcyclic(f.exprs.size(), operands) && IsAcyclic(f.stmts.size(), children);
}

bool TreesHold(const TuFacts& facts) {
  for (const FunctionFacts& function : facts.functions) {
    if (!TreesHold(function)) return false;
  }
  for (const GlobalFacts& global : facts.globals) {
    if (!TreesHold(global.initialiser)) return false;
  }
  return true;
}

uint64_t StoredChecksum(std::string_view bytes) {
  uint64_t checksum = 0;
  for (size_t i = 0; i < 8; ++i) checksum |= uint64_t{static_cast<uint8_t>(bytes[kMagic.size() + 1 + i])} << (8 * i);
  return checksum;
}

Error Bad(const char* why) { return {ErrorKind::kInput, fmt::format("facts: {}", why)}; }

}  // namespace

std::string SerializeFacts(const TuFacts& facts) {
  Writer writer;
  Field(writer, facts);
  return writer.Finish();
}

Result<TuFacts> ParseFacts(std::string_view bytes) {
  if (!bytes.starts_with(kMagic) || bytes.size() < kHeaderBytes) return Bad("not a facts file, or cut off");
  const auto version = static_cast<uint8_t>(bytes[kMagic.size()]);
  if (version != kVersion) {
    return Error{ErrorKind::kInput,
                 fmt::format("facts: version {}, this spangate reads version {}; make them again", version, kVersion)};
  }
  const std::string_view body = bytes.substr(kHeaderBytes);
  if (XXH3_64bits(body.data(), body.size()) != StoredChecksum(bytes)) return Bad("the checksum is wrong");
  Reader reader(body);
  reader.ReadSymbols();
  TuFacts facts;
  Field(reader, facts);
  if (reader.failed() || !reader.at_end()) return Bad("the content is damaged");
  if (!TreesHold(facts)) return Bad("an index points outside its function, or round in a circle");
  return facts;
}

}  // namespace spangate
