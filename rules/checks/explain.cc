#include "rules/checks/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "common/text.h"
#include "rules/checks/bound.h"
#include "rules/knowledge/mask.h"
#include "rules/knowledge/personal_keys.h"

namespace spangate::checks {

using traceql::Datum;
using traceql::Evaluator;
using traceql::Field;
using traceql::Intrinsic;
using traceql::Node;
using traceql::Op;
using traceql::Spanset;
using traceql::TraceIndex;
using traceql::Type;

namespace {

constexpr size_t kMaxNameBytes = 80;
constexpr size_t kMaxTreeLines = 16;
constexpr std::array<std::string_view, 3> kStatusNames{"unset", "ok", "error"};

std::string_view StatusName(int64_t status) {
  return status >= 0 && status < 3 ? kStatusNames[static_cast<size_t>(status)] : "unknown";
}

// The text of a part of the query, on one line.
std::string Slice(const Evaluator& evaluator, uint32_t begin, uint32_t end) {
  std::string text;
  for (const char c : evaluator.query().text().substr(begin, end - begin)) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) {
      text += c;
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
  }
  return Printable(text);
}

// Intrinsics whose texts are names or ids that instrumentation chose, not data of a request.
bool IsServiceName(const Field& field) { return field.kind == Field::Kind::kAttribute && field.text == "service.name"; }
bool IsNameIntrinsic(const Field& field) {
  return IsServiceName(field) || field.intrinsic != Intrinsic::kStatusMessage;
}

// "EUR", "POST", "eu-west-1": one of a set that somebody wrote down, not what a person typed.
bool LooksLikeConstant(std::string_view text) {
  constexpr size_t kMost = 24;
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return !text.empty() && text.size() <= kMost && digits <= 3 && std::all_of(text.begin(), text.end(), plain);
}

void CollectReads(const Field& field, std::vector<const Field*>& out) {
  const bool reads = field.kind == Field::Kind::kAttribute || field.kind == Field::Kind::kIntrinsic;
  if (reads) out.push_back(&field);
  for (const auto& child : field.children) CollectReads(*child, out);
}

std::vector<const Field*> Clauses(const Field& filter) {
  std::vector<const Field*> clauses;
  if (filter.kind != Field::Kind::kAll) return {&filter};
  for (const auto& child : filter.children) clauses.push_back(child.get());
  return clauses;
}

}  // namespace

std::string ShowName(std::string_view name) {
  // Redacted as a whole first: half of a card number is no longer recognised as one.
  const std::string redacted = Redacted(name.substr(0, 8 * kMaxNameBytes));
  if (redacted.size() <= kMaxNameBytes) return Printable(redacted);
  size_t end = kMaxNameBytes;
  while (end > 0 && (static_cast<uint8_t>(redacted[end]) & 0xC0) == 0x80) --end;
  return Printable(redacted.substr(0, end)) + "...";
}

std::string ShowField(const Field& field, const Datum& value) {
  if (field.kind == Field::Kind::kIntrinsic || IsServiceName(field)) {
    if (value.type == Type::kString && IsNameIntrinsic(field)) return fmt::format("'{}'", ShowName(value.text));
    return ShowValue(value);
  }
  if (field.kind != Field::Kind::kAttribute || !value.present()) return ShowValue(value);
  const bool personal = MatchPersonalKey(field.text, /*server_span=*/true).has_value();
  if (value.type == Type::kString) {
    const bool shown = !personal && LooksLikeConstant(value.text) && Redacted(value.text) == value.text;
    return shown ? fmt::format("'{}'", Printable(value.text)) : ShowValue(value);
  }
  return personal && !value.many ? "there, not shown" : ShowValue(value);
}

std::string ShowValue(const Datum& value) {
  if (value.many) return fmt::format("an array of {}", value.items.size());
  switch (value.type) {
    case Type::kNil:
      return "missing";
    case Type::kBool:
      return value.integer != 0 ? "true" : "false";
    case Type::kInt:
      return fmt::format("{}", value.integer);
    case Type::kFloat:
      return fmt::format("{}", value.number);
    case Type::kDuration:
      return ShowDuration(static_cast<double>(value.integer));
    case Type::kStatus:
      return std::string(StatusName(value.integer));
    case Type::kKind:
      return std::string(SpanKindName(static_cast<uint8_t>(value.integer)));
    case Type::kString:
      return fmt::format("a text of {} bytes", value.text.size());
    case Type::kAny:
      break;
  }
  return "a map";
}

