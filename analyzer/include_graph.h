// What units read, told from the text alone: every #include is followed, whether or not its branch is active. More than
// the compiler reads, and an estimate: whoever goes by it checks after the parse.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/header_choice.h"
#include "analyzer/include_scanner.h"
#include "analyzer/macro_scan.h"
#include "analyzer/symbol.h"

namespace spangate {

/// Lines that are read only when a macro is defined ("#ifdef NAME"), or is a number of some size ("#if NAME >= 2").
struct ConditionalLines {
  uint32_t first = 0, last = 0;
  std::string name;
  std::string relation;  // empty: it is enough that the macro is defined
  long number = 0;
};

/// First branches whose condition is as simple as that; of others it says nothing.
std::vector<ConditionalLines> ScanConditions(std::string_view text);

/// Texts of files, scanned once for all units of a run. Shared by threads.
class SourceTexts {
 public:
  struct Text {
    std::vector<IncludeDirective> includes;
    MacroUse macros;
    std::vector<ConditionalLines> conditions;
    NameSet tested_before_code;
    uint32_t first_code = 0;  // line of the first token that is neither directive nor comment; 0 = none
    bool guarded = false;     // begins as a header does that may be read twice
    uint64_t bytes = 0;
  };
  const Text& Of(Symbol file);

 private:
  std::mutex mutex_;
  std::unordered_map<Symbol, std::unique_ptr<Text>> texts_;
};

/// Line of the first token of code; 0 when there is none.
uint32_t FirstCodeLine(std::string_view text);

/// The C and C++ libraries of the system do not depend on the order of their own headers: [using.headers], and POSIX.
bool IsOfSystemLibrary(std::string_view file);

Symbol RealPath(const std::string& path);

/// Files by number, and what the disk said about them. Shared by the graphs of a run.
class KnownFiles {
 public:
  uint32_t Number(const std::string& path);  // of the real path
  Symbol File(uint32_t number) const { return files_[number]; }
  size_t size() const { return files_.size(); }
  bool Holds(const std::string& folder, const std::string& spelling);

 private:
  std::unordered_map<std::string, uint32_t> by_path_;
  std::unordered_map<Symbol, uint32_t> by_file_;
  std::vector<Symbol> files_;
  std::unordered_map<std::string, std::unordered_set<std::string>> names_;  // by folder
  std::unordered_map<std::string, bool> holds_;
};

/// Includes as the search path of one or more commands finds them. For one thread.
class IncludeGraph {
 public:
  IncludeGraph(SourceTexts& texts, KnownFiles& files, const std::vector<std::string>& arguments,
               const std::string& directory);

  /// External files that a unit reads.
  FileSet Reads(const std::string& main_file);

  /// As a header of our own may name it; empty when it may not: only other people's headers name it and it may be a
  /// part that makes no sense alone, or it reads a file of the project.
  std::string Spelling(uint32_t file);

 private:
  struct Node {
    bool external = false;
    bool expanded = false;
    bool root = false;
    std::string spelling;
    std::vector<uint32_t> to;
  };
  struct Found {
    uint32_t file = 0;
    bool external = false;
    bool any = false;
  };
  Node& At(uint32_t file);
  void Expand(uint32_t file);
  bool IsRead(const SourceTexts::Text& text, uint32_t line) const;
  Found Search(const IncludeDirective& directive, uint32_t from);
  std::vector<uint32_t> Reach(uint32_t from);

  SourceTexts& texts_;
  KnownFiles& known_;
  std::vector<SearchPath::Folder> folders_;
  std::vector<std::string> prefixes_;
  std::unordered_map<std::string, std::string> given_;  // macros of the command line
  std::unordered_set<uint64_t> defined_;                // macros of the files so far
  std::vector<Node> nodes_;                             // by number of the file
  std::unordered_map<std::string, Found> found_;
};

}  // namespace spangate
