// The front of both OTLP decoders: all rows of a body or none.
#include "mock-collector/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "common/text.h"
#include "mock-collector/otlp_context.h"

namespace spangate {
namespace otlp {
namespace {

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80) == 0; });
}

/// U+FFFD in place of each byte that is not part of a well-formed sequence.
std::string ReplaceInvalidUtf8(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    size_t length = 1;
    while (length <= 4 && length <= bytes.size() && !IsUtf8(bytes.substr(0, length))) ++length;
    const bool valid = length <= 4 && length <= bytes.size();
    text += valid ? bytes.substr(0, length) : std::string_view("\xEF\xBF\xBD");
    bytes.remove_prefix(valid ? length : 1);
  }
  return text;
}

template <class T>
Rows Store(std::vector<T>& column, std::span<const T> list) {
  const auto first = static_cast<uint32_t>(column.size());
  column.insert(column.end(), list.begin(), list.end());
  return {first, static_cast<uint32_t>(list.size())};
}

}  // namespace

std::string Context::Path() const {
  std::string path;
  for (const Step& step : path_) {
    if (!path.empty()) path += '.';
    path += step.name;
    if (step.index >= 0) path += fmt::format("[{}]", step.index);
  }
  return path;
}

void Context::Fail(std::string_view field, std::string_view what) const {
  std::string place = Path();
  if (!place.empty() && !field.empty()) place += '.';
  place += field;
  throw DecodeError{place.empty() ? std::string(what) : fmt::format("{}: {}", place, what)};
}

StringTable::Id Context::Text(std::string_view bytes) {
  if (IsAscii(bytes) || IsUtf8(bytes)) return model.strings.Intern(bytes);
  faults |= kInvalidUtf8;
  return model.strings.Intern(ReplaceInvalidUtf8(bytes));
}

Rows Context::StoreAttributes(std::span<const Attribute> list) {
  keys_.clear();
  for (const Attribute& attribute : list) keys_.push_back(attribute.key);
  std::sort(keys_.begin(), keys_.end());
  if (std::adjacent_find(keys_.begin(), keys_.end()) != keys_.end()) faults |= kDuplicateKey;
  return Store(model.attributes, list);
}

Rows Context::StoreMap(std::span<const Attribute> list) { return Store(model.attributes, list); }

Rows Context::StoreArray(std::span<const Value> list) { return Store(model.array_values, list); }

}  // namespace otlp

Status DecodeOtlp(Signal signal, Encoding encoding, std::string_view body, TraceModel& batch) {
  const TraceModel::Mark before = batch.mark();
  try {
    otlp::Context context(batch);
    batch.requests.push_back({.signal = signal, .encoding = encoding});
    const auto decode = encoding == Encoding::kProtobuf ? otlp::DecodeProtobuf : otlp::DecodeJson;
    decode(signal, body, context);
    batch.requests.back().items = context.items;
    return Ok();
  } catch (const otlp::DecodeError& error) {
    batch.RollBack(before);
    return Error{ErrorKind::kInput, error.message};
  } catch (const std::bad_alloc&) {
    batch.RollBack(before);
    return Error{ErrorKind::kSystem, "out of memory while decoding a request"};
  }
}

}  // namespace spangate
