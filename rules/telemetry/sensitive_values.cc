#include "rules/telemetry/sensitive_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>

#include "common/fingerprint.h"
#include "common/glob.h"
#include "rules/knowledge/mask.h"
#include "rules/knowledge/personal_keys.h"
#include "rules/knowledge/words.h"
#include "rules/telemetry/places.h"

namespace spangate {
namespace {

constexpr int kMaxDepth = 16;  // of nested values; the decoder has a limit of its own, deeper ones are cut here

/// What of a key matters to the detectors.
struct KeyTraits {
  bool allowed = false;     // by the policy
  bool identifier = false;  // numbers under it are ids, times or sums; one in ten of those passes Luhn
  bool message_id = false;  // RFC 5322 message ids look like addresses
};

KeyTraits TraitsOf(std::string_view key, const Policy& policy) {
  KeyTraits traits;
  traits.allowed = std::ranges::any_of(policy.personal_allow_keys,
                                       [&](const std::string& glob) { return glob == key || GlobMatches(glob, key); });
  static constexpr std::string_view kNumbers[] = {
      "id",       "uuid", "guid", "time",     "timestamp", "offset",  "size", "count",   "hash", "checksum", "digest",
      "sequence", "n",    "ns",   "duration", "address",   "pointer", "seed", "version", "sum",  "total"};
  const std::vector<std::string> words = WordsOf(key);
  const std::string_view last = words.empty() ? std::string_view() : words.back();
  traits.identifier =
      std::ranges::find(kNumbers, last) != std::end(kNumbers) || PolicyOfKey(key, false) == KeyPolicy::kFine;
  traits.message_id = words.size() > 1 && last == "id" && words[words.size() - 2] == "message";
  return traits;
}

bool Counts(const Detection& detection, const KeyTraits& traits) {
  if (detection.detector == Detector::kEmail) return !traits.message_id;
  const bool number = detection.detector == Detector::kCard || detection.detector == Detector::kPhone ||
                      detection.detector == Detector::kIban;
  return !number || !traits.identifier || detection.example;
}

/// One place and key with what was found there.
struct Group {
  TelemetryPlace place;
  std::string where;  // "attribute 'order.note'", "span name"
  std::set<Detector> detectors;
  std::vector<std::string> samples;
  uint64_t occurrences = 0;
};

using PlaceMaker = std::function<TelemetryPlace(std::string_view key)>;

class Scanner {
 public:
  Scanner(const TraceModel& model, const Policy& policy, bool (*wanted)(Detector))
      : model_(model), policy_(policy), wanted_(wanted) {}

  void ScanText(StringTable::Id text, std::string_view where, const PlaceMaker& place_of) {
    Report(text, model_.Text(text), nullptr, {}, where, place_of);
  }

  void ScanAttributes(Rows rows, std::string_view where, const PlaceMaker& place_of) {
    for (const Attribute& attribute : model_.AttributesOf(rows)) {
      const KeyTraits& traits = Traits(attribute.key);
      // The walk stops at an allowed key, whatever it holds.
      if (traits.allowed) continue;
      Report(attribute.key, model_.Text(attribute.key), nullptr, model_.Text(attribute.key), "attribute key", place_of);
      ScanValue(attribute.value, attribute.key, where, place_of, 0);
    }
  }

  void ScanValue(const Value& value, StringTable::Id key, std::string_view where, const PlaceMaker& place_of,
                 int depth) {
    if (depth > kMaxDepth) return;
    switch (value.type) {
      case ValueType::kString:
      case ValueType::kBytes:
        Report(value.text, model_.Text(value.text), &Traits(key), model_.Text(key), where, place_of);
        break;
      case ValueType::kInt:
        ScanInteger(value.integer, key, where, place_of);
        break;
      case ValueType::kArray:
        for (uint32_t i = 0; i < value.rows.count; ++i) {
          ScanValue(model_.array_values[value.rows.first + i], key, where, place_of, depth + 1);
        }
        break;
      case ValueType::kMap:
        for (const Attribute& attribute : model_.AttributesOf(value.rows)) {
          const bool ids = Traits(attribute.key).identifier;
          if (!Traits(attribute.key).allowed) {
            ScanValue(attribute.value, ids ? attribute.key : key, where, place_of, depth + 1);
          }
        }
        break;
      case ValueType::kEmpty:
      case ValueType::kBool:
      case ValueType::kDouble:
        break;
    }
  }

  std::vector<Problem> Take();

 private:
  const KeyTraits& Traits(StringTable::Id key) {
    const auto [found, is_new] = traits_.try_emplace(key);
    if (is_new) found->second = TraitsOf(model_.Text(key), policy_);
    return found->second;
  }

  // A text is looked through once, however many spans carry it.
  const std::vector<Detection>& DetectionsOf(StringTable::Id text) {
    const auto [found, is_new] = detections_.try_emplace(text);
    if (is_new) {
      found->second = Detect(model_.Text(text));
      std::erase_if(found->second, [this](const Detection& detection) { return !wanted_(detection.detector); });
    }
    return found->second;
  }

