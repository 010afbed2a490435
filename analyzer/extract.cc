// Walks a translation unit's declarations and hands each definition below the project root to the body builder.
#include "analyzer/extract.h"

#include <algorithm>
#include <set>

#include "analyzer/extract_body.h"

namespace spangate {
namespace {

constexpr int kMaxScopes = 64;  // nested namespaces and classes

bool IsFunction(CXCursorKind kind) {
  return kind == CXCursor_FunctionDecl || kind == CXCursor_CXXMethod || kind == CXCursor_Constructor ||
         kind == CXCursor_Destructor || kind == CXCursor_ConversionFunction || kind == CXCursor_FunctionTemplate;
}

bool IsRecord(CXCursorKind kind) {
  return kind == CXCursor_StructDecl || kind == CXCursor_ClassDecl || kind == CXCursor_UnionDecl ||
         kind == CXCursor_ClassTemplate || kind == CXCursor_ClassTemplatePartialSpecialization;
}

bool IsTemplateScope(CXCursorKind kind) {
  return kind == CXCursor_ClassTemplate || kind == CXCursor_ClassTemplatePartialSpecialization;
}

bool StandsInTemplate(const Libclang& clang, CXCursor function) {
  if (clang.clang_getCursorKind(function) == CXCursor_FunctionTemplate) return true;
  CXCursor parent = clang.clang_getCursorSemanticParent(function);
  for (int i = 0; i < kMaxScopes; ++i) {
    const CXCursorKind kind = clang.clang_getCursorKind(parent);
    if (IsTemplateScope(kind) || kind == CXCursor_FunctionTemplate) return true;
    if (clang.clang_isInvalid(kind) != 0 || clang.clang_isTranslationUnit(kind) != 0) return false;
    parent = clang.clang_getCursorSemanticParent(parent);
  }
  return false;
}

void AddOverridden(Extraction& x, CXCursor method, std::set<EntityId>& seen, std::vector<Overridden>& out, int depth) {
  if (depth > kMaxScopes) return;
  CXCursor* overridden = nullptr;
  unsigned count = 0;
  x.clang.clang_getOverriddenCursors(method, &overridden, &count);
  for (unsigned i = 0; i < count; ++i) {
    const EntityId entity = x.names.Entity(overridden[i]);
    if (!seen.insert(entity).second) continue;
    out.push_back({entity, x.names.Qualified(overridden[i])});
    AddOverridden(x, overridden[i], seen, out, depth + 1);
  }
  if (overridden != nullptr) x.clang.clang_disposeOverriddenCursors(overridden);
}

void AddBases(Extraction& x, CXCursor record, std::vector<Symbol>& out, int depth) {
  if (depth > kMaxScopes) return;
  for (const CXCursor child : x.names.Children(record)) {
    if (x.clang.clang_getCursorKind(child) != CXCursor_CXXBaseSpecifier) continue;
    CXCursor base =
        x.clang.clang_getTypeDeclaration(x.clang.clang_getCanonicalType(x.clang.clang_getCursorType(child)));
    if (x.clang.clang_isInvalid(x.clang.clang_getCursorKind(base)) != 0) continue;
    const Symbol name = x.names.Qualified(base);
    if (std::find(out.begin(), out.end(), name) != out.end()) continue;
    out.push_back(name);
    const CXCursor definition = x.clang.clang_getCursorDefinition(base);
    if (x.clang.clang_Cursor_isNull(definition) == 0) base = definition;
    AddBases(x, base, out, depth + 1);
  }
}

class Walk {
 public:
  explicit Walk(Extraction& extraction) : x_(extraction) {}

  void Scope(CXCursor scope, int depth) {
    if (depth > kMaxScopes) return;
    for (const CXCursor child : x_.names.Children(scope)) Declaration(child, depth);
  }

