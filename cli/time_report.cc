#include "cli/time_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "common/path.h"
#include "common/text.h"

namespace spangate {
namespace {

constexpr size_t kTop = 10;

double Seconds(std::chrono::steady_clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

double Total(const TuCost& cost) { return cost.parse + cost.extract + cost.load; }

}  // namespace

void TimeReport::Passed(std::string_view pass) {
  if (!wanted_) return;
  const Clock::time_point now = Clock::now();
  passes_.push_back({std::string(pass), Seconds(now - last_)});
  last_ = now;
}

void TimeReport::Units(const std::vector<TuFacts>& units, std::string_view project_root) {
  if (!wanted_) return;
  for (const TuFacts& facts : units) {
    units_.push_back({Printable(RelativeTo(facts.main_file.view(), project_root)), facts.cost});
  }
  std::stable_sort(units_.begin(), units_.end(),
                   [](const Unit& a, const Unit& b) { return Total(a.cost) > Total(b.cost); });
}

void TimeReport::Print() const {
  if (!wanted_) return;
  TuCost sum;
  size_t cached = 0;
  for (const Unit& unit : units_) {
    sum.parse += unit.cost.parse;
    sum.extract += unit.cost.extract;
    sum.load += unit.cost.load;
    cached += unit.cost.cached ? 1 : 0;
  }
  fmt::print(stderr, "time report ({} translation units, {} of them from the cache)\n", units_.size(), cached);
  fmt::print(stderr, "  {:<28} {:>9}\n", "pass", "wall s");
  for (const Pass& pass : passes_) fmt::print(stderr, "  {:<28} {:>9.3f}\n", pass.name, pass.seconds);
  fmt::print(stderr, "  {:<28} {:>9.3f}\n", "total", Seconds(last_ - start_));
  fmt::print(stderr, "  of reading, over all threads: parse {:.3f}, extract {:.3f}, cache {:.3f}\n", sum.parse,
             sum.extract, sum.load);
  const size_t top = std::min(kTop, units_.size());
  if (top > 0) fmt::print(stderr, "  {:>9} {:>9}  translation unit\n", "parse s", "extract s");
  for (size_t i = 0; i < top; ++i) {
    const Unit& unit = units_[i];
    fmt::print(stderr, "  {:>9.3f} {:>9.3f}  {}{}\n", unit.cost.parse, unit.cost.extract, unit.file,
               unit.cost.cached ? " (cached)" : "");
  }
}

}  // namespace spangate
