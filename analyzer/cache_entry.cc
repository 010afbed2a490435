#include "analyzer/cache_entry.h"

#include "analyzer/byte_stream.h"

namespace spangate {
namespace {

constexpr std::string_view kMagic = "SPGUNIT";
constexpr uint8_t kVersion = 1;

void Write(ByteWriter& to, const std::vector<CacheEntry::Input>& inputs) {
  to.Number(inputs.size());
  std::string_view before;
  for (const CacheEntry::Input& input : inputs) {
    to.FrontCoded(input.path, before);
    before = input.path;
    to.Fixed(input.hash);
  }
}

void Read(ByteReader& from, std::vector<CacheEntry::Input>& inputs) {
  const size_t count = from.Count();
  inputs.clear();
  std::string path;
  for (size_t i = 0; i < count && !from.failed(); ++i) {
    from.FrontCoded(path);
    inputs.push_back({path, from.Fixed()});
  }
}

}  // namespace

std::vector<std::string> CacheEntry::Paths() const {
  std::vector<std::string> paths;
  paths.reserve(files.size());
  for (const Input& file : files) paths.push_back(file.path);
  return paths;
}

std::string CacheEntry::Bytes(std::string_view facts) const {
  ByteWriter body;
  body.Text(key);
  Write(body, files);
  Write(body, folders);
  body.Number(defaults.size());
  for (const std::string& folder : defaults) body.Text(folder);
  body.Fixed(resolution);
  return Framed(kMagic, kVersion, body.bytes() + std::string(facts));
}

std::optional<std::string_view> CacheEntry::Read(std::string_view bytes, CacheEntry& entry) {
  const auto body = Unframed(kMagic, kVersion, bytes);
  if (!body) return std::nullopt;
  ByteReader from(*body);
  entry.key = from.Text();
  spangate::Read(from, entry.files);
  spangate::Read(from, entry.folders);
  const size_t defaults = from.Count();
  entry.defaults.clear();
  for (size_t i = 0; i < defaults && !from.failed(); ++i) entry.defaults.emplace_back(from.Text());
  entry.resolution = from.Fixed();
  if (from.failed()) return std::nullopt;
  return from.rest();
}

}  // namespace spangate
