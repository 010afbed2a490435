// Lines of source by path and number, split once per file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/location.h"
#include "reports/report.h"

namespace spangate {

class SourceLines {
 public:
  explicit SourceLines(const SourceLookup& lookup) : lookup_(lookup) {}

  /// The line without its end, or nullopt when the file or the line is not to be had. Lines end as compilers see them:
  /// LF, CR LF or CR.
  std::optional<std::string_view> Line(const std::string& path, uint32_t line);

  /// primaryLocationLineHash of the line, see line_hash.h; empty when the line is not to be had.
  std::string LineHash(const std::string& path, uint32_t line);

 private:
  struct File {
    std::string_view text;
    std::vector<size_t> starts;
    std::optional<std::vector<std::string>> hashes;
  };
  const File* Open(const std::string& path);

  const SourceLookup& lookup_;
  std::map<std::string, std::optional<File>> files_;
};

}  // namespace spangate
