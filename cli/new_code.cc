#include "cli/new_code.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>

#include "cli/git.h"
#include "common/path.h"
#include "reports/summary.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

std::string RealPath(const fs::path& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  return error ? path.string() : real.string();
}

std::string Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

std::string TextOf(const std::string& path) {
  Result<std::string> text = ReadFile(path);
  return text.has_value() ? text.value() : "";
}

std::string Shown(std::string_view path, const std::string& root) { return std::string(RelativeTo(path, root)); }

Result<NewScope> ScopeOf(const std::string& name) {
  constexpr std::pair<std::string_view, NewScope> kScopes[] = {
      {"line", NewScope::kLine}, {"function", NewScope::kFunction}, {"file", NewScope::kFile}};
  for (const auto& [known, scope] : kScopes) {
    if (name == known) return scope;
  }
  return Error{ErrorKind::kUsage, fmt::format("--new-scope {}: it is none of line, function, file", name)};
}

Status CheckFlags(const Arguments& arguments) {
  for (const char* flag : {"new-scope", "affected-only"}) {
    if (arguments.Has(flag) && !arguments.Has("new-from")) {
      return Error{ErrorKind::kUsage, fmt::format("--{} says how --new-from works, which is not given", flag)};
    }
  }
  return Ok();
}

std::string Absolute(const std::string& root, const std::string& path) {
  return path.starts_with('/') ? path : root + "/" + path;
}

Status ReadChange(const Arguments& arguments, Session& session, Asked& asked) {
  const std::string ref = arguments.Get("new-from");
  Result<NewScope> scope = ScopeOf(arguments.Get("new-scope", "function"));
  if (!scope.has_value()) return scope.error();
  asked.scope = scope.value();
  Result<ChangesSinceBase> read = ReadChanges(ref, session.root, CiBaseFrom(&Variable, &TextOf));
  if (!read.has_value()) return read.error();
  asked.changes = std::move(read.value().changes);
  std::vector<std::string>& notes = session.result.info.notes;
  const std::string against =
      fmt::format("{}, the merge base of {} and HEAD", read.value().base.substr(0, 12), read.value().named);
  if (asked.changes->empty()) {
    notes.push_back(fmt::format("nothing changed since {}: no finding is new (--new-from)", against));
  } else {
    const size_t files = asked.changes->files.size() + asked.changes->removed.size();
    notes.push_back(fmt::format("{} changed since {}", Plural(files, "path"), against));
  }
  return Ok();
}

// The files of the change that a command reads now, or read before it.
void ChangedPaths(const Asked& asked, const std::string& root, std::set<std::string>& changed,
                  std::set<std::string>& gone) {
  for (const auto& [path, change] : asked.changes->files) changed.insert(Absolute(root, path));
  for (const std::string& path : asked.changes->removed) gone.insert(Absolute(root, path));
  changed.insert(gone.begin(), gone.end());
}

// A changed submodule has no list of files: whoever reads any of them is affected.
IncludedFiles FoldersAsFiles(IncludedFiles included, std::vector<std::string> folders) {
  if (folders.empty()) return included;
  return [included = std::move(included), folders = std::move(folders)](const CompileCommand& command) {
    std::optional<std::vector<std::string>> files = included(command);
    if (!files.has_value()) return files;
    for (const std::string& folder : folders) {
      const bool any =
          std::any_of(files->begin(), files->end(), [&](const std::string& file) { return IsBelow(file, folder); });
      if (any) files->push_back(folder);
    }
    return files;
  };
}

// An analysis knows which #if branches were active; where there was none, every branch counts.
IncludedFiles CachedOrScanned(const IncludedFiles& cached, IncludedFiles scanned) {
  return [cached, scanned = std::move(scanned)](const CompileCommand& command) {
    std::optional<std::vector<std::string>> files = cached(command);
    return files.has_value() ? files : scanned(command);
  };
}

