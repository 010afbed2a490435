// Making a precompiled header, and what is known about it afterwards.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "analyzer/precompiled_header_parts.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

NameSet DefinedBy(const std::vector<std::string>& arguments) {
  NameSet names;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!arguments[i].starts_with("-D")) continue;
    const bool apart = arguments[i].size() == 2 && i + 1 < arguments.size();
    const std::string text = apart ? arguments[i + 1] : arguments[i].substr(2);
    names.push_back(HashOfName(std::string_view(text).substr(0, text.find_first_of("=("))));
  }
  std::sort(names.begin(), names.end());
  return names;
}

NameSet Without(const NameSet& names, const NameSet& others) {
  NameSet rest;
  std::set_difference(names.begin(), names.end(), others.begin(), others.end(), std::back_inserter(rest));
  return rest;
}

}  // namespace

// Roots of the cluster that the unit did read, in its order, less those that an earlier one brings.
PrecompiledHeaders::Roots PrecompiledHeaders::RootsOf(const Cluster& cluster, const Member& first,
                                                      const UnitIncludes& unit, const PrecompiledHeader* base) const {
  std::unordered_map<Symbol, std::vector<Symbol>> graph;
  for (const ActiveInclude& include : unit.active) graph[include.from].push_back(include.to);
  Roots roots;
  std::unordered_set<Symbol> held;
  if (base != nullptr) held = base->files;
  for (const ActiveInclude& include : unit.active) {
    if (held.contains(include.to) || !IsSystem(unit, include.to) || !cluster.roots.contains(include.spelling)) continue;
    // In the generated header a quoted name is found through the folders of the search, or not at all.
    bool found = include.angled;
    for (const std::string& path : first.search.Resolve(include.spelling, false, "")) {
      std::error_code error;
      if (found || !fs::is_regular_file(path, error)) continue;
      found = RealPath(path) == include.to;
      break;
    }
    if (!found) continue;
    AddReachable(graph, include.to, held);
    roots.push_back(&include);
  }
  return roots;
}

bool PrecompiledHeaders::Save(const std::vector<std::string>& arguments, const std::string& directory,
                              PrecompiledHeader& header) const {
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  CXIndex index = clang_.clang_createIndex(0, 0);
  CXTranslationUnit unit = nullptr;
  // Bodies are skipped as the fast parse skips them in system headers; there is nothing else in here.
  clang_.clang_parseTranslationUnit2FullArgv(
      index, nullptr, argv.data(), static_cast<int>(argv.size()), nullptr, 0,
      CXTranslationUnit_ForSerialization | CXTranslationUnit_Incomplete | CXTranslationUnit_SkipFunctionBodies, &unit);
  bool good = unit != nullptr;
  for (unsigned i = 0; good && i < clang_.clang_getNumDiagnostics(unit); ++i) {
    CXDiagnostic diagnostic = clang_.clang_getDiagnostic(unit, i);
    good = clang_.clang_getDiagnosticSeverity(diagnostic) < CXDiagnostic_Error;
    clang_.clang_disposeDiagnostic(diagnostic);
  }
  if (good) {
    struct Visit {
      const Libclang* clang;
      const std::string* directory;
      PrecompiledHeader* header;
    } visit{&clang_, &directory, &header};
    clang_.clang_getInclusions(
        unit,
        [](CXFile file, CXSourceLocation*, unsigned depth, CXClientData data) {
          auto* to = static_cast<Visit*>(data);
          if (depth == 0) return;  // the generated header
          const std::string name = to->clang->Take(to->clang->clang_getFileName(file));
          to->header->opened.push_back((fs::path(*to->directory) / name).string());
          to->header->files.insert(RealPath(to->header->opened.back()));
        },
        &visit);
    good = clang_.clang_saveTranslationUnit(unit, header.path.c_str(), clang_.clang_defaultSaveOptions(unit)) ==
           CXSaveError_None;
  }
  if (unit != nullptr) clang_.clang_disposeTranslationUnit(unit);
  clang_.clang_disposeIndex(index);
  return good;
}

