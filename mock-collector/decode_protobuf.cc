// OTLP in protobuf's wire format. protozero checks framing; it asserts, but does not check, that a getter fits the wire
// type, so every field is matched by number and wire type together: a known number with another type is unknown.
#include <fmt/format.h>

#include <protozero/pbf_reader.hpp>

#include "mock-collector/otlp_schema.h"

namespace spangate::otlp {
namespace {

using protozero::pbf_wire_type;

std::string_view View(protozero::data_view view) { return {view.data(), view.size()}; }

class ProtobufReader {
 public:
  ProtobufReader(protozero::pbf_reader message, Context& context) : message_(message), context_(context) {}

  template <class Draft>
  void Parse(Draft& draft) {
    while (message_.next()) {
      if (!Fields(*this, draft)) message_.skip();  // throws on groups, which OTLP never had
    }
  }

  template <class Set>
  bool Text(uint32_t number, std::string_view, Set set) {
    if (!At(number, pbf_wire_type::length_delimited)) return false;
    set(context_.Text(View(message_.get_view())));
    return true;
  }
  template <class Set>
  bool Bytes(uint32_t number, std::string_view, Set set) {
    if (!At(number, pbf_wire_type::length_delimited)) return false;
    set(context_.model.strings.Intern(View(message_.get_view())));
    return true;
  }
  template <size_t N>
  bool Id(uint32_t number, std::string_view name, IdField<N>& id) {
    if (!At(number, pbf_wire_type::length_delimited)) return false;
    const std::string_view bytes = View(message_.get_view());
    if (!bytes.empty() && bytes.size() != N) context_.Fail(name, fmt::format("{} bytes; must be {}", bytes.size(), N));
    id = {};
    id.present = !bytes.empty();
    std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
    return true;
  }
  template <class Set>
  bool Fixed64(uint32_t number, std::string_view, Set set) {
    if (!At(number, pbf_wire_type::fixed64)) return false;
    set(message_.get_fixed64());
    return true;
  }
  template <class Set>
  bool Fixed32(uint32_t number, std::string_view, Set set) {
    if (!At(number, pbf_wire_type::fixed32)) return false;
    set(message_.get_fixed32());
    return true;
  }
  template <class Set>
  bool Double(uint32_t number, std::string_view, Set set) {
    if (!At(number, pbf_wire_type::fixed64)) return false;
    set(message_.get_double());
    return true;
  }
  template <class Set>
  bool Uint32(uint32_t number, std::string_view, Set set) {
    if (!At(number, pbf_wire_type::varint)) return false;
    set(message_.get_uint32());
    return true;
  }
  bool Ignored32(uint32_t, std::string_view) { return false; }
  template <class Set>
  bool Enum(uint32_t number, std::string_view, Set set) {
    if (!At(number, pbf_wire_type::varint)) return false;
    set(message_.get_enum());
    return true;
  }
  template <class Set>
  bool Bool(uint32_t number, std::string_view, Set set) {
    if (!At(number, pbf_wire_type::varint)) return false;
    set(message_.get_uint64() != 0);  // get_bool() asserts that the varint is one byte
    return true;
  }
  template <class Set, class SetHuge>
  bool IntOrHuge(uint32_t number, std::string_view, Set set, SetHuge) {
    if (!At(number, pbf_wire_type::varint)) return false;
    set(message_.get_int64());
    return true;
  }
  template <class Read>
  bool One(uint32_t number, std::string_view name, Read read) {
    return Message(number, name, -1, read);
  }
  template <class Read>
  bool Each(uint32_t number, std::string_view name, size_t index, Read read) {
    return Message(number, name, static_cast<int64_t>(index), read);
  }

 private:
  bool At(uint32_t number, pbf_wire_type type) const {
    return message_.tag_and_type() == protozero::tag_and_type(number, type);
  }
  template <class Read>
  bool Message(uint32_t number, std::string_view name, int64_t index, Read& read) {
    if (!At(number, pbf_wire_type::length_delimited)) return false;
    context_.Enter(name, index);
    ProtobufReader inner(message_.get_message(), context_);
    read(inner);
    context_.Leave();
    return true;
  }

  protozero::pbf_reader message_;
  Context& context_;
};

}  // namespace

void DecodeProtobuf(Signal signal, std::string_view body, Context& context) {
  try {
    ProtobufReader reader(protozero::pbf_reader(body.data(), body.size()), context);
    ReadRequest(signal, reader, context);
  } catch (const protozero::exception& error) {
    context.Fail(fmt::format("not protobuf: {}", error.what()));
  }
}

}  // namespace spangate::otlp
