#include "common/category.h"

#include <array>
#include <utility>

namespace spangate {
namespace {

// The index is the enumerator; category_test.cc compares the two.
constexpr std::array<std::string_view, 22> kCategoryNames = {"pii-key",
                                                             "pii-value-flow",
                                                             "missing-span",
                                                             "span-name",
                                                             "attr-key",
                                                             "deprecated-attr",
                                                             "attr-type",
                                                             "lifecycle-scope",
                                                             "lifecycle-end",
                                                             "error-status",
                                                             "propagation-inject",
                                                             "propagation-async",
                                                             "over-instrumentation",
                                                             "config",
                                                             "structure",
                                                             "identity",
                                                             "timing",
                                                             "convention",
                                                             "personal-data",
                                                             "cardinality",
                                                             "coverage",
                                                             "export"};

constexpr auto kAllCategories = [] {
  std::array<Category, kCategoryNames.size()> all{};
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Category>(i);
  return all;
}();

}  // namespace

std::string_view Name(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

std::string_view Name(Trust trust) {
  switch (trust) {
    case Trust::kRecommended:
      return "recommended";
    case Trust::kStrict:
      return "strict";
    case Trust::kPreview:
      return "preview";
  }
  return "preview";
}

std::string_view Name(Category category) { return kCategoryNames.at(static_cast<size_t>(category)); }

std::optional<Severity> ParseSeverity(std::string_view name) {
  for (Severity severity : {Severity::kNote, Severity::kWarning, Severity::kError}) {
    if (Name(severity) == name) return severity;
  }
  return std::nullopt;
}

std::span<const Category> AllCategories() { return kAllCategories; }

}  // namespace spangate
