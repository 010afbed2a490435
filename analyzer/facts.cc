// Binary form of TuFacts. One description per struct (Fields) serves the writer, the reader and the content hash, so
// they cannot differ.
//
//   "SPGFACT" + version byte | u64 XXH3-64 of what follows | u64 length of what follows | string table: count, then
//   length and bytes of each | fields
//
// Integers are LEB128; symbols are indices into the string table, which is sorted by first use: equal facts give equal
// bytes whatever ids the process gave to its symbols. Functions, globals and records are each led by their content hash
// and their length, so that a reader steps over those that it has met in another TU.
#define XXH_INLINE_ALL
#include "analyzer/facts.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <concepts>
#include <cstring>
#include <limits>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "analyzer/facts_trees.h"
#include "common/path.h"

namespace spangate {
namespace {

constexpr std::string_view kMagic = "SPGFACT";
constexpr uint8_t kVersion = 2;  // raised with every change of a Fields below, and when extraction says more
constexpr size_t kChecksumAt = 8;
constexpr size_t kLengthAt = 16;
constexpr size_t kHeaderBytes = 24;
constexpr size_t kSealBytes = 12;  // u64 content hash and u32 length before a function, global or record

template <class T>
concept Enum = std::is_enum_v<T>;

void AppendFixed(std::string& to, uint64_t number, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) to += static_cast<char>(number >> (8 * i));
}

uint64_t FixedAt(std::string_view bytes, size_t at, size_t size) {
  uint64_t number = 0;
  for (size_t i = 0; i < size; ++i) number |= uint64_t{static_cast<uint8_t>(bytes[at + i])} << (8 * i);
  return number;
}

bool LeavesItsRoot(std::string_view path) {
  return path.starts_with("../") || path.find("/../") != std::string_view::npos || path.ends_with("/..");
}

class Writer {
 public:
  static constexpr bool kReads = false;

  explicit Writer(std::string_view root) : root_(root) {}

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
  void Path(Symbol path) {
    const auto [stored, fresh] = paths_.try_emplace(path);
    if (fresh) stored->second = Symbol(RelativeTo(path.view(), root_));
    Value(stored->second);
  }

  /// Writes what `fields` writes, led by its hash and length.
  template <class Fields>
  void Sealed(uint64_t content, const Fields& fields) {
    AppendFixed(body_, content, 8);
    const size_t at = body_.size();
    AppendFixed(body_, 0, 4);
    fields();
    const size_t length = body_.size() - at - 4;
    for (size_t i = 0; i < 4; ++i) body_[at + i] = static_cast<char>(length >> (8 * i));
  }

  std::string Finish() {
    std::string fields = std::move(body_);
    body_.clear();
    Value(uint64_t{symbols_.size()});
    for (Symbol symbol : symbols_) Value(std::string(symbol.view()));
    body_ += fields;
    std::string covered;
    AppendFixed(covered, body_.size(), 8);
    covered += body_;
    std::string file(kMagic);
    file += static_cast<char>(kVersion);
    AppendFixed(file, XXH3_64bits(covered.data(), covered.size()), 8);
    return file + covered;
  }

 private:
  std::string_view root_;
  std::string body_;
  std::vector<Symbol> symbols_;
  std::unordered_map<Symbol, size_t> ids_;
  std::unordered_map<Symbol, Symbol> paths_;
};

// Equal content gives an equal hash in every process and checkout: texts count by their bytes.
class Hasher {
 public:
  static constexpr bool kReads = false;

  explicit Hasher(std::string_view root) : root_(root) {}

  void Value(uint64_t number) { words_.push_back(number); }
  void Value(const std::string& text) { Value(HashOf(text)); }
  void Value(Symbol symbol) {
    const auto [known, fresh] = texts_.try_emplace(symbol, 0);
    if (fresh) known->second = HashOf(symbol.view());
    Value(known->second);
  }
  void Path(Symbol path) {
    const auto [known, fresh] = paths_.try_emplace(path, 0);
    if (fresh) known->second = HashOf(RelativeTo(path.view(), root_));
    Value(known->second);
  }
  template <class Fields>
  void Sealed(uint64_t content, const Fields&) {
    Value(content);
  }

