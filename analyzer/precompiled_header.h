// A precompiled header of external headers, shared by the translation units of a run that read all of them.
//
// What makes it safe: a unit uses one only when its own active includes reach every file of it, when no file of its own
// touches a macro that those files speak of, or asks for one that they define, and when the parse has no error. All of
// that is looked at after the parse, and a unit that fails is parsed again without. The first unit of each header is
// parsed both ways, and a difference of its facts drops the header.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

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
};

/// What one parse read.
struct UnitIncludes {
  std::vector<ActiveInclude> active;       // in order; with a precompiled header those outside it
  std::unordered_map<Symbol, bool> files;  // real path -> whether it is a system header
};

struct PrecompiledHeader {
  std::string path;                 // of the .pch file
  std::vector<std::string> opened;  // the files in it as opened, absolute
  std::unordered_set<Symbol> files;
  std::unordered_map<Symbol, std::vector<Symbol>> includes;  // among its files
  NameSet words;                                             // of all its files
  NameSet defined;  // macros that they define, those of the command line apart: who asks gets the same answer anyway
  NameSet asked;    // macros that they test and do not define
  std::string schema_url;  // as the first unit read it, when the header holds it
};

/// All precompiled headers of one run. Shared by threads.
class PrecompiledHeaders {
 public:
  PrecompiledHeaders(const Libclang& clang, const ReadSourceOptions& options);
  ~PrecompiledHeaders();
  PrecompiledHeaders(const PrecompiledHeaders&) = delete;
  PrecompiledHeaders& operator=(const PrecompiledHeaders&) = delete;

  /// To be called for every command before the first Enter. `arguments`: adapted, the file last.
  void Add(const CompileCommand& command, std::vector<std::string> arguments);

  struct Group;
  struct Turn {
    std::shared_ptr<const PrecompiledHeader> header;  // parse with this
    Group* learn = nullptr;                           // parse without, then call Learn
  };
  Turn Enter(const CompileCommand& command);

  /// Builds a header for the units still to come from what `command` read; null when it would not pay or does not
  /// build. The caller verifies it and then calls Settle.
  std::shared_ptr<const PrecompiledHeader> Learn(Group& group, const CompileCommand& command, const UnitIncludes& unit,
                                                 const std::string& schema_url);
  void Settle(Group& group, const CompileCommand& command, const std::shared_ptr<const PrecompiledHeader>& header,
              bool good);

  /// Empty when the facts of a unit that was parsed with `header` hold.
  std::string Objection(const PrecompiledHeader& header, const UnitIncludes& unit);

  /// Arguments that use the header.
  std::vector<std::string> With(const PrecompiledHeader& header, std::vector<std::string> arguments) const;

 private:
  struct Member;
  struct Text {
    MacroUse macros;
    std::vector<IncludeDirective> includes;
  };
  using Roots = std::vector<const ActiveInclude*>;

  const Text& TextOf(Symbol file);
  std::vector<Member*> Waiting(Group& group);  // units to come without a header
  void ReadSpellings(Group& group, Member& member);
  Roots Choose(Group& group, const Member& first, const UnitIncludes& unit);
  bool Build(const Member& first, const Roots& roots, PrecompiledHeader& header);
  bool Save(const std::vector<std::string>& arguments, const std::string& directory, PrecompiledHeader& header) const;
  bool Describe(const Member& first, const UnitIncludes& unit, PrecompiledHeader& header);
  bool SearchAgrees(const Member& first, const Member& other, const PrecompiledHeader& header);
  void Offer(Group& group, const Member& first, const std::shared_ptr<const PrecompiledHeader>& header);

  const Libclang& clang_;
  const ReadSourceOptions& options_;
  std::string folder_;
  size_t count_ = 0;
  std::mutex mutex_;  // of all below
  std::map<std::string, std::unique_ptr<Group>> groups_;
  std::unordered_map<const CompileCommand*, std::pair<Group*, size_t>> members_;
  std::unordered_map<Symbol, std::unique_ptr<Text>> texts_;
};

}  // namespace spangate
