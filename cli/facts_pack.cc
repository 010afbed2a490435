#include "cli/facts_pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <tuple>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "common/path.h"

namespace spangate {
namespace {

constexpr std::string_view kMagic = "SPGPACK";
constexpr uint8_t kVersion = 1;
constexpr size_t kChecksumAt = 8;
constexpr size_t kLengthAt = 16;
constexpr size_t kFixedBytes = 24;                    // of the body, before the keys
constexpr uint64_t kMaxBytes = uint64_t{512} << 20U;  // 64 million units
constexpr uint32_t kMaxShards = 100'000;

// What a command writes, and how it talks: two builds differ there and mean the same source.
constexpr std::array<std::string_view, 5> kOutputs = {"-o", "-MF", "-MT", "-MQ", "-MJ"};
constexpr std::array<std::string_view, 5> kSwitches = {"-c", "-MD", "-MMD", "-MP", "-MG"};

uint64_t HashOf(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }
uint64_t HashOf(const std::vector<uint64_t>& words) {
  const uint64_t hash = XXH3_64bits(words.data(), words.size() * sizeof(uint64_t));
  return hash == 0 ? 1 : hash;
}

void Append(std::string& to, uint64_t number, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) to += static_cast<char>(number >> (8 * i));
}

uint64_t At(std::string_view bytes, size_t at, size_t size) {
  uint64_t number = 0;
  for (size_t i = 0; i < size; ++i) number |= uint64_t{static_cast<uint8_t>(bytes[at + i])} << (8 * i);
  return number;
}

// "-I/home/a/src/include" names another folder in another checkout and means the same.
void Replace(std::string& text, std::string_view folder, std::string_view by) {
  if (folder.size() < 2) return;
  for (size_t at = text.find(folder); at != std::string::npos; at = text.find(folder, at)) {
    const size_t end = at + folder.size();
    if (end < text.size() && text[end] != '/') {
      at = end;
      continue;
    }
    text.replace(at, folder.size(), by);
    at += by.size();
  }
}

class Rebase {
 public:
  Rebase(std::string_view directory, std::string_view root) : directory_(directory), root_(root) {
    while (directory_.ends_with('/')) directory_.remove_suffix(1);
    while (root_.ends_with('/')) root_.remove_suffix(1);
  }
  std::string operator()(std::string text) const {
    // The longer one first: it may lie in the other.
    const bool inside = directory_.size() > root_.size();
    Replace(text, inside ? directory_ : root_, inside ? "\x01" : "\x02");
    Replace(text, inside ? root_ : directory_, inside ? "\x02" : "\x01");
    return text;
  }

