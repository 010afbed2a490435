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

bool IsBelowFolder(std::string_view path, std::string_view folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
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

// Whether every header of `header` is the one that `other` would have found.
bool PrecompiledHeaders::SearchAgrees(const Member& first, const Member& other, const PrecompiledHeader& header) {
  const auto& ours = first.search.folders();
  const auto& theirs = other.search.folders();
  if (ours == theirs) return true;
  auto at = ours.begin();
  std::vector<const SearchPath::Folder*> added;
  for (const SearchPath::Folder& folder : theirs) {
    if (std::find(ours.begin(), ours.end(), folder) == ours.end()) {
      added.push_back(&folder);
      continue;
    }
    at = std::find(at, ours.end(), folder);  // in the same order
    if (at == ours.end()) return false;
  }
  std::vector<const SearchPath::Folder*> missing;
  for (const SearchPath::Folder& folder : ours) {
    if (std::find(theirs.begin(), theirs.end(), folder) != theirs.end()) continue;
    missing.push_back(&folder);
    if (std::any_of(header.opened.begin(), header.opened.end(),
                    [&](const std::string& file) { return IsBelowFolder(file, folder.path); })) {
      return false;
    }
  }
  // A file that an added folder offers, or that only a missing one offered to __has_include.
  std::set<std::string> spellings;
  for (const Symbol file : header.files) {
    for (const IncludeDirective& directive : texts_.Of(file).includes) spellings.insert(directive.spelling);
  }
  added.insert(added.end(), missing.begin(), missing.end());
  for (const SearchPath::Folder* folder : added) {
    std::error_code error;
    std::set<std::string> names;
    for (fs::directory_iterator entry(folder->path, error), end; !error && entry != end; entry.increment(error)) {
      names.insert(entry->path().filename().string());
    }
    for (const std::string& spelling : spellings) {
      const std::string start = spelling.substr(0, spelling.find('/'));
      if (start != "." && start != ".." && !names.contains(start)) continue;
      std::error_code ignored;
      if (fs::exists(folder->path + "/" + spelling, ignored)) return false;
    }
  }
  return true;
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
