// The lexer. An attribute name ends at blanks, brackets and the characters of comparison operators, so that
// `span.retry-count` and `span.a/b` are names; arithmetic on attributes therefore needs blanks around its operator.
#include "rules/checks/traceql/lexer.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "common/text.h"

namespace spangate::traceql {
namespace {

struct Spelled {
  std::string_view text;
  Op op;
};
// Longest first where one is the beginning of another.
constexpr std::array<Spelled, 28> kOperators{{
    {"&>>", Op::kUnionDescendant},
    {"&<<", Op::kUnionAncestor},
    {"!>>", Op::kNotDescendant},
    {"!<<", Op::kNotAncestor},
    {"&>", Op::kUnionChild},
    {"&<", Op::kUnionParent},
    {"&~", Op::kUnionSibling},
    {"&&", Op::kAnd},
    {"||", Op::kOr},
    {"!=", Op::kNotEqual},
    {"!~", Op::kNotRegex},
    {"!>", Op::kNotChild},
    {"!<", Op::kNotParent},
    {"=~", Op::kRegex},
    {">>", Op::kDescendant},
    {"<<", Op::kAncestor},
    {">=", Op::kGreaterEqual},
    {"<=", Op::kLessEqual},
    {"=", Op::kEqual},
    {">", Op::kGreater},
    {"<", Op::kLess},
    {"~", Op::kSibling},
    {"+", Op::kAdd},
    {"-", Op::kSubtract},
    {"*", Op::kMultiply},
    {"/", Op::kDivide},
    {"%", Op::kModulo},
    {"^", Op::kPower},
}};

struct ScopeName {
  std::string_view text;
  Scope scope;
};
constexpr std::array<ScopeName, 5> kScopes{{{"span", Scope::kSpan},
                                            {"resource", Scope::kResource},
                                            {"event", Scope::kEvent},
                                            {"link", Scope::kLink},
                                            {"instrumentation", Scope::kInstrumentation}}};

struct Unit {
  std::string_view text;
  double ns;
};
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1e3},
                                      {"\xC2\xB5s", 1e3},  // micro sign
                                      {"\xCE\xBCs", 1e3},  // Greek mu
                                      {"ms", 1e6},
                                      {"s", 1e9},
                                      {"m", 60e9},
                                      {"h", 3600e9}}};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }
// Bytes of UTF-8 above ASCII are parts of names; control characters are not.
bool IsAttributeByte(char c) {
  if (static_cast<uint8_t>(c) <= 0x20 || c == 0x7F) return false;
  return std::string_view("{}()=~!<>&|^,\"`").find(c) == std::string_view::npos;
}

std::optional<Scope> FindScope(std::string_view word) {
  for (const ScopeName& name : kScopes) {
    if (name.text == word) return name.scope;
  }
  return std::nullopt;
}

class Lexer {
 public:
  explicit Lexer(std::string_view query) : query_(query) {}

  Result<std::vector<Token>> Run() {
    if (query_.size() > kMaxQueryBytes)
      return Error{ErrorKind::kUsage, fmt::format("query is longer than {} bytes", kMaxQueryBytes)};
    if (!IsUtf8(query_)) return Error{ErrorKind::kUsage, "query is not UTF-8"};
    std::vector<Token> tokens;
    while (true) {
      while (at_ < query_.size() && IsBlank(query_[at_])) ++at_;
      Token token;
      token.begin = static_cast<uint32_t>(at_);
      if (at_ < query_.size()) {
        Status read = Read(token);
        if (!read.has_value()) return read.error();
      }
      token.end = static_cast<uint32_t>(at_);
      const bool last = token.kind == TokenKind::kEnd;
      tokens.push_back(std::move(token));
      if (last) return tokens;
    }
  }

 private:
  char Peek(size_t ahead = 0) const { return at_ + ahead < query_.size() ? query_[at_ + ahead] : '\0'; }
  Error Fail(size_t offset, std::string_view message) const { return ErrorAt(query_, offset, message); }

  Status Read(Token& token) {
    const char c = Peek();
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return ReadNumber(token);
    if (c == '"' || c == '`') return ReadString(token);
    if (c == '.') {
      ++at_;
      return ReadAttribute(token);
    }
    if (IsLetter(c)) return ReadWord(token);
    return ReadPunctuation(token);
  }