 private:
  std::string_view directory_, root_;
};

std::string Normal(const std::string& path) { return std::filesystem::path(path).lexically_normal().string(); }

std::string PathOf(const CompileCommand& command, std::string_view root) {
  return std::string(RelativeTo(Normal(command.file), root));
}

template <size_t N>
bool IsOneOf(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Error Bad(std::string_view why) { return {ErrorKind::kInput, fmt::format("facts: the pack record {}", why)}; }

}  // namespace

Result<Shard> ParseShard(std::string_view text) {
  Shard shard;
  const size_t slash = std::min(text.find('/'), text.size());
  const auto number = [](std::string_view digits, uint32_t& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() && !digits.empty();
  };
  const bool parsed =
      slash < text.size() && number(text.substr(0, slash), shard.number) && number(text.substr(slash + 1), shard.count);
  if (!parsed || shard.number == 0 || shard.number > shard.count || shard.count > kMaxShards) {
    return Error{ErrorKind::kUsage,
                 fmt::format("--shard {}: give the number of this part and how many there are, from 1/3 to 3/3", text)};
  }
  return shard;
}

uint64_t CommandKey(const CompileCommand& command, std::string_view root) {
  const Rebase rebase(command.directory, root);
  const std::string file = Normal(command.file);
  std::vector<uint64_t> words = {HashOf(RelativeTo(file, root)),
                                 HashOf(IsBelow(command.directory, root) ? RelativeTo(command.directory, root) : "")};
  for (size_t i = 0; i < command.arguments.size(); ++i) {
    const std::string& argument = command.arguments[i];
    if (IsOneOf(kOutputs, argument)) {
      ++i;
      continue;
    }
    const bool joined = argument.starts_with("-MF") || argument.starts_with("-MT") || argument.starts_with("-MQ");
    if (joined || IsOneOf(kSwitches, argument)) continue;
    const bool is_source = Normal((std::filesystem::path(command.directory) / argument).string()) == file;
    if (!is_source) words.push_back(HashOf(rebase(argument)));
  }
  return HashOf(words);
}

uint64_t DatabaseKey(const std::vector<CompileCommand>& commands, std::string_view root) {
  std::vector<uint64_t> keys;
  keys.reserve(commands.size());
  for (const CompileCommand& command : commands) keys.push_back(CommandKey(command, root));
  std::sort(keys.begin(), keys.end());
  return HashOf(keys);
}

std::vector<CompileCommand> ShardOf(std::vector<CompileCommand> commands, Shard shard, std::string_view root) {
  std::vector<std::tuple<std::string, uint64_t, size_t>> order;
  for (size_t i = 0; i < commands.size(); ++i) {
    order.emplace_back(PathOf(commands[i], root), CommandKey(commands[i], root), i);
  }
  std::sort(order.begin(), order.end());
  // Neighbours in a folder take about as long as each other: dealt out in turn, every shard gets its share of each.
  std::vector<CompileCommand> mine;
  for (size_t i = shard.number == 0 ? 0 : shard.number - 1; i < order.size(); i += std::max(shard.count, 1U)) {
    mine.push_back(std::move(commands[std::get<2>(order[i])]));
  }
  return mine;
}

std::string SerializePack(const Pack& pack) {
  std::string body;
  Append(body, 8 * pack.keys.size() + kFixedBytes, 8);  // covered by the checksum
  Append(body, pack.shard.number, 4);
  Append(body, pack.shard.count, 4);
  Append(body, pack.database, 8);
  Append(body, pack.database_units, 4);
  Append(body, pack.keys.size(), 4);
  for (const uint64_t key : pack.keys) Append(body, key, 8);
  std::string bytes(kMagic);
  bytes += static_cast<char>(kVersion);
  Append(bytes, HashOf(body), 8);
  return bytes + body;
}

bool StartsPack(std::string_view bytes) { return bytes.starts_with(kMagic); }

Result<uint64_t> PackSize(std::string_view header) {
  if (!StartsPack(header) || header.size() < kPackHeaderBytes) return Bad("is cut off");
  const auto version = static_cast<uint8_t>(header[kMagic.size()]);
  if (version != kVersion) {
    return Bad(fmt::format("has version {}, this spangate reads version {}; make the facts again", version, kVersion));
  }
  const uint64_t length = At(header, kLengthAt, 8);
  if (length > kMaxBytes || length < kFixedBytes) return Bad("is damaged");
  return kPackHeaderBytes + length;
}

Result<Pack> ParsePack(std::string_view bytes) {
  const Result<uint64_t> size = PackSize(bytes);
  if (!size.has_value()) return size.error();
  if (size.value() != bytes.size()) return Bad("is cut off");
  if (HashOf(bytes.substr(kLengthAt)) != At(bytes, kChecksumAt, 8)) return Bad("is damaged: its checksum is wrong");
  const std::string_view body = bytes.substr(kPackHeaderBytes);
  Pack pack;
  pack.shard = {static_cast<uint32_t>(At(body, 0, 4)), static_cast<uint32_t>(At(body, 4, 4))};
  pack.database = At(body, 8, 8);
  pack.database_units = static_cast<uint32_t>(At(body, 16, 4));
  const uint64_t count = At(body, 20, 4);
  const bool shard_holds = pack.shard.number <= pack.shard.count && pack.shard.count <= kMaxShards &&
                           (pack.shard.number == 0) == (pack.shard.count == 0);
  if (kFixedBytes + 8 * count != body.size() || !shard_holds) return Bad("is damaged");
  for (size_t i = 0; i < count; ++i) pack.keys.push_back(At(body, kFixedBytes + 8 * i, 8));
  return pack;
}

}  // namespace spangate
