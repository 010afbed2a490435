// --time-report: where the seconds of an analysis went.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts.h"

namespace spangate {

class TimeReport {
 public:
  explicit TimeReport(bool wanted) : wanted_(wanted), last_(Clock::now()), start_(last_) {}

  /// Wall seconds since the last call, or since the start, belong to `pass`.
  void Passed(std::string_view pass);
  /// What each unit took; kept until Print, for linking takes the facts away.
  void Units(const std::vector<TuFacts>& units, std::string_view project_root);
  /// To standard error; nothing unless wanted.
  void Print() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Pass {
    std::string name;
    double seconds;
  };
  struct Unit {
    std::string file;
    TuCost cost;
  };
  bool wanted_;
  Clock::time_point last_, start_;
  std::vector<Pass> passes_;
  std::vector<Unit> units_;
};

}  // namespace spangate
