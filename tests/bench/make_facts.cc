// Writes the facts of a program that does not exist, large enough to measure `analyze --link`: no parser can be asked
// for 20,000 translation units. Equal arguments give equal bytes.
//
//   spangate_make_facts FOLDER --units N [--per-file N] [--seed N] [--root DIR]
//
// The shape is that of measured code bases: 25 functions of its own and some 150 of headers per unit, 30 expressions a
// function; headers are shared by all units or by the hundred units of a module; calls go to the own unit, to headers
// and to other units of the module; a few functions start spans, set attributes and catch exceptions.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts.h"

namespace spangate {
namespace {

constexpr unsigned kOwnFunctions = 25;
constexpr unsigned kExpressions = 30;
constexpr unsigned kUnitsPerModule = 100;
constexpr unsigned kCommonHeaders = 80;   // of the whole program
constexpr unsigned kModuleHeaders = 80;   // of each module
constexpr unsigned kHeadersOfEach = 30;   // that a unit includes, of both sorts
constexpr unsigned kHeaderFunctions = 5;  // in two headers; a header holds two or three

struct Options {
  std::string folder;
  std::string root = "/src/project";
  unsigned units = 1000;
  unsigned per_file = 500;
  uint64_t seed = 1;
};

// SplitMix64: the same numbers with every standard library, unlike the distributions of <random>.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15U;
    uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(Next() % limit); }
  bool OneIn(uint32_t n) { return Below(n) == 0; }

 private:
  uint64_t state_;
};

EntityId IdOf(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3U;
  return hash | 1U;  // 0 means none
}

// The words of ordinary business code: few, so that symbols repeat as they do in real facts.
constexpr std::string_view kNouns[] = {"order",   "invoice", "customer", "payment", "session", "request",  "response",
                                       "channel", "buffer",  "account",  "stock",   "price",   "shipment", "ledger"};
constexpr std::string_view kTypes[] = {"int",         "std::string", "bool",         "std::vector", "shop::Order",
                                       "shop::Money", "double",      "shop::Client", "std::map",    "unsigned long"};

template <size_t N>
std::string_view Pick(Dice& dice, const std::string_view (&words)[N]) {
  return words[dice.Below(N)];
}

struct Callee {
  EntityId entity = 0;
  Symbol name, owner;
};

// Fills one function, statement by statement, until it has its number of expressions.
class Body {
 public:
  Body(FunctionFacts& facts, Dice& dice, const std::vector<Callee>& callees)
      : facts_(facts), dice_(dice), callees_(callees), line_(facts.where.line) {}

  void Fill(unsigned expressions, bool traced) {
    std::vector<StmtId> block;
    if (traced) StartSpan(block);
    if (dice_.OneIn(8)) block.push_back(Try());
    while (facts_.exprs.size() + 5 < expressions) Statement(block);  // a statement has five, more or less
    block.push_back(Add({.kind = StmtKind::kReturn, .expr = Value()}));
    facts_.root = Block(block);
    facts_.body = {facts_.where.line, 1, line_ + 1, 2};
  }

 private:
  Extent Here() {
    ++column_;
    return {line_, 3 + column_, line_, 9 + column_};
  }

  ExprId Add(Expr expr, const std::vector<ExprId>& operands = {}) {
    expr.first_operand = static_cast<uint32_t>(facts_.operands.size());
    expr.operand_count = static_cast<uint16_t>(operands.size());
    facts_.operands.insert(facts_.operands.end(), operands.begin(), operands.end());
    expr.where = Here();
    facts_.exprs.push_back(expr);
    return static_cast<ExprId>(facts_.exprs.size() - 1);
  }

  StmtId Add(Stmt stmt, const std::vector<StmtId>& children = {}) {
    ++line_;
    column_ = 0;
    stmt.first_child = static_cast<uint32_t>(facts_.children.size());
    stmt.child_count = static_cast<uint16_t>(children.size());
    facts_.children.insert(facts_.children.end(), children.begin(), children.end());
    stmt.where = {line_, 3, line_, 40};
    facts_.stmts.push_back(stmt);
    return static_cast<StmtId>(facts_.stmts.size() - 1);
  }

  StmtId Block(const std::vector<StmtId>& children) { return Add({.kind = StmtKind::kBlock}, children); }

  ExprId Literal() {
    if (dice_.OneIn(2)) {
      return Add(
          {.kind = ExprKind::kNumber, .type = Symbol("int"), .text = Symbol(fmt::format("{}", dice_.Below(99)))});
    }
    return Text();
  }

