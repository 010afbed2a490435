// One parsed translation unit into facts. The only code that walks cursors.
#pragma once

#include <string>

#include "analyzer/facts.h"
#include "analyzer/libclang.h"

namespace spangate {

struct ExtractOptions {
  std::string project_root;  // absolute and real: functions defined in files below it are kept, system headers never
};

/// Fills functions, records, globals, schema_url, and marks functions that contain a diagnostic's place as incomplete
/// (read from facts.diagnostics, which the caller filled). Functions that nest too deeply are incomplete too, and then
/// an empty facts.reason says so. Deterministic for one libclang version.
void ExtractFacts(const Libclang& clang, CXTranslationUnit unit, const ExtractOptions& options, TuFacts& facts);

}  // namespace spangate
