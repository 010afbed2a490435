// Joins the facts of all translation units: one copy of each header function, one numbering, indices by identity.
#include "analyzer/link.h"

#include <malloc.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include "common/path.h"

namespace spangate {
namespace {

// Which of two files comes first, asked millions of times: by number instead of by text.
class FileOrder {
 public:
  explicit FileOrder(const std::vector<FunctionFacts*>& functions) {
    for (const FunctionFacts* function : functions) numbers_.try_emplace(function->file, 0);
    std::vector<Symbol> files;
    files.reserve(numbers_.size());
    for (const auto& [file, number] : numbers_) files.push_back(file);
    std::sort(files.begin(), files.end());
    for (size_t i = 0; i < files.size(); ++i) numbers_[files[i]] = static_cast<uint32_t>(i);
  }
  uint32_t Of(Symbol file) const { return numbers_.at(file); }

 private:
  std::unordered_map<Symbol, uint32_t> numbers_;
};

struct Candidate {
  uint32_t file = 0;
  uint32_t line = 0;
  FunctionFacts* facts = nullptr;

  // By place; the content tells apart what a header's macros make different in two TUs.
  auto Rest() const { return std::tuple(facts->where.column, facts->qualified_name, facts->entity, facts->content); }
  friend bool operator<(const Candidate& a, const Candidate& b) {
    if (a.file != b.file) return a.file < b.file;
    return a.line != b.line ? a.line < b.line : a.Rest() < b.Rest();
  }
  friend bool operator==(const Candidate& a, const Candidate& b) {
    return a.file == b.file && a.line == b.line && a.Rest() == b.Rest();
  }
};

std::vector<Candidate> InOrder(std::vector<TuFacts>& units) {
  std::vector<FunctionFacts*> all;
  for (TuFacts& unit : units) {
    for (FunctionFacts& facts : unit.functions) all.push_back(&facts);
    for (GlobalFacts& global : unit.globals) {
      global.initialiser.is_global_initialiser = true;
      all.push_back(&global.initialiser);
    }
  }
  const FileOrder order(all);
  std::vector<Candidate> candidates;
  candidates.reserve(all.size());
  for (FunctionFacts* facts : all) {
    candidates.push_back({.file = order.Of(facts->file), .line = facts->where.line, .facts = facts});
  }
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  return candidates;
}

// What other threads allocated while they read facts lies free in arenas that this thread does not take from.
void ReturnFreeMemory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

void LinkFunctions(SourceModel& model, std::vector<TuFacts>& units) {
  const std::vector<Candidate> candidates = InOrder(units);
  model.functions.reserve(candidates.size());
  model.definitions.reserve(candidates.size());
  for (const Candidate& candidate : candidates) {
    FunctionFacts& facts = *candidate.facts;
    const auto id = static_cast<FunctionId>(model.functions.size());
    Function& function = model.functions.emplace_back();
    function.in_project = IsBelow(facts.file.view(), model.project_root);
    const bool callable = facts.is_definition && !facts.is_global_initialiser;
    if (callable && facts.root != kNone) model.definitions[facts.entity].push_back(id);
    function.facts = std::move(facts);
  }
  for (TuFacts& unit : units) unit.functions = {};
  ReturnFreeMemory();
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
