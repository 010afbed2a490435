// One table of flags per command. Help, environment variables and parsing derive from it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace spangate {

struct Flag {
  std::string_view name;   // "report": --report and SPANGATE_REPORT
  char letter;             // 'p' for -p, or 0
  std::string_view value;  // placeholder: "FORMAT=PATH"; empty for a switch
  bool repeatable;
  std::string_view help;
};

struct Command {
  std::string_view name;
  std::string_view arguments;  // "[FILE...]", "-- COMMAND..."
  std::string_view summary;    // one line
  std::string_view details;    // paragraphs and examples for --help
  std::span<const Flag> flags;
  bool takes_operands;   // before "--"
  bool wraps_a_command;  // run: what follows "--" is executed
  int (*execute)(const class Arguments&);
};

/// The parsed words of one command line. Order of precedence: flag, environment (SPANGATE_<NAME>), default.
class Arguments {
 public:
  bool Has(std::string_view flag) const;
  bool Given(std::string_view flag) const;  // among the words, not only in the environment
  std::string Get(std::string_view flag, std::string_view otherwise = "") const;  // the last one given
  std::vector<std::string> All(std::string_view flag) const;
  const std::vector<std::string>& operands() const { return operands_; }
  const std::vector<std::string>& rest() const { return rest_; }  // after "--"
  bool had_separator() const { return had_separator_; }
  bool wants_help() const { return wants_help_; }

 private:
  friend Result<Arguments> ParseArguments(const Command&, const std::vector<std::string>&);
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::set<std::string, std::less<>> given_;
  std::vector<std::string> operands_;
  std::vector<std::string> rest_;
  bool had_separator_ = false;
  bool wants_help_ = false;
};

/// Errors: kUsage for an unknown flag ("did you mean"), a missing value, an operand that the command does not take.
Result<Arguments> ParseArguments(const Command& command, const std::vector<std::string>& words);

std::string Help(const Command& command);

}  // namespace spangate
