#include "rules/rule_index.h"

#include <fmt/format.h>

#include "rules/rule.h"

namespace spangate {
namespace {

template <class Rules>
std::string Table(const Rules& rules, std::string_view folder) {
  std::string table = "| rule | severity | trust | category | reports |\n| --- | --- | --- | --- | --- |\n";
  for (const auto* rule : rules) {
    const RuleInfo& info = rule->info;
    table += fmt::format("| [{}](../rules/{}/{}/rule.md) | {} | {} | {} | {} |\n", info.id, folder, info.id,
                         Name(info.severity), Name(info.trust), Name(info.category), info.summary);
  }
  return table;
}

}  // namespace

std::string RuleIndex() {
  return "# Rules\n\n"
         "Generated from the registry: change a rule's folder, then run the tests with `UPDATE_GOLDEN=1`. Rules of "
         "trust\n"
         "`recommended` are on unless switched off; `--select all` adds the others. `spangate explain RULE` prints a "
         "page.\n"
         "\n## Over source\n\n" +
         Table(SourceRules(), "source") + "\n## Over telemetry\n\n" + Table(TelemetryRules(), "telemetry");
}

}  // namespace spangate
