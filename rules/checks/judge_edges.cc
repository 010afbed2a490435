// Services and edges: what each service emits, and where requests cross from one to the next.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/text.h"
#include "rules/checks/explain.h"
#include "rules/checks/statement.h"

namespace spangate::checks {
namespace {

using traceql::TraceIndex;

std::set<std::string, std::less<>> ServicesOf(const TraceModel& model, Signal signal) {
  std::vector<bool> used(model.scopes.size());
  const auto use = [&used](const auto& rows) {
    for (const auto& row : rows) used[row.scope] = true;
  };
  if (signal == Signal::kTraces) use(model.spans);
  if (signal == Signal::kLogs) use(model.logs);
  if (signal == Signal::kMetrics) use(model.points);
  std::set<std::string, std::less<>> names;
  for (size_t i = 0; i < used.size(); ++i) {
    if (used[i]) names.emplace(model.Text(model.resources[model.scopes[i].resource].service_name));
  }
  return names;
}

// "received traces of: checkout, gateway, one without service.name; did you mean 'checkout'?"
std::string Known(const std::set<std::string, std::less<>>& names, std::string_view wanted, Signal signal) {
  std::string list;
  for (const std::string& name : names) {
    if (list.size() > 300) break;
    list += fmt::format("{}{}", list.empty() ? "" : ", ", name.empty() ? "one without service.name" : ShowName(name));
  }
  const std::string_view near = DidYouMean(wanted, {names.begin(), names.end()});
  return fmt::format("received {} of: {}{}", Name(signal), list.empty() ? "no service" : list,
                     near.empty() ? "" : fmt::format("; did you mean '{}'?", ShowName(near)));
}

/// The spans of one service that a request reached along the edge, hop by hop. Near-linear in the spans for each hop.
class EdgeJudge {
 public:
  EdgeJudge(const EdgeStatement& edge, const TraceIndex& index)
      : edge_(edge), index_(index), model_(index.model()), order_(model_.trace_spans) {
    // Parents before children.
    std::sort(order_.begin(), order_.end(), [this](uint32_t a, uint32_t b) {
      const auto key = [this](uint32_t row) { return std::pair(model_.spans[row].trace, index_.place(row).left); };
      return key(a) < key(b);
    });
  }

  CheckResult Run() {
    result_.id = fmt::format("edge {}", edge_.Text());
    result_.where = edge_.where;
    const std::set<std::string, std::less<>> known = ServicesOf(model_, Signal::kTraces);
    result_.expected = Expected();
    std::vector<bool> reached(model_.spans.size());
    for (const uint32_t row : order_) reached[row] = IsOf(row, edge_.services[0]);
    size_t entries = 0;
    for (size_t hop = 0; hop < edge_.arrows.size(); ++hop) {
      std::vector<bool> next(model_.spans.size());
      entries = Cross(hop, reached, next);
      if (entries == 0) {
        Fail(hop, known, reached);
        return std::move(result_);
      }
      reached = std::move(next);
    }
    result_.found = fmt::format("{} span{} of {}", entries, entries == 1 ? "" : "s", edge_.services.back());
    return std::move(result_);
  }

 private:
  bool IsOf(uint32_t row, std::string_view service) const { return model_.ServiceOf(model_.spans[row]) == service; }
  void Add(std::string line) {
    if (result_.details.size() < kMaxDetails) result_.details.push_back(std::move(line));
  }

  std::string Expected() const {
    std::string text;
    for (size_t hop = 0; hop < edge_.arrows.size(); ++hop) {
      const std::string& from = edge_.services[hop];
      const std::string& to = edge_.services[hop + 1];
      if (!text.empty()) text += ", then ";
      switch (edge_.arrows[hop]) {
        case Arrow::kParent:
          text += fmt::format("a span of {} whose parent is a span of {}", to, from);
          break;
        case Arrow::kAncestor:
          text += fmt::format("a span of {} below a span of {}", to, from);
          break;
        case Arrow::kLink:
          text += fmt::format("a span of {} that links to a span of {}", to, from);
      }
    }
    return text;
  }

  // Marks the spans of the next service that the reached ones lead to, and what that service does below them: its
  // outgoing calls start there. Returns how many enter.
  size_t Cross(size_t hop, const std::vector<bool>& reached, std::vector<bool>& next) const {
    const std::string& to = edge_.services[hop + 1];
    std::vector<bool> below(model_.spans.size());
    size_t entries = 0;
    for (const uint32_t row : order_) {
      const uint32_t parent = model_.spans[row].parent;
      below[row] = parent != kNoSpan && (below[parent] || reached[parent]);
      if (!IsOf(row, to)) continue;
      const bool enters = Enters(edge_.arrows[hop], row, reached, below);
      entries += enters ? 1 : 0;
      next[row] = enters || (parent != kNoSpan && next[parent]);
    }
    return entries;
  }

  bool Enters(Arrow arrow, uint32_t row, const std::vector<bool>& reached, const std::vector<bool>& below) const {
    const SpanRow& span = model_.spans[row];
    if (arrow == Arrow::kParent) return span.parent != kNoSpan && reached[span.parent];
    if (arrow == Arrow::kAncestor) return below[row];
    for (const Link& link : model_.LinksOf(span)) {
      const uint32_t target = model_.FindSpan(link.trace_id, link.span_id);
      if (target != kNoSpan && reached[target]) return true;
    }
    return false;
  }