std::string ShowSpan(const TraceModel& model, uint32_t row) {
  const SpanRow& span = model.spans[row];
  const std::string_view service = model.ServiceOf(span);
  return fmt::format("span '{}' of {} ({}, {}{}, trace {}, span {})", ShowName(model.Text(span.name)),
                     service.empty() ? "no service" : ShowName(service), SpanKindName(span.kind),
                     ShowDuration(static_cast<double>(traceql::TimeBetween(span.start, span.end))),
                     span.status == 2 ? ", error" : "", Hex(span.trace_id), Hex(span.span_id));
}

std::vector<std::string> FailingClauses(Evaluator& evaluator, const Field& filter, uint32_t span) {
  std::vector<std::string> lines;
  for (const Field* clause : Clauses(filter)) {
    if (evaluator.reader().Holds(*clause, span)) continue;
    std::vector<const Field*> reads;
    CollectReads(*clause, reads);
    std::string observed;
    std::set<std::string> told;
    for (const Field* field : reads) {
      const std::string name = Slice(evaluator, field->begin, field->end);
      if (!told.insert(name).second || told.size() > 4) continue;
      observed += fmt::format("{}{} is {}", observed.empty() ? "" : ", ", name,
                              ShowField(*field, evaluator.reader().Value(*field, span)));
    }
    const std::string clause_text = Slice(evaluator, clause->begin, clause->end);
    lines.push_back(observed.empty() ? clause_text : fmt::format("{}: {}", clause_text, observed));
  }
  return lines;
}

namespace {

class Explainer {
 public:
  explicit Explainer(Evaluator& evaluator) : evaluator_(evaluator), model_(evaluator.index().model()) {}

  std::vector<std::string> Run() {
    if (model_.trace_spans.empty()) {
      Add("no trace was received");
    } else {
      Explain(evaluator_.query().root(), Whole());
    }
    return std::move(lines_);
  }

 private:
  void Add(std::string line) {
    if (lines_.size() < kMaxDetails) lines_.push_back(std::move(line));
  }
  std::string Text(const Node& node) const { return Slice(evaluator_, node.begin, node.end); }

  std::vector<Spanset> Whole() const {
    std::vector<Spanset> sets;
    for (uint32_t trace = 0; trace < model_.traces.size(); ++trace) {
      const auto first = model_.trace_spans.begin() + model_.traces[trace].spans.first;
      sets.push_back({trace, {first, first + model_.traces[trace].spans.count}});
    }
    return sets;
  }

  // `node` made nothing of `input`, which is not empty.
  void Explain(const Node& node, const std::vector<Spanset>& input) {
    switch (node.kind) {
      case Node::Kind::kFilter:
        return ExplainFilter(node, input);
      case Node::Kind::kPipeline:
        return ExplainPipeline(node, input);
      case Node::Kind::kBoth:
      case Node::Kind::kStructural:
        return ExplainParts(node, input);
      case Node::Kind::kEither:
        for (const auto& child : node.children) Explain(*child, input);
        return;
      case Node::Kind::kCompare:
        return ExplainCompare(node, input);
      default:
        return;
    }
  }

  void ExplainPipeline(const Node& node, std::vector<Spanset> input) {
    for (const auto& stage : node.children) {
      std::vector<Spanset> next = evaluator_.Apply(*stage, input);
      if (next.empty()) return Explain(*stage, input);
      input = std::move(next);
    }
  }

  void ExplainCompare(const Node& node, const std::vector<Spanset>& input) {
    for (size_t i = 0; i < std::min(input.size(), kMaxSpansNamed); ++i) {
      std::string values;
      for (const auto& side : node.children) {
        if (side->kind == Node::Kind::kNumber) continue;
        values += fmt::format("{}{} is {}", values.empty() ? "" : ", ", Text(*side),
                              ShowValue(evaluator_.Scalar(*side, input[i])));
      }
      Add(fmt::format("{} does not hold in trace {}: {}", Text(node), Hex(model_.traces[input[i].trace].trace_id),
                      values));
    }
  }

