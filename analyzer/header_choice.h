// Which external headers are worth a precompiled header, and for which units. Sets in, sets out; no file is touched.
#pragma once

#include <cstdint>
#include <vector>

namespace spangate {

/// Sorted, each once.
using FileSet = std::vector<uint32_t>;

struct HeaderCluster {
  FileSet files;                // every unit of the cluster reads all of them
  std::vector<uint32_t> units;  // the one that reads least first: it is the cheapest to verify the header with
  uint64_t saved = 0;           // bytes that need not be parsed, building and verifying paid for
};

/// `units`: the external files that each unit reads; `bytes`: by file, what it costs to parse. The cluster that saves
/// most comes first. A unit is in one cluster at most, the one that holds most of what it reads.
std::vector<HeaderCluster> ChooseHeaders(const std::vector<FileSet>& units, const std::vector<uint64_t>& bytes);

}  // namespace spangate