  void ScanInteger(int64_t number, StringTable::Id key, std::string_view where, const PlaceMaker& place_of) {
    if (number < 1'000'000'000'000 || !wanted_(Detector::kCard)) return;
    const std::string digits = fmt::format("{}", number);
    for (const Detection& detection : Detect(digits)) {
      if (Counts(detection, Traits(key))) Add(detection, digits, model_.Text(key), where, place_of);
    }
  }

  void Report(StringTable::Id text, std::string_view value, const KeyTraits* traits, std::string_view key,
              std::string_view where, const PlaceMaker& place_of) {
    for (const Detection& detection : DetectionsOf(text)) {
      if (Counts(detection, traits == nullptr ? KeyTraits{} : *traits)) Add(detection, value, key, where, place_of);
    }
  }

  void Add(const Detection& detection, std::string_view value, std::string_view key, std::string_view where,
           const PlaceMaker& place_of) {
    const TelemetryPlace place = place_of(key);
    const std::string identity = TelemetryFingerprint(where, place, "");
    const auto [found, is_new] = by_identity_.try_emplace(identity, groups_.size());
    if (is_new) groups_.push_back({.place = place, .where = Described(where, place.attribute_key)});
    Group& group = groups_[found->second];
    ++group.occurrences;
    group.detectors.insert(detection.detector);
    const std::string masked = Mask(value.substr(detection.offset, detection.length), detection.detector);
    const std::string sample = fmt::format("{} in {}: {}", Name(detection.detector), where, masked);
    const bool known = std::ranges::find(group.samples, sample) != group.samples.end();
    if (!known && group.samples.size() < 3) group.samples.push_back(sample);
  }

  static std::string Described(std::string_view where, std::string_view key) {
    return key.empty() ? std::string(where) : fmt::format("{} '{}'", where, key);
  }

  const TraceModel& model_;
  const Policy& policy_;
  bool (*wanted_)(Detector);
  std::unordered_map<StringTable::Id, KeyTraits> traits_;
  std::unordered_map<StringTable::Id, std::vector<Detection>> detections_;
  std::vector<Group> groups_;
  std::unordered_map<std::string, size_t> by_identity_;
};

std::string Joined(const std::set<Detector>& detectors) {
  std::string names;
  for (Detector detector : detectors) {
    names += fmt::format("{}{}", names.empty() ? "" : " and ", WithArticle(Name(detector)));
  }
  return names;
}

std::vector<Problem> Scanner::Take() {
  std::vector<Problem> problems;
  for (Group& group : groups_) {
    Problem problem{.telemetry = group.place,
                    .message = fmt::format("{} holds {}", group.where, Joined(group.detectors)),
                    .evidence = std::move(group.samples),
                    .occurrences = group.occurrences};
    if (const std::string ids = IdsOf(group.place); !ids.empty()) problem.evidence.push_back(ids);
    if (group.occurrences > 1) problem.evidence.push_back(fmt::format("{} cases in all", group.occurrences));
    problems.push_back(std::move(problem));
  }
  return problems;
}

void ScanSpan(const TraceModel& model, const SpanRow& span, Scanner& scanner) {
  const PlaceMaker place_of = [&](std::string_view key) { return PlaceOfSpan(model, span, key); };
  scanner.ScanText(span.name, "span name", place_of);
  scanner.ScanText(span.status_message, "status description", place_of);
  scanner.ScanText(span.trace_state, "tracestate", place_of);
  scanner.ScanAttributes(span.attributes, "attribute", place_of);
  for (const Event& event : model.EventsOf(span)) {
    scanner.ScanText(event.name, "event name", place_of);
    scanner.ScanAttributes(event.attributes, "event attribute", place_of);
  }
  for (const Link& link : model.LinksOf(span)) scanner.ScanAttributes(link.attributes, "link attribute", place_of);
}

}  // namespace

std::vector<Problem> FindSensitiveValues(const TraceModel& model, const Policy& policy, bool (*wanted)(Detector)) {
  Scanner scanner(model, policy, wanted);
  for (const ResourceRow& resource : model.resources) {
    scanner.ScanAttributes(resource.attributes, "resource attribute",
                           [&](std::string_view key) { return PlaceOfResource(model, resource, key); });
  }
  for (const ScopeRow& scope : model.scopes) {
    scanner.ScanAttributes(scope.attributes, "scope attribute",
                           [&](std::string_view key) { return PlaceOfScope(model, scope, key); });
  }
  for (const SpanRow& span : model.spans) {
    if (span.duplicate_of == kNoSpan) ScanSpan(model, span, scanner);
  }
  for (const LogRow& log : model.logs) {
    const PlaceMaker place_of = [&](std::string_view key) { return PlaceOfLog(model, log, key); };
    scanner.ScanValue(log.body, 0, "log body", place_of, 0);
    scanner.ScanAttributes(log.attributes, "log attribute", place_of);
  }
  for (const MetricPointRow& point : model.points) {
    scanner.ScanAttributes(point.attributes, "metric attribute",
                           [&](std::string_view key) { return PlaceOfPoint(model, point, key); });
  }
  return scanner.Take();
}

}  // namespace spangate
