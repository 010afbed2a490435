// Finds sites in tokens, with a rough idea of scopes: namespace, class, function, template. Where the idea is wrong a
// site is left out rather than invented: a false gap would stop a healthy build.
#include "analyzer/site_scanner.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "analyzer/site_lexer.h"

namespace spangate {
namespace {

constexpr std::array<std::string_view, 5> kMethods = {"StartSpan", "SetAttribute", "AddEvent", "SetStatus",
                                                      "WithActiveSpan"};
constexpr std::array<std::string_view, 7> kUnevaluated = {"assert",        "decltype", "noexcept", "sizeof",
                                                          "static_assert", "typeid",   "requires"};
constexpr std::array<std::string_view, 5> kControl = {"for", "if", "while", "switch", "catch"};
constexpr std::array<std::string_view, 4> kClassWords = {"class", "struct", "union", "enum"};
constexpr size_t kMaxDepth = 10'000;  // deeper nesting is no C++ that a compiler would accept

template <size_t N>
bool Contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool LooksLikeMacro(std::string_view word) {
  bool letter = false;
  for (char c : word) {
    if (std::islower(static_cast<unsigned char>(c)) != 0) return false;
    letter = letter || std::isupper(static_cast<unsigned char>(c)) != 0;
  }
  return letter && word.size() > 1;
}

struct Statement {
  uint32_t first_line = 0;  // 0: nothing of it was read yet
  bool is_template = false;
  bool is_namespace = false;
  bool names_class = false;
  bool closed_paren = false;
  bool member_list = false;     // ':' after the parameter list of a constructor
  bool auto_parameter = false;  // the last parameter list holds `auto`
};

struct Scope {
  enum class Kind : uint8_t { kNamespace, kClass, kFunction, kInitialiser } kind = Kind::kNamespace;
  bool is_template = false;
  size_t parens = 0;  // open parentheses outside
  Statement outer;    // goes on after an initialiser or a lambda
};

struct Paren {
  bool uncertain = false;
  bool control = false;
  bool has_auto = false;
};

class Scanner {
 public:
  explicit Scanner(std::vector<SiteToken> tokens) : tokens_(std::move(tokens)) { scopes_.emplace_back(); }

  std::vector<TextSite> Run() {
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      const SiteToken& token = tokens_[at_];
      if (token.kind >= SiteToken::Kind::kBranchIf) {
        Branch(token.kind);
      } else {
        if (statement_.first_line == 0) statement_.first_line = token.line;
        token.kind == SiteToken::Kind::kWord ? Word(token) : Mark(token);
      }
    }
    return std::move(sites_);
  }

 private:
  // Both branches of an #if often open the same brace: the second starts from where the first did.
  struct Saved {
    std::vector<Scope> scopes;
    std::vector<Paren> parens;
    Statement statement;
  };

  void Branch(SiteToken::Kind kind) {
    if (kind == SiteToken::Kind::kBranchIf) {
      if (saved_.size() < 64) saved_.push_back({scopes_, parens_, statement_});
      ++branch_depth_;
    } else if (kind == SiteToken::Kind::kBranchElse) {
      if (branch_depth_ != saved_.size() || saved_.empty()) return;
      scopes_ = saved_.back().scopes;
      parens_ = saved_.back().parens;
      statement_ = saved_.back().statement;
    } else {
      if (branch_depth_ == saved_.size() && !saved_.empty()) saved_.pop_back();
      if (branch_depth_ > 0) --branch_depth_;
    }
  }

  // The token `back` places before the current one, branches skipped; an empty mark before the first.
  const SiteToken& Before(size_t from, size_t back = 1) const {
    static const SiteToken kNothing;
    size_t i = from;
    while (back > 0) {
      do {
        if (i == 0) return kNothing;
        --i;
      } while (tokens_[i].kind >= SiteToken::Kind::kBranchIf);
      --back;
    }
    return tokens_[i];
  }

  const SiteToken& After(size_t from, size_t ahead = 1) const {
    static const SiteToken kNothing;
    return from + ahead < tokens_.size() ? tokens_[from + ahead] : kNothing;
  }

  void Word(const SiteToken& token) {
    if (token.Is("template") && !Before(at_).Is("->") && !Before(at_).Is(".") && !Before(at_).Is("::")) {
      statement_.is_template = true;
    }
    if (token.Is("namespace")) statement_.is_namespace = true;
    // `template <class T>` and `f(struct S*)` name no class that a brace would open.
    const SiteToken& before = Before(at_);
    if (Contains(kClassWords, token.text) && !before.Is("<") && !before.Is(",") && parens_.size() == Base()) {
      statement_.names_class = true;
    }
    if (token.Is("auto") && !parens_.empty()) parens_.back().has_auto = true;
    if (IsMethodSite(token) || IsScopeSite(token)) AddSite(token);
  }

