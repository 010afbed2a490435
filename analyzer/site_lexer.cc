// The lexer: one pass, never looks back further than a token.
#include "analyzer/site_lexer.h"

#include <cctype>
#include <string>

namespace spangate {
namespace {

bool IsWordStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0; }
bool IsWord(char c) { return IsWordStart(c) || (c >= '0' && c <= '9'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsStringPrefix(std::string_view word) {
  return word == "L" || word == "u" || word == "U" || word == "u8" || word == "R" || word == "LR" || word == "uR" ||
         word == "UR" || word == "u8R";
}

// What the text alone says about a preprocessor branch.
enum class Branch : uint8_t { kOn, kOff, kMaybe };

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<SiteToken> Run() {
    while (at_ < text_.size()) Step();
    return std::move(tokens_);
  }

 private:
  char Peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void Advance() {
    if (text_[at_] == '\n') {
      ++line_;
      line_start_ = true;
    }
    ++at_;
  }

  void Step() {
    const char c = Peek();
    if (std::isspace(static_cast<unsigned char>(c)) != 0) return Advance();
    if (c == '\\' && (Peek(1) == '\n' || Peek(1) == '\r')) return SkipSplice();
    if (c == '/' && (Peek(1) == '/' || Peek(1) == '*')) return SkipComment();
    if (c == '#' && line_start_) return Directive();
    line_start_ = false;
    if (c == '"') return Quoted('"');
    if (c == '\'') return Quoted('\'');
    if (IsDigit(c)) return Number();
    if (IsWordStart(c)) return Word();
    const bool pair = (c == '-' && Peek(1) == '>') || (c == ':' && Peek(1) == ':');
    Add(SiteToken::Kind::kMark, pair ? 2 : 1);
    at_ += pair ? 2 : 1;
  }

  void SkipSplice() {
    const bool line_start = line_start_;
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    if (at_ < text_.size()) Advance();
    line_start_ = line_start;  // the logical line goes on
  }

  void SkipComment() {
    const bool block = Peek(1) == '*';
    at_ += 2;
    while (at_ < text_.size()) {
      if (block && Peek() == '*' && Peek(1) == '/') {
        at_ += 2;
        return;
      }
      if (!block && Peek() == '\n' && text_[at_ - 1] != '\\') return;
      const bool line_start = line_start_;
      Advance();
      line_start_ = block ? line_start : line_start_;
    }
  }

  // To the closing quote, or to the end of the line: an apostrophe in disabled text must not swallow the file.
  void Quoted(char quote) {
    const uint32_t line = line_;
    const size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) Advance();
      Advance();
    }
    if (at_ < text_.size() && text_[at_] == quote) ++at_;
    line_start_ = false;
    AddAt(SiteToken::Kind::kLiteral, text_.substr(start, at_ - start), line);
  }

  // R"delimiter( ... )delimiter"
  void RawString() {
    const uint32_t line = line_;
    const size_t start = at_;
    const size_t open = text_.find('(', at_ + 1);
    constexpr size_t kMaxDelimiter = 16;
    if (open == std::string_view::npos || open - at_ - 1 > kMaxDelimiter) return Quoted('"');
    std::string end(1, ')');
    end.append(text_.substr(at_ + 1, open - at_ - 1)).push_back('"');
    const size_t close = text_.find(end, open);
    const size_t stop = close == std::string_view::npos ? text_.size() : close + end.size();
    while (at_ < stop) Advance();
    line_start_ = false;
    AddAt(SiteToken::Kind::kLiteral, text_.substr(start, stop - start), line);
  }

  // 1'000.5e-3, 0x1p+2: a quote inside is no character literal.
  void Number() {
    const size_t start = at_;
    while (IsWord(Peek()) || Peek() == '.' || (Peek() == '\'' && IsWord(Peek(1)))) ++at_;
    AddAt(SiteToken::Kind::kLiteral, text_.substr(start, at_ - start), line_);
  }

  void Word() {
    const size_t start = at_;
    while (IsWord(Peek())) ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    if (Peek() == '"' && IsStringPrefix(word)) return word.back() == 'R' ? RawString() : Quoted('"');
    if (Peek() == '\'' && IsStringPrefix(word) && word.back() != 'R') return Quoted('\'');
    AddAt(SiteToken::Kind::kWord, word, line_);
  }

  // The logical line of a directive, comments left out.
  void Directive() {
    std::string line;
    while (at_ < text_.size() && text_[at_] != '\n') {
      if (Peek() == '\\' && (Peek(1) == '\n' || (Peek(1) == '\r' && Peek(2) == '\n'))) {
        SkipSplice();
        line += ' ';
      } else if (Peek() == '/' && (Peek(1) == '/' || Peek(1) == '*')) {
        SkipComment();
        line += ' ';
      } else {
        line += text_[at_++];
      }
    }
    Branching(line);
  }

  void Branching(std::string_view line) {
    const std::string name = NextWord(line, 1);
    const std::string_view rest = name.empty() ? line : line.substr(line.find(name) + name.size());
    if (name == "define" && guard_ != 0 && NextWord(rest, 0) == guard_name_) branches_[guard_ - 1] = Branch::kOn;
    guard_ = 0;
    if (name == "if" || name == "ifdef" || name == "ifndef") {
      Add(SiteToken::Kind::kBranchIf, 0);
      branches_.push_back(name == "if" ? Condition(rest) : Branch::kMaybe);
      // #ifndef X directly followed by #define X is an include guard: its content is compiled.
      if (name == "ifndef") {
        guard_ = branches_.size();
        guard_name_ = NextWord(rest, 0);
      }
    } else if ((name == "else" || name.starts_with("elif")) && !branches_.empty()) {
      Branch& branch = branches_.back();
      if (branch != Branch::kMaybe) branch = branch == Branch::kOn ? Branch::kOff : Branch::kOn;
      if (branch == Branch::kOn && name != "else") branch = Branch::kMaybe;
      Add(SiteToken::Kind::kBranchElse, 0);
    } else if (name == "endif" && !branches_.empty()) {
      branches_.pop_back();
      Add(SiteToken::Kind::kBranchEnd, 0);
    }
  }

  static std::string NextWord(std::string_view line, size_t from) {
    while (from < line.size() && !IsWord(line[from])) ++from;
    size_t end = from;
    while (end < line.size() && IsWord(line[end])) ++end;
    return std::string(line.substr(from, end - from));
  }

  static Branch Condition(std::string_view rest) {
    std::string bare;
    for (char c : rest) {
      if (std::isspace(static_cast<unsigned char>(c)) == 0) bare += c;
    }
    if (bare == "0" || bare == "false" || bare == "(0)") return Branch::kOff;
    if (bare == "1" || bare == "true" || bare == "(1)") return Branch::kOn;
    return Branch::kMaybe;
  }

  void Add(SiteToken::Kind kind, size_t length) { AddAt(kind, text_.substr(at_, length), line_); }

  void AddAt(SiteToken::Kind kind, std::string_view text, uint32_t line) {
    bool conditional = false;
    for (Branch branch : branches_) {
      if (branch == Branch::kOff && kind < SiteToken::Kind::kBranchIf) return;
      conditional = conditional || branch == Branch::kMaybe;
    }
    tokens_.push_back({kind, conditional, line, text});
  }

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  bool line_start_ = true;
  std::vector<Branch> branches_;
  size_t guard_ = 0;  // 1 + index of the branch that may be an include guard; 0 = none
  std::string guard_name_;
  std::vector<SiteToken> tokens_;
};

}  // namespace

std::vector<SiteToken> LexForSites(std::string_view text) { return Lexer(text).Run(); }

}  // namespace spangate