  void Pending() {
    // Bodies ask for further bodies, so both lists grow while they are read.
    for (size_t i = 0, j = 0; i < x_.pending.size() || j < x_.local_classes.size();) {
      if (j < x_.local_classes.size()) {
        const CXCursor local = x_.local_classes[j++];
        Record(local, 0);
      } else {
        const CXCursor instantiation = x_.pending[i++];
        Function(instantiation, true);
      }
    }
  }

 private:
  void Declaration(CXCursor cursor, int depth) {
    const CXCursorKind kind = x_.clang.clang_getCursorKind(cursor);
    const CXSourceLocation location = x_.clang.clang_getCursorLocation(cursor);
    const SourceFile& file = *x_.names.At(location).file;
    if (!file.in_project) {
      if (kind == CXCursor_Namespace && file.path.view().ends_with("/semconv/schema_url.h")) SchemaUrl(cursor, depth);
      return;
    }
    if (depth == 0 && (IsFunction(kind) || kind == CXCursor_VarDecl) && IsImplicitInstantiation(cursor, location))
      return;
    if (kind == CXCursor_Namespace || kind == CXCursor_LinkageSpec || kind == CXCursor_UnexposedDecl ||
        kind == CXCursor_FriendDecl) {
      // Before 17, extern "C" shows as an unexposed declaration.
      Scope(cursor, depth + 1);
    } else if (IsRecord(kind)) {
      if (x_.clang.clang_isCursorDefinition(cursor) != 0) Record(cursor, depth);
    } else if (IsFunction(kind)) {
      if (x_.clang.clang_isCursorDefinition(cursor) != 0) {
        Function(cursor, false);
      } else {
        Declared(cursor);
      }
    } else if (kind == CXCursor_VarDecl) {
      Global(cursor);
    }
  }

  // With a precompiled header libclang lists what was parsed at top level, and counts implicit instantiations in. They
  // stand where their template stands; specialisations that somebody wrote do not.
  bool IsImplicitInstantiation(CXCursor cursor, CXSourceLocation location) {
    const CXCursor origin = x_.clang.clang_getSpecializedCursorTemplate(cursor);
    if (x_.clang.clang_Cursor_isNull(origin) != 0) return false;
    const SourceOffset there = x_.names.At(x_.clang.clang_getCursorLocation(origin));
    const SourceOffset here = x_.names.At(location);
    return there.file == here.file && there.offset == here.offset;
  }

  void SchemaUrl(CXCursor scope, int depth) {
    if (depth > kMaxScopes) return;
    for (const CXCursor child : x_.names.Children(scope)) {
      if (x_.clang.clang_getCursorKind(child) == CXCursor_Namespace) SchemaUrl(child, depth + 1);
      if (x_.names.Qualified(child) != "opentelemetry::semconv::kSchemaUrl") continue;
      x_.facts.schema_url = ConstantOf(x_, child).value_or("");
    }
  }

  void Record(CXCursor cursor, int depth) {
    RecordFacts facts;
    facts.entity = x_.names.Entity(cursor);
    facts.qualified_name = x_.names.Qualified(cursor);
    facts.where = x_.names.WhereName(cursor);
    facts.file = x_.names.At(x_.clang.clang_getCursorLocation(cursor)).file->path;
    facts.annotations = x_.names.Annotations(cursor);
    AddBases(x_, cursor, facts.bases, 0);
    const std::vector<CXCursor> children = x_.names.Children(cursor);
    for (const CXCursor child : children) {
      if (x_.clang.clang_getCursorKind(child) != CXCursor_FieldDecl) continue;
      const TypeName type = x_.names.Type(x_.clang.clang_getCursorType(child));
      facts.fields.push_back({.entity = x_.names.Entity(child),
                              .name = x_.names.Name(child),
                              .type = type.name,
                              .form = type.form,
                              .annotations = x_.names.Annotations(child)});
    }
    AddMemberInitialisers(x_, children, facts,
                          StandsInTemplate(x_.clang, cursor) || IsTemplateScope(x_.clang.clang_getCursorKind(cursor)));
    x_.facts.records.push_back(std::move(facts));
    for (const CXCursor child : children) Declaration(child, depth + 1);
  }

