// Groups of commands, the choice of what to precompile, and the objections to its use.
//
// A group are commands that differ in the file and its include folders alone. When the first of a group has been read,
// the external headers that its project files include are the candidates; those are taken that save most, counted in
// bytes of text, over the units still to come. What the other units read is guessed from their text. A wrong guess
// costs time only, since every unit is checked after its parse.
#include "analyzer/precompiled_header.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

namespace spangate {
namespace {

namespace fs = std::filesystem;

// A header is built from whole function bodies' worth of tokens, saved, and its first unit is parsed twice.
constexpr size_t kBuildCost = 2;
constexpr size_t kMinimumUnits = 3;
constexpr size_t kWorthwhile = 2;  // a header holds at least this part of what its units read: a half
constexpr int kMaxFailures = 4;    // after so many, a group goes on without
constexpr uintmax_t kMaxText = uintmax_t{64} << 20;

std::string ReadText(const std::string& path) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  if (error || size > kMaxText) return {};
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Symbol RealPath(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  return Symbol(error ? path : real.string());
}

// "c++" or "c"; empty for what has no header of its own kind (Objective-C, CUDA, assembler).
std::string LanguageOf(const std::string& file) {
  constexpr std::array<std::string_view, 6> kCxx = {".cc", ".cpp", ".cxx", ".C", ".c++", ".cp"};
  const std::string extension = fs::path(file).extension().string();
  if (std::find(kCxx.begin(), kCxx.end(), extension) != kCxx.end()) return "c++";
  return extension == ".c" ? "c" : "";
}

bool IsFolderFlag(std::string_view argument) {
  return argument == "-I" || argument == "-isystem" || argument == "-iquote" || argument == "-idirafter";
}

// Warnings do not change a header, and -fPIC only sets a macro, which the key below keeps.
bool IsIrrelevant(std::string_view argument) {
  return (argument.starts_with("-W") && !argument.starts_with("-Wp,")) ||
         (argument.starts_with("-I") && argument.size() > 2) ||
         (argument.starts_with("-isystem") && argument.size() > 8) ||
         (argument.starts_with("-iquote") && argument.size() > 7);
}

// All arguments that change what a header means, include folders apart; empty when the command must go without.
std::string KeyOf(const std::vector<std::string>& arguments) {
  const std::string language = LanguageOf(arguments.back());
  if (language.empty()) return {};
  std::string key = language;
  for (size_t i = 0; i + 1 < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    // A forced include comes before any header; a language of its own, modules: not worth the thought.
    if (argument == "-include" || argument == "-imacros" || argument.starts_with("-x") ||
        argument.starts_with("-fmodule") || argument.starts_with("-include")) {
      return {};
    }
    if (IsFolderFlag(argument)) {
      ++i;
    } else if (argument == "-Xclang" && arguments[i + 1] == "-working-directory") {
      i += 3;
    } else if (!IsIrrelevant(argument)) {
      key += '\n' + argument;
    }
  }
  return key;
}

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

// The C and C++ libraries of the system do not depend on the order of their own headers: [using.headers], and POSIX.
bool IsOfSystemLibrary(std::string_view file) {
  constexpr std::array<std::string_view, 4> kFolders = {"/include/c++/", "/lib/gcc/", "/lib/clang/", "-linux-gnu/"};
  if (std::any_of(kFolders.begin(), kFolders.end(),
                  [&](std::string_view folder) { return file.find(folder) != std::string_view::npos; })) {
    return true;
  }
  constexpr std::string_view kInclude = "/usr/include/";
  if (!file.starts_with(kInclude)) return false;
  file.remove_prefix(kInclude.size());
  constexpr std::array<std::string_view, 6> kParts = {"asm-generic/", "linux/", "net/", "netinet/", "arpa/", "rpc/"};
  return file.find('/') == std::string_view::npos ||
         std::any_of(kParts.begin(), kParts.end(), [&](std::string_view part) { return file.starts_with(part); });
}

bool IsBelowFolder(std::string_view path, std::string_view folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

using Graph = std::unordered_map<Symbol, std::vector<Symbol>>;

void AddReachable(const Graph& graph, Symbol from, std::unordered_set<Symbol>& reached) {
  std::vector<Symbol> open = {from};
  while (!open.empty()) {
    const Symbol next = open.back();
    open.pop_back();
    if (!reached.insert(next).second) continue;
    const auto edges = graph.find(next);
    if (edges != graph.end()) open.insert(open.end(), edges->second.begin(), edges->second.end());
  }
}

bool IsSystem(const UnitIncludes& unit, Symbol file) {
  const auto found = unit.files.find(file);
  return found != unit.files.end() && found->second;
}

size_t SizeOf(Symbol file) {
  std::error_code error;
  const uintmax_t size = fs::file_size(file.view(), error);
  return error ? 0 : static_cast<size_t>(size);
}

}  // namespace

struct PrecompiledHeaders::Member {
  const CompileCommand* command = nullptr;
  std::vector<std::string> arguments;
  SearchPath search{{}, ""};
  std::set<std::string> spellings;  // of external headers, as its project files name them
  bool has_spellings = false;
  bool taken = false;  // its turn has come
  std::shared_ptr<const PrecompiledHeader> header;
};

struct PrecompiledHeaders::Group {
  std::vector<Member> members;
  bool busy = false;  // a thread is learning
  int failures = 0;
  std::unordered_map<std::string, std::string> resolved;
  // What the units that were read alone have taught; used by the thread that is busy.
  Graph graph;
  std::unordered_map<std::string, Symbol> spelled;
  std::unordered_map<Symbol, size_t> sizes;

