// Values that the text of the program fixes: literals, and const variables through their initialisers. libclang's own
// evaluation is asked for literals only; of a reference, or of a std::string, it knows nothing.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analyzer/extract_body.h"

namespace spangate {
namespace {

constexpr int kMaxSteps = 32;
constexpr int kMaxChain = 64;      // of constants that name each other
constexpr size_t kMaxText = 4096;  // a longer constant is no name and no key

std::optional<std::string> Evaluate(const Libclang& clang, CXCursor cursor) {
  CXEvalResult result = clang.clang_Cursor_Evaluate(cursor);
  if (result == nullptr) return std::nullopt;
  std::optional<std::string> text;
  switch (clang.clang_EvalResult_getKind(result)) {
    case CXEval_Int:
      text = clang.clang_EvalResult_isUnsignedInt(result) != 0
                 ? std::to_string(clang.clang_EvalResult_getAsUnsigned(result))
                 : std::to_string(clang.clang_EvalResult_getAsLongLong(result));
      break;
    case CXEval_Float:
      text = fmt::format("{}", clang.clang_EvalResult_getAsDouble(result));
      break;
    case CXEval_StrLiteral:
      if (const char* value = clang.clang_EvalResult_getAsStr(result); value != nullptr) text = value;
      break;
    default:
      break;
  }
  clang.clang_EvalResult_dispose(result);
  return text;
}

char EscapedCharacter(char c) {
  constexpr std::string_view kLetters = "abfnrtv";
  constexpr std::string_view kValues = "\a\b\f\n\r\t\v";
  const size_t at = kLetters.find(c);
  return at == std::string_view::npos ? c : kValues[at];
}

std::string Unescape(std::string_view text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      bytes.push_back(text[i]);
      continue;
    }
    const char next = text[++i];
    if (next < '0' || next > '7') {
      bytes.push_back(EscapedCharacter(next));
      continue;
    }
    unsigned value = 0;
    const size_t end = std::min(i + 3, text.size());
    for (; i < end && text[i] >= '0' && text[i] <= '7'; ++i) value = value * 8 + static_cast<unsigned>(text[i] - '0');
    --i;
    bytes.push_back(static_cast<char>(value & 0xffU));
  }
  return bytes;
}

std::optional<std::string> Value(Extraction& x, CXCursor cursor, int steps);

