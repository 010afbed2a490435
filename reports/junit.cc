// JUnit XML as GitLab, Jenkins' junit step and the common GitHub reporters read it. They identify a case by suite,
// class name and name, drop duplicates and compare runs by these names: so names hold no line numbers, and are unique.
// failure = it was judged and is wrong; error = it could not be judged.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "reports/formats.h"
#include "reports/summary.h"
#include "reports/text.h"
#include "reports/utf8.h"

namespace spangate {
namespace {

// GitLab takes 30 MB a file; nobody reads more than this of one case.
constexpr size_t kCaseBytes = 64 * 1024;
constexpr size_t kNameBytes = 1024;

enum class Outcome { kPassed, kFailure, kError, kSkipped };

struct Case {
  std::string name;
  Outcome outcome = Outcome::kPassed;
  std::string type;     // failure, error: what kind
  std::string message;  // failure, error, skipped: one line
  std::string text;     // failure, error, skipped: complete without `message`, as GitLab shows only this
  std::string output;   // system-out
  Location where;
  uint64_t milliseconds = 0;
};

struct Suite {
  std::string name;
  std::string class_name;
  std::vector<Case> cases;
};

// Readers refuse or drop elements with an empty name or text.
std::string NonEmpty(std::string_view text, size_t bytes) {
  std::string clean = Shortened(XmlText(text), bytes);
  return clean.find_first_not_of(" \t\r\n") == std::string::npos ? "(empty)" : clean;
}

// "checkout" for "tests/checkout.checks.yaml"; dots would become packages in Jenkins.
std::string Stem(std::string_view path) {
  const size_t slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return std::string(name.substr(0, name.find('.')));
}

std::string Place(const Finding& finding) {
  if (!finding.where.path.empty()) return finding.where.path;
  if (!finding.telemetry.has_value()) return "project";
  return finding.telemetry->service_name.empty() ? "unnamed service" : "service " + finding.telemetry->service_name;
}

// One case per rule and file (or service): passed with its text as output when all of it lies below fail_on, skipped
// when all of it is known. Readers that compare runs then see neither a new failure nor a repaired one.
Case FindingsCase(const std::string& rule, const std::string& place, const std::vector<const Finding*>& findings,
                  const RunInfo& info, SourceLines& source) {
  Case result;
  result.name = fmt::format("{}: {}", rule, place);
  result.type = rule;
  result.where = findings.front()->where;
  size_t failures = 0;
  size_t known = 0;
  std::string failed, passed;
  for (const Finding* finding : findings) {
    if (finding->known) {
      ++known;
      continue;
    }
    const bool fails = Fails(info, finding->severity);
    std::string& text = fails ? failed : passed;
    if (text.size() <= kCaseBytes) text += FindingText(*finding, source, false);
    if (!fails) continue;
    if (++failures > 1) continue;
    result.message = finding->message;
    result.where = finding->where;
  }
  if (failures > 1) result.message += fmt::format(" (and {} more)", failures - 1);
  result.outcome = failures > 0 ? Outcome::kFailure : Outcome::kPassed;
  result.text = std::move(failed);
  result.output = std::move(passed);
  if (known == 0) return result;
  const std::string told = fmt::format("{} (baseline)", Plural(known, "known finding"));
  if (known < findings.size()) {
    result.output += told + "\n";
  } else {
    result.outcome = Outcome::kSkipped;
    result.message = result.text = told;
  }
  return result;
}

Suite RuleSuite(const RunResult& run, SourceLines& source) {
  std::map<std::string, std::map<std::string, std::vector<const Finding*>>> by_rule;
  for (const RuleRun& rule : run.rules) by_rule[rule.id];
  for (const Finding& finding : run.findings) by_rule[finding.rule][Place(finding)].push_back(&finding);
  Suite suite{
      fmt::format("spangate {} rules", run.info.command), fmt::format("spangate.{}.rules", run.info.command), {}};
  for (const auto& [rule, places] : by_rule) {
    if (places.empty()) suite.cases.push_back({.name = rule});
    for (const auto& [place, findings] : places) {
      suite.cases.push_back(FindingsCase(rule, place, findings, run.info, source));
    }
  }
  return suite;
}

Case CheckCase(const CheckResult& check, const RunInfo& info) {
  Case result{.name = check.id, .type = "check", .where = check.where};
  switch (check.outcome) {
    case CheckResult::Outcome::kPassed:
      break;
    case CheckResult::Outcome::kSkipped:
      result.outcome = Outcome::kSkipped;
      result.message = result.text = "its `when` did not match";
      break;
    case CheckResult::Outcome::kError:
      result.outcome = Outcome::kError;
      result.message = check.found.empty() ? "could not be judged" : check.found;
      result.text = CheckText(check, false);
      break;
    case CheckResult::Outcome::kFailed:
      result.outcome = Fails(info, check.severity) ? Outcome::kFailure : Outcome::kPassed;
      result.message = fmt::format("expected {}, found {}", check.expected, check.found);
      (result.outcome == Outcome::kFailure ? result.text : result.output) = CheckText(check, false);
      break;
  }
  return result;
}

std::vector<Suite> CheckSuites(const RunResult& run) {
  std::map<std::string, Suite> by_file;
  for (const CheckResult& check : run.checks) {
    Suite& suite = by_file[check.where.path];
    suite.name = check.where.path.empty() ? "checks" : check.where.path;
    suite.class_name = fmt::format("spangate.{}.{}", run.info.command, Stem(suite.name));
    suite.cases.push_back(CheckCase(check, run.info));
  }
  std::vector<Suite> suites;
  for (auto& [path, suite] : by_file) suites.push_back(std::move(suite));
  return suites;
}

std::string Lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += TerminalText(line) + "\n";
  return text;
}

Case CompleteCase(const RunInfo& info) {
  Case result{.name = "run is complete", .type = "incomplete", .milliseconds = info.duration_ms};
  const bool stopped = info.verdict == Verdict::kError || !info.tool_error.empty();
  // With --allow-incomplete a run may pass in spite of gaps; they are told, not counted.
  const bool gaps =
      info.verdict == Verdict::kIncomplete || (!info.incomplete.empty() && info.verdict != Verdict::kPassed);
  result.output = Lines(info.notes);
  if (!stopped && !gaps) {
    result.output += Lines(info.incomplete);
    return result;
  }
  result.outcome = Outcome::kError;
  if (stopped) result.type = "tool error";
  const std::string reason = info.incomplete.empty() ? "no reason was given" : info.incomplete.front();
  result.message = !info.tool_error.empty() ? info.tool_error : reason;
  result.text = (info.tool_error.empty() ? "" : TerminalText(info.tool_error) + "\n") + Lines(info.incomplete);
  if (result.text.empty()) result.text = result.message;
  return result;
}

// What the run itself came to, under names that stay, so that a run without rules and checks is no empty file.
Suite RunSuite(const RunInfo& info) {
  Suite suite{"spangate " + info.command, "spangate." + info.command, {CompleteCase(info)}};
  if (info.child_exit.has_value()) {
    Case command{.name = "command succeeds", .type = "command"};
    if (*info.child_exit != 0) {
      command.outcome = Outcome::kFailure;
      command.message = command.text = fmt::format("the wrapped command exited with {}", *info.child_exit);
    }
    suite.cases.push_back(std::move(command));
  }
  return suite;
}

struct Totals {
  size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  uint64_t milliseconds = 0;
  void Add(const Case& one) {
    ++tests;
    failures += one.outcome == Outcome::kFailure;
    errors += one.outcome == Outcome::kError;
    skipped += one.outcome == Outcome::kSkipped;
    milliseconds += one.milliseconds;
  }
};

void Set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(value.c_str());
}

