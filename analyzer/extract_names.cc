#include "analyzer/extract_names.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <optional>
#include <utility>

#include "common/path.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace spangate {
namespace {

constexpr size_t kMaxTypeText = 200;
constexpr int kMaxTypeDepth = 8;  // a pointer to a pointer to ...: deeper text helps nobody

struct Holder {
  std::string_view name;
  TypeForm form;
};
constexpr std::array<Holder, 9> kHolders = {{{"std::unique_ptr", TypeForm::kUnique},
                                             {"std::shared_ptr", TypeForm::kShared},
                                             {"std::weak_ptr", TypeForm::kWeak},
                                             {"std::optional", TypeForm::kOptional},
                                             {"opentelemetry::nostd::unique_ptr", TypeForm::kUnique},
                                             {"opentelemetry::nostd::shared_ptr", TypeForm::kShared},
                                             {"boost::shared_ptr", TypeForm::kShared},
                                             {"boost::intrusive_ptr", TypeForm::kShared},
                                             {"boost::optional", TypeForm::kOptional}}};
constexpr std::array<std::string_view, 5> kStrings = {"std::basic_string", "std::basic_string_view",
                                                      "opentelemetry::nostd::string_view", "absl::string_view",
                                                      "opentelemetry::nostd::basic_string_view"};
constexpr std::array<std::string_view, 13> kWrappers = {"std::variant",
                                                        "absl::variant",
                                                        "opentelemetry::nostd::variant",
                                                        "mpark::variant",
                                                        "std::function",
                                                        "std::move_only_function",
                                                        "opentelemetry::nostd::function_ref",
                                                        "absl::AnyInvocable",
                                                        "absl::FunctionRef",
                                                        "std::span",
                                                        "opentelemetry::nostd::span",
                                                        "std::initializer_list",
                                                        "std::any"};

template <size_t kSize>
bool Contains(const std::array<std::string_view, kSize>& table, std::string_view name) {
  return std::find(table.begin(), table.end(), name) != table.end();
}

std::optional<TypeForm> HolderForm(std::string_view name) {
  const auto* const holder =
      std::find_if(kHolders.begin(), kHolders.end(), [name](const Holder& row) { return row.name == name; });
  if (holder == kHolders.end()) return std::nullopt;
  return holder->form;
}

// "vector<T>" as a constructor's spelling; an operator's "<" is part of its name.
std::string WithoutTemplateArguments(std::string name) {
  if (name.starts_with("operator")) return name;
  const size_t bracket = name.find('<');
  if (bracket != std::string::npos && bracket > 0) name.resize(bracket);
  return name;
}

std::string RealPath(const std::string& path) {
  char* resolved = path.empty() ? nullptr : ::realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return path;
  std::string result = resolved;
  std::free(resolved);  // NOLINT(cppcoreguidelines-no-malloc): realpath allocates with malloc
  return result;
}

void Drop(std::string& text, std::string_view part) {
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at)) text.erase(at, part.size());
}

}  // namespace

// libstdc++ declares shared_ptr's operator-> in a base.
bool IsHolder(std::string_view name) { return HolderForm(name).has_value() || name.starts_with("std::__shared_ptr"); }
bool IsStringClass(std::string_view name) { return Contains(kStrings, name); }
bool IsTransparent(std::string_view name) { return IsHolder(name) || IsStringClass(name) || Contains(kWrappers, name); }

ExtractNames::ExtractNames(const Libclang& clang, CXTranslationUnit unit, std::string project_root)
    : clang_(clang), unit_(unit), project_root_(std::move(project_root)) {}

CXCursor ExtractNames::TemplateOf(CXCursor declaration) const {
  for (int i = 0; i < kMaxTypeDepth; ++i) {
    const CXCursor origin = clang_.clang_getSpecializedCursorTemplate(declaration);
    if (clang_.clang_Cursor_isNull(origin) != 0) break;
    declaration = origin;
  }
  return declaration;
}

// data[0] is the declaration; the other fields say how the cursor was reached, which is none of a name's business.
ExtractNames::Declared& ExtractNames::Entry(CXCursor declaration) { return declared_[declaration.data[0]]; }

EntityId ExtractNames::Entity(CXCursor declaration) {
  Declared& known = Entry(declaration);
  if (known.has_entity) return known.entity;
  const CXCursor origin = clang_.clang_getCanonicalCursor(TemplateOf(declaration));
  std::string key = clang_.Take(clang_.clang_getCursorUSR(origin));
  if (key.empty() && clang_.clang_getCursorKind(origin) == CXCursor_UnexposedDecl) {  // a structured binding has none
    key = "binding@" + std::to_string(At(clang_.clang_getCursorLocation(origin)).offset);
  }
  EntityId entity = 0;
  if (!key.empty()) {
    // Equal in every checkout. A USR holds no more than the base name of a file, so that two main.cc share
    // "c:main.cc@F@init#".
    const CXLinkageKind linkage = clang_.clang_getCursorLinkage(origin);
    if (linkage != CXLinkage_External) {
      key.append(RelativeTo(At(clang_.clang_getCursorLocation(origin)).file->path, project_root_));
    }
    entity = XXH3_64bits(key.data(), key.size());
    if (entity == 0) entity = 1;
  }
  Declared& entry = Entry(declaration);
  entry.has_entity = true;
  return entry.entity = entity;
}