  Status ReadPunctuation(Token& token) {
    for (const Spelled& spelled : kOperators) {
      if (!query_.substr(at_).starts_with(spelled.text)) continue;
      at_ += spelled.text.size();
      token.kind = TokenKind::kOperator;
      token.op = spelled.op;
      return Ok();
    }
    constexpr std::string_view kMarks = "{}(),|!";
    constexpr std::array<TokenKind, 7> kKinds{TokenKind::kOpenBrace,  TokenKind::kCloseBrace, TokenKind::kOpenParen,
                                              TokenKind::kCloseParen, TokenKind::kComma,      TokenKind::kPipe,
                                              TokenKind::kNot};
    const size_t mark = kMarks.find(Peek());
    if (mark == std::string_view::npos) return Fail(at_, fmt::format("unexpected '{}'", FirstCharacter()));
    token.kind = kKinds[mark];
    ++at_;
    return Ok();
  }

  std::string FirstCharacter() const {
    size_t length = 1;
    while (at_ + length < query_.size() && (static_cast<uint8_t>(query_[at_ + length]) & 0xC0) == 0x80) ++length;
    return Printable(query_.substr(at_, length));
  }

  Status ReadString(Token& token) {
    token.kind = TokenKind::kString;
    const char quote = query_[at_];
    return ReadQuoted(quote, /*name=*/false, token.text);
  }

  // `...` is raw. "..." knows \" \\ \n \t \r and, as TraceQL says, in names only the first two.
  Status ReadQuoted(char quote, bool name, std::string& out) {
    const size_t begin = at_++;
    while (at_ < query_.size() && query_[at_] != quote) {
      if (quote == '`' || query_[at_] != '\\') {
        out += query_[at_++];
        continue;
      }
      const char escaped = Peek(1);
      const size_t known = std::string_view("\"\\ntr").find(escaped);
      if (at_ + 1 >= query_.size()) break;
      if (known == std::string_view::npos || (name && known > 1))
        return Fail(at_, fmt::format("unknown escape; write \\\\ for a backslash{}",
                                     name ? "" : ", or the text in `back quotes`"));
      out += std::string_view("\"\\\n\t\r")[known];
      at_ += 2;
    }
    if (at_ >= query_.size()) return Fail(begin, "this quote is never closed");
    ++at_;
    return Ok();
  }

  Status ReadAttribute(Token& token) {
    token.kind = TokenKind::kAttribute;
    const size_t begin = at_;
    while (at_ < query_.size()) {
      if (Peek() == '"') {
        Status quoted = ReadQuoted('"', /*name=*/true, token.text);
        if (!quoted.has_value()) return quoted;
      } else if (IsAttributeByte(Peek())) {
        token.text += query_[at_++];
      } else {
        break;
      }
    }
    if (token.text.empty()) return Fail(begin, "expected the name of an attribute after '.'");
    return Ok();
  }

  Status ReadWord(Token& token) {
    const size_t begin = at_;
    while (IsLetter(Peek()) || IsDigit(Peek())) ++at_;
    const std::string_view word = query_.substr(begin, at_ - begin);
    if (Peek() == '.') return ReadScoped(token, begin, word);
    if (Peek() == ':' && IsLetter(Peek(1))) {
      ++at_;
      while (IsLetter(Peek()) || IsDigit(Peek())) ++at_;
    }
    token.kind = TokenKind::kWord;
    token.text = std::string(query_.substr(begin, at_ - begin));
    return Ok();
  }

  // At the '.' after a word: `span.`, `parent.`, `parent.resource.`.
  Status ReadScoped(Token& token, size_t begin, std::string_view word) {
    ++at_;
    if (word == "parent") {
      token.of_parent = true;
      for (const ScopeName& name : {kScopes[0], kScopes[1]}) {  // an event or link has no parent
        if (!query_.substr(at_).starts_with(fmt::format("{}.", name.text))) continue;
        token.scope = name.scope;
        at_ += name.text.size() + 1;
        break;
      }
      return ReadAttribute(token);
    }
    const std::optional<Scope> scope = FindScope(word);
    if (scope) {
      token.scope = *scope;
      return ReadAttribute(token);
    }
    std::vector<std::string_view> known{"parent"};
    for (const ScopeName& name : kScopes) known.push_back(name.text);
    const std::string_view near = DidYouMean(word, known);
    const std::string cure = near.empty() ? fmt::format("span.{0}. or resource.{0}.", word) : fmt::format("{}.", near);
    return Fail(begin, fmt::format("'{}' is no scope of attributes; did you mean {}?", word, cure));
  }

