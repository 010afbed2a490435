#include "rules/source/personal_sinks.h"

#include <algorithm>
#include <utility>

#include "common/glob.h"
#include "rules/knowledge/detectors.h"
#include "rules/knowledge/personal_keys.h"
#include "rules/knowledge/words.h"

namespace spangate {
namespace {

struct SinkWords {
  SinkKind kind;
  bool has_key;
  std::string_view what;
};

constexpr SinkWords kSinkWords[] = {
    {SinkKind::kSpanName, false, "span name"},
    {SinkKind::kSpanAttribute, true, "attribute"},
    {SinkKind::kEventName, false, "event name"},
    {SinkKind::kEventAttribute, true, "event attribute"},
    {SinkKind::kLinkAttribute, true, "link attribute"},
    {SinkKind::kStatusDescription, false, "status description"},
    {SinkKind::kBaggage, true, "baggage entry"},
    {SinkKind::kTraceState, true, "tracestate entry"},
    {SinkKind::kLogBody, false, "log body"},
    {SinkKind::kLogAttribute, true, "log attribute"},
    {SinkKind::kMetricAttribute, true, "metric attribute"},
    {SinkKind::kResourceAttribute, true, "resource attribute"},
};

const SinkWords& WordsFor(SinkKind kind) {
  const auto* found = std::ranges::find(kSinkWords, kind, &SinkWords::kind);
  return found == std::end(kSinkWords) ? kSinkWords[1] : *found;
}

// What code writes where a value is deliberately left out.
bool IsPlaceholder(std::string_view text) {
  constexpr std::string_view kPlaceholders[] = {
      "redacted", "masked",  "hidden",   "removed", "anonymous", "anonymized", "unknown", "none", "null", "absent",
      "present",  "missing", "filtered", "omitted", "scrubbed",  "na",         "unset",   "set",  "nil"};
  const std::vector<std::string> words = WordsOf(text);
  const bool only = std::ranges::all_of(words, [&](const std::string& word) {
    return std::ranges::find(kPlaceholders, word) != std::end(kPlaceholders) || word.size() == 1;
  });
  return only || text.starts_with('<') || text.starts_with('[') || text.starts_with("${") || text.starts_with("***");
}

void CollectVariables(const FunctionFacts& facts, ExprId at, std::set<EntityId>& out, int depth) {
  if (at == kNone || depth > 30) return;
  const Expr& expr = facts.exprs[at];
  const bool variable = expr.kind == ExprKind::kLocal || expr.kind == ExprKind::kParameter;
  if (variable && expr.entity != 0) out.insert(expr.entity);
  for (uint32_t i = 0; i < expr.operand_count; ++i) CollectVariables(facts, OperandOf(facts, expr, i), out, depth + 1);
}

bool AreDisjoint(const std::set<EntityId>& a, const std::set<EntityId>& b) {
  return std::ranges::none_of(a, [&b](EntityId entity) { return b.contains(entity); });
}

}  // namespace

bool HasKey(SinkKind kind) { return WordsFor(kind).has_key; }

std::string_view What(SinkKind kind) { return WordsFor(kind).what; }

SpanKinds::SpanKinds(const SourceModel& source) {
  for (const SpanStart& start : source.span_starts) {
    if (start.kind != SpanKind::kServer) continue;
    if (start.variable != 0) server_variables_.insert(start.variable);
    server_starts_.emplace(start.call.function, start.call.expr);
  }
}

bool SpanKinds::IsServer(const Sink& sink) const {
  if (sink.span.kind == SpanRef::Kind::kStart)
    return server_starts_.contains({sink.span.start.function, sink.span.start.expr});
  return sink.span.entity != 0 && server_variables_.contains(sink.span.entity);
}

bool IsAllowedKey(const Policy& policy, const std::vector<std::string>& keys) {
  return std::ranges::any_of(keys, [&policy](const std::string& key) {
    return std::ranges::any_of(policy.personal_allow_keys,
                               [&key](const std::string& glob) { return GlobMatches(glob, key); });
  });
}

std::optional<PersonalKeyMatch> PersonalKey(const SourceModel&, const Policy& policy, const SpanKinds& kinds,
                                            const Sink& sink, const DecidedText& key) {
  if (!key.text.constant()) return std::nullopt;
  for (const std::string& text : key.text.values) {
    if (IsAllowedKey(policy, {text})) continue;
    const bool server = kinds.IsServer(sink);
    const auto match = MatchPersonalKey(text, server);
    if (!match) continue;
    // Addresses, places and free text are the reader's choice unless the conventions rule the key out.
    const bool counts = SeverityOf(match->kind) == Severity::kError || PolicyOfKey(text, server) == KeyPolicy::kDenied;
    if (counts) return PersonalKeyMatch{text, *match};
  }
  return std::nullopt;
}

ExprRef ValueFor(const SourceModel& source, const Sink& sink, const DecidedText& key) {
  const bool at_sink = key.at.function == sink.key_expr.function && key.at.expr == sink.key_expr.expr;
  if (at_sink || !sink.value.known()) return sink.value;
  const Expr& value = source.At(sink.value);
  const bool one_call_up = key.call.known() && key.callee == sink.call.function;
  if (value.kind != ExprKind::kParameter || !one_call_up) return {};
  const FunctionFacts& caller = source.functions[key.call.function].facts;
  return {key.call.function, ArgumentOf(caller, source.At(key.call), value.parameter)};
}

bool IsHarmlessValue(const SourceModel& source, ValueFlow& values, ExprRef value) {
  if (!value.known()) return false;
  if (source.At(value).type == "bool") return true;
  const TextValue text = source.Fold(value);
  if (text.constant()) return std::ranges::all_of(text.values, [](const std::string& t) { return IsPlaceholder(t); });
  return values.IsClean(value);
}

bool IsOpenKey(const SourceModel& source, const Sink& sink) {
  if (!sink.key || sink.key->constant() || !sink.key_expr.known()) return false;
  const FunctionFacts& facts = source.functions[sink.key_expr.function].facts;
  std::set<EntityId> of_key;
  CollectVariables(facts, sink.key_expr.expr, of_key, 0);
  for (const Stmt& stmt : facts.stmts) {
    if (stmt.kind != StmtKind::kIf || stmt.expr == kNone) continue;
    std::set<EntityId> of_condition;
    CollectVariables(facts, stmt.expr, of_condition, 0);
    if (!AreDisjoint(of_key, of_condition)) return false;  // an allow list, most likely
  }
  return true;
}

}  // namespace spangate