  void Function(CXCursor cursor, bool is_instantiation) {
    const std::vector<CXCursor> children = x_.names.Children(cursor);
    const bool has_body = std::any_of(children.begin(), children.end(), [this](CXCursor child) {
      return x_.clang.clang_isStatement(x_.clang.clang_getCursorKind(child)) != 0;
    });
    FunctionFacts facts = DescribeFunction(x_, cursor);
    if (!is_instantiation) AddDefaultArguments(x_, children, facts);
    if (!has_body) return;  // defaulted, deleted, or skipped by the parser
    facts.is_definition = true;
    facts.is_instantiation = is_instantiation;
    if (is_instantiation) facts.is_template = false;
    BodyBuilder(x_, facts).Function(cursor);
    x_.facts.functions.push_back(std::move(facts));
  }

  void Declared(CXCursor cursor) {
    const std::vector<CXCursor> children = x_.names.Children(cursor);
    const bool has_parameter = std::any_of(children.begin(), children.end(), [this](CXCursor child) {
      return x_.clang.clang_getCursorKind(child) == CXCursor_ParmDecl && !x_.names.Children(child).empty();
    });
    const CXCursor definition = x_.clang.clang_getCursorDefinition(cursor);
    const bool is_defined = x_.clang.clang_Cursor_isNull(definition) == 0;
    if (is_defined && !has_parameter) return;
    FunctionFacts facts = DescribeFunction(x_, cursor);
    AddDefaultArguments(x_, children, facts);
    if (is_defined) return;
    const bool annotated = !facts.annotations.empty() ||
                           std::any_of(facts.parameters.begin(), facts.parameters.end(),
                                       [](const Parameter& parameter) { return !parameter.annotations.empty(); });
    if (annotated) x_.facts.functions.push_back(std::move(facts));
  }

  void Global(CXCursor cursor) {
    const CXCursor initialiser = x_.clang.clang_Cursor_getVarDeclInitializer(cursor);
    if (x_.clang.clang_Cursor_isNull(initialiser) != 0) return;
    const TypeName type = x_.names.Type(x_.clang.clang_getCursorType(cursor));
    GlobalFacts facts;
    facts.entity = x_.names.Entity(cursor);
    facts.qualified_name = x_.names.Qualified(cursor);
    facts.type = type.name;
    facts.form = type.form;
    FunctionFacts& body = facts.initialiser;
    body.entity = facts.entity;
    body.qualified_name = facts.qualified_name;
    body.name = x_.names.Name(cursor);
    body.owner = x_.names.Owner(cursor);
    body.file = x_.names.At(x_.clang.clang_getCursorLocation(cursor)).file->path;
    body.where = x_.names.WhereName(cursor);
    body.is_definition = true;
    body.is_global_initialiser = true;
    body.is_template = StandsInTemplate(x_.clang, cursor);
    BodyBuilder(x_, body).Initialiser(cursor);
    x_.facts.globals.push_back(std::move(facts));
  }

