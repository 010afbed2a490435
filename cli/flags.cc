#include "cli/flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "cli/exit_status.h"
#include "common/text.h"

namespace spangate {
namespace {

std::string EnvironmentName(std::string_view flag) {
  std::string name = "SPANGATE_";
  for (char c : flag) name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

// Values of a repeatable flag stand in one variable, separated by ';' (paths and FORMAT=PATH hold commas and colons).
std::vector<std::string> FromEnvironment(const Flag& flag) {
  const char* text = std::getenv(EnvironmentName(flag.name).c_str());
  if (text == nullptr || *text == '\0') return {};
  if (!flag.repeatable) return {text};
  std::vector<std::string> values;
  std::string_view left = text;
  while (!left.empty()) {
    const size_t end = std::min(left.find(';'), left.size());
    if (end > 0) values.emplace_back(left.substr(0, end));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return values;
}

bool IsOff(std::string_view value) { return value == "0" || value == "false" || value == "no" || value == "off"; }

// CLI11 says only that a word was not expected; the reader wants the flag it looks like.
std::string Suggest(const Command& command, std::string_view message) {
  const size_t at = message.rfind("--");
  if (at == std::string_view::npos) return "";
  std::vector<std::string_view> names = {"help"};
  for (const Flag& flag : command.flags) names.push_back(flag.name);
  const std::string_view near = DidYouMean(message.substr(at + 2), names);
  return near.empty() ? "" : fmt::format("; did you mean --{}?", near);
}

}  // namespace

bool Arguments::Has(std::string_view flag) const { return values_.find(flag) != values_.end(); }

bool Arguments::Given(std::string_view flag) const { return given_.contains(flag); }

std::string Arguments::Get(std::string_view flag, std::string_view otherwise) const {
  const auto found = values_.find(flag);
  return found == values_.end() || found->second.empty() ? std::string(otherwise) : found->second.back();
}

std::vector<std::string> Arguments::All(std::string_view flag) const {
  const auto found = values_.find(flag);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

Result<Arguments> ParseArguments(const Command& command, const std::vector<std::string>& words) {
  Arguments arguments;
  const auto separator = std::find(words.begin(), words.end(), "--");
  if (separator != words.end()) {
    arguments.had_separator_ = true;
    arguments.rest_.assign(separator + 1, words.end());
  }
  CLI::App app;
  app.set_help_flag("");
  app.add_flag("-h,--help", arguments.wants_help_);
  std::map<std::string, bool, std::less<>> switches;
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  for (const Flag& flag : command.flags) {
    const std::string names =
        flag.letter == 0 ? fmt::format("--{}", flag.name) : fmt::format("-{},--{}", flag.letter, flag.name);
    if (flag.value.empty()) {
      app.add_flag(names, switches[std::string(flag.name)]);
    } else {
      app.add_option(names, values[std::string(flag.name)])->allow_extra_args(false)->trigger_on_parse(false);
    }
  }
  if (command.takes_operands) app.add_option("operands", arguments.operands_);
  try {
    std::vector<std::string> reversed(words.begin(), separator);
    std::reverse(reversed.begin(), reversed.end());
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    const std::string message = error.what();
    return Error{ErrorKind::kUsage, fmt::format("{}{} (spangate {} --help lists the flags)", message,
                                                Suggest(command, message), command.name)};
  }
  for (const Flag& flag : command.flags) {
    std::vector<std::string> given = flag.value.empty()
                                         ? std::vector<std::string>(switches[std::string(flag.name)] ? 1 : 0, "1")
                                         : values[std::string(flag.name)];
    if (!given.empty()) arguments.given_.emplace(flag.name);
    if (given.empty()) given = FromEnvironment(flag);
    if (flag.value.empty() && !given.empty() && IsOff(given.back())) given.clear();
    if (!given.empty()) arguments.values_[std::string(flag.name)] = std::move(given);
  }
  return arguments;
}

std::string Help(const Command& command) {
  std::string text = fmt::format("usage: spangate {} [options] {}\n\n{}\n\n{}\nOptions:\n", command.name,
                                 command.arguments, command.summary, command.details);
  for (const Flag& flag : command.flags) {
    std::string left = flag.letter == 0 ? "      " : fmt::format("  -{}, ", flag.letter);
    left += fmt::format("--{}{}{}", flag.name, flag.value.empty() ? "" : " ", flag.value);
    std::string_view help = flag.help;
    text += left.size() < 31 ? fmt::format("{:<31} ", left) : fmt::format("{}\n{:<31} ", left, "");
    for (size_t end = help.find('\n'); end != std::string_view::npos; end = help.find('\n')) {
      text += fmt::format("{}\n{:<32}", help.substr(0, end), "");
      help.remove_prefix(end + 1);
    }
    text += fmt::format("{}\n", help);
  }
  text += "  -h, --help                      this text\n\n";
  text +=
      "Each option can be set in the environment: --fail-on as SPANGATE_FAIL_ON (repeatable ones separated by "
      "';').\n\n";
  return text + ExitStatusHelp(command.wraps_a_command);
}

}  // namespace spangate
