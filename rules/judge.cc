#include "rules/judge.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "common/fingerprint.h"
#include "common/glob.h"
#include "rules/knowledge/mask.h"
#include "rules/suppression.h"

namespace spangate {
namespace {

/// What the policy says about one rule at one place.
struct Ruling {
  bool on = false;
  Severity severity = Severity::kWarning;
};

void Apply(const std::map<std::string, RuleSetting, std::less<>>& settings, std::string_view rule, Ruling& ruling) {
  const auto found = settings.find(rule);
  if (found == settings.end()) return;
  ruling.on = !found->second.off;
  if (found->second.severity) ruling.severity = *found->second.severity;
}

// Naming a rule in the configuration switches it on, whatever its trust.
Ruling BaseRuling(const RuleInfo& rule, const Policy& policy) {
  Ruling ruling{rule.trust == Trust::kRecommended || policy.select_all, rule.severity};
  Apply(policy.rules, rule.id, ruling);
  return ruling;
}

bool MatchesAny(const std::vector<std::string>& globs, std::string_view path) {
  return std::ranges::any_of(globs, [&](const std::string& glob) { return GlobMatches(glob, path); });
}

// Later overrides win, as later lines of a configuration do.
Ruling RulingAt(const RuleInfo& rule, const Policy& policy, std::string_view path) {
  Ruling ruling = BaseRuling(rule, policy);
  for (const PathOverride& item : policy.overrides) {
    if (MatchesAny(item.paths, path)) Apply(item.rules, rule.id, ruling);
  }
  return ruling;
}

// A rule that is off in general may be on below some path.
bool MayBeOn(const RuleInfo& rule, const Policy& policy) {
  if (BaseRuling(rule, policy).on) return true;
  return std::ranges::any_of(policy.overrides, [&](const PathOverride& item) {
    const auto found = item.rules.find(rule.id);
    return found != item.rules.end() && !found->second.off;
  });
}

Finding FindingOf(const RuleInfo& rule, Problem&& problem) {
  Finding finding{.rule = std::string(rule.id),
                  .category = rule.category,
                  .severity = rule.severity,
                  .message = std::move(problem.message),
                  .flow = std::move(problem.flow),
                  .evidence = std::move(problem.evidence),
                  .hint = std::move(problem.hint),
                  .sensitive_source = problem.sensitive_source,
                  .occurrences = problem.occurrences};
  if (problem.source) {
    finding.where = problem.source->where;
    finding.function = problem.source->function;
  }
  finding.telemetry = std::move(problem.telemetry);
  return finding;
}

/// A finding on its way, with what its fingerprint needs.
struct Draft {
  const RuleInfo* rule = nullptr;
  SourcePlace place;
  Finding finding;
};

auto SourceOrder(const Draft& draft) {
  const Location& where = draft.place.where;
  return std::tie(where.path, where.line, where.column, draft.finding.rule, draft.finding.message,
                  draft.place.function);
}

std::vector<Draft> CollectSource(std::span<const SourceRule* const> rules, const SourceModel& source,
                                 const Policy& policy) {
  std::vector<Draft> drafts;
  for (const SourceRule* rule : rules) {
    if (!MayBeOn(rule->info, policy)) continue;
    for (Problem& problem : rule->check(source, policy)) {
      SourcePlace place = problem.source.value_or(SourcePlace{});
      drafts.push_back({&rule->info, std::move(place), FindingOf(rule->info, std::move(problem))});
    }
  }
  std::ranges::stable_sort(drafts, {}, &SourceOrder);
  // std::unique: Clang 14 cannot read libstdc++'s std::ranges::subrange.
  const auto equal = [](const Draft& a, const Draft& b) { return SourceOrder(a) == SourceOrder(b); };
  drafts.erase(std::unique(drafts.begin(), drafts.end(), equal), drafts.end());
  return drafts;
}

/// What the driver needs of a file: its text by lines, and its suppressions. Each file is read once.
class SourceFiles {
 public:
  SourceFiles(const SourceText& text, std::string_view today) : text_(text), today_(today) {}

  /// Text at `where`, blanks folded, at most 200 bytes: what keeps a fingerprint when the lines around it move.
  std::string TokensAt(const Location& where) {
    const File& file = Read(where.path);
    std::string tokens;
    const uint32_t last_line = std::max(where.line, where.end_line);
    for (uint32_t line = where.line; line >= 1 && line <= last_line && tokens.size() < kMaxTokens; ++line) {
      if (line > file.lines.size()) break;
      std::string_view text = file.lines[line - 1];
      if (line == where.end_line && where.end_column > 0) text = text.substr(0, where.end_column - 1);
      if (line == where.line && where.column > 0) text.remove_prefix(std::min<size_t>(where.column - 1, text.size()));
      AppendFolded(text, tokens);
    }
    tokens.resize(std::min(tokens.size(), kMaxTokens));
    return tokens;
  }

  bool Suppresses(std::string_view rule, const Location& where) {
    // A comment at the end of a long call counts; one at the end of a long function must not.
    const uint32_t last = where.end_line > where.line + 10 ? where.line : where.end_line;
    return FindSuppression(Read(where.path).suppressions, rule, where.line, last, today_) != nullptr;
  }

 private:
  static constexpr size_t kMaxTokens = 200;

  struct File {
    std::vector<std::string_view> lines;
    std::vector<Suppression> suppressions;
  };

  const File& Read(const std::string& path) {
    auto [found, is_new] = files_.try_emplace(path);
    if (!is_new || !text_) return found->second;
    std::optional<std::string_view> text = text_(path);
    if (!text) return found->second;
    found->second.suppressions = ParseSuppressions(*text);
    while (!text->empty()) {
      const size_t end = std::min(text->find('\n'), text->size());
      found->second.lines.push_back(text->substr(0, end));
      text->remove_prefix(std::min(end + 1, text->size()));
    }
    return found->second;
  }