std::optional<std::string> Constructed(Extraction& x, CXCursor call, int steps) {
  const int count = x.clang.clang_Cursor_getNumArguments(call);
  std::vector<CXCursor> arguments;
  for (int i = 0; i < count; ++i) {
    const CXCursor argument = x.clang.clang_Cursor_getArgument(call, static_cast<unsigned>(i));
    if (x.clang.clang_Range_isNull(x.clang.clang_getCursorExtent(argument)) == 0) arguments.push_back(argument);
  }
  const CXCursor callee = x.clang.clang_getCursorReferenced(call);
  if (x.clang.clang_Cursor_isNull(callee) != 0) {
    return arguments.size() == 1 ? Value(x, arguments[0], steps) : std::nullopt;
  }
  const Symbol name = x.names.Name(callee);
  const bool joins = name == "operator+" && arguments.size() == 2;
  if (joins) {
    const std::optional<std::string> left = Value(x, arguments[0], steps);
    const std::optional<std::string> right = Value(x, arguments[1], steps);
    if (!left || !right || left->size() + right->size() > kMaxText) return std::nullopt;
    return *left + *right;
  }
  if (name.view().starts_with("operator\"\"") && !arguments.empty()) return Value(x, arguments[0], steps);
  const bool constructs =
      x.clang.clang_getCursorKind(callee) == CXCursor_Constructor && IsTransparent(x.names.Owner(callee).view());
  if (!constructs || arguments.empty()) return std::nullopt;
  std::optional<std::string> text = Value(x, arguments[0], steps);
  if (!text || arguments.size() == 1) return text;
  const std::optional<std::string> size = Value(x, arguments[1], steps);  // string_view{"text", 3}
  if (!size || size->empty() || size->size() > 6) return std::nullopt;
  if (!std::all_of(size->begin(), size->end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  text->resize(std::min<size_t>(text->size(), std::stoul(*size)));
  return text;
}

std::optional<std::string> Value(Extraction& x, CXCursor cursor, int steps) {
  if (--steps < 0) return std::nullopt;
  switch (x.clang.clang_getCursorKind(cursor)) {
    case CXCursor_StringLiteral:
      return LiteralText(x.clang, cursor);
    case CXCursor_IntegerLiteral:
    case CXCursor_FloatingLiteral:
    case CXCursor_CharacterLiteral:
    case CXCursor_CXXBoolLiteralExpr:
      return NumberText(x.clang, cursor);
    case CXCursor_DeclRefExpr:
    case CXCursor_MemberRefExpr: {
      const CXCursor target = x.clang.clang_getCursorReferenced(cursor);
      if (x.clang.clang_Cursor_isNull(target) != 0) return std::nullopt;
      if (x.clang.clang_getCursorKind(target) == CXCursor_EnumConstantDecl) {
        return std::string(x.names.Name(target).view());
      }
      return ConstantOf(x, target);
    }
    case CXCursor_CallExpr:
      return Constructed(x, cursor, steps);
    case CXCursor_UnexposedExpr:
    case CXCursor_ParenExpr:
    case CXCursor_CStyleCastExpr:
    case CXCursor_CXXStaticCastExpr:
    case CXCursor_CXXFunctionalCastExpr:
    case CXCursor_InitListExpr: {
      std::vector<CXCursor> parts;
      for (const CXCursor child : x.names.Children(cursor)) {
        if (x.clang.clang_isExpression(x.clang.clang_getCursorKind(child)) != 0) parts.push_back(child);
      }
      return parts.size() == 1 ? Value(x, parts[0], steps) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

bool IsConstant(const Libclang& clang, CXCursor variable) {
  const CXType type = clang.clang_getCanonicalType(clang.clang_getCursorType(variable));
  const CXType referred = clang.clang_getPointeeType(type);
  if (clang.clang_isConstQualifiedType(type) != 0) return true;
  if (type.kind == CXType_LValueReference) return clang.clang_isConstQualifiedType(referred) != 0;
  const CXType element = clang.clang_getArrayElementType(type);  // const is on the element
  return element.kind != CXType_Invalid && clang.clang_isConstQualifiedType(element) != 0;
}

constexpr std::array<std::string_view, 16> kNoreturnNames = {"abort",
                                                             "exit",
                                                             "_exit",
                                                             "_Exit",
                                                             "quick_exit",
                                                             "terminate",
                                                             "std::abort",
                                                             "std::exit",
                                                             "std::_Exit",
                                                             "std::quick_exit",
                                                             "std::terminate",
                                                             "longjmp",
                                                             "__builtin_unreachable",
                                                             "__builtin_trap",
                                                             "std::rethrow_exception",
                                                             "__assert_fail"};

}  // namespace

// clang_Cursor_Evaluate knows a literal only below an implicit cast, so the bytes are read back from its spelling,
// which is always one quoted literal with clang's own escapes (StringLiteral::outputString).
std::optional<std::string> LiteralText(const Libclang& clang, CXCursor literal) {
  const std::string spelling = clang.Take(clang.clang_getCursorSpelling(literal));
  std::string_view text = spelling;
  if (text.starts_with("u8")) text.remove_prefix(2);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;  // wide: L"...", u"..."
  return Unescape(text.substr(1, text.size() - 2));
}

std::optional<std::string> NumberText(const Libclang& clang, CXCursor literal) {
  const CXCursorKind kind = clang.clang_getCursorKind(literal);
  if (kind == CXCursor_CXXNullPtrLiteralExpr) return "nullptr";
  std::optional<std::string> text = Evaluate(clang, literal);
  if (!text) return std::nullopt;
  if (kind == CXCursor_CXXBoolLiteralExpr) return *text == "0" ? "false" : "true";
  if (kind == CXCursor_CharacterLiteral && text->size() <= 3 && text->front() != '-') {
    const unsigned long code = std::stoul(*text);
    if (code >= 0x20 && code < 0x7f) return std::string(1, static_cast<char>(code));
  }
  return text;
}

std::optional<std::string> ConstantOf(Extraction& x, CXCursor variable) {
  if (x.clang.clang_getCursorKind(variable) != CXCursor_VarDecl || x.constant_depth > kMaxChain) return std::nullopt;
  const auto [known, fresh] = x.constants.try_emplace(variable.data[0]);
  if (!fresh) return known->second;  // also ends a cycle: unknown until shown otherwise
  if (!IsConstant(x.clang, variable)) return std::nullopt;
  CXCursor initialiser = x.clang.clang_Cursor_getVarDeclInitializer(variable);
  if (x.clang.clang_Cursor_isNull(initialiser) != 0) {  // `extern const` first, or a static member
    const CXCursor definition = x.clang.clang_getCursorDefinition(variable);
    if (x.clang.clang_Cursor_isNull(definition) != 0) return std::nullopt;
    initialiser = x.clang.clang_Cursor_getVarDeclInitializer(definition);
    if (x.clang.clang_Cursor_isNull(initialiser) != 0) return std::nullopt;
  }
  ++x.constant_depth;
  std::optional<std::string> value = Value(x, initialiser, kMaxSteps);
  --x.constant_depth;
  x.constants[variable.data[0]] = value;
  return value;
}

// The C API hides [[noreturn]]; the words in front of the name show it. GNU's form is part of the type.
bool IsNoreturn(Extraction& x, CXCursor function) {
  const auto [known, fresh] = x.noreturn.try_emplace(function.data[0], false);
  if (!fresh) return known->second;
  const CXType type = x.clang.clang_getCursorType(function);
  const CXType result = x.clang.clang_getCanonicalType(x.clang.clang_getResultType(type));
  if (result.kind != CXType_Void) return false;
  const std::string_view name = x.names.Qualified(function).view();
  bool found = std::find(kNoreturnNames.begin(), kNoreturnNames.end(), name) != kNoreturnNames.end();
  if (!found) {
    const CXCursor first = x.clang.clang_getCanonicalCursor(function);
    const SourceOffset at = x.names.At(x.clang.clang_getCursorLocation(first));
    if (at.offset <= at.file->text.size()) {
      std::string_view before = at.file->text.substr(0, at.offset);
      if (before.size() > 300) before.remove_prefix(before.size() - 300);
      const size_t end = before.find_last_of(";{}#");
      if (end != std::string_view::npos) before.remove_prefix(end);
      found = before.find("noreturn") != std::string_view::npos;
    }
  }
  x.noreturn[function.data[0]] = found;
  return found;
}

}  // namespace spangate
