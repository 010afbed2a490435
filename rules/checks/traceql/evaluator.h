// Queries over the traces of a model.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rules/checks/traceql/ast.h"
#include "rules/checks/traceql/field_reader.h"
#include "rules/checks/traceql/trace_index.h"

namespace spangate::traceql {

/// Spans of one trace, by start.
struct Spanset {
  uint32_t trace = 0;           // row of TraceModel::traces
  std::vector<uint32_t> spans;  // rows of TraceModel::spans
};

/// Runs one query, and parts of it for explanations. Near-linear in the spans: structural operators compare intervals.
class Evaluator {
 public:
  /// Both must outlive the evaluator.
  Evaluator(const TraceIndex& index, const Query& query) : index_(index), reader_(index, query), query_(query) {}

  /// The result of the query, trace by trace. No set is empty.
  std::vector<Spanset> Run() { return Run(query_.root()); }
  /// The same for a node of the query, each trace whole as its input.
  std::vector<Spanset> Run(const Node& node);
  /// One step of a pipeline: what `node` makes of these sets.
  std::vector<Spanset> Apply(const Node& node, std::span<const Spanset> input);
  /// A scalar node over one set; missing when there is no value.
  Datum Scalar(const Node& node, const Spanset& set);

  FieldReader& reader() { return reader_; }
  const TraceIndex& index() const { return index_; }
  const Query& query() const { return query_; }

 private:
  Spanset Filter(const Node& node, const Spanset& set);
  Spanset Combine(const Node& node, const Spanset& set);
  Spanset Structural(const Node& node, const Spanset& set);
  void Group(const Node& node, const Spanset& set, std::vector<Spanset>& out);
  std::vector<Spanset> Coalesce(std::span<const Spanset> input) const;
  Spanset Merged(uint32_t trace, std::span<const Spanset> sets) const;
  void Sort(std::vector<uint32_t>& spans) const;

  const TraceIndex& index_;
  FieldReader reader_;
  const Query& query_;
};

/// Whether `spans` holds the right-hand spans of the relation `op` to `left`. Both sorted by start or not; the result
/// keeps the order of `right`. `op` is the plain operator (kDescendant, kGreater as child, ...).
std::vector<uint32_t> Related(const TraceIndex& index, Op op, const std::vector<uint32_t>& left,
                              const std::vector<uint32_t>& right);

}  // namespace spangate::traceql
