#include "reports/source_lines.h"

#include "reports/line_hash.h"

namespace spangate {
namespace {

std::vector<size_t> LineStarts(std::string_view text) {
  std::vector<size_t> starts = {0};
  for (size_t i = 0; i < text.size(); ++i) {
    const bool crlf = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (text[i] == '\n' || (text[i] == '\r' && !crlf)) starts.push_back(i + 1);
  }
  return starts;
}

}  // namespace

const SourceLines::File* SourceLines::Open(const std::string& path) {
  auto [at, added] = files_.try_emplace(path);
  if (added && lookup_) {
    if (const std::optional<std::string_view> text = lookup_(path)) {
      at->second = File{*text, LineStarts(*text), std::nullopt};
    }
  }
  return at->second.has_value() ? &*at->second : nullptr;
}

std::optional<std::string_view> SourceLines::Line(const std::string& path, uint32_t line) {
  const File* file = path.empty() || line == 0 ? nullptr : Open(path);
  if (file == nullptr || line > file->starts.size()) return std::nullopt;
  const size_t begin = file->starts[line - 1];
  const size_t end = line < file->starts.size() ? file->starts[line] : file->text.size();
  std::string_view text = file->text.substr(begin, end - begin);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::string SourceLines::LineHash(const std::string& path, uint32_t line) {
  if (!Line(path, line).has_value()) return "";
  File& file = *files_.at(path);
  if (!file.hashes.has_value()) file.hashes = LineHashes(file.text);
  return line <= file.hashes->size() ? (*file.hashes)[line - 1] : "";
}

}  // namespace spangate
