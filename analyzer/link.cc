// Joins the facts of all translation units: one copy of each header function, one numbering, indices by identity.
#include "analyzer/link.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace spangate {
namespace {

// Equal content, whatever the run: text by its bytes, since the numbers of symbols depend on arrival.
class ContentHash {
 public:
  void Text(Symbol symbol) {
    const auto [known, fresh] = texts_.try_emplace(symbol.id(), 0);
    if (fresh) known->second = XXH3_64bits(symbol.view().data(), symbol.view().size());
    Number(known->second);
  }
  void Number(uint64_t value) { words_.push_back(value); }

  uint64_t Of(const FunctionFacts& f) {
    words_.clear();
    Number(f.entity);
    for (const bool flag : {f.is_definition, f.is_template, f.is_instantiation, f.incomplete}) Number(flag ? 1 : 0);
    Place(f.where);
    for (const Expr& expr : f.exprs) {
      Number((static_cast<uint64_t>(expr.kind) << 56U) | (static_cast<uint64_t>(expr.form) << 48U) |
             (static_cast<uint64_t>(expr.parameter) << 16U) | expr.operand_count);
      Number(expr.entity);
      for (const Symbol text : {expr.name, expr.type, expr.text}) Text(text);
      Place(expr.where);
    }
    for (const ExprId operand : f.operands) Number(operand);
    for (const Stmt& stmt : f.stmts) {
      Number((static_cast<uint64_t>(stmt.kind) << 48U) | stmt.child_count);
      Number((static_cast<uint64_t>(stmt.first_child) << 32U) | stmt.expr);
      Number(stmt.entity);
    }
    for (const StmtId child : f.children) Number(child);
    return XXH3_64bits(words_.data(), words_.size() * sizeof(uint64_t));
  }

 private:
  void Place(const Extent& where) {
    Number((static_cast<uint64_t>(where.line) << 32U) | where.column);
    Number((static_cast<uint64_t>(where.end_line) << 32U) | where.end_column);
  }

  std::map<uint32_t, uint64_t> texts_;
  std::vector<uint64_t> words_;
};

struct Candidate {
  FunctionFacts facts;
  uint64_t content = 0;

  auto Key() const {
    return std::tuple(facts.file, facts.where.line, facts.where.column, facts.qualified_name, facts.entity, content);
  }
};

bool IsBelow(std::string_view path, std::string_view root) {
  while (!root.empty() && root.back() == '/') root.remove_suffix(1);
  return path.size() > root.size() && path.starts_with(root) && path[root.size()] == '/';
}

void LinkFunctions(SourceModel& model, std::vector<TuFacts>& units) {
  ContentHash hash;
  std::vector<Candidate> candidates;
  for (TuFacts& unit : units) {
    for (FunctionFacts& facts : unit.functions) {
      const uint64_t content = hash.Of(facts);
      candidates.push_back({std::move(facts), content});
    }
    for (GlobalFacts& global : unit.globals) {
      global.initialiser.is_global_initialiser = true;
      const uint64_t content = hash.Of(global.initialiser);
      candidates.push_back({std::move(global.initialiser), content});
    }
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.Key() < b.Key(); });
  const auto last = std::unique(candidates.begin(), candidates.end(),
                                [](const Candidate& a, const Candidate& b) { return a.Key() == b.Key(); });
  candidates.erase(last, candidates.end());
  for (Candidate& candidate : candidates) {
    const auto id = static_cast<FunctionId>(model.functions.size());
    Function function;
    function.in_project = IsBelow(candidate.facts.file.view(), model.project_root);
    const bool callable = candidate.facts.is_definition && !candidate.facts.is_global_initialiser;
    if (callable && candidate.facts.root != kNone) model.definitions[candidate.facts.entity].push_back(id);
    function.facts = std::move(candidate.facts);
    model.functions.push_back(std::move(function));
  }
}

void LinkGlobals(SourceModel& model, const std::vector<TuFacts>& units) {
  std::map<EntityId, const GlobalFacts*> known;
  for (const TuFacts& unit : units) {
    for (const GlobalFacts& global : unit.globals) known.emplace(global.entity, &global);
  }
  for (FunctionId id = 0; id < model.functions.size(); ++id) {
    const FunctionFacts& facts = model.functions[id].facts;
    if (!facts.is_global_initialiser) continue;
    const auto found = known.find(facts.entity);
    if (found == known.end()) continue;
    const GlobalFacts& global = *found->second;
    model.globals.push_back({.entity = global.entity,
                             .qualified_name = global.qualified_name,
                             .type = global.type,
                             .form = global.form,
                             .initialiser = id});
  }
}

void LinkRecords(SourceModel& model, std::vector<TuFacts>& units) {
  for (TuFacts& unit : units) {
    for (RecordFacts& record : unit.records) model.records.push_back(std::move(record));
  }
  const auto key = [](const RecordFacts& record) {
    return std::tuple(record.file, record.where.line, record.where.column, record.qualified_name, record.entity,
                      record.fields.size());
  };
  std::sort(model.records.begin(), model.records.end(),
            [&](const RecordFacts& a, const RecordFacts& b) { return key(a) < key(b); });
  const auto last = std::unique(model.records.begin(), model.records.end(),
                                [&](const RecordFacts& a, const RecordFacts& b) { return key(a) == key(b); });
  model.records.erase(last, model.records.end());
  for (const RecordFacts& record : model.records) {
    for (const RecordFacts::Field& field : record.fields) model.fields.emplace(field.entity, field);
  }
}

void LinkUnits(SourceModel& model, std::vector<TuFacts>& units) {
  std::set<Symbol> files;
  std::set<std::string> schemas;
  for (TuFacts& unit : units) {
    if (IsBelow(unit.main_file.view(), model.project_root)) files.insert(unit.main_file);
    for (const Symbol file : unit.includes) {
      if (IsBelow(file.view(), model.project_root)) files.insert(file);
    }
    if (!unit.schema_url.empty()) schemas.insert(unit.schema_url);
    model.translation_units.push_back({.main_file = unit.main_file,
                                       .outcome = unit.outcome,
                                       .reason = std::move(unit.reason),
                                       .diagnostics = std::move(unit.diagnostics),
                                       .missed = std::move(unit.missed),
                                       .sites_expected = unit.sites_expected,
                                       .sites_seen = unit.sites_seen});
  }
  model.files.assign(files.begin(), files.end());
  if (schemas.size() == 1) model.schema_url = *schemas.begin();
}

}  // namespace

SourceModel LinkSource(std::vector<TuFacts> units, const LinkOptions& options) {
  SourceModel model;
  model.project_root = options.project_root;
  std::stable_sort(units.begin(), units.end(), [](const TuFacts& a, const TuFacts& b) {
    return std::tuple(a.main_file, a.directory) < std::tuple(b.main_file, b.directory);
  });
  LinkFunctions(model, units);
  LinkGlobals(model, units);
  LinkRecords(model, units);
  LinkUnits(model, units);
  LinkWrites(model);
  LinkCalls(model);
  LinkOperations(model, options.span_wrappers);
  return model;
}

}  // namespace spangate
