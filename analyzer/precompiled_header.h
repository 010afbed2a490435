// A precompiled header of external headers, shared by the translation units of a run that read all of them.
//
// Which headers go into it is chosen from the text of all units before the first is parsed (include_graph.h,
// header_choice.h). That is an estimate. What makes it safe: a unit uses one only when its own active includes reach
// every file of it, before any code of the file that includes them; when no file of its own touches a macro that those
// files speak of, or asks for one that they define; and when the parse has no error. All of that is looked at after the
// parse, and a unit that fails is parsed again without. The first unit of each header is parsed both ways, and a
// difference of its facts drops the header.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/include_graph.h"
#include "analyzer/include_scanner.h"
#include "analyzer/libclang.h"
#include "analyzer/macro_scan.h"
#include "analyzer/read_source.h"

namespace spangate {

/// An #include that the preprocessor met, real paths.
struct ActiveInclude {
  Symbol from, to;
  std::string spelling;
  bool angled = false;
  uint32_t line = 0;
};

/// What one parse read.
struct UnitIncludes {
  Symbol main;
  std::vector<ActiveInclude> active;       // in order; with a precompiled header those outside it
  std::unordered_map<Symbol, bool> files;  // real path -> whether it is a system header
};

struct PrecompiledHeader {
  std::string path;                 // of the .pch file
  std::vector<std::string> opened;  // the files in it as opened, absolute
  std::unordered_set<Symbol> files;
  std::unordered_map<Symbol, std::vector<Symbol>> includes;  // among its files
  NameSet words;                                             // of all its files
  NameSet all_defined, undefined, tested;                    // macros, by directives in them
  NameSet defined;  // macros that they define, those of the command line apart: who asks gets the same answer anyway
  NameSet asked;    // macros that they test and do not define
  std::string schema_url;  // as the first unit read it, when the header holds it
};

/// All precompiled headers of one run. One may be built on top of another: it costs only what it adds, to build and to
/// verify. Shared by threads.
class PrecompiledHeaders {
 public:
  PrecompiledHeaders(const Libclang& clang, const ReadSourceOptions& options);
  ~PrecompiledHeaders();
  PrecompiledHeaders(const PrecompiledHeaders&) = delete;
  PrecompiledHeaders& operator=(const PrecompiledHeaders&) = delete;

  /// To be called for every command, then Plan, all before the first Start. `arguments`: adapted, the file last.
  void Add(const CompileCommand& command, std::vector<std::string> arguments);
  void Plan();

  /// Commands that build a header, the one that saves most first.
  std::vector<const CompileCommand*> Builders() const;

  struct Cluster;
  struct Turn {
    std::shared_ptr<const PrecompiledHeader> header;  // parse with this, or without any
    Cluster* used = nullptr;                          // whose it is
    Cluster* learn = nullptr;                         // then call Learn
  };
  /// false: another thread builds the header of this command; take another one first. When true, Enter and then Leave
  /// must follow.
  bool Start(const CompileCommand& command);
  Turn Enter(const CompileCommand& command);
  void Leave(const CompileCommand& command);

  /// Builds the header of a cluster from what `command` read with `base`, or alone; null when it does not build. The
  /// caller verifies it and then calls Settle.
  std::shared_ptr<const PrecompiledHeader> Learn(Cluster& cluster, const CompileCommand& command,
                                                 const UnitIncludes& unit, const std::string& schema_url,
                                                 const PrecompiledHeader* base);
  void Settle(Cluster& cluster, const std::shared_ptr<const PrecompiledHeader>& header, bool good);

  /// Empty when the facts of a unit that was parsed with `header` hold.
  std::string Objection(const PrecompiledHeader& header, const UnitIncludes& unit);
  /// How it went. A header that seldom fits is given up.
  void Count(Cluster& cluster, bool fits);

  /// Arguments that use the header.
  std::vector<std::string> With(const PrecompiledHeader& header, std::vector<std::string> arguments) const;

 private:
  struct Member;
  struct Group;
  using Roots = std::vector<const ActiveInclude*>;

  IncludeGraph& GraphOf(const Member& member);
  void Split(const std::vector<Member*>& members, const std::vector<FileSet>& reads, Cluster* base);
  bool Agree(Cluster& cluster, const Member& builder, const Member& member,
             const std::shared_ptr<const PrecompiledHeader>& header);
  static void GiveBack(Cluster& cluster);
  Member* Find(const CompileCommand& command) const;
  Roots RootsOf(const Cluster& cluster, const Member& first, const UnitIncludes& unit,
                const PrecompiledHeader* base) const;
  bool Build(const Member& first, const Roots& roots, const PrecompiledHeader* base, PrecompiledHeader& header);
  bool Save(const std::vector<std::string>& arguments, const std::string& directory, PrecompiledHeader& header) const;
  bool Describe(const Member& first, const UnitIncludes& unit, const PrecompiledHeader* base,
                PrecompiledHeader& header);
  bool SearchAgrees(const Member& first, const Member& other, const PrecompiledHeader& header);

  const Libclang& clang_;
  const ReadSourceOptions& options_;
  std::string folder_;
  size_t count_ = 0;
  SourceTexts texts_;
  std::map<std::string, std::unique_ptr<Group>> groups_;
  std::unordered_map<const CompileCommand*, Member*> members_;
  std::mutex search_mutex_;  // of known_
  KnownFiles known_;
  std::map<std::string, std::unique_ptr<IncludeGraph>> graphs_;  // for Plan alone, and then let go

  mutable std::mutex mutex_;                        // of all below, and of what changes in clusters and members
  std::vector<std::unique_ptr<Cluster>> clusters_;  // a base before what is built on it
};

}  // namespace spangate
