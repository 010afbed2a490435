#include "rules/suppression.h"

#include <algorithm>
#include <array>

namespace spangate {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsIdentifier(char c) { return IsDigit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n*");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n*") - first + 1);
}

/// A comment's text and the line where it begins.
struct Comment {
  std::string_view text;
  uint32_t line = 1;
};

/// Walks over a source text and yields its comments. Not a lexer: it knows only what can hide or fake a comment.
class CommentReader {
 public:
  explicit CommentReader(std::string_view source) : source_(source) {}

  bool Next(Comment& comment) {
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (source_.substr(at_, 2) == "//") return Take(EndOfLineComment(), comment);
      if (source_.substr(at_, 2) == "/*") return Take(After("*/", at_ + 2), comment);
      if (c == '"') {
        SkipTo(IsRawString() ? EndOfRawString() : EndOfQuoted('"'));
      } else if (c == '\'' && !IsDigitSeparator()) {
        SkipTo(EndOfQuoted('\''));
      } else {
        SkipTo(at_ + 1);
      }
    }
    return false;
  }

 private:
  bool Take(size_t end, Comment& comment) {
    comment = {source_.substr(at_, end - at_), line_};
    SkipTo(end);
    return true;
  }

  void SkipTo(size_t end) {
    line_ += static_cast<uint32_t>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                              source_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at_ = end;
  }

  size_t After(std::string_view mark, size_t from) const {
    const size_t found = source_.find(mark, from);
    return found == std::string_view::npos ? source_.size() : found + mark.size();
  }

  size_t EndOfLineComment() const {
    size_t end = std::min(source_.find('\n', at_), source_.size());
    while (end < source_.size() && end > 0 && source_[end - 1] == '\\') {
      end = std::min(source_.find('\n', end + 1), source_.size());
    }
    return end;
  }

  // A quoted literal ends on its line; an odd quote (an apostrophe in #error text) must not swallow the file.
  size_t EndOfQuoted(char quote) const {
    for (size_t i = at_ + 1; i < source_.size(); ++i) {
      if (source_[i] == '\\') {
        ++i;
      } else if (source_[i] == quote) {
        return i + 1;
      } else if (source_[i] == '\n') {
        return i;
      }
    }
    return source_.size();
  }

  bool IsRawString() const { return at_ > 0 && source_[at_ - 1] == 'R'; }
  size_t EndOfRawString() const {
    const size_t open = source_.find('(', at_);
    if (open == std::string_view::npos || open - at_ > 17) return EndOfQuoted('"');  // 16 characters of delimiter
    const std::string close = ")" + std::string(source_.substr(at_ + 1, open - at_ - 1)) + "\"";
    return After(close, open);
  }
  bool IsDigitSeparator() const {
    return at_ > 0 && at_ + 1 < source_.size() && IsIdentifier(source_[at_ - 1]) && IsDigit(source_[at_ + 1]);
  }

  std::string_view source_;
  size_t at_ = 0;
  uint32_t line_ = 1;
};

enum class Form { kLine, kNextLine, kBegin, kEnd };

/// One NOLINT marker in a comment.
struct Marker {
  Form form = Form::kLine;
  std::string_view ids;
  std::string_view rest;  // what follows the closing parenthesis
  uint32_t line = 0;
};

// "... (until 2026-12-31)" at the end of a reason.
void SplitReason(std::string_view rest, Suppression& suppression) {
  if (!rest.starts_with(':')) return;
  rest = Trimmed(rest.substr(1, rest.find('\n') - 1));
  if (rest.ends_with("*/")) rest = Trimmed(rest.substr(0, rest.size() - 2));
  constexpr std::string_view kUntil = "(until ";
  const size_t until = rest.rfind(kUntil);
  if (until != std::string_view::npos && rest.ends_with(')')) {
    const std::string_view date = Trimmed(rest.substr(until + kUntil.size(), rest.size() - until - kUntil.size() - 1));
    const bool is_date =
        date.size() == 10 && date[4] == '-' && date[7] == '-' && std::ranges::count_if(date, IsDigit) == 8;
    if (is_date) {
      suppression.until = date;
      rest = Trimmed(rest.substr(0, until));
    }
  }
  suppression.reason = rest;
}

