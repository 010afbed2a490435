// Names, types, places and identities of one translation unit's declarations, each computed once.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/facts.h"
#include "analyzer/libclang.h"

namespace spangate {

/// A source file as the translation unit read it.
struct SourceFile {
  Symbol path;              // real absolute path; empty for built-in buffers
  bool in_project = false;  // below the project root and no system header
  std::string_view text;    // as parsed; lives as long as the translation unit
};

/// A type as Expr::type and Expr::form document it.
struct TypeName {
  Symbol name;
  TypeForm form = TypeForm::kValue;
};

/// A place by byte offset, after macro expansion.
struct SourceOffset {
  const SourceFile* file = nullptr;
  unsigned offset = 0, line = 0, column = 0;
};

class ExtractNames {
 public:
  ExtractNames(const Libclang& clang, CXTranslationUnit unit, std::string project_root);

  const Libclang& clang() const { return clang_; }

  /// The declaration itself, or the template that it was made from.
  CXCursor TemplateOf(CXCursor declaration) const;
  EntityId Entity(CXCursor declaration);
  Symbol Name(CXCursor declaration);       // unqualified, without template arguments
  Symbol Qualified(CXCursor declaration);  // without inline and anonymous namespaces
  Symbol Owner(CXCursor declaration);      // qualified name of the semantic parent
  TypeName Type(CXType type);

  bool IsLambdaClass(CXCursor record) const;

  SourceOffset At(CXSourceLocation location);
  Extent Where(CXCursor cursor);
  bool InMacro(CXCursor cursor) const;
  Extent WhereName(CXCursor declaration);  // of the name alone
  /// Source text of the cursor; empty when its ends lie in different files or macros hide it.
  std::string_view TextOf(CXCursor cursor);
  /// Text between the end of one cursor and the start of the next; empty as above.
  std::string_view TextBetween(CXCursor before, CXCursor after);
  /// Text from the start of one cursor to the start of another inside it.
  std::string_view TextBefore(CXCursor outer, CXCursor inner);
  std::string_view TextAfter(CXCursor outer, CXCursor inner);

  std::vector<CXCursor> Children(CXCursor cursor) const;
  std::vector<Symbol> Annotations(CXCursor declaration) const;

 private:
  struct Declared {
    EntityId entity = 0;
    Symbol name, qualified, owner;
    bool has_entity = false, has_name = false, has_qualified = false, has_owner = false;
  };
  struct TypeKey {
    int kind;
    const void* data;
    bool operator==(const TypeKey&) const = default;
  };
  struct TypeHash {
    size_t operator()(const TypeKey& key) const {
      return std::hash<const void*>()(key.data) * 31 + static_cast<size_t>(key.kind);
    }
  };

  Declared& Entry(CXCursor declaration);
  TypeName Strip(CXType canonical);
  std::string Spell(CXType canonical);
  std::string_view Slice(SourceOffset from, SourceOffset to) const;
  const SourceFile& File(CXFile file, CXSourceLocation location);
  SourceOffset Start(CXCursor cursor);
  SourceOffset End(CXCursor cursor);

  const Libclang& clang_;
  CXTranslationUnit unit_;
  std::string project_root_;
  std::unordered_map<const void*, Declared> declared_;
  std::unordered_map<TypeKey, TypeName, TypeHash> types_;
  std::unordered_map<CXFile, SourceFile> files_;
};

/// Classes that stand for what they hold: smart pointers and optionals.
bool IsHolder(std::string_view qualified_class);
/// Classes whose implicit construction from one argument changes nothing that a rule asks about: strings, variants,
/// holders, function wrappers.
bool IsTransparent(std::string_view qualified_class);
bool IsStringClass(std::string_view qualified_class);

}  // namespace spangate
