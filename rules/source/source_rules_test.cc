// Every source rule over its fixtures: bad.cc is reported on its marked lines and no others, good.cc is silent. Both
// compile without an error, against the bundled headers and, where SPANGATE_OTEL_ROOT is given, against the real ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "analyzer/read_source.h"
#include "analyzer/source_model.h"
#include "rules/judge.h"
#include "rules/rule.h"

// LLVM 19 keeps vectors of its own when some headers of the real API are parsed; what we allocate is still checked.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier): the sanitizer's name
const char* __lsan_default_suppressions() { return "leak:libLLVM\n"; }  // NOLINT(bugprone-reserved-identifier)

namespace spangate {
namespace {

namespace fs = std::filesystem;

struct Headers {
  std::string name;
  std::vector<std::string> flags;
};

std::vector<Headers> HeaderSets() {
  std::vector<Headers> sets = {{"bundled", {"-std=c++17", "-I" OTEL_LITE_INCLUDE}}};
  const std::string root = OTEL_ROOT;
  if (root.empty()) return sets;
  std::vector<std::string> real;
  for (const char* folder : {"/api/include", "/sdk/include", "/include"}) {
    if (fs::exists(root + folder)) real.push_back("-I" + root + folder);
  }
  const auto add = [&](const std::string& name, std::vector<std::string> flags) {
    flags.insert(flags.end(), real.begin(), real.end());
    sets.push_back({name, flags});
  };
  for (const std::string abi : {"1", "2"}) {
    const std::string version = "-DOPENTELEMETRY_ABI_VERSION_NO=" + abi;
    add("abi" + abi, {"-std=c++17", version});
    add("abi" + abi + "_stl17", {"-std=c++17", version, "-DOPENTELEMETRY_STL_VERSION=2017"});
    add("abi" + abi + "_stl20", {"-std=c++20", version, "-DOPENTELEMETRY_STL_VERSION=2020"});
  }
  return sets;
}

struct Case {
  std::string rule;
  Headers headers;
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.rule << " with " << row.headers.name << " headers"; }

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const Headers& headers : HeaderSets()) {
    for (const SourceRule* rule : SourceRules()) cases.push_back({std::string(rule->info.id), headers});
  }
  return cases;
}

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The policy that a fixture asks for: `// policy: critical=shop::Pay reaches=shop::Charge`. Keys: critical, reaches,
/// wrapper, name (the wrapper's name argument), personal, sanitizer, allow.
Policy PolicyOf(const std::string& text) {
  Policy policy;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view kMark = "// policy: ";
    if (!line.starts_with(kMark)) continue;
    std::istringstream words(line.substr(kMark.size()));
    for (std::string word; words >> word;) {
      const std::string key = word.substr(0, word.find('='));
      const std::string value = word.substr(word.find('=') + 1);
      if (key == "critical") policy.critical_paths.push_back({value, value, {}});
      if (key == "reaches") policy.critical_paths.back().reaches.push_back(value);
      if (key == "wrapper") policy.span_api.push_back({value, -1});
      if (key == "name") policy.span_api.back().name_argument = std::stoi(value);
      if (key == "personal") policy.personal_fields.push_back(value);
      if (key == "sanitizer") policy.personal_sanitizers.push_back(value);
      if (key == "allow") policy.personal_allow_keys.push_back(value);
    }
  }
  return policy;
}

using Reports = std::map<uint32_t, std::vector<std::string>>;  // by line

Reports ExpectationsIn(const std::string& text) {
  Reports expected;
  std::istringstream lines(text);
  uint32_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    constexpr std::string_view kMark = "// expect: ";
    for (size_t at = line.find(kMark); at != std::string::npos; at = line.find(kMark, at + 1)) {
      const size_t from = at + kMark.size();
      std::string part = line.substr(from, line.find(kMark, from) - from);
      while (part.ends_with(' ')) part.pop_back();
      expected[number].push_back(part);
    }
  }
  return expected;
}

/// Findings of one rule, or of all (`rule` empty), over one file.
std::vector<Finding> Judge(const std::string& rule, const std::string& path, const Headers& headers) {
  ReadSourceOptions options;
  options.project_root = fs::path(path).parent_path();
  options.jobs = 1;
  auto facts = ReadSource({CompileCommandFor(path, headers.flags)}, options);
  if (!facts.has_value()) {
    ADD_FAILURE() << facts.error().message;
    return {};
  }
  for (const TuFacts& unit : facts.value()) {
    EXPECT_EQ(unit.outcome, TuOutcome::kClean) << unit.reason;
    for (const Diagnostic& diagnostic : unit.diagnostics)
      ADD_FAILURE() << diagnostic.line << ": " << diagnostic.message;
    EXPECT_EQ(unit.sites_seen, unit.sites_expected);
  }
  const std::string text = ReadFile(path);
  const Policy policy = PolicyOf(text);
  const SourceModel model =
      LinkSource(std::move(facts.value()), {.project_root = options.project_root, .span_wrappers = policy.span_api});
  const auto source_text = [&text](const std::string&) { return std::optional<std::string_view>(text); };
  std::vector<Finding> findings = JudgeSource(model, policy, source_text, "2026-01-01");
  std::erase_if(findings, [&rule](const Finding& finding) { return !rule.empty() && finding.rule != rule; });
  return findings;
}

std::string Show(const Finding& finding) {
  std::string text = finding.rule + " line " + std::to_string(finding.where.line) + ": " + finding.message;
  for (const FlowStep& step : finding.flow) text += "\n    " + std::to_string(step.where.line) + ": " + step.message;
  return text;
}

class SourceRuleFixture : public testing::TestWithParam<Case> {
 protected:
  std::string Path(const std::string& file) const {
    return std::string(RULES_DIR) + "/source/" + GetParam().rule + "/" + file;
  }
};

TEST_P(SourceRuleFixture, ReportsTheMarkedLinesAndNoOther) {
  Reports expected = ExpectationsIn(ReadFile(Path("bad.cc")));
  ASSERT_FALSE(expected.empty());
  for (const Finding& finding : Judge(GetParam().rule, Path("bad.cc"), GetParam().headers)) {
    std::vector<std::string>& parts = expected[finding.where.line];
    const auto found = std::find_if(parts.begin(), parts.end(), [&finding](const std::string& part) {
      return finding.message.find(part) != std::string::npos;
    });
    if (found == parts.end()) {
      ADD_FAILURE() << "unexpected: " << Show(finding);
    } else {
      parts.erase(found);
    }
  }
  for (const auto& [line, parts] : expected) {
    for (const std::string& part : parts) ADD_FAILURE() << "line " << line << ": not reported: " << part;
  }
}

// All rules: what one rule calls good is good.
TEST_P(SourceRuleFixture, IsSilentOnGoodCode) {
  for (const Finding& finding : Judge("", Path("good.cc"), GetParam().headers)) ADD_FAILURE() << Show(finding);
}

INSTANTIATE_TEST_SUITE_P(EveryRule, SourceRuleFixture, testing::ValuesIn(Cases()), [](const auto& param) {
  std::string name = param.param.rule + "_" + param.param.headers.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace spangate
