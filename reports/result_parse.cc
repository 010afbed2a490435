// Reads the json format back. Every field is required, so that a truncated or foreign file is never an empty result.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <tuple>

#include "common/text.h"
#include "reports/report.h"
#include "reports/result_version.h"
#include "reports/summary.h"

namespace spangate {
namespace {

using Json = nlohmann::json;

// Never leaves this file: unwinds the readers below to ParseResult.
struct Malformed {
  std::string message;
};

// A value and the way to it, for the message.
class Cursor {
 public:
  Cursor(const Json& value, std::string path) : value_(value), path_(std::move(path)) {}

  [[noreturn]] void Fail(std::string_view what) const {
    throw Malformed{fmt::format("result: {}: {}", path_.empty() ? "/" : path_, what)};
  }

  Cursor operator[](const char* key) const {
    if (!value_.is_object()) Fail("expected an object");
    const auto found = value_.find(key);
    if (found == value_.end()) Fail(fmt::format("'{}' is missing", key));
    return {*found, fmt::format("{}/{}", path_, key)};
  }

  bool is_null() const { return value_.is_null(); }

  std::string Text() const {
    if (!value_.is_string()) Fail("expected text");
    return value_.get<std::string>();
  }

  bool Bool() const {
    if (!value_.is_boolean()) Fail("expected true or false");
    return value_.get<bool>();
  }

  template <class T>
  T Unsigned() const {
    if (!value_.is_number_unsigned() || value_.get<uint64_t>() > std::numeric_limits<T>::max()) {
      Fail("expected an unsigned integer in range");
    }
    return static_cast<T>(value_.get<uint64_t>());
  }

  int Int() const {
    const bool fits = value_.is_number_integer() && value_ >= std::numeric_limits<int>::min() &&
                      value_ <= std::numeric_limits<int>::max();
    if (!fits) Fail("expected an integer in range");
    return value_.get<int>();
  }

  template <class T>
  std::vector<T> List(T (*read)(const Cursor&)) const {
    if (!value_.is_array()) Fail("expected an array");
    std::vector<T> list;
    for (size_t i = 0; i < value_.size(); ++i) list.push_back(read({value_[i], fmt::format("{}/{}", path_, i)}));
    return list;
  }