  void ExplainParts(const Node& node, const std::vector<Spanset>& input) {
    std::vector<std::vector<Spanset>> parts;
    bool missing = false;
    for (const auto& child : node.children) {
      parts.push_back(evaluator_.Apply(*child, input));
      if (!parts.back().empty()) continue;
      missing = true;
      Explain(*child, input);
    }
    if (missing) return;
    for (size_t i = 0; i < parts.size(); ++i) {
      size_t spans = 0;
      for (const Spanset& set : parts[i]) spans += set.spans.size();
      Add(fmt::format("{} matches {} span{}", Text(*node.children[i]), spans, spans == 1 ? "" : "s"));
    }
    ExplainMeeting(node, parts);
  }

  // Both sides match, but not together: in different traces, or not in this relation.
  void ExplainMeeting(const Node& node, const std::vector<std::vector<Spanset>>& parts) {
    std::map<uint32_t, std::vector<uint32_t>> spans;
    std::map<uint32_t, size_t> sides;
    for (const std::vector<Spanset>& part : parts) {
      std::set<uint32_t> seen;
      for (const Spanset& set : part) {
        spans[set.trace].insert(spans[set.trace].end(), set.spans.begin(), set.spans.end());
        if (seen.insert(set.trace).second) ++sides[set.trace];
      }
    }
    for (const auto& [trace, count] : sides) {
      if (count < parts.size()) continue;
      Add(fmt::format("they meet in trace {}, but not as '{}' asks:", Hex(model_.traces[trace].trace_id),
                      Spelling(node.op)));
      for (std::string& line : DrawTrace(evaluator_.index(), trace, spans[trace])) Add(std::move(line));
      return;
    }
    const uint32_t trace = parts.back().front().trace;
    Add("never in one trace; is the context propagated between them? The last part is in:");
    for (std::string& line : DrawTrace(evaluator_.index(), trace, spans[trace])) Add(std::move(line));
  }

  void ExplainFilter(const Node& node, const std::vector<Spanset>& input) {
    size_t total = 0;
    for (const Spanset& set : input) total += set.spans.size();
    Add(fmt::format("{} matches none of {} spans", Text(node), total));
    if (node.fields.empty()) return;
    const std::vector<const Field*> clauses = Clauses(*node.fields[0]);
    bool named = false;
    for (const Field* clause : clauses) named = NearName(*clause, input) || named;
    if (named && clauses.size() == 1) return;  // the names that there are say it better than three spans
    struct Miss {
      size_t held;
      uint32_t span;
    };
    std::vector<Miss> misses;
    for (const Spanset& set : input) {
      for (const uint32_t span : set.spans) {
        size_t held = 0;
        for (const Field* clause : clauses) held += evaluator_.reader().Holds(*clause, span) ? 1 : 0;
        misses.push_back({held, span});
      }
    }
    std::stable_sort(misses.begin(), misses.end(), [](const Miss& a, const Miss& b) { return a.held > b.held; });
    if (misses.empty() || (misses.front().held == 0 && clauses.size() > 1)) return;
    for (size_t i = 0; i < misses.size() && i < 3 && misses[i].held == misses.front().held; ++i) {
      Add(fmt::format("nearest: {}", ShowSpan(model_, misses[i].span)));
      for (const std::string& clause : FailingClauses(evaluator_, *node.fields[0], misses[i].span))
        Add(fmt::format("  ruled out by {}", clause));
    }
  }