// Versions spell an unnamed class as "" or as "(unnamed struct at file:1:2)".
Symbol ExtractNames::Name(CXCursor declaration) {
  Declared& known = Entry(declaration);
  if (known.has_name) return known.name;
  std::string name = WithoutTemplateArguments(clang_.Take(clang_.clang_getCursorSpelling(declaration)));
  if (name.empty() || name.front() == '(') name = IsLambdaClass(declaration) ? "(lambda)" : "";
  known.has_name = true;
  return known.name = Symbol(name);
}

bool ExtractNames::IsLambdaClass(CXCursor record) const {
  if (clang_.clang_getCursorKind(record) != CXCursor_ClassDecl) return false;
  const std::string type = clang_.Take(clang_.clang_getTypeSpelling(clang_.clang_getCursorType(record)));
  return type.find("(lambda at ") != std::string::npos;
}

Symbol ExtractNames::Qualified(CXCursor declaration) {
  if (Entry(declaration).has_qualified) return Entry(declaration).qualified;
  const Symbol owner = Owner(declaration);
  const Symbol name = Name(declaration);
  std::string text(owner.view());
  // The call operator is the lambda: "Serve::(lambda)", not "Serve::(lambda)::operator()".
  if (name != "operator()" || !text.ends_with("(lambda)")) text.append(text.empty() ? "" : "::").append(name.view());
  Declared& entry = Entry(declaration);
  entry.has_qualified = true;
  return entry.qualified = Symbol(text);
}

Symbol ExtractNames::Owner(CXCursor declaration) {
  if (Entry(declaration).has_owner) return Entry(declaration).owner;
  CXCursor parent = clang_.clang_getCursorSemanticParent(declaration);
  Symbol owner;
  while (clang_.clang_Cursor_isNull(parent) == 0) {
    const CXCursorKind kind = clang_.clang_getCursorKind(parent);
    if (clang_.clang_isTranslationUnit(kind) != 0 || clang_.clang_isInvalid(kind) != 0) break;
    const bool is_namespace = kind == CXCursor_Namespace;
    const bool transparent = (is_namespace && (clang_.clang_Cursor_isInlineNamespace(parent) != 0 ||
                                               clang_.clang_Cursor_isAnonymous(parent) != 0)) ||
                             Name(parent).empty() || kind == CXCursor_LinkageSpec ||
                             (is_namespace && Name(parent) == "otel_v1");  // the abseil copy inside the API
    if (!transparent) {
      owner = Qualified(parent);
      break;
    }
    parent = clang_.clang_getCursorSemanticParent(parent);
  }
  Declared& entry = Entry(declaration);
  entry.has_owner = true;
  return entry.owner = owner;
}

TypeName ExtractNames::Type(CXType type) {
  if (type.kind == CXType_Invalid) return {};
  const TypeKey key{static_cast<int>(type.kind), type.data[0]};
  if (const auto found = types_.find(key); found != types_.end()) return found->second;
  const TypeName name = Strip(clang_.clang_getCanonicalType(type));
  types_.emplace(key, name);
  return name;
}

// Peels references, pointers and holders off; the first one peeled is the form.
TypeName ExtractNames::Strip(CXType type) {
  TypeName result;
  for (int depth = 0; depth < kMaxTypeDepth; ++depth) {
    CXType inner = clang_.clang_getPointeeType(type);
    TypeForm form = TypeForm::kPointer;
    if (type.kind == CXType_LValueReference) {
      form = clang_.clang_isConstQualifiedType(inner) != 0 ? TypeForm::kConstReference : TypeForm::kReference;
    } else if (type.kind == CXType_RValueReference) {
      form = TypeForm::kRvalueReference;
    } else if (type.kind == CXType_Record) {
      const std::optional<TypeForm> holder = HolderForm(Qualified(clang_.clang_getTypeDeclaration(type)));
      if (!holder || clang_.clang_Type_getNumTemplateArguments(type) < 1) break;
      form = *holder;
      inner = clang_.clang_Type_getTemplateArgumentAsType(type, 0);
    } else if (type.kind != CXType_Pointer) {
      break;
    }
    if (result.form == TypeForm::kValue) result.form = form;
    type = clang_.clang_getCanonicalType(inner);
  }
  result.name = Symbol(Spell(type));
  return result;
}