void SelectAffected(const std::vector<CompileCommand>& commands, const std::string& root, const IncludedFiles& cached,
                    Asked& asked) {
  std::set<std::string> changed;
  std::set<std::string> gone;
  ChangedPaths(asked, root, changed, gone);
  std::vector<std::string> folders;
  for (const std::string& folder : asked.changes->folders) folders.push_back(Absolute(root, folder));
  changed.insert(folders.begin(), folders.end());
  asked.affected = AffectedCommands(commands, changed,
                                    FoldersAsFiles(CachedOrScanned(cached, ScannedIncludes(root, gone)), folders));
}

// The commands that read one of the headers, which are taken out of the set as they are found.
void SelectIncluders(const std::vector<CompileCommand>& commands, const std::string& root, const IncludedFiles& cached,
                     std::set<std::string>& headers, std::set<size_t>& selected) {
  if (headers.empty()) return;
  const std::set<std::string> wanted = headers;
  const IncludedFiles included = CachedOrScanned(cached, ScannedIncludes(root, {}));
  for (size_t i = 0; i < commands.size(); ++i) {
    const std::optional<std::vector<std::string>> read = included(commands[i]);
    if (!read.has_value()) selected.insert(i);  // a macro says what it includes: perhaps this
    for (const std::string& file : read.value_or(std::vector<std::string>{})) {
      if (!wanted.contains(file)) continue;
      selected.insert(i);
      headers.erase(file);
    }
  }
}

// Every named file must be a main file or included by one: a misspelt name is never "no findings".
Status SelectNamed(const std::vector<std::string>& names, const std::vector<CompileCommand>& commands,
                   const std::string& root, const IncludedFiles& cached, Asked& asked) {
  std::multimap<std::string, size_t> by_file;
  for (size_t i = 0; i < commands.size(); ++i) by_file.emplace(RealPath(commands[i].file), i);
  std::set<size_t> selected;
  std::set<std::string> headers;
  std::error_code error;
  for (const std::string& name : names) {
    const std::string file = RealPath(fs::absolute(name, error));
    asked.named.insert(Shown(file, root));
    const auto [first, last] = by_file.equal_range(file);
    for (auto entry = first; entry != last; ++entry) selected.insert(entry->second);
    if (first == last) headers.insert(file);
  }
  SelectIncluders(commands, root, cached, headers, selected);
  if (!headers.empty()) {
    const bool exists = fs::is_regular_file(*headers.begin(), error);
    return Error{
        ErrorKind::kUsage,
        fmt::format("{}: the compile database has no command for this file{}; give its flags after --, or "
                    "name a file that it compiles",
                    Shown(*headers.begin(), root), exists ? " and none that includes it" : ", and it does not exist")};
  }
  asked.affected.assign(selected.begin(), selected.end());
  return Ok();
}

// Above the name there may be a result type, a template head, attributes: up to the end of what precedes.
uint32_t DeclarationStart(const std::vector<std::string_view>& lines, uint32_t name_line) {
  constexpr uint32_t kMost = 20;
  uint32_t start = name_line;
  for (uint32_t line = name_line; line > 1 && name_line - line < kMost; --line) {
    if (line - 2 >= lines.size()) break;
    std::string_view text = lines[line - 2].substr(0, lines[line - 2].find("//"));
    const size_t last = text.find_last_not_of(" \t\r");
    const size_t first = text.find_first_not_of(" \t");
    if (last == std::string_view::npos) break;
    if (text[first] == '#' || text[first] == '*' || text.substr(0, last + 1).ends_with("*/")) break;
    if (std::string_view(";{}:").find(text[last]) != std::string_view::npos) break;
    start = line - 1;
  }
  return start;
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::set<std::string> PlacesOf(const std::vector<Finding>& findings) {
  std::set<std::string> paths;
  for (const Finding& finding : findings) {
    paths.insert(finding.where.path);
    for (const FlowStep& step : finding.flow) paths.insert(step.where.path);
  }
  return paths;
}

FunctionLines FunctionLinesOf(const SourceModel& source, const std::set<std::string>& paths, SourceCache& sources) {
  FunctionLines functions;
  std::map<std::string, std::vector<std::string_view>> lines;
  for (const Function& function : source.functions) {
    const FunctionFacts& facts = function.facts;
    if (!facts.is_definition || facts.is_lambda || facts.body.line == 0) continue;
    const std::string path = Shown(std::string(facts.file), source.project_root);
    if (!paths.contains(path)) continue;
    const auto [text, added] = lines.try_emplace(path);
    if (added) text->second = LinesOf(sources.Text(path).value_or(""));
    const uint32_t name_line = facts.where.line == 0 ? facts.body.line : std::min(facts.where.line, facts.body.line);
    functions[path].push_back({DeclarationStart(text->second, name_line), std::max(name_line, facts.body.end_line)});
  }
  return functions;
}

template <class Keep>
size_t Filter(std::vector<Finding>& findings, Keep keep) {
  const size_t before = findings.size();
  std::erase_if(findings, [&](const Finding& finding) { return !keep(finding); });
  return before - findings.size();
}

std::string NotShown(size_t count, std::string_view where, std::string_view why) {
  return fmt::format("{} {} {} not shown{}", Plural(count, "finding"), where, count == 1 ? "is" : "are", why);
}

}  // namespace