std::vector<std::string_view> SplitIds(std::string_view ids) {
  std::vector<std::string_view> out;
  while (!ids.empty()) {
    const size_t comma = std::min(ids.find(','), ids.size());
    if (const std::string_view id = Trimmed(ids.substr(0, comma)); !id.empty()) out.push_back(id);
    ids.remove_prefix(std::min(comma + 1, ids.size()));
  }
  return out;
}

std::vector<Marker> MarkersOf(const Comment& comment) {
  static constexpr std::array<std::pair<std::string_view, Form>, 4> kForms = {{{"NOLINTNEXTLINE(", Form::kNextLine},
                                                                               {"NOLINTBEGIN(", Form::kBegin},
                                                                               {"NOLINTEND(", Form::kEnd},
                                                                               {"NOLINT(", Form::kLine}}};
  std::vector<Marker> markers;
  const std::string_view text = comment.text;
  for (size_t at = text.find("NOLINT"); at != std::string_view::npos; at = text.find("NOLINT", at + 6)) {
    if (at > 0 && IsIdentifier(text[at - 1])) continue;
    for (const auto& [word, form] : kForms) {
      if (!text.substr(at).starts_with(word)) continue;
      const size_t open = at + word.size();
      const size_t close = text.find(')', open);
      if (close == std::string_view::npos) break;
      const auto lines = static_cast<uint32_t>(std::ranges::count(text.substr(0, at), '\n'));
      markers.push_back({form, text.substr(open, close - open), text.substr(close + 1), comment.line + lines});
      break;
    }
  }
  return markers;
}

void CloseBlock(std::vector<Suppression>& open, std::string_view rule, uint32_t line, std::vector<Suppression>& out) {
  const auto last = std::find_if(open.rbegin(), open.rend(), [&](const Suppression& s) { return s.rule == rule; });
  if (last == open.rend()) return;
  last->last_line = line;
  out.push_back(*last);
  open.erase(std::next(last).base());
}

void Add(const Marker& marker, std::vector<Suppression>& open, std::vector<Suppression>& out) {
  for (std::string_view id : SplitIds(marker.ids)) {
    Suppression suppression{.rule = std::string(id), .comment_line = marker.line};
    SplitReason(marker.rest, suppression);
    suppression.first_line = marker.form == Form::kNextLine ? marker.line + 1 : marker.line;
    suppression.last_line = suppression.first_line;
    if (marker.form == Form::kBegin) {
      open.push_back(std::move(suppression));
    } else if (marker.form == Form::kEnd) {
      CloseBlock(open, id, marker.line, out);
    } else {
      out.push_back(std::move(suppression));
    }
  }
}

}  // namespace

std::vector<Suppression> ParseSuppressions(std::string_view source) {
  std::vector<Suppression> out;
  if (source.find("NOLINT") == std::string_view::npos) return out;
  std::vector<Suppression> open;
  CommentReader reader(source);
  Comment comment;
  while (reader.Next(comment)) {
    for (const Marker& marker : MarkersOf(comment)) Add(marker, open, out);
  }
  std::ranges::stable_sort(out, {}, &Suppression::comment_line);
  return out;
}

const Suppression* FindSuppression(const std::vector<Suppression>& suppressions, std::string_view rule, uint32_t first,
                                   uint32_t last, std::string_view today) {
  const auto found = std::ranges::find_if(suppressions, [&](const Suppression& s) {
    const bool expired = !s.until.empty() && !today.empty() && s.until < today;  // ISO dates sort as text
    return !expired && s.rule == rule && s.first_line <= std::max(first, last) && s.last_line >= first;
  });
  return found == suppressions.end() ? nullptr : &*found;
}

}  // namespace spangate
