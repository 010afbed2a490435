// One compile command through libclang into TuFacts: parse, diagnostics, includes, outcome.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/cross_check.h"
#include "analyzer/external_headers.h"
#include "analyzer/facts.h"
#include "analyzer/libclang.h"
#include "analyzer/precompiled_header.h"
#include "analyzer/read_source.h"

namespace spangate {

/// Fills functions, records, globals and schema_url of facts whose diagnostics are already there: ExtractFacts in the
/// program, a stand-in in the tests of this unit.
using Extractor = std::function<void(const Libclang&, CXTranslationUnit, TuFacts&)>;

/// Real paths of files, remembered: every TU of a run includes the same few hundred headers. One per thread.
class RealPaths {
 public:
  Symbol Of(const std::string& path, const std::string& directory);

 private:
  std::unordered_map<std::string, Symbol> known_;
};

enum class ParseMode {
  kFast,      // index mode: bodies in system headers are skipped
  kThorough,  // full parse that goes on after missing includes
};

/// What one thread needs to parse one command after another.
class UnitReader {
 public:
  /// `external` and `headers`, when given, are shared by the readers of a run and outlive them.
  UnitReader(const Libclang& clang, const ReadSourceOptions& options, Extractor extractor,
             ExternalHeaders* external = nullptr, PrecompiledHeaders* headers = nullptr);
  ~UnitReader();
  UnitReader(const UnitReader&) = delete;
  UnitReader& operator=(const UnitReader&) = delete;

  /// Never fails as a whole: what went wrong is in outcome and reason.
  TuFacts Read(const CompileCommand& command, ParseMode mode = ParseMode::kFast);

 private:
  struct Parsed;
  Parsed Thorough(const std::vector<std::string>& arguments) const;
  Parsed Index(CXIndex index, const std::vector<std::string>& arguments, UnitIncludes* includes,
               const std::string& directory);
  Parsed ParseWithRetry(const CompileCommand& command, ParseMode mode, TuFacts& facts, UnitIncludes* includes);
  TuFacts Start(const CompileCommand& command);
  void ReadAlone(const CompileCommand& command, ParseMode mode, const std::string& text, UnitIncludes* includes,
                 TuFacts& facts);
  std::optional<TuFacts> ReadWith(const PrecompiledHeader& header, const CompileCommand& command,
                                  const std::string& text, UnitIncludes& includes);
  void Teach(const PrecompiledHeaders::Turn& turn, const CompileCommand& command, const std::string& text,
             const UnitIncludes& includes, const TuFacts& facts);
  bool NeedsThoroughParse(const TuFacts& facts, const std::string& text) const;
  void CollectDiagnostics(CXTranslationUnit unit, const std::string& directory, TuFacts& facts);
  void CollectIncludes(CXTranslationUnit unit, const std::string& directory, TuFacts& facts, UnitIncludes* includes);
  std::vector<LineRange> SkippedLines(CXTranslationUnit unit, const std::string& file) const;
  void Finish(const Parsed& parsed, const CompileCommand& command, const std::string& text, TuFacts& facts) const;

  const Libclang& clang_;
  const ReadSourceOptions& options_;
  Extractor extractor_;
  ExternalHeaders* external_;
  PrecompiledHeaders* headers_;
  CXIndex index_;
  CXIndex index_with_header_ = nullptr;  // shows only what is not in the precompiled header
  RealPaths real_paths_;
};

/// "src/a.cc:3: fatal: 'x.h' file not found (2 errors)" from the errors of the facts; empty when there is none.
/// Paths below `project_root` are shown relative to it.
std::string ReasonFrom(const std::vector<Diagnostic>& diagnostics, const std::string& project_root);

}  // namespace spangate
