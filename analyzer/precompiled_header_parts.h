// What the two halves of PrecompiledHeaders share: choosing and using (precompiled_header.cc), and building
// (precompiled_header_build.cc).
#pragma once

#include <deque>
#include <set>

#include "analyzer/precompiled_header.h"

namespace spangate {

struct PrecompiledHeaders::Member {
  const CompileCommand* command = nullptr;
  std::vector<std::string> arguments;
  SearchPath search{{}, ""};
  std::string search_key;
  Cluster* cluster = nullptr;
};

/// Commands that differ in the file, its include folders and macros that no header asks for.
struct PrecompiledHeaders::Group {
  std::deque<Member> members;
};

struct PrecompiledHeaders::Cluster {
  enum class State { kOpen, kBusy, kReady, kGivenUp };
  State state = State::kOpen;
  Cluster* base = nullptr;  // built on the header of this one
  size_t depth = 0;
  std::vector<Member*> members;  // cheapest first
  std::set<std::string> roots;   // spellings
  uint64_t saved = 0;
  const Member* builder = nullptr;
  int attempts = 0;
  size_t left = 0;  // members whose turn has not come
  size_t uses = 0;
  size_t objections = 0;
  std::shared_ptr<const PrecompiledHeader> header;
  std::map<std::string, bool> agrees;  // by search path, whether its units find the same headers
};

/// "c++" or "c"; empty for what has no header of its own kind (Objective-C, CUDA, assembler).
std::string LanguageOf(const std::string& file);

/// All that `from` includes, itself among it.
void AddReachable(const std::unordered_map<Symbol, std::vector<Symbol>>& graph, Symbol from,
                  std::unordered_set<Symbol>& reached);

inline bool IsSystem(const UnitIncludes& unit, Symbol file) {
  const auto found = unit.files.find(file);
  return found != unit.files.end() && found->second;
}

}  // namespace spangate
