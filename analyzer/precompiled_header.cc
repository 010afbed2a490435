// Groups of commands, their clusters, whose turn it is, and the objections to the use of a header.
//
// A group are commands that differ in the file and its include folders alone. Within a group the units that read much
// in common make a cluster, and each cluster gets one header.
#include "analyzer/precompiled_header.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <system_error>

#include "analyzer/precompiled_header_parts.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMinimumUnits = 3;
constexpr size_t kMaxDepth = 4;       // of headers built on each other
constexpr int kMaxAttempts = 2;       // to build the header of a cluster
constexpr size_t kMaxObjections = 2;  // more than that, and more than uses: the header is given up
constexpr std::string_view kFolderName = "spangate-pch-";

// Folders of runs that were killed, and could not remove theirs.
void RemoveStale(const fs::path& parent) {
  std::error_code error;
  std::vector<fs::path> stale;
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    struct stat state {};
    if (!name.starts_with(kFolderName) || name.size() != kFolderName.size() + 6) continue;
    // Not through a link, and nobody else's: the folder above may be writable for all.
    if (lstat(entry->path().c_str(), &state) != 0 || !S_ISDIR(state.st_mode) || state.st_uid != geteuid()) continue;
    if (state.st_mtime + 24 * 60 * 60 < now) stale.push_back(entry->path());
  }
  for (const fs::path& folder : stale) fs::remove_all(folder, error);
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

std::string KeyOf(const SearchPath& search) {
  std::string key;
  for (const SearchPath::Folder& folder : search.folders()) {
    key += folder.path + static_cast<char>('0' + static_cast<int>(folder.group)) + '\n';
  }
  return key;
}

}  // namespace

// "c++" or "c"; empty for what has no header of its own kind (Objective-C, CUDA, assembler).
std::string LanguageOf(const std::string& file) {
  constexpr std::array<std::string_view, 6> kCxx = {".cc", ".cpp", ".cxx", ".C", ".c++", ".cp"};
  const std::string extension = fs::path(file).extension().string();
  if (std::find(kCxx.begin(), kCxx.end(), extension) != kCxx.end()) return "c++";
  return extension == ".c" ? "c" : "";
}

void AddReachable(const std::unordered_map<Symbol, std::vector<Symbol>>& graph, Symbol from,
                  std::unordered_set<Symbol>& reached) {
  std::vector<Symbol> open = {from};
  while (!open.empty()) {
    const Symbol next = open.back();
    open.pop_back();
    if (!reached.insert(next).second) continue;
    const auto edges = graph.find(next);
    if (edges != graph.end()) open.insert(open.end(), edges->second.begin(), edges->second.end());
  }
}

PrecompiledHeaders::PrecompiledHeaders(const Libclang& clang, const ReadSourceOptions& options)
    : clang_(clang), options_(options) {
  std::error_code error;
  fs::path parent = options.pch_folder.empty() ? fs::temp_directory_path(error) : fs::path(options.pch_folder);
  if (error) return;
  parent = fs::absolute(parent, error);
  if (error) return;
  RemoveStale(parent);
  std::string name = (parent / (std::string(kFolderName) + "XXXXXX")).string();
  // Without a folder there is no header, and the run is only slower.
  if (mkdtemp(name.data()) != nullptr) folder_ = name;
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
  Member& member = group->members.emplace_back();
  member.command = &command;
  member.search = SearchPath(arguments, command.directory);
  member.search_key = KeyOf(member.search);
  member.arguments = std::move(arguments);
  members_[&command] = &member;
}

IncludeGraph& PrecompiledHeaders::GraphOf(const Member& member) {
  std::string key = member.search_key;
  for (const std::string& argument : member.arguments) {
    if (argument.starts_with("--system-header-prefix=")) key += argument + '\n';
  }
  std::unique_ptr<IncludeGraph>& graph = graphs_[key];
  if (graph == nullptr) {
    graph = std::make_unique<IncludeGraph>(texts_, known_, member.arguments, member.command->directory);
  }
  return *graph;
}

