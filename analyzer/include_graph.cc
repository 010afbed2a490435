// Search of includes on disk, each folder listed once, and the graph that they span.
#include "analyzer/include_graph.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <system_error>

namespace spangate {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMaxText = uintmax_t{64} << 20;

std::string ReadText(const std::string& path) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  if (error || size > kMaxText) return {};
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Past blanks and comments from `at`; counts lines.
size_t SkipBlanks(std::string_view text, size_t at, uint32_t& line) {
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    size_t length = 1;
    if (rest.starts_with("//")) {
      length = std::min(rest.find('\n'), rest.size());
    } else if (rest.starts_with("/*")) {
      const size_t end = rest.find("*/", 2);
      length = end == std::string_view::npos ? rest.size() : end + 2;
    } else if (std::string_view(" \t\r\f\v\n").find(rest[0]) == std::string_view::npos) {
      break;
    }
    line += static_cast<uint32_t>(std::count(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(length), '\n'));
    at += length;
  }
  return at;
}

// Past a directive with the lines that continue it.
size_t SkipDirective(std::string_view text, size_t at, uint32_t& line) {
  for (; at < text.size(); ++at) {
    if (text.substr(at).starts_with("/*")) {
      const size_t end = std::min(text.find("*/", at + 2), text.size() - 1);
      line += static_cast<uint32_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                                               text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
      at = end;
    } else if (text[at] == '\n') {
      size_t last = at;
      while (last > 0 && (text[last - 1] == '\r' || text[last - 1] == ' ' || text[last - 1] == '\t')) --last;
      if (last == 0 || text[last - 1] != '\\') return at;
      ++line;
    }
  }
  return at;
}

// All of it for line 0.
std::string_view UpToLine(std::string_view text, uint32_t line) {
  size_t at = line == 0 ? text.size() : 0;
  for (; line > 0 && at < text.size(); --line) at = std::min(text.find('\n', at), text.size() - 1) + 1;
  return text.substr(0, at);
}

// The condition of an #if or #ifdef line; no name when it is not a simple one.
ConditionalLines ConditionOf(std::string_view line) {
  static const std::regex kDefined(R"(^\s*#\s*(?:ifdef\s+|if\s+defined\s*\(?\s*)(\w+)\s*\)?\s*(?:/[/*].*)?$)");
  static const std::regex kCompared(R"(^\s*#\s*if\s+(\w+)\s*(>=|<=|==|<|>)\s*(\d{1,9})\s*(?:/[/*].*)?$)");
  constexpr size_t kMaxLine = 200;  // keeps the expressions cheap
  std::match_results<std::string_view::const_iterator> match;
  ConditionalLines lines;
  if (line.size() > kMaxLine) return lines;
  if (std::regex_match(line.begin(), line.end(), match, kDefined)) {
    lines.name = match[1].str();
  } else if (std::regex_match(line.begin(), line.end(), match, kCompared)) {
    lines.name = match[1].str();
    lines.relation = match[2].str();
    lines.number = std::stol(match[3].str());
  }
  return lines;
}

bool IsTrue(const ConditionalLines& lines, long value) {
  if (lines.relation == ">=") return value >= lines.number;
  if (lines.relation == "<=") return value <= lines.number;
  if (lines.relation == "==") return value == lines.number;
  return lines.relation == "<" ? value < lines.number : value > lines.number;
}

// "#pragma once", or a condition around it all.
bool BeginsGuarded(std::string_view text) {
  uint32_t line = 1;
  size_t at = SkipBlanks(text, 0, line);
  if (at >= text.size() || text[at] != '#') return false;
  at = text.find_first_not_of(" \t", at + 1);
  if (at == std::string_view::npos) return false;
  const std::string_view rest = text.substr(at);
  return rest.starts_with("ifndef") || rest.starts_with("if !defined") || rest.starts_with("pragma once");
}

// The folders that compilers add by themselves, where they usually are.
std::vector<std::string> UsualFolders() {
  const auto below = [](const std::string& folder, std::string_view part) {
    std::vector<std::string> found;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      if (entry->path().filename().string().find(part) != std::string::npos) found.push_back(entry->path().string());
    }
    std::sort(found.begin(), found.end(), [](const std::string& a, const std::string& b) {
      return a.size() != b.size() ? a.size() > b.size() : a > b;  // 12 before 9
    });
    return found;
  };
  const std::string include = "/usr/include";
  const std::vector<std::string> machines = below(include, "-linux-");
  std::vector<std::string> folders;
  const std::vector<std::string> versions = below(include + "/c++", "");
  if (!versions.empty()) {
    folders.push_back(versions.front());
    const fs::path version = fs::path(versions.front()).filename();
    for (const std::string& machine : machines) folders.push_back((fs::path(machine) / "c++" / version).string());
  }
  folders.emplace_back("/usr/local/include");
  folders.insert(folders.end(), machines.begin(), machines.end());
  folders.push_back(include);
  return folders;
}

}  // namespace