bool PrecompiledHeaders::Build(const Member& first, const Roots& roots, const PrecompiledHeader* base,
                               PrecompiledHeader& header) {
  std::string name;
  {
    const std::scoped_lock lock(mutex_);
    name = folder_ + "/" + std::to_string(++count_);
  }
  header.path = name + ".pch";
  std::ofstream out(name + ".h", std::ios::binary);
  for (const ActiveInclude* root : roots) {
    out << "#include " << (root->angled ? '<' : '"') << root->spelling << (root->angled ? '>' : '"') << '\n';
  }
  out.close();
  if (!out) return false;
  std::vector<std::string> arguments = first.arguments;
  arguments.pop_back();
  arguments.insert(arguments.end(), {"-x", LanguageOf(first.command->file) + "-header", name + ".h"});
  if (base != nullptr) arguments = With(*base, std::move(arguments));
  return Save(arguments, first.command->directory, header);
}

// What objections go by, added to what is known of the base. false: the header holds what its first unit did not read,
// and no unit could use it.
bool PrecompiledHeaders::Describe(const Member& first, const UnitIncludes& unit, const PrecompiledHeader* base,
                                  PrecompiledHeader& header) {
  for (const ActiveInclude& include : unit.active) {
    if (header.files.contains(include.from)) header.includes[include.from].push_back(include.to);
  }
  for (const Symbol file : header.files) {
    if (base != nullptr && base->files.contains(file)) continue;
    if (!IsSystem(unit, file)) return false;
    const MacroUse& macros = texts_.Of(file).macros;
    AddNames(header.words, macros.words);
    AddNames(header.all_defined, macros.defined);
    AddNames(header.undefined, macros.undefined);
    AddNames(header.tested, macros.tested);
  }
  header.asked = Without(header.tested, header.all_defined);
  // Those of the command line that are not taken back.
  header.defined = Without(header.all_defined, Without(DefinedBy(first.arguments), header.undefined));
  return true;
}

// Whether every header of `header` is the one that `other` would have found, and every __has_include has the same
// answer. All folders that hold a name are compared, not the first alone, since #include_next goes on to the second.
bool PrecompiledHeaders::SearchAgrees(const Member& first, const Member& other, const PrecompiledHeader& header) {
  if (first.search_key == other.search_key) return true;
  std::set<std::string> spellings;
  for (const Symbol file : header.files) {
    for (const IncludeDirective& directive : texts_.Of(file).includes) {
      if (!directive.computed && !directive.spelling.starts_with('/')) spellings.insert(directive.spelling);
    }
  }
  const std::scoped_lock lock(search_mutex_);
  const auto holders = [&](const Member& member, const std::string& spelling) {
    std::vector<const SearchPath::Folder*> folders;
    for (const SearchPath::Folder& folder : member.search.folders()) {
      if (known_.Holds(folder.path, spelling)) folders.push_back(&folder);
    }
    return folders;
  };
  return std::all_of(spellings.begin(), spellings.end(), [&](const std::string& spelling) {
    const auto ours = holders(first, spelling);
    const auto theirs = holders(other, spelling);
    return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                      [](const auto* a, const auto* b) { return *a == *b; });
  });
}

std::shared_ptr<const PrecompiledHeader> PrecompiledHeaders::Learn(Cluster& cluster, const CompileCommand& command,
                                                                   const UnitIncludes& unit,
                                                                   const std::string& schema_url,
                                                                   const PrecompiledHeader* base) {
  const Member& first = *Find(command);
  const Roots roots = RootsOf(cluster, first, unit, base);
  if (roots.empty()) return nullptr;
  auto header = base != nullptr ? std::make_shared<PrecompiledHeader>(*base) : std::make_shared<PrecompiledHeader>();
  if (!Build(first, roots, base, *header) || !Describe(first, unit, base, *header)) return nullptr;
  const bool has_schema = std::any_of(header->files.begin(), header->files.end(),
                                      [](Symbol file) { return file.view().ends_with("/semconv/schema_url.h"); });
  if (has_schema) header->schema_url = schema_url;
  return header;
}

}  // namespace spangate
