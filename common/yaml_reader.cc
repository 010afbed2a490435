#include "common/yaml_reader.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>

#include "common/text.h"

namespace spangate {

struct YamlData {
  YamlNode::Kind kind = YamlNode::Kind::kNull;
  bool quoted = false;
  uint32_t line = 1;
  uint32_t column = 1;
  size_t size = 1;  // nodes in this subtree, aliases followed
  std::shared_ptr<const std::string> path;
  std::string text;
  std::vector<YamlNode> items;
  std::vector<YamlEntry> entries;
};

namespace {

// Leaves yaml-cpp's parser from inside a callback; never leaves this file.
struct Refused : std::runtime_error {
  Refused(YAML::Mark at, const std::string& message) : std::runtime_error(message), mark(at) {}
  YAML::Mark mark;
};

std::string Place(std::string_view path, const YAML::Mark& mark) {
  if (mark.is_null()) return std::string(path);
  return fmt::format("{}:{}:{}", path, mark.line + 1, mark.column + 1);
}

// Builds the tree from parser events. yaml-cpp's own tree would follow an alias as often as it is named and would let
// duplicate keys pass; its parser recurses, and refusing depth from the callback stops that recursion early.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view path) : path_(std::make_shared<const std::string>(path)) {}

  YamlNode Root() const { return root_.has_value() ? *root_ : YamlNode(New(YAML::Mark(), YamlNode::Kind::kNull)); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_.has_value()) throw Refused(mark, "more than one document in the file; keep the first");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Place(mark, New(mark, YamlNode::Kind::kNull), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    // yaml-cpp knows the anchor from its first byte on; we only when its node is complete.
    if (found == anchors_.end()) throw Refused(mark, "an alias inside the node that it names");
    Add(mark, found->second);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    auto data = New(mark, YamlNode::Kind::kScalar);
    data->text = value;
    data->quoted = tag == "!";
    Place(mark, std::move(data), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, YamlNode::Kind::kSequence, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, YamlNode::Kind::kMap, anchor);
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Frame {
    std::shared_ptr<YamlData> data;
    YAML::anchor_t anchor = 0;
    YAML::Mark mark;
    std::optional<YamlNode> key;
    std::set<std::string, std::less<>> keys;
  };

  std::shared_ptr<YamlData> New(const YAML::Mark& mark, YamlNode::Kind kind) const {
    auto data = std::make_shared<YamlData>();
    data->kind = kind;
    data->line = static_cast<uint32_t>(mark.line + 1);
    data->column = static_cast<uint32_t>(mark.column + 1);
    data->path = path_;
    return data;
  }

  void Open(const YAML::Mark& mark, YamlNode::Kind kind, YAML::anchor_t anchor) {
    if (open_.size() >= kYamlMaxDepth) {
      throw Refused(mark, fmt::format("nested more than {} levels deep", kYamlMaxDepth));
    }
    Frame frame;
    frame.data = New(mark, kind);
    frame.anchor = anchor;
    frame.mark = mark;
    open_.push_back(std::move(frame));
  }

  void Close() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    Place(frame.mark, std::move(frame.data), frame.anchor);
  }

  void Place(const YAML::Mark& mark, std::shared_ptr<const YamlData> data, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = data;
    Add(mark, std::move(data));
  }

  void Add(const YAML::Mark& mark, std::shared_ptr<const YamlData> data) {
    const size_t size = data->size;
    YamlNode node(std::move(data));
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& parent = open_.back();
    parent.data->size += size;
    if (parent.data->size > kYamlMaxNodes) {
      throw Refused(mark, fmt::format("more than {} nodes once aliases are followed", kYamlMaxNodes));
    }
    if (parent.data->kind == YamlNode::Kind::kSequence) {
      parent.data->items.push_back(std::move(node));
    } else if (parent.key.has_value()) {
      parent.data->entries.push_back({std::move(*parent.key), std::move(node)});
      parent.key.reset();
    } else {
      TakeKey(mark, parent, std::move(node));
    }
  }

  static void TakeKey(const YAML::Mark& mark, Frame& parent, YamlNode key) {
    if (!key.is_scalar()) throw Refused(mark, "a key must be text");
    if (!parent.keys.insert(key.text()).second) {
      throw Refused(mark, fmt::format("key '{}' stands here twice; remove one", Printable(key.text())));
    }
    parent.key = std::move(key);
  }

  std::shared_ptr<const std::string> path_;
  std::optional<YamlNode> root_;
  std::vector<Frame> open_;
  std::map<YAML::anchor_t, std::shared_ptr<const YamlData>> anchors_;
};

// Characters that YAML forbids. yaml-cpp reads U+0004 as the end of the file, which would drop all that follows.
std::optional<Error> RefusedBytes(std::string_view text, std::string_view path) {
  if (text.size() > kYamlMaxBytes) {
    return Error{ErrorKind::kUsage, fmt::format("{}: larger than {} bytes", path, kYamlMaxBytes)};
  }
  uint32_t line = 1;
  size_t line_start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<uint8_t>(text[i]);
    if (c == '\n') {
      ++line;
      line_start = i + 1;
    } else if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7F) {
      return Error{ErrorKind::kUsage,
                   fmt::format("{}:{}:{}: control character 0x{:02x}; write it as an escape in double quotes", path,
                               line, i - line_start + 1, c)};
    }
  }
  if (!IsUtf8(text)) return Error{ErrorKind::kUsage, fmt::format("{}: not UTF-8", path)};
  return std::nullopt;
}

