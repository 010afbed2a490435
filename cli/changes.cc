#include "cli/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace spangate {
namespace {

// The byte that a letter stands for behind a backslash in git's quoted paths; 0: none.
char Escaped(char letter) {
  constexpr std::string_view kLetters = "abtnvfr\"\\";
  constexpr std::string_view kBytes = "\a\b\t\n\v\f\r\"\\";
  const size_t at = kLetters.find(letter);
  return at == std::string_view::npos ? '\0' : kBytes[at];
}

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

// A path in double quotes at the front of `text`, which it is taken from; nullopt when that is none.
std::optional<std::string> TakeQuoted(std::string_view& text) {
  if (!text.starts_with('"')) return std::nullopt;
  std::string path;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return path;
    }
    if (text[i] != '\\') {
      path += text[i];
      continue;
    }
    if (++i >= text.size()) break;
    if (i + 2 < text.size() && IsOctal(text[i]) && IsOctal(text[i + 1]) && IsOctal(text[i + 2])) {
      path += static_cast<char>((text[i] - '0') * 64 + (text[i + 1] - '0') * 8 + (text[i + 2] - '0'));
      i += 2;
    } else {
      path += Escaped(text[i]);
    }
  }
  return std::nullopt;
}

// A path that fills its line. Git marks the end of one with blanks by a tab.
std::string PathOf(std::string_view text) {
  std::string_view rest = text;
  if (std::optional<std::string> quoted = TakeQuoted(rest)) return *quoted;
  if (text.ends_with('\t')) text.remove_suffix(1);
  return std::string(text);
}

// "a/x" and "b/x" without the prefix; empty for /dev/null.
std::string WithoutPrefix(const std::string& path) {
  return path.starts_with("a/") || path.starts_with("b/") ? path.substr(2) : "";
}

// The new path of "a/x b/x". Without quotes it can be cut only where both halves are equal, which they are unless
// "rename to" follows.
std::string PathOfHeader(std::string_view text) {
  if (std::optional<std::string> old_path = TakeQuoted(text)) {
    if (text.starts_with(' ')) text.remove_prefix(1);
    return WithoutPrefix(PathOf(text));
  }
  if (const size_t quote = text.find(" \""); quote != std::string_view::npos) {
    return WithoutPrefix(PathOf(text.substr(quote + 1)));
  }
  const size_t half = text.size() / 2;
  return text.size() < 5 ? "" : WithoutPrefix(std::string(text.substr(half + 1)));
}

