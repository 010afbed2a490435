// The folder of the cache on disk: where entries lie, how they are written, counted and removed.
#pragma once

#include <cstdint>
#include <string>

namespace spangate {

/// Names the project that a folder of entries belongs to.
inline constexpr const char* kProjectName = "project";

/// <folder>/projects/<hash of the root>.
std::string ProjectFolder(const std::string& folder, const std::string& project_root);

/// Whole or not at all: by a temporary name and rename. Makes folders, and marks `folder` as a cache for tools that
/// make backups. Returns what went wrong, empty when nothing did.
std::string WriteCacheFile(const std::string& folder, const std::string& path, const std::string& bytes);

/// Used entries stay longest. The time is written at most once a day.
void MarkUsed(const std::string& path);

/// Whether names in the folder may have come or gone at or after `since` (WallClock); true when it cannot be told.
bool ChangedSince(const std::string& folder, int64_t since);

/// Removes the entries used longest ago until what is left is below nine tenths of the limit, and temporary files that
/// a killed run left.
void TrimCache(const std::string& folder, uint64_t limit);

}  // namespace spangate