// Clusters of `members`, and within each what some of its units share beyond that.
void PrecompiledHeaders::Split(const std::vector<Member*>& members, const std::vector<FileSet>& reads, Cluster* base) {
  std::vector<uint64_t> bytes;
  for (uint32_t file = 0; file < known_.size(); ++file) bytes.push_back(texts_.Of(known_.File(file)).bytes);
  for (const HeaderCluster& chosen : ChooseHeaders(reads, bytes)) {
    if (chosen.units.size() < kMinimumUnits) continue;
    auto cluster = std::make_unique<Cluster>();
    cluster->base = base;
    cluster->depth = base != nullptr ? base->depth + 1 : 0;
    cluster->saved = chosen.saved;
    cluster->left = chosen.units.size();
    std::vector<FileSet> rest;
    for (const uint32_t unit : chosen.units) {
      cluster->members.push_back(members[unit]);
      FileSet& files = rest.emplace_back();
      std::set_difference(reads[unit].begin(), reads[unit].end(), chosen.files.begin(), chosen.files.end(),
                          std::back_inserter(files));
    }
    IncludeGraph& graph = GraphOf(*cluster->members.front());
    for (const uint32_t file : chosen.files) cluster->roots.insert(graph.Spelling(file));
    cluster->roots.erase("");
    if (cluster->roots.empty()) continue;
    for (Member* member : cluster->members) member->cluster = cluster.get();
    Cluster* const added = clusters_.emplace_back(std::move(cluster)).get();
    if (added->depth + 1 < kMaxDepth) Split(added->members, rest, added);
  }
}

void PrecompiledHeaders::Plan() {
  for (const auto& [key, group] : groups_) {
    if (group->members.size() < kMinimumUnits) continue;
    std::vector<Member*> members;
    std::vector<FileSet> reads;
    for (Member& member : group->members) {
      members.push_back(&member);
      reads.push_back(GraphOf(member).Reads(member.command->file));
    }
    Split(members, reads, nullptr);
    graphs_.clear();  // another group has other macros
  }
  std::stable_sort(clusters_.begin(), clusters_.end(), [](const auto& a, const auto& b) {
    return a->depth != b->depth ? a->depth < b->depth : a->saved > b->saved;
  });
}

std::vector<const CompileCommand*> PrecompiledHeaders::Builders() const {
  std::set<const Member*> taken;
  std::vector<const CompileCommand*> commands;
  for (const auto& cluster : clusters_) {
    const auto free = std::find_if(cluster->members.begin(), cluster->members.end(),
                                   [&](const Member* member) { return taken.insert(member).second; });
    if (free != cluster->members.end()) commands.push_back((*free)->command);
  }
  return commands;
}

PrecompiledHeaders::Member* PrecompiledHeaders::Find(const CompileCommand& command) const {
  const auto found = members_.find(&command);
  return found != members_.end() ? found->second : nullptr;
}

bool PrecompiledHeaders::Start(const CompileCommand& command) {
  Member* member = Find(command);
  if (member == nullptr) return true;
  const std::scoped_lock lock(mutex_);
  Cluster* open = nullptr;  // the one nearest to the base
  for (Cluster* cluster = member->cluster; cluster != nullptr; cluster = cluster->base) {
    if (cluster->state == Cluster::State::kBusy) return false;
    if (cluster->state == Cluster::State::kOpen) open = cluster;
    // What was to stand on a base that failed has nothing to stand on.
    if (cluster->state == Cluster::State::kGivenUp) open = nullptr;
  }
  for (Cluster* cluster = member->cluster; cluster != nullptr; cluster = cluster->base) --cluster->left;
  if (open == nullptr) return true;
  if (open->left + 1 < kMinimumUnits) {
    open->state = Cluster::State::kGivenUp;
    return true;
  }
  open->state = Cluster::State::kBusy;
  open->builder = member;
  ++open->attempts;
  return true;
}

PrecompiledHeaders::Turn PrecompiledHeaders::Enter(const CompileCommand& command) {
  const Member* member = Find(command);
  Turn turn;
  for (Cluster* cluster = member != nullptr ? member->cluster : nullptr; cluster != nullptr; cluster = cluster->base) {
    std::shared_ptr<const PrecompiledHeader> header;
    const Member* builder = nullptr;
    {
      const std::scoped_lock lock(mutex_);
      if (cluster->state == Cluster::State::kBusy && cluster->builder == member) turn.learn = cluster;
      if (cluster->state != Cluster::State::kReady) continue;
      header = cluster->header;
      builder = cluster->builder;
    }
    if (!Agree(*cluster, *builder, *member, header)) continue;
    turn.header = std::move(header);
    turn.used = cluster;
    break;
  }
  // A header is built on its base, or it has none.
  if (turn.learn != nullptr && turn.learn->base != turn.used) turn.learn = nullptr;
  return turn;
}