 private:
  const Json& value_;
  std::string path_;
};

std::string ReadText(const Cursor& at) { return at.Text(); }

// The member of `all` with the name that stands here.
template <class T, class Range>
T Named(const Cursor& at, const Range& all, std::string_view what) {
  const std::string name = at.Text();
  for (const T& value : all) {
    if (Name(value) == name) return value;
  }
  at.Fail(fmt::format("unknown {} '{}'", what, Printable(name)));
}

Severity ReadSeverity(const Cursor& at) {
  return Named<Severity>(at, std::array{Severity::kNote, Severity::kWarning, Severity::kError}, "severity");
}
Trust ReadTrust(const Cursor& at) {
  return Named<Trust>(at, std::array{Trust::kRecommended, Trust::kStrict, Trust::kPreview}, "trust");
}
Category ReadCategory(const Cursor& at) { return Named<Category>(at, AllCategories(), "category"); }
Verdict ReadVerdict(const Cursor& at) {
  using enum Verdict;
  return Named<Verdict>(at, std::array{kPassed, kFailed, kIncomplete, kError}, "verdict");
}
CheckResult::Outcome ReadOutcome(const Cursor& at) {
  using enum CheckResult::Outcome;
  return Named<CheckResult::Outcome>(at, std::array{kPassed, kFailed, kError, kSkipped}, "outcome");
}

Location ReadLocation(const Cursor& at) {
  if (at.is_null()) return {};
  return {.path = at["path"].Text(),
          .line = at["line"].Unsigned<uint32_t>(),
          .column = at["column"].Unsigned<uint32_t>(),
          .end_line = at["end_line"].Unsigned<uint32_t>(),
          .end_column = at["end_column"].Unsigned<uint32_t>()};
}

std::optional<TelemetryPlace> ReadTelemetry(const Cursor& at) {
  if (at.is_null()) return std::nullopt;
  return TelemetryPlace{.service_name = at["service"].Text(),
                        .scope_name = at["scope"].Text(),
                        .span_name = at["span"].Text(),
                        .kind = at["kind"].Text(),
                        .attribute_key = at["attribute"].Text(),
                        .trace_id = at["trace_id"].Text(),
                        .span_id = at["span_id"].Text()};
}

FlowStep ReadStep(const Cursor& at) { return {ReadLocation(at["location"]), at["message"].Text()}; }

Finding ReadFinding(const Cursor& at) {
  return {.rule = at["rule"].Text(),
          .category = ReadCategory(at["category"]),
          .severity = ReadSeverity(at["severity"]),
          .message = at["message"].Text(),
          .where = ReadLocation(at["location"]),
          .function = at["function"].Text(),
          .telemetry = ReadTelemetry(at["telemetry"]),
          .flow = at["flow"].List(&ReadStep),
          .evidence = at["evidence"].List(&ReadText),
          .hint = at["hint"].Text(),
          .sensitive_source = at["sensitive_source"].Bool(),
          .occurrences = at["occurrences"].Unsigned<uint64_t>(),
          .fingerprint = at["fingerprint"].Text(),
          .known = at["known"].Bool()};
}

Gap ReadGap(const Cursor& at) {
  return {.fingerprint = at["fingerprint"].Text(),
          .kind = at["kind"].Text(),
          .where = ReadLocation(at["location"]),
          .text = at["message"].Text(),
          .known = at["known"].Bool()};
}

CheckResult ReadCheck(const Cursor& at) {
  return {.id = at["id"].Text(),
          .where = ReadLocation(at["location"]),
          .select = at["select"].Text(),
          .outcome = ReadOutcome(at["outcome"]),
          .severity = ReadSeverity(at["severity"]),
          .expected = at["expected"].Text(),
          .found = at["found"].Text(),
          .details = at["details"].List(&ReadText),
          .hint = at["hint"].Text()};
}

RuleRun ReadRule(const Cursor& at) {
  return {.id = at["id"].Text(),
          .summary = at["summary"].Text(),
          .reference = at["reference"].Text(),
          .category = ReadCategory(at["category"]),
          .severity = ReadSeverity(at["severity"]),
          .trust = ReadTrust(at["trust"])};
}

std::optional<uint64_t> ReadCount(const Cursor& at) {
  if (at.is_null()) return std::nullopt;
  return at.Unsigned<uint64_t>();
}

RunInfo ReadInfo(const Cursor& run) {
  RunInfo info;
  info.command = run["command"].Text();
  info.started_at = run["started_at"].Text();
  info.duration_ms = run["duration_ms"].Unsigned<uint64_t>();
  info.verdict = ReadVerdict(run["verdict"]);
  info.exit_status = run["exit_status"].Int();
  if (!run["child_exit"].is_null()) info.child_exit = run["child_exit"].Int();
  if (!run["tool_error"].is_null()) info.tool_error = run["tool_error"].Text();
  info.fail_on_never = run["fail_on"].Text() == "never";
  if (!info.fail_on_never) info.fail_on = ReadSeverity(run["fail_on"]);
  info.incomplete = run["incomplete"].List(&ReadText);
  info.notes = run["notes"].List(&ReadText);
  info.gaps = run["gaps"].List(&ReadGap);
  if (!run["baseline"].is_null()) info.baseline = run["baseline"].Text();
  info.files = run["files"].List(&ReadText);
  const Cursor units = run["translation_units"];
  info.translation_units = units["total"].Unsigned<uint32_t>();
  info.clean = units["clean"].Unsigned<uint32_t>();
  info.recovered = units["recovered"].Unsigned<uint32_t>();
  info.failed = units["failed"].Unsigned<uint32_t>();
  info.sites_missed = units["sites_missed"].Unsigned<uint32_t>();
  const Cursor telemetry = run["telemetry"];
  info.spans = ReadCount(telemetry["spans"]);
  info.logs = ReadCount(telemetry["logs"]);
  info.points = ReadCount(telemetry["points"]);
  info.capture = telemetry["capture"].Text();
  return info;
}

// A newer version may say things that this one would drop in silence.
int MinorVersion(const Cursor& at) {
  const std::string text = at.Text();
  const char* end = text.data() + text.size();
  int major = 0;
  int minor = 0;
  const auto [dot, major_code] = std::from_chars(text.data(), end, major);
  const bool dotted = major_code == std::errc{} && dot != end && *dot == '.';
  const auto [stop, minor_code] = std::from_chars(dotted ? dot + 1 : end, end, minor);
  if (!dotted || minor_code != std::errc{} || stop != end || major < 1 || minor < 0) {
    at.Fail(fmt::format("'{}' is no version of the form 1.0", Printable(text)));
  }
  if (std::tie(major, minor) > std::tuple(kResultMajor, kResultMinor)) {
    at.Fail(fmt::format("version {} is newer than {}, which this spangate reads; use a newer spangate", text,
                        ResultSchemaVersion()));
  }
  return minor;
}

// What later minor versions added, with the meaning that its absence had.
void Upgrade(Json& document, int minor) {
  if (minor >= 1) return;
  if (document.contains("run") && document["run"].is_object()) {
    document["run"].update({{"gaps", Json::array()}, {"baseline", nullptr}, {"files", Json::array()}});
  }
  if (!document.contains("findings")) return;
  for (Json& finding : document["findings"]) {
    if (finding.is_object()) finding["known"] = false;
  }
}

RunResult ReadResult(Json document) {
  Upgrade(document, MinorVersion(Cursor(document, "")["schema_version"]));
  const Cursor root(document, "");
  RunResult result;
  result.info = ReadInfo(root["run"]);
  result.info.version = root["tool"]["version"].Text();
  result.findings = root["findings"].List(&ReadFinding);
  result.checks = root["checks"].List(&ReadCheck);
  result.rules = root["rules"].List(&ReadRule);
  return result;
}

}  // namespace

std::string ResultSchemaVersion() { return fmt::format("{}.{}", kResultMajor, kResultMinor); }

Result<RunResult> ParseResult(std::string_view json) {
  try {
    return ReadResult(Json::parse(json));
  } catch (const Malformed& malformed) {
    return Error{ErrorKind::kInput, malformed.message};
  } catch (const Json::parse_error& error) {
    return Error{ErrorKind::kInput, fmt::format("result: not JSON at byte {}", error.byte)};
  } catch (const std::exception& error) {
    return Error{ErrorKind::kInput, fmt::format("result: {}", Printable(error.what()))};
  }
}

}  // namespace spangate
