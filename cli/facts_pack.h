// What stands before the units of a facts file: whose they are. Lets `analyze --link` notice what is not there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/read_source.h"
#include "common/result.h"

namespace spangate {

/// Part `number` (from 1) of `count`. {0, 0}: chosen otherwise, by file or by command.
struct Shard {
  uint32_t number = 0;
  uint32_t count = 0;
  friend bool operator==(const Shard&, const Shard&) = default;
};

/// "K/N" with 1 <= K <= N. Errors: kUsage.
Result<Shard> ParseShard(std::string_view text);

/// Identity of a compile command, the same in every checkout, build folder and run: source, working directory and
/// arguments without outputs; paths below the root count without it.
uint64_t CommandKey(const CompileCommand& command, std::string_view root);

/// Identity of a whole compile database, whatever the order of its entries.
uint64_t DatabaseKey(const std::vector<CompileCommand>& commands, std::string_view root);

/// The commands of one shard, by path and key. Together the shards are the whole; they differ by one command at most.
std::vector<CompileCommand> ShardOf(std::vector<CompileCommand> commands, Shard shard, std::string_view root);

/// The record before the units that one run wrote. docs/formats/facts.md has its form.
struct Pack {
  Shard shard;
  uint64_t database = 0;        // DatabaseKey; 0 when there is none
  uint32_t database_units = 0;  // of the whole database
  std::vector<uint64_t> keys;   // of the units that follow, in their order
};

inline constexpr size_t kPackHeaderBytes = 24;

std::string SerializePack(const Pack& pack);
bool StartsPack(std::string_view bytes);
/// Bytes of the record, from its first kPackHeaderBytes. Errors: kInput.
Result<uint64_t> PackSize(std::string_view header);
/// Errors: kInput for anything that SerializePack of this version did not write.
Result<Pack> ParsePack(std::string_view bytes);

}  // namespace spangate
