// Joins the facts of all translation units: one copy of each header function, one numbering, indices by identity.
#include "analyzer/link.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include "common/path.h"

namespace spangate {
namespace {

// By place; the content tells apart what a header's macros make different in two TUs.
auto OrderOf(const FunctionFacts& f) {
  return std::tuple(f.file, f.where.line, f.where.column, f.qualified_name, f.entity, f.content);
}

void LinkFunctions(SourceModel& model, std::vector<TuFacts>& units) {
  std::vector<FunctionFacts> candidates;
  for (TuFacts& unit : units) {
    for (FunctionFacts& facts : unit.functions) candidates.push_back(std::move(facts));
    for (GlobalFacts& global : unit.globals) {
      global.initialiser.is_global_initialiser = true;
      candidates.push_back(std::move(global.initialiser));
    }
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const FunctionFacts& a, const FunctionFacts& b) { return OrderOf(a) < OrderOf(b); });
  const auto last =
      std::unique(candidates.begin(), candidates.end(),
                  [](const FunctionFacts& a, const FunctionFacts& b) { return OrderOf(a) == OrderOf(b); });
  candidates.erase(last, candidates.end());
  for (FunctionFacts& candidate : candidates) {
    const auto id = static_cast<FunctionId>(model.functions.size());
    Function function;
    function.in_project = IsBelow(candidate.file.view(), model.project_root);
    const bool callable = candidate.is_definition && !candidate.is_global_initialiser;
    if (callable && candidate.root != kNone) model.definitions[candidate.entity].push_back(id);
    function.facts = std::move(candidate);
    model.functions.push_back(std::move(function));
  }
}

void LinkGlobals(SourceModel& model, const std::vector<TuFacts>& units) {
  std::unordered_map<uint64_t, const GlobalFacts*> known;
  for (const TuFacts& unit : units) {
    for (const GlobalFacts& global : unit.globals) known.emplace(global.content, &global);
  }
  for (FunctionId id = 0; id < model.functions.size(); ++id) {
    const FunctionFacts& facts = model.functions[id].facts;
    if (!facts.is_global_initialiser) continue;
    const auto found = known.find(facts.content);
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
                      record.content);
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
  for (TuFacts& unit : units) SealFacts(unit, options.project_root);
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