  static void AppendFolded(std::string_view text, std::string& out) {
    bool blank = !out.empty();
    for (char c : text) {
      if (c == ' ' || c == '\t' || c == '\r') {
        blank = !out.empty();
        continue;
      }
      if (blank) out += ' ';
      blank = false;
      out += c;
    }
  }

  const SourceText& text_;
  std::string_view today_;
  std::unordered_map<std::string, File> files_;
};

// The first of equals has ordinal 0. Counted before anything is filtered away, so that a new suppression does not
// rename its neighbours.
void AddFingerprints(std::vector<Draft>& drafts, SourceFiles& files) {
  std::unordered_map<std::string, int> seen;
  for (Draft& draft : drafts) {
    if (draft.place.tokens.empty()) draft.place.tokens = files.TokensAt(draft.place.where);
    const std::string first = SourceFingerprint(draft.rule->id, draft.place, 0);
    const int ordinal = seen[first]++;
    draft.finding.fingerprint = ordinal == 0 ? first : SourceFingerprint(draft.rule->id, draft.place, ordinal);
  }
}

/// Whether findings are wanted there: the policy's sources, else the project.
bool IsReported(const SourceModel& source, const Policy& policy, const std::string& path) {
  if (!policy.sources.empty()) return MatchesAny(policy.sources, path);
  return source.project_root.empty() || !path.starts_with('/');
}

// A rule that forgets to mask must not cost the user a leak: what looks sensitive never passes this point.
void Redact(Finding& finding) {
  finding.message = Redacted(finding.message);
  finding.hint = Redacted(finding.hint);
  for (std::string& line : finding.evidence) line = Redacted(line);
  for (FlowStep& step : finding.flow) step.message = Redacted(step.message);
  if (!finding.telemetry) return;
  TelemetryPlace& place = *finding.telemetry;
  for (std::string* text :
       {&place.service_name, &place.scope_name, &place.span_name, &place.kind, &place.attribute_key}) {
    *text = Redacted(*text);
  }
}

auto TelemetryOrder(const Finding& finding) {
  static const TelemetryPlace kNowhere;
  const TelemetryPlace& place = finding.telemetry ? *finding.telemetry : kNowhere;
  return std::tie(place.service_name, place.span_name, place.attribute_key, finding.rule, place.kind, place.scope_name,
                  finding.message);
}

// One finding for each fingerprint: the first, with the evidence of those that follow as far as it is worth reading.
std::vector<Finding> MergeEqual(std::vector<Finding> findings) {
  constexpr size_t kMaxEvidence = 8;
  std::vector<Finding> merged;
  std::unordered_map<std::string, size_t> by_fingerprint;
  for (Finding& finding : findings) {
    const auto [found, is_new] = by_fingerprint.try_emplace(finding.fingerprint, merged.size());
    if (is_new) {
      merged.push_back(std::move(finding));
      continue;
    }
    Finding& first = merged[found->second];
    first.occurrences += finding.occurrences;
    for (std::string& line : finding.evidence) {
      if (first.evidence.size() < kMaxEvidence) first.evidence.push_back(std::move(line));
    }
  }
  return merged;
}

template <class Rule>
std::vector<RuleRun> Enabled(std::span<const Rule* const> rules, const Policy& policy) {
  std::vector<RuleRun> enabled;
  for (const Rule* rule : rules) {
    const RuleInfo& info = rule->info;
    if (!MayBeOn(info, policy)) continue;
    enabled.push_back({std::string(info.id), std::string(info.summary), std::string(info.reference), info.category,
                       BaseRuling(info, policy).severity, info.trust});
  }
  return enabled;
}

}  // namespace

std::vector<Finding> JudgeSource(const SourceModel& source, const Policy& policy, const SourceText& text,
                                 std::string_view today, std::span<const SourceRule* const> rules) {
  std::vector<Draft> drafts = CollectSource(rules, source, policy);
  SourceFiles files(text, today);
  AddFingerprints(drafts, files);
  std::vector<Finding> findings;
  for (Draft& draft : drafts) {
    const Location& where = draft.finding.where;
    const Ruling ruling = RulingAt(*draft.rule, policy, where.path);
    if (!ruling.on || !IsReported(source, policy, where.path)) continue;
    if (files.Suppresses(draft.rule->id, where)) continue;
    draft.finding.severity = ruling.severity;
    Redact(draft.finding);
    findings.push_back(std::move(draft.finding));
  }
  return findings;
}

std::vector<Finding> JudgeTelemetry(const TraceModel& telemetry, const Policy& policy,
                                    std::span<const TelemetryRule* const> rules) {
  std::vector<Finding> findings;
  for (const TelemetryRule* rule : rules) {
    const Ruling ruling = BaseRuling(rule->info, policy);
    if (!ruling.on) continue;
    for (Problem& problem : rule->check(telemetry, policy)) {
      Finding finding = FindingOf(rule->info, std::move(problem));
      finding.severity = ruling.severity;
      Redact(finding);
      // Over the redacted place: equal for every person whose data came through.
      finding.fingerprint = TelemetryFingerprint(finding.rule, finding.telemetry.value_or(TelemetryPlace{}), "");
      findings.push_back(std::move(finding));
    }
  }
  std::ranges::stable_sort(findings, {}, &TelemetryOrder);
  return MergeEqual(std::move(findings));
}

std::vector<RuleRun> EnabledSourceRules(const Policy& policy) { return Enabled(SourceRules(), policy); }
std::vector<RuleRun> EnabledTelemetryRules(const Policy& policy) { return Enabled(TelemetryRules(), policy); }

}  // namespace spangate