  bool IsMethodSite(const SiteToken& token) const {
    if (!Contains(kMethods, token.text) || !After(at_).Is("(")) return false;
    const SiteToken& before = Before(at_);
    if (before.Is("->") || before.Is(".")) return true;
    return token.Is("WithActiveSpan") && before.Is("::") && InFunction() && StartsExpression();
  }

  // trace::Scope{...}, trace::Scope(...), trace::Scope name(...), trace::Scope name{...}
  bool IsScopeSite(const SiteToken& token) const {
    if (!token.Is("Scope") || !InFunction() || !Before(at_).Is("::")) return false;
    const std::string_view outer = Before(at_, 2).text;
    if (outer != "trace" && outer != "trace_api") return false;
    const size_t name = After(at_).kind == SiteToken::Kind::kWord ? 1 : 0;
    const SiteToken& next = After(at_, 1 + name);
    return next.Is("(") || next.Is("{");
  }

  // Is the qualified name that ends here used, not defined? A definition has its return type before it.
  bool StartsExpression() const {
    size_t back = 1;
    while (Before(at_, back).Is("::") && Before(at_, back + 1).kind == SiteToken::Kind::kWord) back += 2;
    const SiteToken& before = Before(at_, back);
    return before.Is("return") || before.kind == SiteToken::Kind::kMark;
  }

  void AddSite(const SiteToken& token) {
    TextSite site{.what = token.text, .line = token.line, .first_line = statement_.first_line};
    site.conditional = token.conditional;
    site.in_template = scopes_.back().is_template || statement_.is_template;
    site.uncertain = std::any_of(parens_.begin(), parens_.end(), [](const Paren& paren) { return paren.uncertain; });
    sites_.push_back(site);
  }

  void Mark(const SiteToken& token) {
    if (token.Is("(")) return OpenParen();
    if (token.Is(")")) return CloseParen();
    if (token.Is("{")) return OpenBrace();
    if (token.Is("}")) return CloseBrace();
    if (token.Is(":") && statement_.closed_paren) statement_.member_list = true;
    if (token.Is(";") && parens_.size() == Base()) statement_ = {};
  }

  size_t Base() const { return scopes_.back().parens; }
  bool InFunction() const { return scopes_.back().kind == Scope::Kind::kFunction; }

  void OpenParen() {
    if (parens_.size() >= kMaxDepth) return;
    const SiteToken& before = Before(at_);
    const bool word = before.kind == SiteToken::Kind::kWord;
    parens_.push_back({.uncertain = word && (LooksLikeMacro(before.text) || Contains(kUnevaluated, before.text)),
                       .control = word && Contains(kControl, before.text)});
  }

  void CloseParen() {
    if (parens_.size() <= Base()) return;
    statement_.auto_parameter = parens_.back().has_auto && !parens_.back().control;
    statement_.closed_paren = true;
    parens_.pop_back();
  }

  Scope::Kind KindOfBrace() const {
    using enum Scope::Kind;
    const SiteToken& before = Before(at_);
    if (scopes_.back().kind == kFunction)
      return statement_.names_class && !statement_.closed_paren ? kClass : kFunction;
    if (statement_.is_namespace) return kNamespace;
    if (before.kind == SiteToken::Kind::kLiteral) return kNamespace;  // extern "C" {
    if (before.Is(")")) return kFunction;
    const bool member = statement_.member_list && (before.kind == SiteToken::Kind::kWord || before.Is(">"));
    if (member && !before.Is("const") && !before.Is("noexcept")) return kInitialiser;
    if (statement_.closed_paren) return kFunction;
    if (statement_.names_class) return kClass;
    return before.Is("]") ? kFunction : kInitialiser;
  }

  void OpenBrace() {
    if (scopes_.size() >= kMaxDepth) return;
    Scope scope;
    scope.kind = KindOfBrace();
    scope.is_template = scopes_.back().is_template || statement_.is_template || statement_.auto_parameter;
    scope.parens = parens_.size();
    scope.outer = statement_;
    scopes_.push_back(scope);
    statement_ = {};
  }

  void CloseBrace() {
    if (scopes_.size() == 1) return;
    const Scope closed = scopes_.back();
    scopes_.pop_back();
    parens_.resize(std::min(parens_.size(), closed.parens));
    const bool goes_on = closed.kind == Scope::Kind::kInitialiser || parens_.size() > Base();
    statement_ = goes_on ? closed.outer : Statement{};
  }

  std::vector<SiteToken> tokens_;
  size_t at_ = 0;
  std::vector<Scope> scopes_;
  std::vector<Paren> parens_;
  Statement statement_;
  std::vector<Saved> saved_;
  size_t branch_depth_ = 0;
  std::vector<TextSite> sites_;
};

}  // namespace

std::vector<TextSite> FindSites(std::string_view text) { return Scanner(LexForSites(text)).Run(); }

}  // namespace spangate