  void Fail(size_t hop, const std::set<std::string, std::less<>>& known, const std::vector<bool>& reached) {
    const std::string& from = edge_.services[hop];
    const std::string& to = edge_.services[hop + 1];
    result_.outcome = CheckResult::Outcome::kFailed;
    result_.found =
        edge_.arrows.size() == 1 ? "none" : fmt::format("none at {} {} {}", from, Spelling(edge_.arrows[hop]), to);
    bool absent = false;
    for (const std::string* service : {&from, &to}) {
      if (known.contains(*service)) continue;
      absent = true;
      Add(fmt::format("no span of {}: {}", *service, Known(known, *service, Signal::kTraces)));
    }
    if (absent) return;
    if (edge_.arrows[hop] == Arrow::kLink) TellLinks(to);
    TellParents(from, to, edge_.arrows[hop] == Arrow::kLink);
    TellOtherArrow(hop, reached);
    DrawNearest(from, to);
  }

  void TellLinks(const std::string& to) {
    size_t links = 0, dangling = 0;
    for (const uint32_t row : order_) {
      if (!IsOf(row, to)) continue;
      for (const Link& link : model_.LinksOf(model_.spans[row])) {
        ++links;
        if (model_.FindSpan(link.trace_id, link.span_id) == kNoSpan) ++dangling;
      }
    }
    Add(links == 0 ? fmt::format("the spans of {} have no links", to)
                   : fmt::format("the spans of {} have {} links, {} of them to spans that were not received", to, links,
                                 dangling));
  }

  // Where the spans of the second service do have their parents.
  void TellParents(const std::string& from, const std::string& to, bool quiet) {
    std::map<std::string, size_t> parents;
    for (const uint32_t row : order_) {
      const SpanRow& span = model_.spans[row];
      if (!IsOf(row, to)) continue;
      const std::string_view service = span.parent == kNoSpan ? "" : model_.ServiceOf(model_.spans[span.parent]);
      const bool orphan = span.parent == kNoSpan && span.parent_span_id != SpanId{};
      ++parents[span.parent != kNoSpan ? ShowName(service) : orphan ? "a span that was not received" : "nobody (root)"];
    }
    if (quiet) return;
    std::string list;
    for (const auto& [parent, count] : parents)
      list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", parent, count);
    Add(fmt::format("parents of the spans of {}: {}", to, list));
    if (parents.contains("nobody (root)") && !parents.contains(from))
      Add(fmt::format("roots in {}: {} does not send the context on, or {} does not take it", to, from, to));
  }

  void TellOtherArrow(size_t hop, const std::vector<bool>& reached) {
    for (const Arrow other : {Arrow::kParent, Arrow::kAncestor, Arrow::kLink}) {
      if (other == edge_.arrows[hop]) continue;
      EdgeStatement edge = edge_;
      edge.arrows[hop] = other;
      std::vector<bool> unused(model_.spans.size());
      if (EdgeJudge(edge, index_).Cross(hop, reached, unused) == 0) continue;
      Add(fmt::format("but {} {} {} holds", edge_.services[hop], Spelling(other), edge_.services[hop + 1]));
      return;
    }
  }

  // A trace with both services, or else one of the second.
  void DrawNearest(const std::string& from, const std::string& to) {
    std::map<uint32_t, std::pair<std::vector<uint32_t>, std::vector<uint32_t>>> spans;
    for (const uint32_t row : order_) {
      if (IsOf(row, from)) spans[model_.spans[row].trace].first.push_back(row);
      if (IsOf(row, to)) spans[model_.spans[row].trace].second.push_back(row);
    }
    const auto both = std::find_if(spans.begin(), spans.end(), [](const auto& entry) {
      return !entry.second.first.empty() && !entry.second.second.empty();
    });
    const auto second =
        std::find_if(spans.begin(), spans.end(), [](const auto& entry) { return !entry.second.second.empty(); });
    const auto shown = both != spans.end() ? both : second;
    if (both == spans.end()) Add(fmt::format("no trace holds spans of both {} and {}", from, to));
    Add(fmt::format("trace {}:", Hex(model_.traces[shown->first].trace_id)));
    for (std::string& line : DrawTrace(index_, shown->first, shown->second.second)) Add(std::move(line));
  }

  const EdgeStatement& edge_;
  const TraceIndex& index_;
  const TraceModel& model_;
  std::vector<uint32_t> order_;
  CheckResult result_;
};

}  // namespace

CheckResult Judge(const ServiceStatement& statement, const TraceIndex& index) {
  CheckResult result;
  result.id = fmt::format("service {}: {}", statement.service, Name(statement.signal));
  result.where = statement.where;
  result.expected = fmt::format("{} of {}", Name(statement.signal), statement.service);
  const std::set<std::string, std::less<>> known = ServicesOf(index.model(), statement.signal);
  if (known.contains(statement.service)) {
    result.found = "received";
    return result;
  }
  result.outcome = CheckResult::Outcome::kFailed;
  result.found = "none";
  result.details.push_back(Known(known, statement.service, statement.signal));
  return result;
}

CheckResult Judge(const EdgeStatement& statement, const TraceIndex& index) { return EdgeJudge(statement, index).Run(); }

}  // namespace spangate::checks