uint32_t FirstCodeLine(std::string_view text) {
  uint32_t line = 1;
  for (size_t at = SkipBlanks(text, 0, line); at < text.size(); at = SkipBlanks(text, at, line)) {
    if (text[at] != '#' && !text.substr(at).starts_with("%:")) return line;
    at = SkipDirective(text, at, line);
  }
  return 0;
}

std::vector<ConditionalLines> ScanConditions(std::string_view text) {
  std::vector<ConditionalLines> found;
  std::vector<ConditionalLines> open;
  uint32_t number = 1;
  for (size_t at = 0; at < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    size_t word = line.find_first_not_of(" \t");
    if (word == std::string_view::npos || line[word] != '#') continue;
    word = std::min(line.find_first_not_of(" \t", word + 1), line.size());
    const std::string_view directive = line.substr(word);
    if (directive.starts_with("if")) {
      open.push_back(ConditionOf(line));
      open.back().first = number;
    } else if (!open.empty() && (directive.starts_with("el") || directive.starts_with("endif"))) {
      open.back().last = number;
      if (!open.back().name.empty()) found.push_back(open.back());
      open.back().name.clear();
      if (directive.starts_with("endif")) open.pop_back();
    }
  }
  return found;
}

Symbol RealPath(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  return Symbol(error ? path : real.string());
}

bool IsOfSystemLibrary(std::string_view file) {
  constexpr std::array<std::string_view, 4> kFolders = {"/include/c++/", "/lib/gcc/", "/lib/clang/", "-linux-gnu/"};
  if (std::any_of(kFolders.begin(), kFolders.end(),
                  [&](std::string_view folder) { return file.find(folder) != std::string_view::npos; })) {
    return true;
  }
  constexpr std::string_view kInclude = "/usr/include/";
  if (!file.starts_with(kInclude)) return false;
  file.remove_prefix(kInclude.size());
  constexpr std::array<std::string_view, 6> kParts = {"asm-generic/", "linux/", "net/", "netinet/", "arpa/", "rpc/"};
  return file.find('/') == std::string_view::npos ||
         std::any_of(kParts.begin(), kParts.end(), [&](std::string_view part) { return file.starts_with(part); });
}

const SourceTexts::Text& SourceTexts::Of(Symbol file) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = texts_.find(file);
    if (found != texts_.end()) return *found->second;
  }
  const std::string text = ReadText(std::string(file.view()));
  auto read = std::make_unique<Text>();
  read->macros = ScanMacros(text);
  read->includes = ScanIncludes(text);
  read->conditions = ScanConditions(text);
  read->first_code = FirstCodeLine(text);
  read->tested_before_code = ScanMacros(UpToLine(text, read->first_code)).tested;
  read->guarded = BeginsGuarded(text);
  read->bytes = text.size();
  const std::scoped_lock lock(mutex_);
  return *texts_.try_emplace(file, std::move(read)).first->second;
}

uint32_t KnownFiles::Number(const std::string& path) {
  const auto [known, is_new] = by_path_.try_emplace(path);
  if (!is_new) return known->second;
  const Symbol real = RealPath(path);
  const auto [number, is_new_file] = by_file_.try_emplace(real, static_cast<uint32_t>(files_.size()));
  if (is_new_file) files_.push_back(real);
  return known->second = number->second;
}

bool KnownFiles::Holds(const std::string& folder, const std::string& spelling) {
  const auto [listed, is_new_folder] = names_.try_emplace(folder);
  std::error_code error;
  if (is_new_folder) {
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      listed->second.insert(entry->path().filename().string());
    }
  }
  const std::string start = spelling.substr(0, spelling.find('/'));
  if (start != "." && start != ".." && !listed->second.contains(start)) return false;
  const auto [held, is_new] = holds_.try_emplace(folder + '/' + spelling);
  if (is_new) held->second = fs::is_regular_file(held->first, error);
  return held->second;
}

IncludeGraph::IncludeGraph(SourceTexts& texts, KnownFiles& files, const std::vector<std::string>& arguments,
                           const std::string& directory)
    : texts_(texts), known_(files), folders_(SearchPath(arguments, directory, UsualFolders()).folders()) {
  constexpr std::string_view kPrefix = "--system-header-prefix=";
  for (const std::string& argument : arguments) {
    if (argument.starts_with(kPrefix)) prefixes_.push_back(argument.substr(kPrefix.size()));
    if (!argument.starts_with("-D")) continue;
    const size_t equals = std::min(argument.find('='), argument.size());
    given_[argument.substr(2, equals - 2)] = equals < argument.size() ? argument.substr(equals + 1) : "1";
  }
}

