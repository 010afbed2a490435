// The closed sets that findings are sorted by, with their names as they stand in files.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace spangate {

enum class Severity { kNote, kWarning, kError };  // ascending, so that >= means "at or above"
enum class Trust { kRecommended, kStrict, kPreview };

enum class Category {
  // over source
  kPiiKey,
  kPiiValueFlow,
  kMissingSpan,
  kSpanName,
  kAttrKey,
  kDeprecatedAttr,
  kAttrType,
  kLifecycleScope,
  kLifecycleEnd,
  kErrorStatus,
  kPropagationInject,
  kPropagationAsync,
  kOverInstrumentation,
  kConfig,
  // over telemetry
  kStructure,
  kIdentity,
  kTiming,
  kConvention,
  kPersonalData,
  kCardinality,
  kCoverage,
  kExport,
};

std::string_view Name(Severity severity);  // "note", "warning", "error"
std::string_view Name(Trust trust);        // "recommended", "strict", "preview"
std::string_view Name(Category category);  // "pii-key", ...

std::optional<Severity> ParseSeverity(std::string_view name);
std::span<const Category> AllCategories();

}  // namespace spangate