  size_t Bytes(const std::unordered_set<Symbol>& files) {
    size_t bytes = 0;
    for (const Symbol file : files) {
      const auto [size, is_new] = sizes.try_emplace(file);
      if (is_new) size->second = SizeOf(file);
      bytes += size->second;
    }
    return bytes;
  }

  /// External files that a unit seems to read.
  std::unordered_set<Symbol> Reads(const Member& member) const {
    std::unordered_set<Symbol> files;
    for (const std::string& spelling : member.spellings) {
      const auto to = spelled.find(spelling);
      if (to != spelled.end()) AddReachable(graph, to->second, files);
    }
    return files;
  }

  /// A header that holds little of what a unit reads would keep it from a better one.
  bool Suits(const std::unordered_set<Symbol>& content, size_t bytes, const std::unordered_set<Symbol>& reads) {
    return bytes * kWorthwhile >= Bytes(reads) &&
           std::all_of(content.begin(), content.end(), [&](Symbol file) { return reads.contains(file); });
  }
};

PrecompiledHeaders::PrecompiledHeaders(const Libclang& clang, const ReadSourceOptions& options)
    : clang_(clang), options_(options) {
  std::error_code error;
  fs::path parent = options.pch_folder.empty() ? fs::temp_directory_path(error) : fs::path(options.pch_folder);
  if (error) return;
  std::string name = (fs::absolute(parent, error) / "spangate-pch-XXXXXX").string();
  // Without a folder there is no header, and the run is only slower.
  if (!error && mkdtemp(name.data()) != nullptr) folder_ = name;
}

PrecompiledHeaders::~PrecompiledHeaders() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

void PrecompiledHeaders::Add(const CompileCommand& command, std::vector<std::string> arguments) {
  if (folder_.empty() || arguments.size() < 2) return;
  const std::string key = KeyOf(arguments);
  if (key.empty()) return;
  std::unique_ptr<Group>& group = groups_[key];
  if (group == nullptr) group = std::make_unique<Group>();
  members_[&command] = {group.get(), group->members.size()};
  Member member;
  member.command = &command;
  member.search = SearchPath(arguments, command.directory);
  member.arguments = std::move(arguments);
  group->members.push_back(std::move(member));
}

PrecompiledHeaders::Turn PrecompiledHeaders::Enter(const CompileCommand& command) {
  const std::scoped_lock lock(mutex_);
  const auto found = members_.find(&command);
  if (found == members_.end()) return {};
  auto& [group, at] = found->second;
  Member& member = group->members[at];
  if (member.taken) return {};
  member.taken = true;
  if (member.header != nullptr) return {member.header, nullptr};
  if (group->busy || group->failures >= kMaxFailures) return {};
  const auto waiting = std::count_if(group->members.begin(), group->members.end(),
                                     [](const Member& other) { return !other.taken && other.header == nullptr; });
  if (static_cast<size_t>(waiting) < kMinimumUnits) return {};
  group->busy = true;
  return {nullptr, group};
}

std::vector<PrecompiledHeaders::Member*> PrecompiledHeaders::Waiting(Group& group) {
  const std::scoped_lock lock(mutex_);
  std::vector<Member*> waiting;
  for (Member& member : group.members) {
    if (!member.taken && member.header == nullptr) waiting.push_back(&member);
  }
  return waiting;
}

const PrecompiledHeaders::Text& PrecompiledHeaders::TextOf(Symbol file) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = texts_.find(file);
    if (found != texts_.end()) return *found->second;
  }
  const std::string text = ReadText(std::string(file.view()));
  auto read = std::make_unique<Text>();
  read->macros = ScanMacros(text);
  read->includes = ScanIncludes(text);
  const std::scoped_lock lock(mutex_);
  return *texts_.try_emplace(file, std::move(read)).first->second;
}

