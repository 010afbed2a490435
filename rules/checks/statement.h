// The statements of a check file, read and ready to be judged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/finding.h"
#include "common/yaml_reader.h"
#include "mock-collector/trace_model.h"
#include "rules/checks/bound.h"
#include "rules/checks/traceql/ast.h"
#include "rules/checks/traceql/trace_index.h"

namespace spangate::checks {

/// services: {checkout: [traces, logs]} is two of these.
struct ServiceStatement {
  Location where;
  std::string service;
  Signal signal = Signal::kTraces;
};

enum class Arrow : uint8_t { kParent, kAncestor, kLink };  // ->  ->>  =>
std::string_view Spelling(Arrow arrow);

/// checkout -> payment => accounting: arrows[i] leads from services[i] to services[i + 1].
struct EdgeStatement {
  Location where;
  std::vector<std::string> services;
  std::vector<Arrow> arrows;

  std::string Text() const;
};
/// Errors: kUsage, without place.
Result<EdgeStatement> ParseEdge(std::string_view text);

struct Assertion {
  enum class Kind : uint8_t { kCount, kEach, kAny, kNone, kDistinct, kPercentile, kErrorRatio, kOrder };
  Kind kind = Kind::kCount;
  std::string key;                            // as in the file: "p95"
  double percentile = 0;                      // kPercentile; 100 for max
  std::optional<Bound> bound;                 // all but kEach, kAny, kNone, kOrder
  std::vector<traceql::Query> queries;        // kEach, kAny, kNone: one; kOrder: in turn
  std::optional<traceql::Expression> values;  // kDistinct

  std::string Expected() const;  // "count >= 1", "each { duration < 200ms }"
};

struct CheckStatement {
  Location where;
  std::string id;
  std::optional<traceql::Query> select;  // missing only beside `order`
  std::vector<Assertion> assertions;
  std::optional<traceql::Expression> by;
  std::optional<traceql::Query> when;
  Severity severity = Severity::kError;
  std::string hint;
};

/// Reading (read_statements.cc): one table of keys for each map of the file.
struct Statements {
  std::vector<ServiceStatement> services;
  std::vector<EdgeStatement> edges;
  std::vector<CheckStatement> checks;
};
Statements ReadStatements(const YamlNode& file, YamlErrors& errors);
/// The keys that a check understands, for documents and completions.
std::vector<std::string_view> CheckKeys();

/// Judging. Pure.
CheckResult Judge(const ServiceStatement& statement, const traceql::TraceIndex& index);
CheckResult Judge(const EdgeStatement& statement, const traceql::TraceIndex& index);
CheckResult Judge(const CheckStatement& statement, const traceql::TraceIndex& index);

}  // namespace spangate::checks
