// The directives of a text, one character at a time with continued lines joined.
#include "analyzer/include_scanner.h"

#include <algorithm>

namespace spangate {
namespace {

constexpr size_t kMaxRawDelimiter = 16;  // [lex.string]
constexpr size_t kMaxSpelling = 4096;    // longer than any path that can be opened

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { Join(); }

  std::vector<IncludeDirective> Run() {
    bool line_start = true;
    while (!AtEnd()) {
      const char c = Peek();
      if (c == '\n') {
        line_start = true;
        Next();
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
        Next();
      } else if (Comment()) {
        continue;  // a comment before # does not hide the directive
      } else if (line_start && (c == '#' || (c == '%' && PeekSecond() == ':'))) {
        line_start = false;
        Next();
        if (c == '%') Next();
        Directive();
      } else {
        line_start = false;
        Token();
      }
    }
    return std::move(found_);
  }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }

  char PeekSecond() {
    const size_t at = at_;
    const uint32_t line = line_;
    Next();
    const char second = Peek();
    at_ = at;
    line_ = line;
    return second;
  }

  void Next() {
    if (AtEnd()) return;
    if (text_[at_] == '\n') ++line_;
    ++at_;
    Join();
  }

  // Skips backslash, blanks, line end: what GCC and Clang take for a continued line.
  void Join() {
    while (at_ < text_.size() && text_[at_] == '\\') {
      size_t end = at_ + 1;
      while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t' || text_[end] == '\r')) ++end;
      if (end >= text_.size() || text_[end] != '\n') return;
      at_ = end + 1;
      ++line_;
    }
  }

  bool Comment() {
    if (Peek() != '/') return false;
    const char second = PeekSecond();
    if (second == '/') {
      while (!AtEnd() && Peek() != '\n') Next();
      return true;
    }
    if (second != '*') return false;
    Next();
    Next();
    for (char last = '\0'; !AtEnd();) {
      const char c = Peek();
      Next();
      if (last == '*' && c == '/') break;
      last = c;
    }
    return true;
  }

  void Blanks() {
    while (Peek() == ' ' || Peek() == '\t' || Peek() == '\f' || Peek() == '\v' || (Peek() == '/' && Comment())) {
      if (Peek() == ' ' || Peek() == '\t' || Peek() == '\f' || Peek() == '\v') Next();
    }
  }

  std::string Word() {
    std::string word;
    while (IsWord(Peek())) {
      if (word.size() < kMaxSpelling) word += Peek();
      Next();
    }
    return word;
  }

  void Token() {
    const char c = Peek();
    if (c == '"' || c == '\'') {
      Literal(c);
    } else if (IsDigit(c)) {
      Number();
    } else if (IsWord(c)) {
      Identifier();
    } else {
      Next();
    }
  }

  // An apostrophe inside a number separates digits and opens no literal.
  void Number() {
    while (IsWord(Peek()) || (Peek() == '\'' && IsWord(PeekSecond()))) Next();
  }

  void Identifier() {
    const uint32_t line = line_;
    const std::string word = Word();
    if (Peek() == '"' && (word == "R" || word == "u8R" || word == "uR" || word == "UR" || word == "LR")) {
      RawString();
    } else if (word == "__has_include" || word == "__has_include_next") {
      Blanks();
      if (Peek() != '(') return;
      Next();
      const bool next = word.ends_with("next");
      Name(next ? IncludeDirective::Kind::kHasIncludeNext : IncludeDirective::Kind::kHasInclude, line, ')');
    }
  }

  // Literals end at the line's end at the latest: disabled code and #error texts hold lone apostrophes.
  void Literal(char quote) {
    Next();
    while (!AtEnd() && Peek() != '\n') {
      const char c = Peek();
      Next();
      if (c == quote) return;
      if (c == '\\' && Peek() != '\n') Next();
    }
  }

  // Continued lines are not joined inside a raw string.
  void RawString() {
    const size_t open = at_ + 1;
    const size_t paren = text_.substr(open, kMaxRawDelimiter + 1).find('(');
    if (paren == std::string_view::npos) {
      Literal('"');
      return;
    }
    const std::string end = ")" + std::string(text_.substr(open, paren)) + "\"";
    const size_t close = text_.find(end, open + paren);
    const size_t past = close == std::string_view::npos ? text_.size() : close + end.size();
    line_ += static_cast<uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                              text_.begin() + static_cast<std::ptrdiff_t>(past), '\n'));
    at_ = past;
    Join();
  }

  void Directive() {
    Blanks();
    const uint32_t line = line_;
    const std::string word = Word();
    if (word == "include" || word == "import") {
      Name(IncludeDirective::Kind::kInclude, line, '\n');
    } else if (word == "include_next") {
      Name(IncludeDirective::Kind::kIncludeNext, line, '\n');
    } else if (word == "error" || word == "warning") {
      while (!AtEnd() && Peek() != '\n') Next();  // free text, where R"( opens nothing
    }
  }

  void Name(IncludeDirective::Kind kind, uint32_t line, char end) {
    Blanks();
    IncludeDirective directive{.kind = kind, .line = line};
    const char open = Peek();
    directive.quoted = open == '"';
    directive.computed = open != '"' && open != '<';
    if (!directive.computed) Next();
    const char close = directive.computed ? end : directive.quoted ? '"' : '>';
    while (!AtEnd() && Peek() != '\n' && Peek() != close) {
      if (directive.computed && Peek() == '/' && Comment()) continue;
      if (directive.spelling.size() < kMaxSpelling) directive.spelling += Peek();
      Next();
    }
    const bool closed = directive.computed || Peek() == close;
    if (!directive.computed && closed) Next();
    if (directive.computed) {
      directive.spelling.erase(directive.spelling.find_last_not_of(" \t\r") + 1);
    }
    if (closed && !directive.spelling.empty()) found_.push_back(std::move(directive));
  }

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  std::vector<IncludeDirective> found_;
};

}  // namespace

std::vector<IncludeDirective> ScanIncludes(std::string_view text) { return Scanner(text).Run(); }

}  // namespace spangate