  uint64_t Finish() {
    const uint64_t hash = XXH3_64bits(words_.data(), words_.size() * sizeof(uint64_t));
    words_.clear();
    return hash == 0 ? 1 : hash;
  }

 private:
  static uint64_t HashOf(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

  std::string_view root_;
  std::vector<uint64_t> words_;
  std::unordered_map<Symbol, uint64_t> texts_;
  std::unordered_map<Symbol, uint64_t> paths_;
};

// Stays at the first problem: everything read after it is zero, and the caller asks failed() once.
class Reader {
 public:
  static constexpr bool kReads = true;

  Reader(std::string_view bytes, std::string_view root, KnownContents* known)
      : bytes_(bytes), root_(root), has_root_(!root.empty()), known_(known) {
    while (root_.ends_with('/')) root_.remove_suffix(1);
  }

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

  std::string_view Bytes() { return Take(Count()); }

  void ReadStrings() {
    const size_t count = Count();
    for (size_t i = 0; i < count && !failed_; ++i) texts_.push_back(Bytes());
    symbols_.resize(texts_.size());
    paths_.resize(texts_.size());
  }

  // Interned when first asked for: most strings of a TU belong to functions that another TU has brought.
  Symbol NextSymbol() {
    const uint64_t index = NextIndex();
    if (failed_) return {};
    if (symbols_[index].empty()) symbols_[index] = Symbol(texts_[index]);
    return symbols_[index];
  }

  Symbol NextPath() {
    const uint64_t index = NextIndex();
    if (failed_ || !paths_[index].empty()) return failed_ ? Symbol() : paths_[index];
    const std::string_view text = texts_[index];
    const bool below = has_root_ && !text.empty() && text.front() != '/';
    if (below && LeavesItsRoot(text)) Fail();
    paths_[index] = below ? Symbol(fmt::format("{}/{}", root_, text)) : Symbol(text);
    return paths_[index];
  }

  /// False for content that is known already and was stepped over. Otherwise `fields` reads it.
  template <class Fields>
  bool Sealed(uint64_t& content, const Fields& fields) {
    if (bytes_.size() < kSealBytes) {
      Fail();
      return false;
    }
    content = FixedAt(bytes_, 0, 8);
    const size_t length = FixedAt(bytes_, 8, 4);
    bytes_.remove_prefix(kSealBytes);
    const std::string_view inside = Take(length);
    if (failed_) return false;
    if (known_ != nullptr && !known_->Insert(content)) return false;
    if (known_ != nullptr) inserted_.push_back(content);
    const std::string_view after = std::exchange(bytes_, inside);
    fields();
    if (!bytes_.empty()) Fail();
    if (!failed_) bytes_ = after;
    return true;
  }

  /// The facts turned out to be damaged: what they brought is not known after all.
  void Withdraw() {
    for (const uint64_t content : inserted_) known_->Erase(content);
  }

  uint64_t Fail() {
    failed_ = true;
    bytes_ = {};
    return 0;
  }