  // name = "chrage" that no span has: the names that there are, the nearest first.
  bool NearName(const Field& clause, const std::vector<Spanset>& input) {
    if (clause.kind != Field::Kind::kBinary || clause.op != Op::kEqual) return false;
    const Field& field = *clause.children[0];
    const Field& wanted = *clause.children[1];
    const bool is_name = field.kind == Field::Kind::kIntrinsic && field.intrinsic == Intrinsic::kName;
    if ((!is_name && !IsServiceName(field)) || wanted.kind != Field::Kind::kLiteral) return false;
    std::set<std::string, std::less<>> seen;
    for (const Spanset& set : input) {
      for (const uint32_t span : set.spans) {
        const Datum value = evaluator_.reader().Value(field, span);
        if (value.type == Type::kString && value.text == wanted.text) return false;
        if (value.type == Type::kString && seen.size() < 1000) seen.emplace(value.text);
      }
    }
    const std::string_view near = DidYouMean(wanted.text, {seen.begin(), seen.end()});
    std::string known;
    for (const std::string& name : seen) {
      if (known.size() > 200) break;
      known += fmt::format("{}'{}'", known.empty() ? "" : ", ", ShowName(name));
    }
    Add(fmt::format("no span has {}{}; there are {}", Slice(evaluator_, clause.begin, clause.end),
                    near.empty() ? "" : fmt::format("; did you mean '{}'?", ShowName(near)), known));
    return true;
  }

  Evaluator& evaluator_;
  const TraceModel& model_;
  std::vector<std::string> lines_;
};

// The rows to draw of a large trace: marked spans, their ancestors from near to far, their children.
std::set<uint32_t> ChooseRows(const TraceModel& model, const std::vector<uint32_t>& marked) {
  std::set<uint32_t> chosen;
  const auto choose = [&chosen](uint32_t row) {
    if (chosen.size() < kMaxTreeLines) chosen.insert(row);
  };
  for (size_t i = 0; i < marked.size() && i < kMaxSpansNamed; ++i) {
    choose(marked[i]);
    for (uint32_t row = model.spans[marked[i]].parent; row != kNoSpan && chosen.size() < kMaxTreeLines;
         row = model.spans[row].parent)
      choose(row);
  }
  for (size_t i = 0; i < marked.size() && i < kMaxSpansNamed; ++i) {
    const Rows children = model.spans[marked[i]].children;
    for (uint32_t k = 0; k < std::min<uint32_t>(children.count, kMaxTreeLines); ++k)
      choose(model.child_spans[children.first + k]);
  }
  return chosen;
}

std::string TreeLine(const TraceIndex& index, uint32_t row, uint32_t top, bool marked) {
  const TraceModel& model = index.model();
  const SpanRow& span = model.spans[row];
  const uint32_t depth = std::min<uint32_t>(index.place(row).depth - top, 20);
  const bool orphan = span.parent == kNoSpan && span.parent_span_id != SpanId{};
  return fmt::format("{}{:{}}{}: {} ({}, {}{}{})", marked ? "> " : "  ", "", depth * 2, ShowName(model.ServiceOf(span)),
                     ShowName(model.Text(span.name)), SpanKindName(span.kind),
                     ShowDuration(static_cast<double>(traceql::TimeBetween(span.start, span.end))),
                     span.status == 2 ? ", error" : "", orphan ? ", its parent did not come" : "");
}

}  // namespace

std::vector<std::string> NearestMisses(Evaluator& evaluator) { return Explainer(evaluator).Run(); }

std::vector<std::string> DrawTrace(const TraceIndex& index, uint32_t trace, const std::vector<uint32_t>& marked) {
  const TraceModel& model = index.model();
  const Rows spans = model.traces[trace].spans;
  std::vector<uint32_t> rows;
  if (spans.count <= kMaxTreeLines) {
    rows.assign(model.trace_spans.begin() + spans.first, model.trace_spans.begin() + spans.first + spans.count);
  } else {
    const std::set<uint32_t> chosen = ChooseRows(model, marked);
    rows.assign(chosen.begin(), chosen.end());
  }
  std::sort(rows.begin(), rows.end(),
            [&index](uint32_t a, uint32_t b) { return index.place(a).left < index.place(b).left; });
  uint32_t top = UINT32_MAX;
  for (const uint32_t row : rows) top = std::min(top, index.place(row).depth);
  const std::set<uint32_t> marks(marked.begin(), marked.end());
  std::vector<std::string> lines;
  for (const uint32_t row : rows) lines.push_back(TreeLine(index, row, top, marks.contains(row)));
  if (rows.size() < spans.count)
    lines.push_back(fmt::format("  ... {} more spans in this trace", spans.count - rows.size()));
  return lines;
}

}  // namespace spangate::checks