std::string ExtractNames::Spell(CXType type) {
  if (type.kind == CXType_Record || type.kind == CXType_Enum) {
    const CXCursor declaration = clang_.clang_getTypeDeclaration(type);
    const std::string_view text = Qualified(declaration).view();
    if (text.empty() || text.find("(lambda") != std::string_view::npos) return "(lambda)";
    if (!IsStringClass(text) || !text.starts_with("std::")) return std::string(text);
    const CXTypeKind character = clang_.clang_Type_getTemplateArgumentAsType(type, 0).kind;
    const bool narrow = character == CXType_Char_S || character == CXType_Char_U;
    if (!narrow) return std::string(text);
    return text == "std::basic_string" ? "std::string" : "std::string_view";
  }
  const CXType element = clang_.clang_getArrayElementType(type);
  if (element.kind != CXType_Invalid) return (std::string(Type(element).name.view()) + "[]").substr(0, kMaxTypeText);
  std::string text = clang_.Take(clang_.clang_getTypeSpelling(type));
  Drop(text, "const ");
  Drop(text, "volatile ");
  return text.substr(0, kMaxTypeText);
}

const SourceFile& ExtractNames::File(CXFile file, CXSourceLocation location) {
  if (const auto found = files_.find(file); found != files_.end()) return found->second;
  SourceFile known;
  if (file != nullptr) {
    std::string path = clang_.Take(clang_.clang_File_tryGetRealPathName(file));
    if (path.empty() || path.front() != '/') path = RealPath(clang_.Take(clang_.clang_getFileName(file)));
    known.path = Symbol(path);
    known.in_project = IsBelow(path, project_root_) && clang_.clang_Location_isInSystemHeader(location) == 0;
    size_t size = 0;
    const char* text = clang_.clang_getFileContents(unit_, file, &size);
    if (text != nullptr) known.text = std::string_view(text, size);
  }
  return files_.emplace(file, known).first->second;
}

SourceOffset ExtractNames::At(CXSourceLocation location) {
  CXFile file = nullptr;
  SourceOffset at;
  clang_.clang_getExpansionLocation(location, &file, &at.line, &at.column, &at.offset);
  at.file = &File(file, location);
  return at;
}

SourceOffset ExtractNames::Start(CXCursor cursor) {
  return At(clang_.clang_getRangeStart(clang_.clang_getCursorExtent(cursor)));
}
SourceOffset ExtractNames::End(CXCursor cursor) {
  return At(clang_.clang_getRangeEnd(clang_.clang_getCursorExtent(cursor)));
}

Extent ExtractNames::Where(CXCursor cursor) {
  const SourceOffset from = Start(cursor);
  const SourceOffset to = End(cursor);
  if (to.file != from.file || to.offset < from.offset) return {from.line, from.column, from.line, from.column};
  return {from.line, from.column, to.line, to.column};
}

// The raw location of a token that a macro produced has its top bit set, in every version (clang::SourceLocation); the
// functions that would say so answer differently before 17.
bool ExtractNames::InMacro(CXCursor cursor) const {
  return (clang_.clang_getCursorExtent(cursor).begin_int_data >> 31U) != 0;
}

Extent ExtractNames::WhereName(CXCursor declaration) {
  const SourceOffset from = At(clang_.clang_getCursorLocation(declaration));
  const auto length = static_cast<uint32_t>(Name(declaration).view().size());
  return {from.line, from.column, from.line, from.column + length};
}

std::string_view ExtractNames::Slice(SourceOffset from, SourceOffset to) const {
  if (from.file != to.file || from.file == nullptr) return {};
  if (to.offset <= from.offset || to.offset > from.file->text.size()) return {};
  return from.file->text.substr(from.offset, to.offset - from.offset);
}

std::string_view ExtractNames::TextOf(CXCursor cursor) { return Slice(Start(cursor), End(cursor)); }
std::string_view ExtractNames::TextBetween(CXCursor before, CXCursor after) { return Slice(End(before), Start(after)); }
std::string_view ExtractNames::TextBefore(CXCursor outer, CXCursor inner) { return Slice(Start(outer), Start(inner)); }
std::string_view ExtractNames::TextAfter(CXCursor outer, CXCursor inner) { return Slice(End(inner), End(outer)); }

std::vector<CXCursor> ExtractNames::Children(CXCursor cursor) const {
  std::vector<CXCursor> children;
  clang_.clang_visitChildren(
      cursor,
      [](CXCursor child, CXCursor, CXClientData data) {
        static_cast<std::vector<CXCursor>*>(data)->push_back(child);
        return CXChildVisit_Continue;
      },
      &children);
  return children;
}

std::vector<Symbol> ExtractNames::Annotations(CXCursor declaration) const {
  std::vector<Symbol> annotations;
  for (const CXCursor child : Children(declaration)) {
    if (clang_.clang_getCursorKind(child) != CXCursor_AnnotateAttr) continue;
    const Symbol text(clang_.Take(clang_.clang_getCursorSpelling(child)));
    // A redeclaration inherits the attribute, so it is listed once per declaration.
    if (std::find(annotations.begin(), annotations.end(), text) == annotations.end()) annotations.push_back(text);
  }
  return annotations;
}

}  // namespace spangate
