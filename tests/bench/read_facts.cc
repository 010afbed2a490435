// read_facts -p DIR --root DIR --out FILE [--match TEXT] [--libclang FILE] [--thorough]: the facts of each TU, whole.
//
// The yardstick for compare_facts: one TU after the other, no cache, nothing taken once for several TUs; --thorough
// parses every body of every header. Exit status: 0, or 2 when nothing could be written.
#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analyzer/deep_thread.h"
#include "analyzer/extract.h"
#include "analyzer/libclang.h"
#include "analyzer/read_source.h"
#include "analyzer/translation_unit.h"

namespace spangate {
namespace {

constexpr const char* kUsage =
    "usage: read_facts -p DIR --root DIR --out FILE [--match TEXT] [--libclang FILE] [--thorough]\n";

int Fail(const std::string& message) {
  fmt::print(stderr, "read_facts: {}\n", message);
  return 2;
}

// The words after their flag; --thorough has none. Empty when the command line is wrong.
std::map<std::string, std::string> ParseWords(int count, char** words) {
  std::map<std::string, std::string> values;
  for (int i = 1; i < count; ++i) {
    const std::string flag = words[i];
    const bool takes_value = flag != "--thorough";
    if (takes_value && i + 1 == count) return {};
    values[flag] = takes_value ? words[++i] : "yes";
  }
  for (const char* flag : {"-p", "--root", "--out"}) {
    if (!values.contains(flag)) return {};
  }
  return values;
}

int Main(int count, char** words) {
  std::map<std::string, std::string> values = ParseWords(count, words);
  if (values.empty()) return Fail(kUsage);
  const Result<std::vector<CompileCommand>> commands = ReadCompileDatabase(values["-p"]);
  if (!commands.has_value()) return Fail(commands.error().message);
  const Result<const Libclang*> clang = LoadLibclang(values["--libclang"]);
  if (!clang.has_value()) return Fail(clang.error().message);
  std::ofstream out(values["--out"], std::ios::binary);

  ReadSourceOptions options;
  options.project_root = values["--root"];
  const ParseMode mode = values.contains("--thorough") ? ParseMode::kThorough : ParseMode::kFast;
  const Extractor extract = [&](const Libclang& library, CXTranslationUnit unit, TuFacts& facts) {
    ExtractFacts(library, unit, {.project_root = options.project_root}, facts);
  };
  const std::function<void()> work = [&] {
    UnitReader reader(*clang.value(), options, extract);
    for (const CompileCommand& command : commands.value()) {
      if (command.file.find(values["--match"]) == std::string::npos) continue;
      TuFacts facts = reader.Read(command, mode);
      SealFacts(facts, options.project_root);
      out << SerializeFacts(facts, options.project_root);
    }
  };
  LetDeepThreadsParse();
  {
    DeepThread thread;
    if (!thread.Start(work)) return Fail("no thread for parsing");
  }
  return out.good() ? 0 : Fail(values["--out"] + " cannot be written");
}

}  // namespace
}  // namespace spangate

int main(int count, char** words) { return spangate::Main(count, words); }