  Status ReadNumber(Token& token) {
    const size_t begin = at_;
    bool whole = true;
    while (IsDigit(Peek())) ++at_;
    if (Peek() == '.' && IsDigit(Peek(1))) {
      whole = false;
      ++at_;
      while (IsDigit(Peek())) ++at_;
    }
    if ((Peek() == 'e' || Peek() == 'E') &&
        (IsDigit(Peek(1)) || ((Peek(1) == '-' || Peek(1) == '+') && IsDigit(Peek(2))))) {
      whole = false;
      at_ += 2;
      while (IsDigit(Peek())) ++at_;
    }
    if (IsLetter(Peek()) || static_cast<uint8_t>(Peek()) >= 0x80) {
      at_ = begin;
      return ReadDuration(token);
    }
    const char* first = query_.data() + begin;
    const char* last = query_.data() + at_;
    token.kind = whole ? TokenKind::kInt : TokenKind::kFloat;
    const auto read = whole ? std::from_chars(first, last, token.integer) : std::from_chars(first, last, token.number);
    if (read.ec != std::errc() || read.ptr != last) return Fail(begin, "number is out of range");
    return Ok();
  }

  // 1h30m, 1.5s, 250us: numbers with units, added up.
  Status ReadDuration(Token& token) {
    token.kind = TokenKind::kDuration;
    const size_t begin = at_;
    double total = 0;
    int64_t exact = 0;  // doubles round above 2^53 ns, about 104 days
    while (IsDigit(Peek()) || Peek() == '.') {
      double amount = 0;
      const size_t from = at_;
      while (IsDigit(Peek()) || Peek() == '.') ++at_;
      const auto read = std::from_chars(query_.data() + from, query_.data() + at_, amount, std::chars_format::fixed);
      if (read.ec != std::errc() || read.ptr != query_.data() + at_) return Fail(from, "expected a duration like 1.5s");
      const Unit* unit = ReadUnit();
      if (unit == nullptr) return Fail(at_, "unknown unit; durations have ns, us, ms, s, m or h");
      total += amount * unit->ns;
      if (!(total < 9.2e18)) return Fail(begin, "duration is out of range");
      exact += static_cast<int64_t>(std::llround(amount * unit->ns));
    }
    if (IsLetter(Peek())) return Fail(at_, "unknown unit; durations have ns, us, ms, s, m or h");
    token.integer = exact;
    return Ok();
  }

  const Unit* ReadUnit() {
    size_t length = 0;
    while (IsLetter(Peek(length)) || static_cast<uint8_t>(Peek(length)) >= 0x80) ++length;
    for (const Unit& unit : kUnits) {
      if (query_.substr(at_, length) != unit.text) continue;
      at_ += length;
      return &unit;
    }
    return nullptr;
  }

  std::string_view query_;
  size_t at_ = 0;
};

}  // namespace

std::string_view Spelling(Op op) {
  for (const Spelled& spelled : kOperators) {
    if (spelled.op == op) return spelled.text;
  }
  return "";
}

Error ErrorAt(std::string_view query, size_t offset, std::string_view message) {
  const std::string_view before = query.substr(0, offset);
  const size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  size_t line = 1;
  for (const char c : before) line += c == '\n' ? 1 : 0;
  const size_t column = before.size() - line_start + 1;
  const std::string place =
      line == 1 ? fmt::format("column {}", column) : fmt::format("line {}, column {}", line, column);
  return {ErrorKind::kUsage, fmt::format("{}: {}", place, message)};
}

Result<std::vector<Token>> Tokenize(std::string_view query) { return Lexer(query).Run(); }

}  // namespace spangate::traceql