  ExprId Text() {
    return Add({.kind = ExprKind::kString,
                .type = Symbol("char[]"),
                .text = Symbol(fmt::format("{}.{}", Pick(dice_, kNouns), Pick(dice_, kNouns)))});
  }

  ExprId Variable() {
    if (!facts_.parameters.empty() && dice_.OneIn(3)) {
      const auto index = static_cast<uint16_t>(dice_.Below(static_cast<uint32_t>(facts_.parameters.size())));
      const Parameter& parameter = facts_.parameters[index];
      return Add({.kind = ExprKind::kParameter,
                  .form = parameter.form,
                  .parameter = index,
                  .entity = parameter.entity,
                  .name = parameter.name,
                  .type = parameter.type});
    }
    if (locals_.empty() || dice_.OneIn(3)) return Field();
    const Stmt& local = facts_.stmts[locals_[dice_.Below(static_cast<uint32_t>(locals_.size()))]];
    return Add({.kind = ExprKind::kLocal, .entity = local.entity, .name = local.name, .type = local.type});
  }

  ExprId Field() {
    const std::string_view noun = Pick(dice_, kNouns);
    const ExprId self = Add({.kind = ExprKind::kThis, .type = facts_.owner});
    return Add({.kind = ExprKind::kField,
                .entity = IdOf(fmt::format("{}::{}_", facts_.owner.view(), noun)),
                .name = Symbol(fmt::format("{}_", noun)),
                .owner = facts_.owner,
                .type = Symbol(Pick(dice_, kTypes))},
               {self});
  }

  ExprId Value() { return dice_.OneIn(3) ? Literal() : Variable(); }

  ExprId Call() {
    const Callee& callee = callees_[dice_.Below(static_cast<uint32_t>(callees_.size()))];
    std::vector<ExprId> operands = {Variable()};
    for (uint32_t i = dice_.Below(3); i > 0; --i) operands.push_back(Value());
    return Add({.kind = ExprKind::kCall,
                .dynamic = dice_.OneIn(10),
                .has_object = true,
                .entity = callee.entity,
                .name = callee.name,
                .owner = callee.owner,
                .type = Symbol(Pick(dice_, kTypes))},
               operands);
  }

  // What every code base does most: the same dozen members of the same few library classes.
  ExprId LibraryCall() {
    constexpr std::string_view kMembers[] = {"size", "push_back", "find", "operator[]", "append", "c_str", "begin"};
    const std::string_view member = Pick(dice_, kMembers);
    const std::string_view owner = dice_.OneIn(2) ? "std::vector" : "std::string";
    return Add({.kind = ExprKind::kCall,
                .has_object = true,
                .entity = IdOf(fmt::format("{}::{}", owner, member)),
                .name = Symbol(member),
                .owner = Symbol(owner),
                .type = Symbol(Pick(dice_, kTypes))},
               {Variable(), Value()});
  }

  void Statement(std::vector<StmtId>& block) {
    switch (dice_.Below(6)) {
      case 0:
      case 1:
        return Declare(block, Call());
      case 2:
        return Declare(block, LibraryCall());
      case 3:
        block.push_back(Add({.kind = StmtKind::kExpr, .expr = Call()}));
        return;
      case 4: {
        const ExprId target = Variable();
        const ExprId assigned = Add({.kind = ExprKind::kOperator, .name = Symbol("=")}, {target, Value()});
        block.push_back(Add({.kind = StmtKind::kExpr, .expr = assigned}));
        return;
      }
      default: {
        const ExprId left = Value();
        const ExprId condition = Add({.kind = ExprKind::kOperator, .name = Symbol("==")}, {left, Value()});
        const StmtId inside = Add({.kind = StmtKind::kExpr, .expr = LibraryCall()});
        const StmtId then = Block({inside});
        block.push_back(Add({.kind = StmtKind::kIf, .expr = condition}, {then, kNone}));
      }
    }
  }

  void Declare(std::vector<StmtId>& block, ExprId value) {
    const std::string_view noun = Pick(dice_, kNouns);
    const StmtId stmt = Add({.kind = StmtKind::kDeclare,
                             .expr = value,
                             .entity = facts_.entity + 2 * facts_.stmts.size() + 2,
                             .name = Symbol(noun),
                             .type = Symbol(Pick(dice_, kTypes))});
    locals_.push_back(stmt);
    block.push_back(stmt);
  }

  StmtId Try() {
    const StmtId risky = Add({.kind = StmtKind::kExpr, .expr = Call()});
    const StmtId body = Block({risky});
    const StmtId rethrow = Add({.kind = StmtKind::kThrow});
    const StmtId handled = Block({rethrow});
    const StmtId handler = Add({.kind = StmtKind::kCatch,
                                .entity = facts_.entity + 1,
                                .name = Symbol("error"),
                                .type = Symbol("std::exception")},
                               {handled});
    return Add({.kind = StmtKind::kTry}, {body, handler});
  }