std::string Describe(const YamlNode& node) {
  constexpr size_t kShown = 60;
  switch (node.kind()) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
    case YamlNode::Kind::kScalar:
      break;
  }
  const bool cut = node.text().size() > kShown;
  return fmt::format("'{}{}'", Printable(node.text().substr(0, kShown)), cut ? "..." : "");
}

template <class T>
std::optional<T> Number(const YamlNode& node) {
  T value{};
  if (!node.is_scalar() || node.quoted()) return std::nullopt;
  const char* end = node.text().data() + node.text().size();
  const auto [stop, code] = std::from_chars(node.text().data(), end, value);
  if (code != std::errc{} || stop != end || node.text().empty()) return std::nullopt;
  return value;
}

template <class T>
void Take(Result<T> read, T& out, YamlErrors& errors) {
  if (read.has_value()) {
    out = std::move(read.value());
  } else {
    errors.Add(read.error());
  }
}

}  // namespace

YamlNode::Kind YamlNode::kind() const { return data_->kind; }
const std::string& YamlNode::path() const { return *data_->path; }
uint32_t YamlNode::line() const { return data_->line; }
uint32_t YamlNode::column() const { return data_->column; }
const std::string& YamlNode::text() const { return data_->text; }
bool YamlNode::quoted() const { return data_->quoted; }
const std::vector<YamlNode>& YamlNode::items() const { return data_->items; }
const std::vector<YamlEntry>& YamlNode::entries() const { return data_->entries; }

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (const YamlEntry& entry : entries()) {
    if (entry.key.text() == key) return &entry.value;
  }
  return nullptr;
}

Error YamlNode::At(std::string_view message) const {
  return Error{ErrorKind::kUsage, fmt::format("{}:{}:{}: {}", path(), line(), column(), message)};
}

Error YamlNode::Expected(std::string_view wanted) const {
  return At(fmt::format("expected {}, found {}", wanted, Describe(*this)));
}

Result<std::string> YamlNode::AsText() const {
  if (!is_scalar()) return Expected("text");
  return text();
}

Result<bool> YamlNode::AsBool() const {
  if (is_scalar() && !quoted() && (text() == "true" || text() == "false")) return text() == "true";
  return Expected("true or false");
}

Result<int64_t> YamlNode::AsInteger() const {
  const std::optional<int64_t> value = Number<int64_t>(*this);
  if (!value.has_value()) return Expected("an integer");
  return *value;
}

Result<double> YamlNode::AsNumber() const {
  const std::optional<double> value = Number<double>(*this);
  if (!value.has_value() || !std::isfinite(*value)) return Expected("a number");
  return *value;
}

Result<YamlNode> ParseYaml(std::string_view text, std::string_view path) {
  if (std::optional<Error> refused = RefusedBytes(text, path)) return *refused;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(path);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.Root();
  } catch (const Refused& refused) {
    return Error{ErrorKind::kUsage, Place(path, refused.mark) + ": " + refused.what()};
  } catch (const YAML::Exception& exception) {
    return Error{ErrorKind::kUsage, Place(path, exception.mark) + ": not YAML: " + Printable(exception.msg)};
  } catch (const std::exception& exception) {
    return Error{ErrorKind::kUsage, fmt::format("{}: not YAML: {}", path, Printable(exception.what()))};
  }
}

Error YamlErrors::Combined() const {
  Error combined = errors_.front();
  for (size_t i = 1; i < errors_.size(); ++i) combined.message += "\n" + errors_[i].message;
  return combined;
}

void ReadYaml(const YamlNode& node, std::string& out, YamlErrors& errors) { Take(node.AsText(), out, errors); }
void ReadYaml(const YamlNode& node, bool& out, YamlErrors& errors) { Take(node.AsBool(), out, errors); }
void ReadYaml(const YamlNode& node, double& out, YamlErrors& errors) { Take(node.AsNumber(), out, errors); }

void ReadYaml(const YamlNode& node, std::vector<std::string>& out, YamlErrors& errors) {
  if (ExpectSequence(node, "a list of text", errors) == nullptr) return;
  out.clear();
  for (const YamlNode& item : node.items()) {
    std::string text;
    ReadYaml(item, text, errors);
    out.push_back(std::move(text));
  }
}

void ReadYamlInteger(const YamlNode& node, int64_t min, int64_t max, int64_t& out, YamlErrors& errors) {
  const Result<int64_t> value = node.AsInteger();
  if (!value.has_value() || value.value() < min || value.value() > max) {
    errors.Add(node.Expected(fmt::format("an integer from {} to {}", min, max)));
    return;
  }
  out = value.value();
}

std::string UnknownWord(std::string_view kind, std::string_view word, std::string_view where,
                        const std::vector<std::string_view>& known) {
  std::string message = fmt::format("unknown {} '{}'", kind, Printable(word));
  if (!where.empty()) message += fmt::format(" in {}", where);
  // The distance costs |word| * |known|; nobody misspells a word of this length.
  constexpr size_t kLongestWord = 100;
  const std::string_view near = word.size() > kLongestWord ? std::string_view() : DidYouMean(word, known);
  if (!near.empty()) message += fmt::format("; did you mean '{}'?", near);
  return message;
}

const YamlNode* ExpectMap(const YamlNode& node, std::string_view what, YamlErrors& errors) {
  if (node.is_map()) return &node;
  errors.Add(node.Expected(fmt::format("a map for {}", what)));
  return nullptr;
}

const YamlNode* ExpectSequence(const YamlNode& node, std::string_view what, YamlErrors& errors) {
  if (node.is_sequence()) return &node;
  errors.Add(node.Expected(what));
  return nullptr;
}

}  // namespace spangate
