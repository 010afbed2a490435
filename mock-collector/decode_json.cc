// OTLP/JSON: the proto3 JSON mapping with OTLP's exceptions (ids in hex, enumerations only as integers, unknown names
// ignored). simdjson's DOM validates the whole text, UTF-8 included, before any row is made.
#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <limits>

#include "mock-collector/otlp_schema.h"

namespace spangate::otlp {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// A parser keeps memory for its largest document. Bodies above this get a parser of their own, so that one large
// request does not stay in memory for the life of a thread.
constexpr size_t kLargestKeptDocument = 4u << 20;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Both alphabets of RFC 4648, padding optional.
int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  const size_t most_padding = text.size() % 4 == 0 ? 2 : 0;  // only full groups of four are padded
  for (size_t i = 0; i < most_padding && text.ends_with('='); ++i) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int digit = Base64Digit(c);
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFF);
  }
  return bytes;
}

/// The whole text as a decimal integer: no blanks, no plus sign, no fraction.
template <class Integer>
std::optional<Integer> ParseInteger(std::string_view text) {
  Integer value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<double> ParseDouble(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  // from_chars would also take "inf" and "nan", which the mapping does not have.
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

/// A JSON number or string as an integer of that type, when it is one exactly.
template <class Integer>
std::optional<Integer> ToInteger(element value) {
  using Limits = std::numeric_limits<Integer>;
  switch (value.type()) {
    case element_type::STRING:
      return ParseInteger<Integer>(std::string_view(value));
    case element_type::INT64: {
      const int64_t number = value;
      if (!std::in_range<Integer>(number)) return std::nullopt;
      return static_cast<Integer>(number);
    }
    case element_type::UINT64: {
      const uint64_t number = value;
      if (!std::in_range<Integer>(number)) return std::nullopt;
      return static_cast<Integer>(number);
    }
    case element_type::DOUBLE: {  // 1e18
      const double number = value;
      const double limit = std::ldexp(1.0, Limits::digits);
      if (std::trunc(number) != number || number >= limit || number < (Limits::is_signed ? -limit : 0)) {
        return std::nullopt;
      }
      return static_cast<Integer>(number);
    }
    default:
      return std::nullopt;
  }
}

class JsonReader {
 public:
  JsonReader(simdjson::dom::object object, Context& context) : object_(object), context_(context) {}

  template <class Draft>
  void Parse(Draft& draft) {
    for (const auto field : object_) {
      key_ = field.key;
      value_ = field.value;
      Fields(*this, draft);  // unknown names are skipped by taking no notice
    }
  }

  template <class Set>
  bool Text(uint32_t number, std::string_view name, Set set) {
    if (!At(number, name)) return false;
    if (HasValue()) set(context_.Text(String(name, "must be a string")));
    return true;
  }
  template <class Set>
  bool Bytes(uint32_t number, std::string_view name, Set set) {
    if (!At(number, name)) return false;
    if (!HasValue()) return true;
    const std::optional<std::string> bytes = DecodeBase64(String(name, "must be a base64 string"));
    if (!bytes) context_.Fail(name, "is not base64");
    set(context_.model.strings.Intern(*bytes));
    return true;
  }
  template <size_t N>
  bool Id(uint32_t number, std::string_view name, IdField<N>& id) {
    if (!At(number, name)) return false;
    id = {};
    if (!HasValue()) return true;
    const std::string_view hex = String(name, "must be a string of hex digits");
    if (hex.empty()) return true;
    if (hex.size() != 2 * N) {
      context_.Fail(name, fmt::format("{} characters; must be {} hex digits", hex.size(), 2 * N));
    }
    for (size_t i = 0; i < N; ++i) {
      const int high = HexDigit(hex[2 * i]);
      const int low = HexDigit(hex[2 * i + 1]);
      if (high < 0 || low < 0) context_.Fail(name, "holds a character that is no hex digit");
      id.bytes[i] = static_cast<uint8_t>(high << 4 | low);
    }
    id.present = true;
    return true;
  }
  template <class Set>
  bool Fixed64(uint32_t number, std::string_view name, Set set) {
    return Integer<uint64_t>(number, name, "must be an integer from 0 to 18446744073709551615, or such a string", set);
  }
  template <class Set>
  bool Fixed32(uint32_t number, std::string_view name, Set set) {
    return Integer<uint32_t>(number, name, "must be an integer from 0 to 4294967295", set);
  }
  template <class Set>
  bool Uint32(uint32_t number, std::string_view name, Set set) {
    return Fixed32(number, name, set);
  }
  bool Ignored32(uint32_t number, std::string_view name) {
    return Fixed32(number, name, [](uint32_t) {});
  }
  template <class Set>
  bool Enum(uint32_t number, std::string_view name, Set set) {
    if (!At(number, name)) return false;
    if (!HasValue()) return true;
    // OTLP: "the values of enum fields MUST be encoded as integer values".
    const std::optional<int32_t> value = value_.is_string() ? std::nullopt : ToInteger<int32_t>(value_);
    if (!value) context_.Fail(name, "must be the integer of the enumeration, not its name");
    set(*value);
    return true;
  }
  template <class Set>
  bool Bool(uint32_t number, std::string_view name, Set set) {
    if (!At(number, name)) return false;
    if (!HasValue()) return true;
    if (!value_.is_bool()) context_.Fail(name, "must be true or false");
    set(bool(value_));
    return true;
  }
  template <class Set>
  bool Double(uint32_t number, std::string_view name, Set set) {
    if (!At(number, name)) return false;
    if (!HasValue()) return true;  // what JavaScript makes of NaN
    std::optional<double> value;
    if (value_.is_number()) value = value_.get_double().value();
    if (value_.is_string()) value = ParseDouble(std::string_view(value_));
    if (!value) context_.Fail(name, R"(must be a number, "NaN", "Infinity" or "-Infinity")");
    set(*value);
    return true;
  }
  // The JavaScript SDK writes every integral number as intValue, 1e+300 too. That is no defect of the request: the
  // number is kept as the double that the application had.
  template <class Set, class SetHuge>
  bool IntOrHuge(uint32_t number, std::string_view name, Set set, SetHuge set_huge) {
    if (!At(number, name)) return false;
    if (!HasValue()) return true;
    if (const std::optional<int64_t> value = ToInteger<int64_t>(value_)) {
      set(*value);
    } else if (value_.is_number() && std::fabs(value_.get_double().value()) >= 0x1p63) {
      set_huge(value_.get_double().value());
    } else {
      context_.Fail(name, "must be an integer, or a string that holds one");
    }
    return true;
  }
  template <class Read>
  bool One(uint32_t number, std::string_view name, Read read) {
    if (!At(number, name)) return false;
    if (HasValue()) Message(value_, name, -1, read);
    return true;
  }
  template <class Read>
  bool Each(uint32_t number, std::string_view name, size_t, Read read) {
    if (!At(number, name)) return false;
    if (!HasValue()) return true;
    if (!value_.is_array()) context_.Fail(name, "must be an array");
    int64_t index = 0;
    for (const element item : simdjson::dom::array(value_)) Message(item, name, index++, read);
    return true;
  }

 private:
  bool At(uint32_t number, std::string_view name) {
    if (key_ != name) return false;
    if ((seen_ >> number & 1) != 0) context_.Fail(name, "appears twice in one object");
    seen_ |= 1u << number;  // field numbers of OTLP end at 16
    return true;
  }
  bool HasValue() const { return !value_.is_null(); }

  std::string_view String(std::string_view name, std::string_view otherwise) const {
    if (!value_.is_string()) context_.Fail(name, otherwise);
    return std::string_view(value_);
  }
  template <class Number, class Set>
  bool Integer(uint32_t number, std::string_view name, std::string_view otherwise, Set& set) {
    if (!At(number, name)) return false;
    if (!HasValue()) return true;
    const std::optional<Number> value = ToInteger<Number>(value_);
    if (!value) context_.Fail(name, otherwise);
    set(*value);
    return true;
  }
  template <class Read>
  void Message(element value, std::string_view name, int64_t index, Read& read) {
    context_.Enter(name, index);
    if (!value.is_object()) context_.Fail("must be an object");
    JsonReader inner(simdjson::dom::object(value), context_);
    read(inner);
    context_.Leave();
  }

  simdjson::dom::object object_;
  Context& context_;
  std::string_view key_;
  element value_;
  uint32_t seen_ = 0;
};

void Decode(Signal signal, std::string_view body, Context& context, simdjson::dom::parser& parser) {
  element document;
  // The copy that simdjson makes here gives it the padding it needs behind the text.
  const auto error = parser.parse(body.data(), body.size(), true).get(document);
  if (error != simdjson::SUCCESS) context.Fail(fmt::format("not JSON: {}", simdjson::error_message(error)));
  if (!document.is_object()) context.Fail("the body must be one JSON object");
  JsonReader reader(simdjson::dom::object(document), context);
  ReadRequest(signal, reader, context);
}

}  // namespace

void DecodeJson(Signal signal, std::string_view body, Context& context) {
  if (body.size() > kLargestKeptDocument) {
    simdjson::dom::parser parser;
    return Decode(signal, body, context, parser);
  }
  thread_local simdjson::dom::parser parser;
  Decode(signal, body, context, parser);
}

}  // namespace spangate::otlp