void SetTotals(pugi::xml_node node, const Totals& totals) {
  Set(node, "tests", std::to_string(totals.tests));
  Set(node, "failures", std::to_string(totals.failures));
  Set(node, "errors", std::to_string(totals.errors));
  Set(node, "skipped", std::to_string(totals.skipped));
  Set(node, "time", Seconds(totals.milliseconds));
}

// Text, not CDATA: one reader shows a CDATA node instead of the text beside it.
void AddText(pugi::xml_node node, std::string_view text) {
  node.append_child(pugi::node_pcdata).set_value(NonEmpty(text, kCaseBytes).c_str());
}

void AddCase(pugi::xml_node parent, const Suite& suite, const Case& one, const std::string& name) {
  pugi::xml_node node = parent.append_child("testcase");
  Set(node, "classname", NonEmpty(suite.class_name, kNameBytes));
  Set(node, "name", name);
  if (!one.where.path.empty()) Set(node, "file", NonEmpty(one.where.path, kNameBytes));
  if (one.where.known()) Set(node, "line", std::to_string(one.where.line));
  Set(node, "time", Seconds(one.milliseconds));
  if (one.outcome != Outcome::kPassed) {
    pugi::xml_node detail = node.append_child(one.outcome == Outcome::kFailure ? "failure"
                                              : one.outcome == Outcome::kError ? "error"
                                                                               : "skipped");
    Set(detail, "message", NonEmpty(one.message, kNameBytes));
    if (one.outcome != Outcome::kSkipped) Set(detail, "type", NonEmpty(one.type, kNameBytes));
    AddText(detail, one.text);
  }
  if (!one.output.empty()) AddText(node.append_child("system-out"), one.output);
}