// Follows the includes of the text through project files, whether or not their branches are active.
void PrecompiledHeaders::ReadSpellings(Group& group, Member& member) {
  if (member.has_spellings) return;
  member.has_spellings = true;
  std::string search;
  for (const SearchPath::Folder& folder : member.search.folders()) {
    search += folder.path + static_cast<char>('0' + static_cast<int>(folder.group)) + '\n';
  }
  // The file in a project folder that a directive names; empty for an external one.
  const auto project_file = [&](const IncludeDirective& directive, const std::string& folder) {
    const std::string key = search + (directive.quoted ? folder : "") + '\n' + directive.spelling;
    const auto known = group.resolved.find(key);
    if (known != group.resolved.end()) return known->second;
    std::string file;
    const std::vector<std::string> tried = member.search.Resolve(directive.spelling, directive.quoted, folder);
    for (const std::string& path : tried) {
      std::error_code error;
      if (!fs::is_regular_file(path, error)) continue;
      const bool beside = directive.quoted && &path == tried.data();
      const bool external = std::any_of(
          member.search.folders().begin(), member.search.folders().end(), [&](const SearchPath::Folder& candidate) {
            return candidate.group >= SearchPath::Group::kSystem && path == candidate.path + "/" + directive.spelling;
          });
      const bool prefixed = std::any_of(member.arguments.begin(), member.arguments.end(), [&](const std::string& flag) {
        constexpr std::string_view kFlag = "--system-header-prefix=";
        return flag.starts_with(kFlag) && directive.spelling.starts_with(flag.substr(kFlag.size()));
      });
      if (beside || (!external && !prefixed)) file = RealPath(path).view();
      break;
    }
    group.resolved.emplace(key, file);
    return file;
  };
  std::unordered_set<Symbol> seen;
  std::vector<Symbol> open = {RealPath(member.command->file)};
  while (!open.empty()) {
    const Symbol file = open.back();
    open.pop_back();
    if (!seen.insert(file).second) continue;
    const std::string folder = fs::path(file.view()).parent_path().string();
    for (const IncludeDirective& directive : TextOf(file).includes) {
      if (directive.computed || directive.kind > IncludeDirective::Kind::kIncludeNext) continue;
      const std::string next = project_file(directive, folder);
      if (next.empty()) {
        member.spellings.insert(directive.spelling);
      } else {
        open.emplace_back(next);
      }
    }
  }
}

