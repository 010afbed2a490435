// What the two OTLP decoders share while they read one body: the batch they fill, where they are, what it may cost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock-collector/trace_model.h"

namespace spangate::otlp {

/// Thrown inside the decoders only; DecodeOtlp turns it into an Error.
struct DecodeError {
  std::string message;
};

// Depth as protobuf's own limit. An element of two bytes becomes a row of up to 140: these numbers, far above what a
// real request of 64 MiB holds, keep a hostile one under a gigabyte.
inline constexpr size_t kMaxDepth = 100;
inline constexpr uint32_t kMaxItems = 1u << 20;     // resources, scopes, spans, log records, data points
inline constexpr uint32_t kMaxElements = 4u << 20;  // attributes, array values, events, links, exemplars

/// An id field as it came: empty and absent mean the same.
template <size_t N>
struct IdField {
  std::array<uint8_t, N> bytes{};
  bool present = false;
  bool zero() const { return bytes == std::array<uint8_t, N>{}; }
};

class Context {
 public:
  explicit Context(TraceModel& batch) : model(batch), request(static_cast<uint32_t>(batch.requests.size())) {}

  TraceModel& model;
  const uint32_t request;
  uint32_t items = 0;   // spans, log records, data points so far
  uint16_t faults = 0;  // of the row being read; FaultScope hands them to it

  /// Steps into a message; `index` is its place in a repeated field, or negative. An exception leaves the path as it
  /// was where it was thrown, so that the error can name the place.
  void Enter(std::string_view name, int64_t index) {
    if (path_.size() >= kMaxDepth) Fail(name, "nested deeper than 100 messages");
    path_.push_back({name, index});
  }
  void Leave() { path_.pop_back(); }
  /// "resourceSpans[0].scopeSpans[1].spans[3]"
  std::string Path() const;
  [[noreturn]] void Fail(std::string_view field, std::string_view what) const;
  [[noreturn]] void Fail(std::string_view what) const { Fail("", what); }

  void CountRow() {
    if (++rows_ > kMaxItems)
      Fail("more than 1048576 spans, records, points, scopes and resources; send smaller batches");
  }
  void CountElement() {
    if (++elements_ > kMaxElements)
      Fail("more than 4194304 attributes, values, events and links; send smaller batches");
  }

  /// Interns text from the wire. What is not UTF-8 becomes U+FFFD byte by byte and sets kInvalidUtf8.
  StringTable::Id Text(std::string_view bytes);
  Rows StoreAttributes(std::span<const Attribute> list);  // sets kDuplicateKey
  Rows StoreMap(std::span<const Attribute> list);         // a kvlist value: its keys are the user's business
  Rows StoreArray(std::span<const Value> list);

  std::vector<std::vector<Attribute>> free_attributes;
  std::vector<std::vector<Value>> free_values;

 private:
  struct Step {
    std::string_view name;
    int64_t index;
  };
  std::vector<Step> path_;
  uint32_t rows_ = 0;
  uint32_t elements_ = 0;
  std::vector<StringTable::Id> keys_;  // scratch of StoreAttributes
};

/// A growing list whose memory comes from the context and goes back to it: no allocation for each span.
template <class T>
class Lease {
 public:
  explicit Lease(std::vector<std::vector<T>>& pool) : pool_(pool) {
    if (pool_.empty()) return;
    list_ = std::move(pool_.back());
    pool_.pop_back();
  }
  ~Lease() {
    list_.clear();
    pool_.push_back(std::move(list_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  std::vector<T>* operator->() { return &list_; }
  std::vector<T>& operator*() { return list_; }

 private:
  std::vector<std::vector<T>>& pool_;
  std::vector<T> list_;
};

/// Collects the faults found while one row is read, apart from those of the row around it.
class FaultScope {
 public:
  explicit FaultScope(Context& context) : context_(context), outer_(context.faults) { context.faults = 0; }
  uint16_t Close() {
    const uint16_t found = context_.faults;
    context_.faults = outer_;
    return found;
  }

 private:
  Context& context_;
  const uint16_t outer_;
};

/// Read the body into the context's batch. Throw DecodeError. decode.cc is the only caller.
void DecodeProtobuf(Signal signal, std::string_view body, Context& context);
void DecodeJson(Signal signal, std::string_view body, Context& context);

}  // namespace spangate::otlp