// Equal names after cleaning would be dropped by readers, and with them a failure.
std::string Unique(const std::string& name, std::set<std::string>& used) {
  std::string unique = name;
  for (int i = 2; !used.insert(unique).second; ++i) unique = fmt::format("{} ({})", name, i);
  return unique;
}

void AddSuite(pugi::xml_node root, const Suite& suite, const RunInfo& info, Totals& all) {
  Totals totals;
  for (const Case& one : suite.cases) {
    totals.Add(one);
    all.Add(one);
  }
  pugi::xml_node node = root.append_child("testsuite");
  Set(node, "name", NonEmpty(suite.name, kNameBytes));
  SetTotals(node, totals);
  if (IsTimestamp(info.started_at)) Set(node, "timestamp", info.started_at);
  std::set<std::string> used;
  for (const Case& one : suite.cases) AddCase(node, suite, one, Unique(NonEmpty(one.name, kNameBytes), used));
}

// A verdict that no case shows must not be green: the last line of defence against a gap in the above.
void AddVerdictCase(std::vector<Suite>& suites, const RunInfo& info) {
  Totals totals;
  for (const Suite& suite : suites) {
    for (const Case& one : suite.cases) totals.Add(one);
  }
  if (info.verdict == Verdict::kPassed || totals.failures + totals.errors > 0) return;
  const std::string text = fmt::format("verdict {}, exit status {}", Name(info.verdict), info.exit_status);
  suites.front().cases.push_back(
      {.name = "verdict", .outcome = Outcome::kError, .type = "verdict", .message = text, .text = text});
}

}  // namespace

std::string RenderJunit(const RunResult& result, const SourceLookup& source) {
  SourceLines lines(source);
  std::vector<Suite> suites = {RunSuite(result.info)};
  if (!result.rules.empty() || !result.findings.empty()) suites.push_back(RuleSuite(result, lines));
  for (Suite& suite : CheckSuites(result)) suites.push_back(std::move(suite));
  AddVerdictCase(suites, result.info);

  pugi::xml_document document;
  pugi::xml_node root = document.append_child("testsuites");
  Set(root, "name", "spangate");
  Totals totals;
  for (const Suite& suite : suites) AddSuite(root, suite, result.info, totals);
  SetTotals(root, totals);
  std::ostringstream out;
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  document.save(out, "  ", pugi::format_default | pugi::format_no_declaration, pugi::encoding_utf8);
  return out.str();
}

}  // namespace spangate
