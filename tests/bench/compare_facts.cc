// compare_facts [--normalised] [--merged] FIRST SECOND: the differences of two facts files, line by line.
//
// Shows that a short cut (precompiled header, cache, threads, index mode) or another libclang says the same of real
// sources. Exit status: 0 equal, 1 different, 2 a file cannot be read.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts.h"
#include "cli/facts_pack.h"
#include "facts_text.h"

namespace spangate {
namespace {

constexpr size_t kMaxShown = 400;

struct Options {
  FactsDetail detail = FactsDetail::kAll;
  bool merged = false;  // whole program: which TU brought a function of a header does not matter
  std::vector<std::string> files;
};

// Sections by main file; all under "" where merged. The file's order of TUs does not count.
using Program = std::map<std::string, std::vector<FactsSection>>;

std::optional<std::string> ReadBytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    fmt::print(stderr, "compare_facts: {} cannot be read\n", path);
    return std::nullopt;
  }
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

void Add(const TuFacts& facts, const Options& options, Program& program) {
  std::vector<FactsSection>& to = program[options.merged ? "" : std::string(facts.main_file.view())];
  std::vector<FactsSection> sections = FactsAsText(facts, options.detail);
  std::move(sections.begin(), sections.end(), std::back_inserter(to));
}

// A record of which units follow says nothing of the sources. 0: none stands here.
size_t SizeOfPack(std::string_view bytes) {
  if (!StartsPack(bytes)) return 0;
  const Result<uint64_t> size = PackSize(bytes.substr(0, kPackHeaderBytes));
  return size.has_value() && size.value() <= bytes.size() ? static_cast<size_t>(size.value()) : 0;
}

std::optional<Program> ReadProgram(const std::string& path, const Options& options) {
  const std::optional<std::string> bytes = ReadBytes(path);
  if (!bytes) return std::nullopt;
  Program program;
  std::string_view rest = *bytes;
  while (!rest.empty()) {
    if (const size_t pack = SizeOfPack(rest); pack > 0) {
      rest.remove_prefix(pack);
      continue;
    }
    const Result<size_t> size = FactsSize(rest);
    const Result<TuFacts> facts = size.has_value() ? ParseFacts(rest.substr(0, size.value())) : size.error();
    if (!facts.has_value()) {
      fmt::print(stderr, "compare_facts: {}: {}\n", path, facts.error().message);
      return std::nullopt;
    }
    Add(facts.value(), options, program);
    rest.remove_prefix(size.value());
  }
  for (auto& [file, sections] : program) {
    std::sort(sections.begin(), sections.end());
    if (options.merged) sections.erase(std::unique(sections.begin(), sections.end()), sections.end());
  }
  return program;
}

std::vector<std::string> Compare(const Program& first, const Program& second) {
  static const std::vector<FactsSection> kNothing;
  std::vector<std::string> lines;
  const auto add = [&](const auto& a, const auto& b) {
    std::vector<std::string> more = DifferencesOf(a, b);
    std::move(more.begin(), more.end(), std::back_inserter(lines));
  };
  for (const auto& [file, sections] : first) {
    const auto other = second.find(file);
    add(sections, other == second.end() ? kNothing : other->second);
  }
  for (const auto& [file, sections] : second) {
    if (!first.contains(file)) add(kNothing, sections);
  }
  return lines;
}

std::optional<Options> ParseOptions(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--normalised") {
      options.detail = FactsDetail::kNormalised;
    } else if (word == "--merged") {
      options.merged = true;
    } else if (word.starts_with("-")) {
      return std::nullopt;
    } else {
      options.files.emplace_back(word);
    }
  }
  if (options.files.size() != 2) return std::nullopt;
  return options;
}

size_t CountSections(const Program& program) {
  size_t count = 0;
  for (const auto& [file, sections] : program) count += sections.size();
  return count;
}

int Main(int count, char** words) {
  const std::optional<Options> options = ParseOptions(count, words);
  if (!options) {
    fmt::print(stderr, "usage: compare_facts [--normalised] [--merged] FIRST SECOND\n");
    return 2;
  }
  const std::optional<Program> first = ReadProgram(options->files[0], *options);
  const std::optional<Program> second = ReadProgram(options->files[1], *options);
  if (!first || !second) return 2;
  const std::vector<std::string> lines = Compare(*first, *second);
  for (size_t i = 0; i < std::min(lines.size(), kMaxShown); ++i) fmt::print("{}\n", lines[i]);
  if (lines.size() > kMaxShown) fmt::print("... and {} lines more\n", lines.size() - kMaxShown);
  fmt::print("{} functions, records, globals and units against {}: {}\n", CountSections(*first), CountSections(*second),
             lines.empty() ? "equal" : fmt::format("{} lines differ", lines.size()));
  return lines.empty() ? 0 : 1;
}

}  // namespace
}  // namespace spangate

int main(int count, char** words) { return spangate::Main(count, words); }