  bool failed() const { return failed_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view Take(size_t size) {
    if (size > bytes_.size()) size = Fail();
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  uint64_t NextIndex() {
    const uint64_t index = Number();
    return index < texts_.size() ? index : Fail();
  }

  std::string_view bytes_;
  std::string_view root_;
  bool has_root_;
  KnownContents* known_;
  std::vector<uint64_t> inserted_;
  std::vector<std::string_view> texts_;
  std::vector<Symbol> symbols_;
  std::vector<Symbol> paths_;
  bool failed_ = false;
};

template <class T>
concept Output = !T::kReads;

// The last enumerator of each enum: a byte above it is no value.
constexpr uint64_t LastOf(ExprKind) { return static_cast<uint64_t>(ExprKind::kThis); }
constexpr uint64_t LastOf(StmtKind) { return static_cast<uint64_t>(StmtKind::kFlowUnknown); }
constexpr uint64_t LastOf(TypeForm) { return static_cast<uint64_t>(TypeForm::kOptional); }
constexpr uint64_t LastOf(TuOutcome) { return static_cast<uint64_t>(TuOutcome::kFailed); }
constexpr uint64_t LastOf(Diagnostic::Severity) { return static_cast<uint64_t>(Diagnostic::Severity::kFatal); }

template <Output Archive>
void Field(Archive& to, bool value) {
  to.Value(uint64_t{value});
}
template <Output Archive>
void Field(Archive& to, std::unsigned_integral auto value) {
  to.Value(uint64_t{value});
}
template <Output Archive>
void Field(Archive& to, Enum auto value) {
  to.Value(static_cast<uint64_t>(value));
}
template <Output Archive>
void Field(Archive& to, Symbol value) {
  to.Value(value);
}
template <Output Archive>
void Field(Archive& to, const std::string& value) {
  to.Value(value);
}

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

template <class Archive, class T>
void Path(Archive& archive, T& path) {
  if constexpr (Archive::kReads) {
    path = archive.NextPath();
  } else {
    archive.Path(path);
  }
}

// kNone is the commonest index and the longest number: stored as value + 1, it takes one byte.
template <class Archive, class T>
void Index(Archive& archive, T& value) {
  uint32_t stored = value + 1;
  Field(archive, stored);
  if constexpr (Archive::kReads) value = stored - 1;
}

// T is the struct or the const struct; Archive is the Writer, the Hasher or the Reader.
template <class T, class Struct>
concept Of = std::same_as<std::remove_const_t<T>, Struct>;

template <class T>
concept SealedKind = Of<T, FunctionFacts> || Of<T, GlobalFacts> || Of<T, RecordFacts>;

template <class T>
void Field(Reader& archive, std::vector<T>& list);
template <Output Archive, class T>
void Field(Archive& archive, const std::vector<T>& list);

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
void Paths(Archive& archive, auto& list) {
  if constexpr (Archive::kReads) {
    list.resize(archive.Count());
  } else {
    archive.Value(uint64_t{list.size()});
  }
  for (auto& path : list) Path(archive, path);
}

template <class Archive>
void Field(Archive& a, Of<FunctionFacts> auto& x) {
  All(a, x.entity, x.qualified_name, x.name, x.owner, x.result_type);
  Path(a, x.file);
  All(a, x.where, x.body, x.is_definition, x.is_virtual, x.is_lambda, x.is_constructor, x.is_destructor, x.is_template,
      x.is_instantiation, x.is_operator_or_conversion, x.is_noreturn, x.is_coroutine, x.is_global_initialiser,
      x.internal_linkage, x.incomplete, x.enclosing, x.overrides, x.annotations, x.parameters, x.exprs, x.stmts);
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
  All(a, x.entity, x.qualified_name);
  Path(a, x.file);
  All(a, x.where, x.bases, x.fields, x.annotations);
}

template <class Archive>
void Field(Archive& a, Of<GlobalFacts> auto& x) {
  All(a, x.entity, x.qualified_name, x.type, x.form, x.initialiser);
}

template <class Archive>
void Field(Archive& a, Of<Diagnostic> auto& x) {
  All(a, x.severity);
  Path(a, x.file);
  All(a, x.line, x.column, x.message);
}

template <class Archive>
void Field(Archive& a, Of<MissedSite> auto& x) {
  Path(a, x.file);
  All(a, x.line, x.what);
}

template <class Archive>
void Field(Archive& a, Of<TuFacts> auto& x) {
  Path(a, x.main_file);
  Path(a, x.directory);
  All(a, x.libclang, x.outcome, x.reason, x.diagnostics, x.missed, x.sites_expected, x.sites_seen);
  Paths(a, x.includes);
  All(a, x.schema_url, x.functions, x.records, x.globals);
}

uint64_t ContentOf(Hasher& hasher, const SealedKind auto& item) {
  if (item.content != 0) return item.content;
  Field(hasher, item);
  return hasher.Finish();
}

// Grows with what is really there: hostile counts of large structs cannot ask for more than a multiple of the input.
template <class T>
void Field(Reader& from, std::vector<T>& list) {
  const size_t count = from.Count();
  for (size_t i = 0; i < count && !from.failed(); ++i) {
    if constexpr (SealedKind<T>) {
      T item;
      if (from.Sealed(item.content, [&] { Field(from, item); })) list.push_back(std::move(item));
    } else {
      Field(from, list.emplace_back());
    }
  }
}

template <Output Archive, class T>
void Field(Archive& to, const std::vector<T>& list) {
  to.Value(uint64_t{list.size()});
  for (const T& item : list) {
    if constexpr (SealedKind<T>) {
      to.Sealed(item.content, [&] { Field(to, item); });
    } else {
      Field(to, item);
    }
  }
}

bool TreesOf(const TuFacts& facts) {
  for (const FunctionFacts& function : facts.functions) {
    if (!TreesHold(function)) return false;
  }
  for (const GlobalFacts& global : facts.globals) {
    if (!TreesHold(global.initialiser)) return false;
  }
  return true;
}

Error Bad(const char* why) { return {ErrorKind::kInput, fmt::format("facts: {}", why)}; }

}  // namespace

bool KnownContents::Insert(uint64_t content) {
  Shard& shard = shards_[content % kShards];
  const std::scoped_lock lock(shard.mutex);
  return shard.contents.insert(content).second;
}

void KnownContents::Erase(uint64_t content) {
  Shard& shard = shards_[content % kShards];
  const std::scoped_lock lock(shard.mutex);
  shard.contents.erase(content);
}

void SealFacts(TuFacts& facts, std::string_view project_root) {
  Hasher hasher(project_root);
  for (FunctionFacts& function : facts.functions) function.content = ContentOf(hasher, function);
  for (RecordFacts& record : facts.records) record.content = ContentOf(hasher, record);
  for (GlobalFacts& global : facts.globals) {
    global.content = ContentOf(hasher, global);
    global.initialiser.content = global.content;
  }
}

void DropKnown(TuFacts& facts, KnownContents& known) {
  const auto is_known = [&](const SealedKind auto& item) { return !known.Insert(item.content); };
  std::erase_if(facts.functions, is_known);
  std::erase_if(facts.records, is_known);
  std::erase_if(facts.globals, is_known);
}

std::string SerializeFacts(const TuFacts& facts, std::string_view project_root) {
  const auto sealed = [](const SealedKind auto& item) { return item.content != 0; };
  const bool complete = std::all_of(facts.functions.begin(), facts.functions.end(), sealed) &&
                        std::all_of(facts.records.begin(), facts.records.end(), sealed) &&
                        std::all_of(facts.globals.begin(), facts.globals.end(), sealed);
  if (!complete) {
    TuFacts copy = facts;
    SealFacts(copy, project_root);
    return SerializeFacts(copy, project_root);
  }
  Writer writer(project_root);
  Field(writer, facts);
  return writer.Finish();
}

Result<size_t> FactsSize(std::string_view bytes) {
  if (!bytes.starts_with(kMagic) || bytes.size() < kHeaderBytes) return Bad("not a facts file, or cut off");
  const auto version = static_cast<uint8_t>(bytes[kMagic.size()]);
  if (version != kVersion) {
    return Error{ErrorKind::kInput,
                 fmt::format("facts: version {}, this spangate reads version {}; make them again", version, kVersion)};
  }
  const uint64_t length = FixedAt(bytes, kLengthAt, 8);
  if (length > bytes.size() - kHeaderBytes) return Bad("cut off");
  return kHeaderBytes + static_cast<size_t>(length);
}

Result<TuFacts> ParseFacts(std::string_view bytes, std::string_view project_root, KnownContents* known) {
  const Result<size_t> size = FactsSize(bytes);
  if (!size.has_value()) return size.error();
  if (size.value() != bytes.size()) return Bad("something follows them");
  const std::string_view covered = bytes.substr(kLengthAt);
  if (XXH3_64bits(covered.data(), covered.size()) != FixedAt(bytes, kChecksumAt, 8))
    return Bad("the checksum is wrong");
  Reader reader(bytes.substr(kHeaderBytes), project_root, known);
  reader.ReadStrings();
  TuFacts facts;
  Field(reader, facts);
  for (GlobalFacts& global : facts.globals) global.initialiser.content = global.content;
  const bool damaged = reader.failed() || !reader.at_end();
  if (!damaged && TreesOf(facts)) return facts;
  reader.Withdraw();
  return Bad(damaged ? "the content is damaged" : "an index points outside its function, or round in a circle");
}

}  // namespace spangate