// A macro that nobody defined so far is not defined, but those of the compiler are not known here.
bool IncludeGraph::IsRead(const SourceTexts::Text& text, uint32_t line) const {
  return std::none_of(text.conditions.begin(), text.conditions.end(), [&](const ConditionalLines& lines) {
    if (line <= lines.first || line >= lines.last) return false;
    if (lines.name.starts_with('_') || defined_.contains(HashOfName(lines.name))) return false;
    const auto given = given_.find(lines.name);
    if (given == given_.end()) return lines.relation.empty();
    const bool is_number = !given->second.empty() && given->second.size() < 10 &&
                           given->second.find_first_not_of("0123456789") == std::string::npos;
    return !lines.relation.empty() && is_number && !IsTrue(lines, std::stol(given->second));
  });
}

IncludeGraph::Node& IncludeGraph::At(uint32_t file) {
  if (file >= nodes_.size()) nodes_.resize(std::max<size_t>(file + 1, known_.size()));
  return nodes_[file];
}

// Beside the includer is not looked at here.
IncludeGraph::Found IncludeGraph::Search(const IncludeDirective& directive, uint32_t from) {
  const bool next = directive.kind == IncludeDirective::Kind::kIncludeNext;
  const std::string key = (directive.quoted ? '"' : '<') + directive.spelling;
  if (!next) {
    const auto found = found_.find(key);
    if (found != found_.end()) return found->second;
  }
  Found found;
  for (const SearchPath::Folder& folder : folders_) {
    if (folder.group == SearchPath::Group::kQuote && !directive.quoted) continue;
    if (!known_.Holds(folder.path, directive.spelling)) continue;
    const uint32_t file = known_.Number(folder.path + '/' + directive.spelling);
    if (next && file == from) continue;
    const bool prefixed = std::any_of(prefixes_.begin(), prefixes_.end(), [&](const std::string& prefix) {
      return directive.spelling.starts_with(prefix);
    });
    found = {file, prefixed || folder.group >= SearchPath::Group::kSystem, true};
    break;
  }
  if (!next) found_.emplace(key, found);
  return found;
}

void IncludeGraph::Expand(uint32_t file) {
  if (At(file).expanded) return;
  At(file).expanded = true;
  const bool external = At(file).external;
  const Symbol name = known_.File(file);
  const std::string folder = fs::path(name.view()).parent_path().string();
  const bool may_name = !external || !IsOfSystemLibrary(name.view());
  const SourceTexts::Text& text = texts_.Of(name);
  defined_.insert(text.macros.defined.begin(), text.macros.defined.end());
  for (const IncludeDirective& directive : text.includes) {
    if (directive.computed || directive.kind > IncludeDirective::Kind::kIncludeNext) continue;
    if (!IsRead(text, directive.line)) continue;
    if (directive.quoted && known_.Holds(folder, directive.spelling)) {
      const uint32_t beside = known_.Number(folder + '/' + directive.spelling);
      Node& node = At(beside);
      if (!node.expanded) node.external = node.external || external;
      At(file).to.push_back(beside);
      continue;
    }
    const Found found = Search(directive, file);
    if (!found.any) continue;
    Node& node = At(found.file);
    if (!node.expanded) node.external = node.external || found.external;
    // What only other people's headers name may be a part that makes no sense alone.
    if (may_name && node.external && (!external || texts_.Of(known_.File(found.file)).guarded)) {
      node.root = true;
      if (node.spelling.empty()) node.spelling = directive.spelling;
    }
    At(file).to.push_back(found.file);
  }
}

std::vector<uint32_t> IncludeGraph::Reach(uint32_t from) {
  std::vector<uint32_t> reached;
  std::vector<bool> seen(known_.size());
  std::vector<uint32_t> open = {from};
  while (!open.empty()) {
    const uint32_t file = open.back();
    open.pop_back();
    if (file >= seen.size()) seen.resize(known_.size());
    if (seen[file]) continue;
    seen[file] = true;
    Expand(file);
    reached.push_back(file);
    open.insert(open.end(), At(file).to.rbegin(), At(file).to.rend());  // the first of them next
  }
  std::sort(reached.begin(), reached.end());
  return reached;
}

FileSet IncludeGraph::Reads(const std::string& main_file) {
  FileSet files = Reach(known_.Number(main_file));
  std::erase_if(files, [&](uint32_t file) { return !At(file).external; });
  return files;
}

std::string IncludeGraph::Spelling(uint32_t file) {
  if (!At(file).root) return {};
  const std::vector<uint32_t> files = Reach(file);
  const bool pure = std::all_of(files.begin(), files.end(), [&](uint32_t reached) { return At(reached).external; });
  return pure ? At(file).spelling : std::string();
}

}  // namespace spangate
