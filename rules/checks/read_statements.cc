// A check file into statements. Each map of the file has one table of keys; whatever is not in it is an error.
#include <fmt/format.h>

#include <array>
#include <map>

#include "common/text.h"
#include "rules/checks/statement.h"

namespace spangate::checks {
namespace {

using traceql::Expression;
using traceql::Query;

Location PlaceOf(const YamlNode& node) { return {.path = node.path(), .line = node.line(), .column = node.column()}; }

void ReadQuery(const YamlNode& node, std::optional<Query>& out, YamlErrors& errors) {
  std::string text;
  if (!node.is_scalar()) return errors.Add(node.Expected("a TraceQL query in quotes"));
  ReadYaml(node, text, errors);
  Result<Query> query = Query::Parse(text);
  if (!query.has_value()) return errors.Add(node.At(fmt::format("in this query, {}", query.error().message)));
  out = std::move(query.value());
}

void ReadExpression(const YamlNode& node, std::optional<Expression>& out, YamlErrors& errors) {
  std::string text;
  if (!node.is_scalar()) return errors.Add(node.Expected("an attribute such as span.tenant"));
  ReadYaml(node, text, errors);
  Result<Expression> expression = Expression::Parse(text);
  if (!expression.has_value())
    return errors.Add(node.At(fmt::format("in this expression, {}", expression.error().message)));
  out = std::move(expression.value());
}

void ReadBound(const YamlNode& node, Unit unit, std::optional<Bound>& out, YamlErrors& errors) {
  if (!node.is_scalar()) return errors.Add(node.Expected("a comparison such as '>= 1'"));
  Result<Bound> bound = ParseBound(node.text(), unit);
  if (!bound.has_value()) return errors.Add(node.At(bound.error().message));
  out = std::move(bound.value());
}

// ---- the keys of a check ----

void AddBounded(CheckStatement& check, Assertion assertion, const YamlNode& node, Unit unit, YamlErrors& errors) {
  ReadBound(node, unit, assertion.bound, errors);
  check.assertions.push_back(std::move(assertion));
}

void AddQuery(CheckStatement& check, Assertion::Kind kind, std::string_view key, const YamlNode& node,
              YamlErrors& errors) {
  std::optional<Query> query;
  ReadQuery(node, query, errors);
  Assertion assertion{.kind = kind, .key = std::string(key)};
  if (query) assertion.queries.push_back(std::move(*query));
  check.assertions.push_back(std::move(assertion));
}

void AddPercentile(CheckStatement& check, std::string_view key, double percentile, const YamlNode& node,
                   YamlErrors& errors) {
  AddBounded(check, {.kind = Assertion::Kind::kPercentile, .key = std::string(key), .percentile = percentile}, node,
             Unit::kDuration, errors);
}

void AddOrder(CheckStatement& check, const YamlNode& node, YamlErrors& errors) {
  Assertion assertion{.kind = Assertion::Kind::kOrder, .key = "order"};
  if (!node.is_sequence() || node.items().size() < 2) return errors.Add(node.Expected("a list of two or more queries"));
  for (const YamlNode& item : node.items()) {
    std::optional<Query> query;
    ReadQuery(item, query, errors);
    if (query) assertion.queries.push_back(std::move(*query));
  }
  check.assertions.push_back(std::move(assertion));
}

constexpr std::array<YamlField<Assertion>, 2> kDistinctFields{{
    {"by", [](const YamlNode& node, Assertion& out, YamlErrors& errors) { ReadExpression(node, out.values, errors); }},
    {"count", [](const YamlNode& node, Assertion& out,
                 YamlErrors& errors) { ReadBound(node, Unit::kCount, out.bound, errors); }},
}};

void AddDistinct(CheckStatement& check, const YamlNode& node, YamlErrors& errors) {
  Assertion assertion{.kind = Assertion::Kind::kDistinct, .key = "distinct"};
  ReadFields<Assertion>(node, "distinct", kDistinctFields, assertion, errors);
  if (node.is_map() && (node.Find("by") == nullptr || node.Find("count") == nullptr))
    errors.Add(node.At("distinct needs both keys: {by: EXPRESSION, count: N}"));
  check.assertions.push_back(std::move(assertion));
}

void ReadSeverity(const YamlNode& node, Severity& out, YamlErrors& errors) {
  const std::optional<Severity> severity = ParseSeverity(node.text());
  if (severity) {
    out = *severity;
    return;
  }
  const std::vector<std::string_view> known{Name(Severity::kNote), Name(Severity::kWarning), Name(Severity::kError)};
  errors.Add(node.At(UnknownWord("severity", node.text(), "", known)));
}

using Check = CheckStatement;
using Kind = Assertion::Kind;
constexpr std::array<YamlField<Check>, 18> kCheckFields{{
    {"id", [](const YamlNode& node, Check& out, YamlErrors& errors) { ReadYaml(node, out.id, errors); }},
    {"select", [](const YamlNode& node, Check& out, YamlErrors& errors) { ReadQuery(node, out.select, errors); }},
    {"count",
     [](const YamlNode& node, Check& out, YamlErrors& errors) {
       AddBounded(out, {.kind = Kind::kCount, .key = "count"}, node, Unit::kCount, errors);
     }},
    {"each", [](const YamlNode& node, Check& out, YamlErrors& e) { AddQuery(out, Kind::kEach, "each", node, e); }},
    {"any", [](const YamlNode& node, Check& out, YamlErrors& e) { AddQuery(out, Kind::kAny, "any", node, e); }},
    {"none", [](const YamlNode& node, Check& out, YamlErrors& e) { AddQuery(out, Kind::kNone, "none", node, e); }},
    {"distinct", [](const YamlNode& node, Check& out, YamlErrors& errors) { AddDistinct(out, node, errors); }},
    {"p50", [](const YamlNode& node, Check& out, YamlErrors& e) { AddPercentile(out, "p50", 50, node, e); }},
    {"p90", [](const YamlNode& node, Check& out, YamlErrors& e) { AddPercentile(out, "p90", 90, node, e); }},
    {"p95", [](const YamlNode& node, Check& out, YamlErrors& e) { AddPercentile(out, "p95", 95, node, e); }},
    {"p99", [](const YamlNode& node, Check& out, YamlErrors& e) { AddPercentile(out, "p99", 99, node, e); }},
    {"max", [](const YamlNode& node, Check& out, YamlErrors& e) { AddPercentile(out, "max", 100, node, e); }},
    {"error_ratio",
     [](const YamlNode& node, Check& out, YamlErrors& errors) {
       AddBounded(out, {.kind = Kind::kErrorRatio, .key = "error_ratio"}, node, Unit::kRatio, errors);
     }},
    {"order", [](const YamlNode& node, Check& out, YamlErrors& errors) { AddOrder(out, node, errors); }},
    {"by", [](const YamlNode& node, Check& out, YamlErrors& errors) { ReadExpression(node, out.by, errors); }},
    {"severity",
     [](const YamlNode& node, Check& out, YamlErrors& errors) { ReadSeverity(node, out.severity, errors); }},
    {"hint", [](const YamlNode& node, Check& out, YamlErrors& errors) { ReadYaml(node, out.hint, errors); }},
    {"when", [](const YamlNode& node, Check& out, YamlErrors& errors) { ReadQuery(node, out.when, errors); }},
}};

bool HasOrder(const Check& check) {
  for (const Assertion& assertion : check.assertions) {
    if (assertion.kind == Kind::kOrder) return true;
  }
  return false;
}

void ReadCheck(const YamlNode& node, Statements& out, YamlErrors& errors) {
  Check check;
  check.where = PlaceOf(node);
  ReadFields<Check>(node, "check", kCheckFields, check, errors);
  if (!node.is_map()) return;
  if (check.id.empty()) errors.Add(node.At("a check needs an id"));
  const bool only_order = HasOrder(check) && check.assertions.size() == 1 && !check.by;
  if (node.Find("select") == nullptr && !only_order)
    errors.Add(node.At(fmt::format("check '{}' needs select", Printable(check.id))));
  if (check.assertions.empty())
    errors.Add(
        node.At(fmt::format("check '{}' states nothing; add count, each, any, none, distinct, order, "
                            "error_ratio, max or a percentile",
                            Printable(check.id))));
  for (const Check& other : out.checks) {
    if (other.id == check.id && !check.id.empty())
      errors.Add(node.At(fmt::format("check '{}' is already on line {}", Printable(check.id), other.where.line)));
  }
  out.checks.push_back(std::move(check));
}

// ---- the file ----

void ReadVersion(const YamlNode& node, YamlErrors& errors) {
  int64_t version = 0;
  ReadYamlInteger(node, 1, 1, version, errors);
}

void ReadServices(const YamlNode& node, Statements& out, YamlErrors& errors) {
  if (ExpectMap(node, "services", errors) == nullptr) return;
  const std::vector<std::string_view> known{Name(Signal::kTraces), Name(Signal::kMetrics), Name(Signal::kLogs)};
  for (const YamlEntry& entry : node.entries()) {
    if (!entry.value.is_sequence() || entry.value.items().empty()) {
      errors.Add(entry.value.Expected("a list of signals such as [traces, logs]"));
      continue;
    }
    for (const YamlNode& item : entry.value.items()) {
      bool found = false;
      for (const Signal signal : {Signal::kTraces, Signal::kMetrics, Signal::kLogs}) {
        if (item.text() != Name(signal)) continue;
        out.services.push_back({PlaceOf(entry.key), entry.key.text(), signal});
        found = true;
      }
      if (!found) errors.Add(item.At(UnknownWord("signal", item.text(), "", known)));
    }
  }
}

void ReadEdges(const YamlNode& node, Statements& out, YamlErrors& errors) {
  if (ExpectSequence(node, "edges", errors) == nullptr) return;
  for (const YamlNode& item : node.items()) {
    if (!item.is_scalar()) {
      errors.Add(item.Expected("an edge such as checkout -> payment"));
      continue;
    }
    Result<EdgeStatement> edge = ParseEdge(item.text());
    if (!edge.has_value()) {
      errors.Add(item.At(edge.error().message));
      continue;
    }
    edge.value().where = PlaceOf(item);
    out.edges.push_back(std::move(edge.value()));
  }
}

constexpr std::array<YamlField<Statements>, 4> kFileFields{{
    {"version", [](const YamlNode& node, Statements&, YamlErrors& errors) { ReadVersion(node, errors); }},
    {"services", &ReadServices},
    {"edges", &ReadEdges},
    {"checks",
     [](const YamlNode& node, Statements& out, YamlErrors& errors) {
       if (ExpectSequence(node, "checks", errors) == nullptr) return;
       for (const YamlNode& item : node.items()) ReadCheck(item, out, errors);
     }},
}};

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view Spelling(Arrow arrow) {
  constexpr std::array<std::string_view, 3> kSpellings{"->", "->>", "=>"};
  return kSpellings[static_cast<size_t>(arrow)];
}

std::string EdgeStatement::Text() const {
  std::string text = services[0];
  for (size_t i = 0; i < arrows.size(); ++i) text += fmt::format(" {} {}", Spelling(arrows[i]), services[i + 1]);
  return text;
}

Result<EdgeStatement> ParseEdge(std::string_view text) {
  EdgeStatement edge;
  const auto wrong = [text](std::string_view what) {
    return Error{ErrorKind::kUsage, fmt::format("{} in the edge '{}'; expected checkout -> payment, with ->, ->> or =>",
                                                what, Printable(text.substr(0, 200)))};
  };
  std::string_view rest = text;
  while (true) {
    const size_t at = std::min(rest.find("->"), rest.find("=>"));
    const std::string_view service = Trimmed(rest.substr(0, at));
    if (service.empty()) return wrong("a service is missing");
    edge.services.emplace_back(service);
    if (at == std::string_view::npos) break;
    const Arrow arrow = rest[at] == '='                      ? Arrow::kLink
                        : rest.substr(at).starts_with("->>") ? Arrow::kAncestor
                                                             : Arrow::kParent;
    edge.arrows.push_back(arrow);
    rest.remove_prefix(at + Spelling(arrow).size());
  }
  if (edge.arrows.empty()) return wrong("no arrow");
  return edge;
}

std::vector<std::string_view> CheckKeys() {
  std::vector<std::string_view> keys;
  for (const auto& field : kCheckFields) keys.push_back(field.key);
  return keys;
}

Statements ReadStatements(const YamlNode& file, YamlErrors& errors) {
  Statements statements;
  ReadFields<Statements>(file, "check file", kFileFields, statements, errors);
  if (!file.is_map()) return statements;
  if (file.Find("version") == nullptr) errors.Add(file.At("a check file begins with 'version: 1'"));
  const bool empty = statements.services.empty() && statements.edges.empty() && statements.checks.empty();
  if (empty && errors.empty()) errors.Add(file.At("this check file states nothing; add services, edges or checks"));
  return statements;
}

}  // namespace spangate::checks