std::vector<size_t> AffectedCommands(const std::vector<CompileCommand>& commands, const std::set<std::string>& files,
                                     const IncludedFiles& included) {
  std::vector<size_t> affected;
  for (size_t i = 0; i < commands.size(); ++i) {
    if (files.contains(RealPath(commands[i].file))) {
      affected.push_back(i);
      continue;
    }
    const std::optional<std::vector<std::string>> read = included(commands[i]);
    const bool touched = !read.has_value() || std::any_of(read->begin(), read->end(), [&](const std::string& file) {
      return files.contains(file);
    });
    if (touched) affected.push_back(i);
  }
  return affected;
}

Result<Asked> ReadAsked(const Arguments& arguments, const std::vector<std::string>& names, Session& session,
                        const std::vector<CompileCommand>& commands, const IncludedFiles& cached) {
  if (Status status = CheckFlags(arguments); !status.has_value()) return status.error();
  Asked asked;
  asked.commands = commands.size();
  for (size_t i = 0; i < commands.size(); ++i) asked.affected.push_back(i);
  if (arguments.Has("new-from")) {
    if (Status status = ReadChange(arguments, session, asked); !status.has_value()) return status.error();
    asked.in_part = arguments.Has("affected-only");
    if (asked.in_part) SelectAffected(commands, session.root, cached, asked);
  }
  if (!names.empty()) {
    if (Status status = SelectNamed(names, commands, session.root, cached, asked); !status.has_value())
      return status.error();
    asked.in_part = true;
  }
  return asked;
}

void KeepAsked(const Asked& asked, const SourceModel& source, SourceCache& sources, RunResult& result) {
  RunInfo& info = result.info;
  const size_t read = source.translation_units.size();
  const bool in_part = read < asked.commands;
  if (in_part) {
    info.notes.push_back(
        fmt::format("judged in part: {} of {} were read", read, Plural(asked.commands, "translation unit")));
  }
  if (!asked.named.empty()) {
    const size_t others = Filter(result.findings, [&](const Finding& finding) {
      return !finding.where.known() || asked.named.contains(finding.where.path);
    });
    if (others > 0) info.notes.push_back(NotShown(others, "in files that were not named", ""));
  }
  if (asked.changes.has_value()) {
    const FunctionLines functions = FunctionLinesOf(source, PlacesOf(result.findings), sources);
    const size_t others = Filter(result.findings, [&](const Finding& finding) {
      return InChange(finding, *asked.changes, asked.scope, functions);
    });
    if (others > 0) info.notes.push_back(NotShown(others, "outside the change", " (--new-from)"));
  }
  // A finding that is missing in a part says nothing about the baseline.
  if (!in_part && asked.named.empty() && !asked.changes.has_value()) {
    for (const Symbol file : source.files) info.files.push_back(Shown(std::string(file), source.project_root));
  }
}

}  // namespace spangate
