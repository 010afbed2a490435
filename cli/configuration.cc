#include "cli/configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "common/text.h"
#include "common/yaml_reader.h"

namespace spangate {
namespace {

constexpr int64_t kVersion = 1;

// What the readers of the tables below need, beside the value.
struct Reading {
  Configuration out;
  const std::vector<std::string_view>& rule_ids;
  std::filesystem::path folder;  // of the file; paths resolve from here
  std::string glob_prefix;       // the folder's own repository path with '/', or empty
};

// A key that is missing would silently make the entry match nothing.
void Require(const YamlNode& map, std::string_view key, std::string_view what, YamlErrors& errors) {
  if (map.is_map() && map.Find(key) == nullptr) errors.Add(map.At(fmt::format("{} needs '{}'", what, key)));
}

void ReadNonEmpty(const YamlNode& node, std::string& out, YamlErrors& errors) {
  ReadYaml(node, out, errors);
  if (node.is_scalar() && node.text().empty()) errors.Add(node.At("empty text; leave the key out instead"));
}

std::string Resolve(const Reading& reading, const std::string& path) {
  return (reading.folder / path).lexically_normal().string();
}

void ReadPath(const YamlNode& node, const Reading& reading, std::string& out, YamlErrors& errors) {
  std::string path;
  ReadNonEmpty(node, path, errors);
  if (!path.empty()) out = Resolve(reading, path);
}

// Globs on repository paths, such as the file's own folder sees them.
void ReadPathGlobs(const YamlNode& node, const Reading& reading, std::vector<std::string>& out, YamlErrors& errors) {
  ReadYaml(node, out, errors);
  for (std::string& glob : out) {
    if (glob.starts_with("./")) glob.erase(0, 2);
    if (!glob.starts_with('/')) glob.insert(0, reading.glob_prefix);
  }
}

void ReadSeverity(const YamlNode& node, std::optional<Severity>& out, YamlErrors& errors) {
  out = node.is_scalar() ? ParseSeverity(node.text()) : std::nullopt;
  if (!out.has_value()) errors.Add(node.Expected("error, warning or note"));
}

void ReadPercent(const YamlNode& node, std::optional<double>& out, YamlErrors& errors) {
  const Result<double> value = node.AsNumber();
  if (!value.has_value() || value.value() < 0 || value.value() > 100) {
    errors.Add(node.Expected("a percentage from 0 to 100"));
    return;
  }
  out = value.value();
}

constexpr YamlField<CriticalPath> kCriticalPath[] = {
    {"name", [](const YamlNode& node, CriticalPath& out, YamlErrors& errors) { ReadNonEmpty(node, out.name, errors); }},
    {"entry",
     [](const YamlNode& node, CriticalPath& out, YamlErrors& errors) { ReadNonEmpty(node, out.entry, errors); }},
    {"reaches",
     [](const YamlNode& node, CriticalPath& out, YamlErrors& errors) { ReadYaml(node, out.reaches, errors); }},
};

constexpr YamlField<SpanWrapper> kSpanWrapper[] = {
    {"start",
     [](const YamlNode& node, SpanWrapper& out, YamlErrors& errors) { ReadNonEmpty(node, out.start, errors); }},
    {"name_argument",
     [](const YamlNode& node, SpanWrapper& out, YamlErrors& errors) {
       int64_t index = out.name_argument;
       ReadYamlInteger(node, 0, 255, index, errors);
       out.name_argument = static_cast<int>(index);
     }},
};

constexpr std::array<std::string_view, 5> kSpanKinds = {"client", "consumer", "internal", "producer", "server"};

constexpr YamlField<RequiredOperation> kOperation[] = {
    {"service",
     [](const YamlNode& node, RequiredOperation& out, YamlErrors& errors) { ReadNonEmpty(node, out.service, errors); }},
    {"name",
     [](const YamlNode& node, RequiredOperation& out, YamlErrors& errors) { ReadNonEmpty(node, out.name, errors); }},
    {"kind",
     [](const YamlNode& node, RequiredOperation& out, YamlErrors& errors) {
       ReadYaml(node, out.kind, errors);
       if (!node.is_scalar() || std::ranges::find(kSpanKinds, node.text()) != kSpanKinds.end()) return;
       errors.Add(node.At(UnknownWord("span kind", node.text(), "", {kSpanKinds.begin(), kSpanKinds.end()})));
     }},
};

constexpr YamlField<RuleSetting> kRuleSetting[] = {
    {"severity",
     [](const YamlNode& node, RuleSetting& out, YamlErrors& errors) { ReadSeverity(node, out.severity, errors); }},
};

// off | severity | {severity: ...}: the same wherever a rule is set.
void ReadRuleSetting(const YamlNode& node, RuleSetting& out, YamlErrors& errors) {
  if (node.is_map()) {
    ReadFields<RuleSetting>(node, "rule setting", kRuleSetting, out, errors);
  } else if (node.is_scalar() && node.text() == "off") {
    out.off = true;
  } else if (node.is_scalar() && ParseSeverity(node.text()).has_value()) {
    out.severity = ParseSeverity(node.text());
  } else {
    errors.Add(node.Expected("off, error, warning, note or a map for the rule's setting"));
  }
}

void ReadRules(const YamlNode& node, const Reading& reading, std::map<std::string, RuleSetting, std::less<>>& out,
               YamlErrors& errors) {
  if (ExpectMap(node, "rules", errors) == nullptr) return;
  for (const YamlEntry& entry : node.entries()) {
    const std::string& id = entry.key.text();
    if (std::ranges::find(reading.rule_ids, id) == reading.rule_ids.end()) {
      errors.Add(entry.key.At(UnknownWord("rule", id, "", reading.rule_ids)));
    }
    ReadRuleSetting(entry.value, out[id], errors);
  }
}

// Every element of a list by one table. `required` is the key without which the element means nothing.
template <class T>
void ReadList(const YamlNode& node, std::string_view what, std::span<const YamlField<T>> fields,
              std::string_view required, std::vector<T>& out, YamlErrors& errors) {
  if (ExpectSequence(node, fmt::format("a list, each {}", what), errors) == nullptr) return;
  for (const YamlNode& item : node.items()) {
    T element;
    ReadFields<T>(item, what, fields, element, errors);
    Require(item, required, what, errors);
    out.push_back(std::move(element));
  }
}

struct OverrideReading {
  PathOverride out;
  const Reading& reading;
};

constexpr YamlField<OverrideReading> kOverride[] = {
    {"paths", [](const YamlNode& node, OverrideReading& to,
                 YamlErrors& errors) { ReadPathGlobs(node, to.reading, to.out.paths, errors); }},
    {"rules", [](const YamlNode& node, OverrideReading& to,
                 YamlErrors& errors) { ReadRules(node, to.reading, to.out.rules, errors); }},
};

void ReadOverrides(const YamlNode& node, Reading& to, YamlErrors& errors) {
  if (ExpectSequence(node, "a list of overrides", errors) == nullptr) return;
  for (const YamlNode& item : node.items()) {
    OverrideReading element{{}, to};
    ReadFields<OverrideReading>(item, "an override", kOverride, element, errors);
    Require(item, "paths", "an override", errors);
    Require(item, "rules", "an override", errors);
    to.out.policy.overrides.push_back(std::move(element.out));
  }
}

constexpr YamlField<Reading> kAnalyze[] = {
    {"compile_commands", [](const YamlNode& node, Reading& to,
                            YamlErrors& errors) { ReadPath(node, to, to.out.compile_commands, errors); }},
    {"sources", [](const YamlNode& node, Reading& to,
                   YamlErrors& errors) { ReadPathGlobs(node, to, to.out.policy.sources, errors); }},
    {"critical_paths",
     [](const YamlNode& node, Reading& to, YamlErrors& errors) {
       ReadList<CriticalPath>(node, "a critical path", kCriticalPath, "entry", to.out.policy.critical_paths, errors);
       // A path without a name of its own goes by its entry.
       for (CriticalPath& path : to.out.policy.critical_paths) {
         if (path.name.empty()) path.name = path.entry;
       }
     }},
    {"span_api",
     [](const YamlNode& node, Reading& to, YamlErrors& errors) {
       ReadList<SpanWrapper>(node, "a span wrapper", kSpanWrapper, "start", to.out.policy.span_api, errors);
     }},
    {"outbound",
     [](const YamlNode& node, Reading& to, YamlErrors& errors) { ReadYaml(node, to.out.policy.outbound, errors); }},
};

constexpr YamlField<Reading> kPersonalData[] = {
    {"fields", [](const YamlNode& node, Reading& to,
                  YamlErrors& errors) { ReadYaml(node, to.out.policy.personal_fields, errors); }},
    {"sanitizers", [](const YamlNode& node, Reading& to,
                      YamlErrors& errors) { ReadYaml(node, to.out.policy.personal_sanitizers, errors); }},
    {"allow_keys", [](const YamlNode& node, Reading& to,
                      YamlErrors& errors) { ReadYaml(node, to.out.policy.personal_allow_keys, errors); }},
};

constexpr YamlField<Reading> kNaming[] = {
    {"attribute_namespace", [](const YamlNode& node, Reading& to,
                               YamlErrors& errors) { ReadNonEmpty(node, to.out.policy.attribute_namespace, errors); }},
};

constexpr YamlField<Reading> kCoverage[] = {
    {"operations", [](const YamlNode& node, Reading& to,
                      YamlErrors& errors) { ReadPercent(node, to.out.operations_threshold, errors); }},
    {"span_sites", [](const YamlNode& node, Reading& to,
                      YamlErrors& errors) { ReadPercent(node, to.out.span_sites_threshold, errors); }},
};

constexpr YamlField<Reading> kRun[] = {
    {"checks",
     [](const YamlNode& node, Reading& to, YamlErrors& errors) {
       ReadYaml(node, to.out.checks, errors);
       for (std::string& path : to.out.checks) path = Resolve(to, path);
     }},
    {"operations",
     [](const YamlNode& node, Reading& to, YamlErrors& errors) {
       ReadList<RequiredOperation>(node, "an operation", kOperation, "name", to.out.policy.operations, errors);
     }},
    {"coverage", [](const YamlNode& node, Reading& to,
                    YamlErrors& errors) { ReadFields<Reading>(node, "run.coverage", kCoverage, to, errors); }},
};

constexpr YamlField<Reading> kContract[] = {
    {"file",
     [](const YamlNode& node, Reading& to, YamlErrors& errors) { ReadPath(node, to, to.out.contract_file, errors); }},
};
constexpr YamlField<Reading> kBaseline[] = {
    {"file",
     [](const YamlNode& node, Reading& to, YamlErrors& errors) { ReadPath(node, to, to.out.baseline_file, errors); }},
};
constexpr YamlField<Reading> kOutput[] = {
    {"dir",
     [](const YamlNode& node, Reading& to, YamlErrors& errors) { ReadPath(node, to, to.out.output_dir, errors); }},
};
constexpr YamlField<Reading> kCache[] = {
    {"dir",
     [](const YamlNode& node, Reading& to, YamlErrors& errors) { ReadPath(node, to, to.out.cache_dir, errors); }},
};

// A section of the file: a key of the root whose value is a map with a table of its own.
template <const auto& kTable, const auto& kName>
void ReadSection(const YamlNode& node, Reading& to, YamlErrors& errors) {
  ReadFields<Reading>(node, kName, kTable, to, errors);
}

constexpr char kAnalyzeName[] = "analyze";
constexpr char kPersonalDataName[] = "personal_data";
constexpr char kNamingName[] = "naming";
constexpr char kRunName[] = "run";
constexpr char kContractName[] = "contract";
constexpr char kBaselineName[] = "baseline";
constexpr char kOutputName[] = "output";
constexpr char kCacheName[] = "cache";

constexpr YamlField<Reading> kRoot[] = {
    {"version", [](const YamlNode&, Reading&, YamlErrors&) {}},  // CheckVersion reads it before all else
    {kAnalyzeName, &ReadSection<kAnalyze, kAnalyzeName>},
    {kPersonalDataName, &ReadSection<kPersonalData, kPersonalDataName>},
    {kNamingName, &ReadSection<kNaming, kNamingName>},
    {kRunName, &ReadSection<kRun, kRunName>},
    {"rules",
     [](const YamlNode& node, Reading& to, YamlErrors& errors) { ReadRules(node, to, to.out.policy.rules, errors); }},
    {"overrides", &ReadOverrides},
    {"fail_on",
     [](const YamlNode& node, Reading& to, YamlErrors& errors) {
       to.out.fail_on_never = node.is_scalar() && node.text() == "never";
       to.out.fail_on = node.is_scalar() ? ParseSeverity(node.text()) : std::nullopt;
       if (!to.out.fail_on_never && !to.out.fail_on.has_value()) {
         errors.Add(node.Expected("error, warning, note or never"));
       }
     }},
    {kContractName, &ReadSection<kContract, kContractName>},
    {kBaselineName, &ReadSection<kBaseline, kBaselineName>},
    {kOutputName, &ReadSection<kOutput, kOutputName>},
    {kCacheName, &ReadSection<kCache, kCacheName>},
};

// Another version may mean other things by the same keys, so nothing else is read then.
std::optional<Error> CheckVersion(const YamlNode& root) {
  if (!root.is_map()) return root.Expected("a map that begins with 'version: 1'");
  const YamlNode* version = root.Find("version");
  if (version == nullptr) return root.At("'version: 1' is missing; write it on the first line");
  const Result<int64_t> number = version->AsInteger();
  if (!number.has_value()) return number.error();
  if (number.value() == kVersion) return std::nullopt;
  return version->At(fmt::format("version {} is not known; this spangate reads version {}", number.value(), kVersion));
}

std::string GlobPrefix(const std::filesystem::path& folder, std::string_view root) {
  if (root.empty()) return "";
  const std::string relative = folder.lexically_normal().lexically_relative(root).generic_string();
  if (relative.empty() || relative == "." || relative.starts_with("..")) return "";
  return relative.ends_with('/') ? relative : relative + "/";
}

template <class T>
void AddKeys(std::string_view prefix, std::span<const YamlField<T>> fields, std::vector<std::string>& out) {
  for (const YamlField<T>& field : fields) out.push_back(fmt::format("{}{}", prefix, field.key));
}

}  // namespace

Result<Configuration> ParseConfiguration(std::string_view text, std::string_view path,
                                         const std::vector<std::string_view>& rule_ids, std::string_view root) {
  const Result<YamlNode> parsed = ParseYaml(text, path);
  if (!parsed.has_value()) return parsed.error();
  if (std::optional<Error> error = CheckVersion(parsed.value())) return *error;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  Reading reading{{}, rule_ids, folder, GlobPrefix(folder, root)};
  YamlErrors errors;
  ReadFields<Reading>(parsed.value(), "spangate.yaml", kRoot, reading, errors);
  if (!errors.empty()) return errors.Combined();
  return std::move(reading.out);
}

std::vector<std::string> ConfigurationKeys() {
  std::vector<std::string> keys;
  AddKeys<Reading>("", kRoot, keys);
  AddKeys<Reading>("analyze.", kAnalyze, keys);
  AddKeys<CriticalPath>("analyze.critical_paths[].", kCriticalPath, keys);
  AddKeys<SpanWrapper>("analyze.span_api[].", kSpanWrapper, keys);
  AddKeys<Reading>("personal_data.", kPersonalData, keys);
  AddKeys<Reading>("naming.", kNaming, keys);
  AddKeys<Reading>("run.", kRun, keys);
  AddKeys<RequiredOperation>("run.operations[].", kOperation, keys);
  AddKeys<Reading>("run.coverage.", kCoverage, keys);
  AddKeys<RuleSetting>("rules.*.", kRuleSetting, keys);
  AddKeys<OverrideReading>("overrides[].", kOverride, keys);
  AddKeys<RuleSetting>("overrides[].rules.*.", kRuleSetting, keys);
  AddKeys<Reading>("contract.", kContract, keys);
  AddKeys<Reading>("baseline.", kBaseline, keys);
  AddKeys<Reading>("output.", kOutput, keys);
  AddKeys<Reading>("cache.", kCache, keys);
  std::ranges::sort(keys);
  return keys;
}

}  // namespace spangate
