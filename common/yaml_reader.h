// Typed reading of YAML files that people write, with errors that name line, column and cure.
//
// A file is read in two steps: ParseYaml gives a tree; ReadFields walks a map by a table of keys, so that the table is
// the only list of what a section understands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result.h"

namespace spangate {

/// Limits of ParseYaml. Files that people write stay far below them.
inline constexpr size_t kYamlMaxBytes = 1 << 20;
inline constexpr size_t kYamlMaxDepth = 64;
inline constexpr size_t kYamlMaxNodes = 100'000;  // after aliases are followed

struct YamlData;  // yaml_reader.cc
struct YamlEntry;

/// A node of a parsed file: a cheap handle that keeps the tree alive. An alias is the node that it names.
class YamlNode {
 public:
  enum class Kind { kNull, kScalar, kSequence, kMap };

  explicit YamlNode(std::shared_ptr<const YamlData> data) : data_(std::move(data)) {}

  Kind kind() const;
  bool is_map() const { return kind() == Kind::kMap; }
  bool is_sequence() const { return kind() == Kind::kSequence; }
  bool is_scalar() const { return kind() == Kind::kScalar; }
  bool is_null() const { return kind() == Kind::kNull; }  // nothing, `~` or `null`

  const std::string& path() const;  // as given to ParseYaml
  uint32_t line() const;            // 1-based
  uint32_t column() const;          // 1-based, in bytes

  /// The text of a scalar, empty for the rest; `quoted` tells "5" from 5.
  const std::string& text() const;
  bool quoted() const;
  /// Items of a sequence, entries of a map in file order; empty for the rest.
  const std::vector<YamlNode>& items() const;
  const std::vector<YamlEntry>& entries() const;
  /// The value of a key, or null.
  const YamlNode* Find(std::string_view key) const;

  /// Errors of these: kUsage, "path:line:column: expected ..., found ...".
  Result<std::string> AsText() const;  // any scalar, quoted or not
  Result<bool> AsBool() const;         // true or false
  Result<int64_t> AsInteger() const;
  Result<double> AsNumber() const;  // finite

  /// An error at this place: "path:line:column: message".
  Error At(std::string_view message) const;
  /// The error "expected <wanted>, found <this node>".
  Error Expected(std::string_view wanted) const;

 private:
  std::shared_ptr<const YamlData> data_;
};

struct YamlEntry {
  YamlNode key;  // always a scalar
  YamlNode value;
};

/// The document in `text`; a null node when it is empty. `path` is only for messages. Errors (kUsage): malformed YAML,
/// more than one document, duplicate keys, keys that are no scalars, control characters, text that is not UTF-8, the
/// limits above.
Result<YamlNode> ParseYaml(std::string_view text, std::string_view path);

/// Collects what is wrong with a file, so that a person sees all of it at once.
class YamlErrors {
 public:
  void Add(Error error) { errors_.push_back(std::move(error)); }
  bool empty() const { return errors_.empty(); }
  const std::vector<Error>& all() const { return errors_; }
  /// All of them as one Error, one line each, in file order. REQUIRES: !empty()
  Error Combined() const;

 private:
  std::vector<Error> errors_;
};

/// Each reads one value, or adds an error and leaves `out` as it was.
void ReadYaml(const YamlNode& node, std::string& out, YamlErrors& errors);
void ReadYaml(const YamlNode& node, bool& out, YamlErrors& errors);
void ReadYaml(const YamlNode& node, double& out, YamlErrors& errors);
void ReadYaml(const YamlNode& node, std::vector<std::string>& out, YamlErrors& errors);  // a sequence of scalars
/// An integer in [min, max].
void ReadYamlInteger(const YamlNode& node, int64_t min, int64_t max, int64_t& out, YamlErrors& errors);

/// "unknown <kind> '<word>'[ in <where>][; did you mean '<known>'?]".
std::string UnknownWord(std::string_view kind, std::string_view word, std::string_view where,
                        const std::vector<std::string_view>& known);

/// A key of a map and how its value is read into a T.
template <class T>
struct YamlField {
  std::string_view key;
  void (*read)(const YamlNode& value, T& out, YamlErrors& errors);
};

/// Checks that `node` is a map and returns it, or adds an error and returns null.
const YamlNode* ExpectMap(const YamlNode& node, std::string_view what, YamlErrors& errors);
/// Checks that `node` is a sequence; a null or other node is an error.
const YamlNode* ExpectSequence(const YamlNode& node, std::string_view what, YamlErrors& errors);

/// Reads a map by its table. `what` names the map in errors: "unknown key 'sevrity' in rule setting; did you mean
/// 'severity'?".
template <class T>
void ReadFields(const YamlNode& node, std::string_view what, std::span<const YamlField<T>> fields, T& out,
                YamlErrors& errors) {
  if (ExpectMap(node, what, errors) == nullptr) return;
  for (const YamlEntry& entry : node.entries()) {
    const YamlField<T>* found = nullptr;
    for (const YamlField<T>& field : fields) {
      if (field.key == entry.key.text()) found = &field;
    }
    if (found != nullptr) {
      found->read(entry.value, out, errors);
      continue;
    }
    std::vector<std::string_view> known;
    for (const YamlField<T>& field : fields) known.push_back(field.key);
    errors.Add(entry.key.At(UnknownWord("key", entry.key.text(), what, known)));
  }
}

}  // namespace spangate
