// Clusters grow by merging, two at a time, whatever saves most: a merge saves a build, and makes the header smaller for
// both sides. Every unit begins as a cluster of its own, and clusters that do not pay in the end are given up.
#include "analyzer/header_choice.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>

namespace spangate {
namespace {

// In parts of the time to parse the same text: reading it from a precompiled header, and making one. A build skips all
// bodies.
constexpr double kLoad = 0.1;
constexpr double kBuild = 0.5;
constexpr double kFixed = 1e5;  // of any header, in bytes: files written, checks
// Merging looks at all pairs. Beyond so many different sets a sample decides, and the others take what fits them.
constexpr size_t kMaxSample = 400;

// Files that the same units read, as one.
struct Blocks {
  std::vector<FileSet> files;
  std::vector<double> bytes;
  std::vector<FileSet> of_unit;
};

Blocks BlocksOf(const std::vector<FileSet>& units, const std::vector<uint64_t>& bytes) {
  std::vector<std::vector<uint32_t>> readers(bytes.size());
  for (uint32_t unit = 0; unit < units.size(); ++unit) {
    for (const uint32_t file : units[unit]) readers[file].push_back(unit);
  }
  std::map<std::vector<uint32_t>, uint32_t> known;
  Blocks blocks;
  blocks.of_unit.resize(units.size());
  for (uint32_t file = 0; file < readers.size(); ++file) {
    if (readers[file].size() < 2) continue;  // nobody to share it with
    const auto [block, is_new] = known.try_emplace(readers[file], static_cast<uint32_t>(blocks.files.size()));
    if (is_new) {
      blocks.files.emplace_back();
      blocks.bytes.push_back(0);
      for (const uint32_t unit : readers[file]) blocks.of_unit[unit].push_back(block->second);
    }
    blocks.files[block->second].push_back(file);
    blocks.bytes[block->second] += static_cast<double>(bytes[file]);
  }
  return blocks;
}

FileSet Common(const FileSet& a, const FileSet& b) {
  FileSet common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return common;
}

double Sum(const FileSet& blocks, const std::vector<double>& bytes) {
  double sum = 0;
  for (const uint32_t block : blocks) sum += bytes[block];
  return sum;
}

struct Cluster {
  FileSet blocks;
  double held = 0;                                       // bytes of the blocks
  double cheapest = std::numeric_limits<double>::max();  // unit in it
  std::vector<uint32_t> units;
  bool gone = false;

  double Saved() const { return (static_cast<double>(units.size()) * (1 - kLoad) - kBuild) * held - cheapest - kFixed; }
};

double SavedByBoth(const Cluster& a, const Cluster& b, const std::vector<double>& bytes) {
  double held = 0;
  for (auto i = a.blocks.begin(), j = b.blocks.begin(); i != a.blocks.end() && j != b.blocks.end();) {
    if (*i == *j) held += bytes[*i];
    const bool first = *i <= *j;
    if (*j <= *i) ++j;
    if (first) ++i;
  }
  return (static_cast<double>(a.units.size() + b.units.size()) * (1 - kLoad) - kBuild) * held -
         std::min(a.cheapest, b.cheapest) - kFixed;
}

class Merger {
 public:
  Merger(std::vector<Cluster> clusters, const std::vector<double>& bytes)
      : clusters_(std::move(clusters)), bytes_(bytes), partner_(clusters_.size()) {
    for (size_t i = 0; i < clusters_.size(); ++i) FindPartner(i);
  }

  std::vector<Cluster> Run() {
    while (MergeBest()) {
    }
    std::erase_if(clusters_, [](const Cluster& cluster) { return cluster.gone || cluster.Saved() <= 0; });
    return std::move(clusters_);
  }

 private:
  struct Partner {
    size_t at = 0;
    double gain = 0;  // not positive: none
  };

  double Gain(size_t a, size_t b) const {
    return SavedByBoth(clusters_[a], clusters_[b], bytes_) - clusters_[a].Saved() - clusters_[b].Saved();
  }

  void FindPartner(size_t at) {
    partner_[at] = {};
    for (size_t other = 0; other < clusters_.size(); ++other) {
      if (other == at || clusters_[other].gone) continue;
      const double gain = Gain(at, other);
      if (gain > partner_[at].gain) partner_[at] = {other, gain};
    }
  }