  ExprId SpanCall(std::string_view name, ExprId object, std::vector<ExprId> arguments) {
    arguments.insert(arguments.begin(), object);
    return Add({.kind = ExprKind::kCall,
                .has_object = true,
                .entity = IdOf(fmt::format("otel::{}", name)),
                .name = Symbol(name),
                .owner = Symbol(name == "StartSpan" ? "opentelemetry::trace::Tracer" : "opentelemetry::trace::Span"),
                .type = Symbol("opentelemetry::trace::Span")},
               arguments);
  }

  void StartSpan(std::vector<StmtId>& block) {
    const Symbol type("opentelemetry::trace::Span");
    const Symbol name("span");
    const EntityId entity = facts_.entity + 2 * facts_.stmts.size() + 2;
    const ExprId tracer = Field();
    const ExprId start = SpanCall("StartSpan", tracer, {dice_.OneIn(100) ? Variable() : Text()});
    block.push_back(Add({.kind = StmtKind::kDeclare,
                         .form = TypeForm::kShared,
                         .expr = start,
                         .entity = entity,
                         .name = name,
                         .type = type}));
    for (uint32_t i = dice_.Below(3); i > 0; --i) {
      const ExprId span =
          Add({.kind = ExprKind::kLocal, .form = TypeForm::kShared, .entity = entity, .name = name, .type = type});
      const ExprId key = Text();
      const ExprId set = SpanCall("SetAttribute", span, {key, Value()});
      block.push_back(Add({.kind = StmtKind::kExpr, .expr = set}));
    }
  }

  FunctionFacts& facts_;
  Dice& dice_;
  const std::vector<Callee>& callees_;
  std::vector<StmtId> locals_;
  uint32_t line_;
  uint32_t column_ = 0;
};

class Program {
 public:
  explicit Program(const Options& options) : options_(options) {}

  TuFacts Unit(unsigned number) {
    const unsigned module = number / kUnitsPerModule;
    EnterModule(module);
    Dice dice(options_.seed * 1'000'003 + number);
    TuFacts facts;
    facts.main_file = Symbol(fmt::format("{}/src/module{}/unit{}.cc", options_.root, module, number));
    facts.directory = Symbol(options_.root + "/build");
    facts.libclang = Symbol("made up");
    facts.outcome = TuOutcome::kClean;
    for (const unsigned header : Included(dice)) {
      facts.includes.emplace_back(HeaderPath(module, header));
      const std::vector<FunctionFacts>& functions = headers_[header];
      facts.functions.insert(facts.functions.end(), functions.begin(), functions.end());
    }
    std::sort(facts.includes.begin(), facts.includes.end());
    for (unsigned i = 0; i < kOwnFunctions; ++i) {
      const Callee self = OwnFunction(number, i);
      facts.functions.push_back(
          Function(self, facts.main_file, 10 + 40 * i, dice, CalleesOf(number, dice), /*traced=*/i % 12 == 0));
    }
    return facts;
  }

 private:
  std::string HeaderPath(unsigned module, unsigned header) const {
    if (header < kCommonHeaders) return fmt::format("{}/include/common{}.h", options_.root, header);
    return fmt::format("{}/src/module{}/header{}.h", options_.root, module, header - kCommonHeaders);
  }

  // Headers are made once per module: a unit only copies what it includes.
  void EnterModule(unsigned module) {
    if (module == module_) return;
    module_ = module;
    headers_.resize(kCommonHeaders + kModuleHeaders);
    for (unsigned header = 0; header < headers_.size(); ++header) {
      if (header < kCommonHeaders && !headers_[header].empty()) continue;
      headers_[header] = Header(HeaderPath(module, header));
    }
  }

  std::vector<FunctionFacts> Header(const std::string& path) const {
    Dice dice(IdOf(path) ^ options_.seed);
    TuFacts header;
    std::vector<Callee> callees;
    const unsigned count = kHeaderFunctions / 2 + (dice.OneIn(2) ? 1 : 0);
    for (unsigned i = 0; i < count; ++i) callees.push_back(HeaderFunction(path, i));
    for (unsigned i = 0; i < count; ++i) {
      header.functions.push_back(Function(callees[i], Symbol(path), 5 + 40 * i, dice, callees, /*traced=*/false));
    }
    SealFacts(header, options_.root);  // once, and not again in each unit that includes it
    return std::move(header.functions);
  }