bool TakeNumber(std::string_view& text, uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

// "12,3" or "12", which means one line.
bool TakeSpan(std::string_view& text, uint32_t& start, uint32_t& count) {
  count = 1;
  if (!TakeNumber(text, start)) return false;
  if (!text.starts_with(',')) return true;
  text.remove_prefix(1);
  return TakeNumber(text, count);
}

struct Hunk {
  uint32_t old_count = 0;
  uint32_t new_count = 0;
  uint32_t next = 1;  // the next line of the new text
};

std::optional<Hunk> HunkOf(std::string_view line) {
  Hunk hunk;
  uint32_t old_start = 0;
  uint32_t new_start = 0;
  line.remove_prefix(4);  // "@@ -"
  if (!TakeSpan(line, old_start, hunk.old_count) || !line.starts_with(" +")) return std::nullopt;
  line.remove_prefix(2);
  if (!TakeSpan(line, new_start, hunk.new_count) || !line.starts_with(" @@")) return std::nullopt;
  // A hunk without new lines names the line before it.
  hunk.next = hunk.new_count == 0 ? new_start + 1 : new_start;
  if (hunk.next < new_start || hunk.next == 0) return std::nullopt;
  return hunk;
}

class DiffReader {
 public:
  explicit DiffReader(std::string_view diff) : left_(diff) {}

  Result<Changes> Read() {
    while (NextLine()) {
      if (line_.starts_with("@@ -")) {
        if (!ReadHunk()) return Error{ErrorKind::kSystem, fmt::format("git diff: line {}: malformed hunk", number_)};
      } else {
        ReadHeaderLine();
      }
    }
    FinishFile();
    return std::move(changes_);
  }

 private:
  bool NextLine() {
    if (left_.empty()) return false;
    const size_t end = std::min(left_.find('\n'), left_.size());
    line_ = left_.substr(0, end);
    left_.remove_prefix(std::min(end + 1, left_.size()));
    ++number_;
    return true;
  }

  bool TakePrefix(std::string_view prefix) {
    if (!line_.starts_with(prefix)) return false;
    line_.remove_prefix(prefix.size());
    return true;
  }

  void ReadHeaderLine() {
    if (TakePrefix("diff --git ")) {
      StartFile(PathOfHeader(line_));
    } else if (TakePrefix("diff --cc ") || TakePrefix("diff --combined ") || TakePrefix("* Unmerged path ")) {
      StartFile(PathOf(line_));
      file_.whole = true;
    } else if (TakePrefix("Submodule ")) {
      FinishFile();
      ReadSubmodule();
    } else if (TakePrefix("rename from ")) {
      changes_.removed.insert(PathOf(line_));
    } else if (TakePrefix("rename to ") || TakePrefix("copy to ")) {
      path_ = PathOf(line_);
    } else if (TakePrefix("+++ ")) {
      if (const std::string path = WithoutPrefix(PathOf(line_)); !path.empty()) path_ = path;
    } else if (line_.starts_with("new file mode ") || line_.starts_with("Binary files ")) {
      file_.whole = true;
    } else if (line_.starts_with("deleted file mode ")) {
      deleted_ = true;
    } else if (line_ == "(diff failed)") {  // diff.external of the user's configuration reaches into submodules
      changes_.folders.push_back(submodule_);
    }
  }

  void StartFile(std::string path) {
    FinishFile();
    path_ = std::move(path);
  }

  void FinishFile() {
    if (!path_.empty() && deleted_) changes_.removed.insert(path_);
    if (!path_.empty() && !deleted_) changes_.files[path_] = std::move(file_);
    path_.clear();
    file_ = {};
    deleted_ = false;
  }

  // "sub 1234567..89abcde:", then a diff of its files; or "sub 1234567...89abcde (commits not present)".
  void ReadSubmodule() {
    const size_t dots = line_.find("..");
    const size_t blank = dots == std::string_view::npos ? line_.find(" contains ") : line_.rfind(' ', dots);
    submodule_ = line_.substr(0, blank);
    const bool told = !line_.ends_with(')') || line_.ends_with("(submodule deleted)");
    if (!told) changes_.folders.push_back(submodule_);
  }

  bool ReadHunk() {
    std::optional<Hunk> hunk = HunkOf(line_);
    if (!hunk || path_.empty()) return false;
    uint32_t added = 0;
    bool removed = false;
    const auto flush = [&] {
      if (added > 0) file_.lines.push_back({hunk->next - added, hunk->next - 1});
      if (added == 0 && removed) file_.removals.push_back(hunk->next - 1);
      added = 0;
      removed = false;
    };
    while (hunk->old_count > 0 || hunk->new_count > 0) {
      if (!NextLine()) return false;
      const char kind = line_.empty() ? ' ' : line_.front();  // diff.suppressBlankEmpty leaves the blank out
      if (kind == '\\') continue;                             // "\ No newline at end of file"
      const bool takes_old = kind == '-' || kind == ' ';
      const bool takes_new = kind == '+' || kind == ' ';
      if (!takes_old && !takes_new) return false;
      if ((takes_old && hunk->old_count-- == 0) || (takes_new && hunk->new_count-- == 0)) return false;
      if (kind == ' ') flush();
      if (takes_new) ++hunk->next;
      if (takes_new && hunk->next == 0) return false;
      added += kind == '+' ? 1 : 0;
      removed = removed || kind == '-';
    }
    flush();
    return true;
  }

  std::string_view left_;
  std::string_view line_;
  size_t number_ = 0;
  std::string path_;
  FileChange file_;
  bool deleted_ = false;
  std::string submodule_;
  Changes changes_;
};

bool Overlap(LineSpan a, LineSpan b) { return a.first <= b.last && b.first <= a.last; }

LineSpan LinesOf(const Location& where) { return {where.line, std::max(where.line, where.end_line)}; }

// The smallest function around the line; the line's own range when there is none.
LineSpan Around(const Location& where, const FunctionLines& functions) {
  const LineSpan own = LinesOf(where);
  const auto file = functions.find(where.path);
  if (file == functions.end()) return own;
  const LineSpan* best = nullptr;
  for (const LineSpan& range : file->second) {
    if (where.line < range.first || where.line > range.last) continue;
    if (best == nullptr || range.last - range.first < best->last - best->first) best = &range;
  }
  return best == nullptr ? own : *best;
}

bool PlaceInChange(const Location& where, const Changes& changes, NewScope scope, const FunctionLines& functions) {
  const FileChange* change = changes.Find(where.path);
  if (change == nullptr) return false;
  if (change->whole) return true;
  switch (scope) {
    case NewScope::kFile:
      return change->TextChanged();
    case NewScope::kFunction:
      return change->Touches(Around(where, functions));
    case NewScope::kLine:
      break;
  }
  return change->HasLineIn(LinesOf(where));
}

}  // namespace

bool FileChange::HasLineIn(LineSpan range) const {
  return whole || std::any_of(lines.begin(), lines.end(), [&](LineSpan changed) { return Overlap(changed, range); });
}

bool FileChange::Touches(LineSpan range) const {
  return HasLineIn(range) || std::any_of(removals.begin(), removals.end(),
                                         [&](uint32_t before) { return range.first <= before && before < range.last; });
}

const FileChange* Changes::Find(std::string_view path) const {
  static const FileChange kWhole{.whole = true};
  const auto file = files.find(path);
  if (file != files.end()) return &file->second;
  const bool below = std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
    return path.size() > folder.size() && path[folder.size()] == '/' && path.starts_with(folder);
  });
  return below ? &kWhole : nullptr;
}

Result<Changes> ParseDiff(std::string_view diff) { return DiffReader(diff).Read(); }

Changes WithPaths(const Changes& changes, const std::function<std::string(const std::string&)>& map) {
  Changes mapped;
  for (const auto& [path, change] : changes.files) mapped.files[map(path)] = change;
  for (const std::string& path : changes.removed) mapped.removed.insert(map(path));
  for (const std::string& path : changes.folders) mapped.folders.push_back(map(path));
  return mapped;
}

bool InChange(const Finding& finding, const Changes& changes, NewScope scope, const FunctionLines& functions) {
  if (!finding.where.known()) return true;
  if (PlaceInChange(finding.where, changes, scope, functions)) return true;
  return std::any_of(finding.flow.begin(), finding.flow.end(), [&](const FlowStep& step) {
    return step.where.known() && PlaceInChange(step.where, changes, scope, functions);
  });
}

}  // namespace spangate
