// The process-wide string table behind Symbol: many shards for writers, no lock at all for readers.
#define XXH_INLINE_ALL
#include "analyzer/symbol.h"

#include <xxhash.h>

#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

namespace spangate {
namespace {

// Interning hits a shard of its own in most calls: parsing threads hold a lock for tens of nanoseconds.
constexpr size_t kShards = 64;
constexpr size_t kFirstSlots = 64;  // a power of two
// Id -> text in segments of doubling size, so that a text never moves and readers need one pointer load.
constexpr uint32_t kFirstSegmentBits = 12;
constexpr size_t kSegments = 32 - kFirstSegmentBits + 1;
constexpr size_t kArenaBytes = size_t{64} << 10;

struct Place {
  size_t segment;
  size_t index;
};

// Ids below 2^12 lie in segment 0, the next 2^12 in segment 1, then 2^13 in segment 2 and so on.
Place PlaceOf(uint32_t id) {
  const uint32_t scaled = id >> kFirstSegmentBits;
  if (scaled == 0) return {0, id};
  const uint32_t width = std::bit_width(scaled);
  return {width, id - (uint32_t{1} << (kFirstSegmentBits + width - 1))};
}

size_t SegmentSize(size_t segment) {
  return segment == 0 ? size_t{1} << kFirstSegmentBits : size_t{1} << (kFirstSegmentBits + segment - 1);
}

class Table {
 public:
  uint32_t Intern(std::string_view text) {
    if (text.empty()) return 0;
    const uint64_t hash = XXH3_64bits(text.data(), text.size());
    Shard& shard = shards_[hash >> 58U];  // other bits than the shard's own slots use
    const std::scoped_lock lock(shard.mutex);
    if (2 * (shard.used + 1) > shard.slots.size()) shard.Widen();
    size_t at = shard.Start(hash);
    for (; shard.slots[at].id != 0; at = (at + 1) & (shard.slots.size() - 1)) {
      const Slot& slot = shard.slots[at];
      if (slot.hash == static_cast<uint32_t>(hash) && Text(slot.id) == text) return slot.id;
    }
    const uint32_t id = Publish(shard.Keep(text));
    shard.slots[at] = {.hash = static_cast<uint32_t>(hash), .id = id};
    ++shard.used;
    return id;
  }

  // Whoever holds the id got it from Intern (same shard lock) or from a thread that did: the text is visible.
  std::string_view Text(uint32_t id) const {
    const Place place = PlaceOf(id);
    return segments_[place.segment].load(std::memory_order_acquire)[place.index];
  }

 private:
  // Open addressing with eight bytes a slot: a node for each of a million names would take as much as their texts.
  struct Slot {
    uint32_t hash = 0;  // the low half: enough to place it anew, and to tell most texts apart without reading them
    uint32_t id = 0;    // 0: free
  };

  struct Shard {
    std::mutex mutex;
    std::vector<Slot> slots = std::vector<Slot>(kFirstSlots);
    size_t used = 0;
    std::vector<std::unique_ptr<char[]>> chunks;
    char* free = nullptr;
    size_t left = 0;

    size_t Start(uint64_t hash) const { return static_cast<uint32_t>(hash) & (slots.size() - 1); }

    void Widen() {
      std::vector<Slot> old(2 * slots.size());
      old.swap(slots);
      for (const Slot& slot : old) {
        if (slot.id == 0) continue;
        size_t at = Start(slot.hash);
        while (slots[at].id != 0) at = (at + 1) & (slots.size() - 1);
        slots[at] = slot;
      }
    }

    std::string_view Keep(std::string_view text) {
      if (text.size() > left) Grow(text.size());
      std::memcpy(free, text.data(), text.size());
      const std::string_view kept(free, text.size());
      free += text.size();
      left -= text.size();
      return kept;
    }

    void Grow(size_t wanted) {
      left = wanted > kArenaBytes ? wanted : kArenaBytes;
      chunks.push_back(std::make_unique_for_overwrite<char[]>(left));
      free = chunks.back().get();
    }
  };

  uint32_t Publish(std::string_view kept) {
    const uint32_t id = next_.fetch_add(1, std::memory_order_relaxed);
    if (id == 0) throw std::bad_alloc();  // four thousand million different strings: memory ended long before
    const Place place = PlaceOf(id);
    SegmentFor(place.segment)[place.index] = kept;
    return id;
  }

  std::string_view* SegmentFor(size_t segment) {
    std::string_view* texts = segments_[segment].load(std::memory_order_acquire);
    if (texts != nullptr) return texts;
    auto fresh = std::make_unique<std::string_view[]>(SegmentSize(segment));
    // Two shards may race to create it; the loser's array is dropped.
    if (segments_[segment].compare_exchange_strong(texts, fresh.get(), std::memory_order_acq_rel)) {
      return fresh.release();
    }
    return texts;
  }

  std::array<Shard, kShards> shards_;
  std::array<std::atomic<std::string_view*>, kSegments> segments_{};
  std::atomic<uint32_t> next_{1};
};

// Never destroyed: symbols in static objects stay valid while the process ends.
Table& TheTable() {
  static Table* const table = new Table;
  return *table;
}

}  // namespace

Symbol::Symbol(std::string_view text) : id_(TheTable().Intern(text)) {}

std::string_view Symbol::view() const { return id_ == 0 ? std::string_view() : TheTable().Text(id_); }

}  // namespace spangate