  static Callee HeaderFunction(const std::string& path, unsigned i) {
    const std::string stem = std::filesystem::path(path).stem().string();
    const std::string folder = std::filesystem::path(path).parent_path().filename().string();
    const std::string owner = fmt::format("shop::{}::{}", folder, stem);
    const std::string name = fmt::format("Inline{}", i);
    return {IdOf(owner + "::" + name), Symbol(name), Symbol(owner)};
  }

  static Callee OwnFunction(unsigned unit, unsigned i) {
    const std::string owner = fmt::format("shop::module{}::Service{}", unit / kUnitsPerModule, unit);
    const std::string name = fmt::format("Handle{}", i);
    return {IdOf(owner + "::" + name), Symbol(name), Symbol(owner)};
  }

  static std::vector<unsigned> Included(Dice& dice) {
    std::vector<unsigned> headers;
    for (const unsigned first : {0U, kCommonHeaders}) {
      const unsigned count = first == 0 ? kCommonHeaders : kModuleHeaders;
      const unsigned start = dice.Below(count);
      for (unsigned i = 0; i < kHeadersOfEach; ++i) headers.push_back(first + (start + i) % count);
    }
    return headers;
  }

  // Of the own unit, of neighbours in the module, and of headers.
  std::vector<Callee> CalleesOf(unsigned unit, Dice& dice) const {
    std::vector<Callee> callees;
    const unsigned first = unit / kUnitsPerModule * kUnitsPerModule;
    const unsigned last = std::min(first + kUnitsPerModule, options_.units);
    for (unsigned i = 0; i < 4; ++i) callees.push_back(OwnFunction(unit, dice.Below(kOwnFunctions)));
    for (unsigned i = 0; i < 4; ++i) {
      callees.push_back(OwnFunction(first + dice.Below(last - first), dice.Below(kOwnFunctions)));
    }
    for (unsigned i = 0; i < 4; ++i) {
      callees.push_back(HeaderFunction(HeaderPath(unit / kUnitsPerModule, dice.Below(kCommonHeaders + kModuleHeaders)),
                                       dice.Below(2)));
    }
    return callees;
  }

  static FunctionFacts Function(const Callee& self, Symbol file, uint32_t line, Dice& dice,
                                const std::vector<Callee>& callees, bool traced) {
    FunctionFacts facts;
    facts.entity = self.entity;
    facts.name = self.name;
    facts.owner = self.owner;
    facts.qualified_name = Symbol(fmt::format("{}::{}", self.owner.view(), self.name.view()));
    facts.result_type = Symbol(Pick(dice, kTypes));
    facts.file = file;
    facts.where = {line, 5, line, 20};
    facts.is_definition = true;
    for (uint32_t i = dice.Below(3); i > 0; --i) {
      const std::string_view noun = Pick(dice, kNouns);
      facts.parameters.push_back({.entity = self.entity + 2 * i + 1'000'000,
                                  .name = Symbol(noun),
                                  .type = Symbol(Pick(dice, kTypes)),
                                  .form = TypeForm::kConstReference});
    }
    Body(facts, dice, callees).Fill(kExpressions, traced);
    return facts;
  }

  const Options& options_;
  unsigned module_ = ~0U;
  std::vector<std::vector<FunctionFacts>> headers_;
};

bool Parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (!word.starts_with("--")) {
      options.folder = word;
      continue;
    }
    if (++i == argc) return false;
    const auto number = static_cast<unsigned>(std::strtoul(argv[i], nullptr, 10));
    if (word == "--units") options.units = number;
    if (word == "--per-file") options.per_file = std::max(1U, number);
    if (word == "--seed") options.seed = number;
    if (word == "--root") options.root = argv[i];
  }
  return !options.folder.empty();
}

int Main(const Options& options) {
  std::filesystem::create_directories(options.folder);
  Program program(options);
  for (unsigned first = 0; first < options.units; first += options.per_file) {
    const std::string path = fmt::format("{}/part{:05}.facts", options.folder, first / options.per_file);
    std::ofstream out(path, std::ios::binary);
    for (unsigned i = first; i < std::min(first + options.per_file, options.units); ++i) {
      out << SerializeFacts(program.Unit(i), options.root);
    }
    if (!out.flush()) {
      std::cerr << "make_facts: " << path << ": cannot be written\n";
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace spangate

int main(int argc, char** argv) {
  spangate::Options options;
  if (!spangate::Parse(argc, argv, options)) {
    std::cerr << "usage: spangate_make_facts FOLDER --units N [--per-file N] [--seed N] [--root DIR]\n";
    return 2;
  }
  return spangate::Main(options);
}