PrecompiledHeaders::Roots PrecompiledHeaders::Choose(Group& group, const Member& first, const UnitIncludes& unit) {
  Roots roots;
  std::unordered_set<Symbol> named;
  for (const ActiveInclude& include : unit.active) {
    group.graph[include.from].push_back(include.to);
    group.spelled.emplace(include.spelling, include.to);
    if (IsSystem(unit, include.from) || !IsSystem(unit, include.to) || named.contains(include.to)) continue;
    // In the generated header a quoted name is found through the folders of the search, or not at all.
    bool found = include.angled;
    for (const std::string& path : first.search.Resolve(include.spelling, false, "")) {
      std::error_code error;
      if (found || !fs::is_regular_file(path, error)) continue;
      found = RealPath(path) == include.to;
      break;
    }
    if (!found) continue;
    named.insert(include.to);
    roots.push_back(&include);
  }

  std::vector<std::unordered_set<Symbol>> reads;  // what each unit to come seems to read
  for (Member* member : Waiting(group)) {
    ReadSpellings(group, *member);
    reads.push_back(group.Reads(*member));
  }

  std::map<size_t, Roots> by_users;  // how many units read a root
  for (const ActiveInclude* root : roots) {
    const auto users =
        std::count_if(reads.begin(), reads.end(), [&](const auto& files) { return files.contains(root->to); });
    by_users[static_cast<size_t>(users)].push_back(root);
  }
  std::unordered_set<Symbol> content;
  std::set<const ActiveInclude*> chosen;
  std::set<const ActiveInclude*> best;
  size_t best_gain = 0;
  for (auto row = by_users.rbegin(); row != by_users.rend() && row->first >= kMinimumUnits; ++row) {
    for (const ActiveInclude* root : row->second) {
      AddReachable(group.graph, root->to, content);
      chosen.insert(root);
    }
    const size_t bytes = group.Bytes(content);
    const auto users = static_cast<size_t>(std::count_if(
        reads.begin(), reads.end(), [&](const auto& files) { return group.Suits(content, bytes, files); }));
    const size_t gain = users > kBuildCost ? (users - kBuildCost) * bytes : 0;
    if (gain > best_gain) {
      best_gain = gain;
      best = chosen;
    }
  }
  std::erase_if(roots, [&](const ActiveInclude* root) { return !best.contains(root); });
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

bool PrecompiledHeaders::Build(const Member& first, const Roots& roots, PrecompiledHeader& header) {
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
  return Save(arguments, first.command->directory, header);
}

// What objections go by. false: the header holds what its first unit did not read, and no unit could use it.
bool PrecompiledHeaders::Describe(const Member& first, const UnitIncludes& unit, PrecompiledHeader& header) {
  NameSet tested;
  NameSet undefined;
  NameSet defined;
  for (const ActiveInclude& include : unit.active) {
    if (header.files.contains(include.from)) header.includes[include.from].push_back(include.to);
  }
  for (const Symbol file : header.files) {
    if (!IsSystem(unit, file)) return false;
    const MacroUse& macros = TextOf(file).macros;
    AddNames(header.words, macros.words);
    AddNames(defined, macros.defined);
    AddNames(undefined, macros.undefined);
    AddNames(tested, macros.tested);
  }
  std::set_difference(tested.begin(), tested.end(), defined.begin(), defined.end(), std::back_inserter(header.asked));
  NameSet kept;  // by the command line, and not taken back
  const NameSet given = DefinedBy(first.arguments);
  std::set_difference(given.begin(), given.end(), undefined.begin(), undefined.end(), std::back_inserter(kept));
  std::set_difference(defined.begin(), defined.end(), kept.begin(), kept.end(), std::back_inserter(header.defined));
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
    for (const IncludeDirective& directive : TextOf(file).includes) spellings.insert(directive.spelling);
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

std::shared_ptr<const PrecompiledHeader> PrecompiledHeaders::Learn(Group& group, const CompileCommand& command,
                                                                   const UnitIncludes& unit,
                                                                   const std::string& schema_url) {
  Member& first = group.members[members_.at(&command).second];
  const Roots roots = Choose(group, first, unit);
  if (roots.empty()) return nullptr;
  auto header = std::make_shared<PrecompiledHeader>();
  if (!Build(first, roots, *header) || !Describe(first, unit, *header)) return nullptr;
  const bool has_schema = std::any_of(header->files.begin(), header->files.end(),
                                      [](Symbol file) { return file.view().ends_with("/semconv/schema_url.h"); });
  if (has_schema) header->schema_url = schema_url;
  return header;
}

void PrecompiledHeaders::Settle(Group& group, const CompileCommand& command,
                                const std::shared_ptr<const PrecompiledHeader>& header, bool good) {
  if (good) Offer(group, group.members[members_.at(&command).second], header);
  const std::scoped_lock lock(mutex_);
  group.busy = false;
  if (!good) ++group.failures;
}

// To the units to come whose text names enough of it.
void PrecompiledHeaders::Offer(Group& group, const Member& first,
                               const std::shared_ptr<const PrecompiledHeader>& header) {
  const size_t bytes = group.Bytes(header->files);
  for (Member* member : Waiting(group)) {
    ReadSpellings(group, *member);
    if (!group.Suits(header->files, bytes, group.Reads(*member)) || !SearchAgrees(first, *member, *header)) continue;
    const std::scoped_lock lock(mutex_);
    member->header = header;
  }
}

std::string PrecompiledHeaders::Objection(const PrecompiledHeader& header, const UnitIncludes& unit) {
  std::unordered_set<Symbol> reached;
  for (const ActiveInclude& include : unit.active) {
    if (header.files.contains(include.to)) AddReachable(header.includes, include.to, reached);
  }
  for (const Symbol file : header.files) {
    if (!reached.contains(file)) return fmt::format("it does not include {}", file.view());
  }
  for (const auto& [file, is_system] : unit.files) {
    if (header.files.contains(file)) continue;
    const MacroUse& macros = TextOf(file).macros;
    if (is_system && IsOfSystemLibrary(file.view())) continue;
    if (Intersects(macros.defined, is_system ? header.asked : header.words)) {
      return fmt::format("{} defines a macro that the precompiled headers use", file.view());
    }
    if (!is_system && Intersects(macros.tested, header.defined)) {
      return fmt::format("{} asks for a macro that the precompiled headers define", file.view());
    }
  }
  return {};
}

std::vector<std::string> PrecompiledHeaders::With(const PrecompiledHeader& header,
                                                  std::vector<std::string> arguments) const {
  std::vector<std::string> with = {arguments.front(), "-Xclang", "-include-pch", "-Xclang", header.path};
  // 22 refuses a header that was built by a full parse when it indexes ("OptimizationLevel differs").
  if (clang_.major >= 20) with.insert(with.end(), {"-Xclang", "-fno-validate-pch"});
  with.insert(with.end(), arguments.begin() + 1, arguments.end());
  return with;
}

}  // namespace spangate