  Extraction& x_;
};

// A broken statement may have vanished from the tree without a trace, so the whole function says less than its text.
void MarkIncomplete(TuFacts& facts) {
  const auto mark = [&facts](FunctionFacts& function) {
    for (const Diagnostic& diagnostic : facts.diagnostics) {
      const bool error =
          diagnostic.severity == Diagnostic::Severity::kError || diagnostic.severity == Diagnostic::Severity::kFatal;
      if (error && diagnostic.file == function.file && diagnostic.line >= function.where.line &&
          diagnostic.line <= std::max(function.body.end_line, function.where.line)) {
        function.incomplete = true;
      }
    }
  };
  for (FunctionFacts& function : facts.functions) mark(function);
  for (GlobalFacts& global : facts.globals) mark(global.initialiser);
}

}  // namespace

void AddParameters(Extraction& x, const std::vector<CXCursor>& children, FunctionFacts& facts) {
  for (const CXCursor child : children) {
    if (x.clang.clang_getCursorKind(child) != CXCursor_ParmDecl) continue;
    const TypeName type = x.names.Type(x.clang.clang_getCursorType(child));
    Parameter parameter;
    parameter.entity = x.names.Entity(child);
    parameter.name = x.names.Name(child);
    parameter.type = type.name;
    parameter.form = type.form;
    parameter.annotations = x.names.Annotations(child);
    x.parameters[parameter.entity] = static_cast<uint16_t>(facts.parameters.size());
    facts.parameters.push_back(std::move(parameter));
  }
}

FunctionFacts DescribeFunction(Extraction& x, CXCursor function) {
  const CXCursorKind kind = x.clang.clang_getCursorKind(function);
  FunctionFacts facts;
  facts.entity = x.names.Entity(function);
  facts.qualified_name = x.names.Qualified(function);
  facts.name = x.names.Name(function);
  facts.owner = x.names.Owner(function);
  facts.result_type = x.names.Type(x.clang.clang_getResultType(x.clang.clang_getCursorType(function))).name;
  facts.file = x.names.At(x.clang.clang_getCursorLocation(function)).file->path;
  facts.where = x.names.WhereName(function);
  facts.is_virtual = x.clang.clang_CXXMethod_isVirtual(function) != 0;
  facts.is_constructor =
      kind == CXCursor_Constructor || x.clang.clang_getTemplateCursorKind(function) == CXCursor_Constructor;
  facts.is_destructor = kind == CXCursor_Destructor;
  facts.is_template = StandsInTemplate(x.clang, function);
  facts.is_operator_or_conversion =
      kind == CXCursor_ConversionFunction ||
      (facts.name.view().starts_with("operator") && facts.name.view().size() > 8 &&
       !(facts.name.view()[8] == '_' || (facts.name.view()[8] >= 'a' && facts.name.view()[8] <= 'z') ||
         (facts.name.view()[8] >= 'A' && facts.name.view()[8] <= 'Z')));
  facts.is_noreturn = IsNoreturn(x, function);
  facts.internal_linkage = x.clang.clang_getCursorLinkage(function) != CXLinkage_External;
  facts.annotations = x.names.Annotations(function);
  const CXCursor parent = x.clang.clang_getCursorSemanticParent(function);
  if (IsRecord(x.clang.clang_getCursorKind(parent))) {
    for (const Symbol annotation : x.names.Annotations(parent)) {
      const bool known =
          std::find(facts.annotations.begin(), facts.annotations.end(), annotation) != facts.annotations.end();
      if (!known) facts.annotations.push_back(annotation);
    }
    std::set<EntityId> seen;
    AddOverridden(x, function, seen, facts.overrides, 0);
  }
  if (x.names.IsLambdaClass(parent)) {  // an instantiated generic lambda
    facts.is_lambda = true;
    facts.name = Symbol("(lambda)");
    facts.owner = x.names.Owner(parent);
    facts.enclosing = x.names.Entity(x.clang.clang_getCursorSemanticParent(parent));
  }
  AddParameters(x, x.names.Children(function), facts);
  return facts;
}

void ExtractFacts(const Libclang& clang, CXTranslationUnit unit, const ExtractOptions& options, TuFacts& facts) {
  Extraction extraction(clang, unit, options.project_root, facts);
  Walk walk(extraction);
  walk.Scope(clang.clang_getTranslationUnitCursor(unit), 0);
  walk.Pending();
  MarkIncomplete(facts);
  if (extraction.cut_functions > 0 && facts.reason.empty()) {
    const size_t others = extraction.cut_functions - 1;
    facts.reason = std::string(extraction.cut_function.view()) +
                   (others == 0 ? "" : " and " + std::to_string(others) + (others == 1 ? " other" : " others")) +
                   ": nested too deeply to be read in full";
  }
}

}  // namespace spangate