  bool MergeBest() {
    size_t best = 0;
    for (size_t i = 0; i < clusters_.size(); ++i) {
      if (!clusters_[i].gone && (clusters_[best].gone || partner_[i].gain > partner_[best].gain)) best = i;
    }
    if (clusters_.empty() || clusters_[best].gone || partner_[best].gain <= 0) return false;
    const size_t other = partner_[best].at;
    Cluster& to = clusters_[best];
    Cluster& from = clusters_[other];
    to.blocks = Common(to.blocks, from.blocks);
    to.held = Sum(to.blocks, bytes_);
    to.cheapest = std::min(to.cheapest, from.cheapest);
    to.units.insert(to.units.end(), from.units.begin(), from.units.end());
    from.gone = true;
    for (size_t i = 0; i < clusters_.size(); ++i) {
      if (clusters_[i].gone) continue;
      if (i == best || partner_[i].at == best || partner_[i].at == other) {
        FindPartner(i);
      } else if (const double gain = Gain(i, best); gain > partner_[i].gain) {
        partner_[i] = {best, gain};
      }
    }
    return true;
  }

  std::vector<Cluster> clusters_;
  const std::vector<double>& bytes_;
  std::vector<Partner> partner_;
};

// Each unit to the cluster that holds most of what it reads.
void Assign(std::vector<Cluster>& clusters, const Blocks& blocks, const std::vector<double>& reads) {
  for (Cluster& cluster : clusters) {
    cluster.units.clear();
    cluster.cheapest = std::numeric_limits<double>::max();
  }
  for (uint32_t unit = 0; unit < blocks.of_unit.size(); ++unit) {
    const FileSet& read = blocks.of_unit[unit];
    Cluster* best = nullptr;
    for (Cluster& cluster : clusters) {
      if ((best == nullptr || cluster.held > best->held) &&
          std::includes(read.begin(), read.end(), cluster.blocks.begin(), cluster.blocks.end())) {
        best = &cluster;
      }
    }
    if (best == nullptr) continue;
    best->units.push_back(unit);
    best->cheapest = std::min(best->cheapest, reads[unit]);
  }
}

std::vector<Cluster> Singles(const Blocks& blocks, const std::vector<double>& reads) {
  std::map<FileSet, std::vector<uint32_t>> same;
  for (uint32_t unit = 0; unit < reads.size(); ++unit) same[blocks.of_unit[unit]].push_back(unit);
  std::vector<Cluster> singles;
  const size_t step = 1 + same.size() / kMaxSample;
  size_t at = 0;
  for (auto& [read, units] : same) {
    if (at++ % step != 0) continue;
    Cluster single{.blocks = read, .held = Sum(read, blocks.bytes), .units = std::move(units)};
    for (const uint32_t unit : single.units) single.cheapest = std::min(single.cheapest, reads[unit]);
    singles.push_back(std::move(single));
  }
  return singles;
}

}  // namespace

std::vector<HeaderCluster> ChooseHeaders(const std::vector<FileSet>& units, const std::vector<uint64_t>& bytes) {
  const Blocks blocks = BlocksOf(units, bytes);
  std::vector<double> reads;  // by unit, all bytes
  for (const FileSet& files : units) {
    reads.push_back(0);
    for (const uint32_t file : files) reads.back() += static_cast<double>(bytes[file]);
  }
  std::vector<Cluster> clusters = Merger(Singles(blocks, reads), blocks.bytes).Run();
  // A cluster that loses units to a better one may no longer pay; what it still has goes elsewhere then.
  for (Assign(clusters, blocks, reads);; Assign(clusters, blocks, reads)) {
    const auto worst = std::min_element(clusters.begin(), clusters.end(),
                                        [](const Cluster& a, const Cluster& b) { return a.Saved() < b.Saved(); });
    if (worst == clusters.end() || (!worst->units.empty() && worst->Saved() > 0)) break;
    clusters.erase(worst);
  }
  std::sort(clusters.begin(), clusters.end(), [](const Cluster& a, const Cluster& b) { return a.Saved() > b.Saved(); });
  std::vector<HeaderCluster> chosen;
  for (Cluster& cluster : clusters) {
    HeaderCluster header;
    for (const uint32_t block : cluster.blocks) {
      header.files.insert(header.files.end(), blocks.files[block].begin(), blocks.files[block].end());
    }
    std::sort(header.files.begin(), header.files.end());
    std::stable_sort(cluster.units.begin(), cluster.units.end(),
                     [&](uint32_t a, uint32_t b) { return reads[a] < reads[b]; });
    header.saved = static_cast<uint64_t>(cluster.Saved());
    header.units = std::move(cluster.units);
    chosen.push_back(std::move(header));
  }
  return chosen;
}

}  // namespace spangate
