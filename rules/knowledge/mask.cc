#include "rules/knowledge/mask.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/text.h"

namespace spangate {
namespace {

constexpr size_t kShortSecret = 8;
constexpr size_t kMaxText = 64 * 1024;

// Bytes of the first characters; a multi-byte character is kept whole or left out.
std::string_view FirstCharacters(std::string_view text, size_t count) {
  size_t end = 0;
  for (; count > 0 && end < text.size(); --count) {
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  }
  return text.substr(0, end);
}

std::string MaskEmail(std::string_view email) {
  const size_t dot = email.rfind('.');
  const std::string_view end = dot == std::string_view::npos ? std::string_view() : email.substr(dot);
  return Printable(fmt::format("{}***@***{}", FirstCharacters(email, 1), end));
}

}  // namespace

std::string Mask(std::string_view sensitive, Detector detector) {
  if (detector == Detector::kEmail) return MaskEmail(sensitive);
  const std::string_view shown = sensitive.size() < kShortSecret ? std::string_view() : FirstCharacters(sensitive, 2);
  return Printable(fmt::format("{}*** ({} characters)", shown, sensitive.size()));
}

std::string Redacted(std::string_view text) {
  text = text.substr(0, kMaxText);  // no further than Detect() looks
  std::string out;
  size_t from = 0;
  for (const Detection& detection : Detect(text)) {
    out += text.substr(from, detection.offset - from);
    out += fmt::format("{{{}}}", Name(detection.detector));
    from = detection.offset + detection.length;
  }
  out += text.substr(from);
  return out;
}

}  // namespace spangate
