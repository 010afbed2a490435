// Compile databases of parts: a build engine remakes the facts of a file when its own commands change, and only then.
#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/facts_files.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

nlohmann::json EntryOf(const CompileCommand& command) {
  return {{"directory", command.directory}, {"file", command.file}, {"arguments", command.arguments}};
}

// An unchanged file keeps its time: what depends on it is not remade.
Status WriteIfChanged(const std::string& path, const nlohmann::json& entries) {
  const std::string text = entries.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  std::error_code error;
  if (fs::exists(path, error)) {
    const Result<std::string> before = ReadFile(path);
    if (before.has_value() && before.value() == text) return Ok();
  }
  return WriteFile(path, text);
}

}  // namespace

int WriteCommands(const Arguments& arguments, const std::vector<CompileCommand>& commands) {
  const std::string folder = arguments.Get("commands-out");
  std::map<std::string, nlohmann::json> files;
  nlohmann::json all = nlohmann::json::array();
  for (const CompileCommand& command : ShardOf(commands, {1, 1}, {})) {
    files.try_emplace(fs::path(command.file).lexically_normal().string(), nlohmann::json::array())
        .first->second.push_back(EntryOf(command));
    all.push_back(EntryOf(command));
  }
  if (Status written = WriteIfChanged(folder + "/compile_commands.json", all); !written.has_value()) {
    return Fail(written.error());
  }
  for (const auto& [file, entries] : files) {
    if (Status written = WriteIfChanged(folder + file + ".json", entries); !written.has_value()) {
      return Fail(written.error());
    }
  }
  return kExitClean;
}

Result<std::vector<std::string>> WithLists(const std::vector<std::string>& operands) {
  std::vector<std::string> words;
  for (const std::string& operand : operands) {
    if (operand.size() < 2 || operand.front() != '@') {
      words.push_back(operand);
      continue;
    }
    const Result<std::string> text = ReadFile(operand.substr(1));
    if (!text.has_value()) return Error{ErrorKind::kUsage, text.error().message};
    std::string_view left = text.value();
    while (!left.empty()) {
      const size_t end = std::min(left.find('\n'), left.size());
      if (end > 0) words.emplace_back(left.substr(0, end));
      left.remove_prefix(std::min(end + 1, left.size()));
    }
  }
  return words;
}

}  // namespace spangate