bool PrecompiledHeaders::Agree(Cluster& cluster, const Member& builder, const Member& member,
                               const std::shared_ptr<const PrecompiledHeader>& header) {
  {
    const std::scoped_lock lock(mutex_);
    const auto known = cluster.agrees.find(member.search_key);
    if (cluster.header == header && known != cluster.agrees.end()) return known->second;
  }
  const bool agrees = SearchAgrees(builder, member, *header);
  const std::scoped_lock lock(mutex_);
  if (cluster.header == header) cluster.agrees[member.search_key] = agrees;
  return agrees;
}

void PrecompiledHeaders::GiveBack(Cluster& cluster) {
  cluster.state = cluster.attempts < kMaxAttempts ? Cluster::State::kOpen : Cluster::State::kGivenUp;
}

// Whatever happened to the builder, the others must not wait for it.
void PrecompiledHeaders::Leave(const CompileCommand& command) {
  const Member* member = Find(command);
  const std::scoped_lock lock(mutex_);
  for (Cluster* cluster = member != nullptr ? member->cluster : nullptr; cluster != nullptr; cluster = cluster->base) {
    if (cluster->state == Cluster::State::kBusy && cluster->builder == member) GiveBack(*cluster);
  }
}

void PrecompiledHeaders::Settle(Cluster& cluster, const std::shared_ptr<const PrecompiledHeader>& header, bool good) {
  if (!good) return;  // Leave opens the cluster again
  const std::scoped_lock lock(mutex_);
  cluster.header = header;
  cluster.agrees.clear();
  cluster.uses = cluster.objections = 0;
  cluster.state = Cluster::State::kReady;
}

void PrecompiledHeaders::Count(Cluster& cluster, bool fits) {
  const std::scoped_lock lock(mutex_);
  ++(fits ? cluster.uses : cluster.objections);
  if (cluster.state != Cluster::State::kReady || cluster.objections < kMaxObjections) return;
  // The next unit may be a better pattern than the first was.
  if (cluster.objections > cluster.uses) GiveBack(cluster);
}

std::string PrecompiledHeaders::Objection(const PrecompiledHeader& header, const UnitIncludes& unit) {
  std::unordered_set<Symbol> reached;
  for (const ActiveInclude& include : unit.active) {
    if (!header.files.contains(include.to) || reached.contains(include.to)) continue;
    // Code before it has not seen what it declares. Looked at file by file: a project header with code that stands
    // before the include would forbid nearly every unit, and only a name that both declare could tell the difference.
    const uint32_t code = IsSystem(unit, include.from) ? 0 : texts_.Of(include.from).first_code;
    if (code != 0 && include.line > code) {
      return fmt::format("{} has code before it includes {}", include.from.view(), include.spelling);
    }
    AddReachable(header.includes, include.to, reached);
  }
  for (const Symbol file : header.files) {
    if (!reached.contains(file)) return fmt::format("it does not include {}", file.view());
  }
  const uint32_t code = texts_.Of(unit.main).first_code;
  const bool includes_late =
      code == 0 || std::any_of(unit.active.begin(), unit.active.end(), [&](const ActiveInclude& include) {
        return include.from == unit.main && include.line > code;
      });
  for (const auto& [file, is_system] : unit.files) {
    if (header.files.contains(file)) continue;
    if (is_system && IsOfSystemLibrary(file.view())) continue;
    const MacroUse& macros = texts_.Of(file).macros;
    if (Intersects(macros.defined, is_system ? header.asked : header.words)) {
      return fmt::format("{} defines a macro that the precompiled headers use", file.view());
    }
    // The code of the main file stands behind all that it includes, and asks when the compiler has seen the header.
    const bool asks_late = file == unit.main && !includes_late;
    const NameSet& tested = asks_late ? texts_.Of(file).tested_before_code : macros.tested;
    if (!is_system && Intersects(tested, header.defined)) {
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
