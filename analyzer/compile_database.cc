// compile_commands.json -> CompileCommand. An own reader: errors get a line, and a warm run never loads libclang.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>

#include "analyzer/command_line.h"
#include "analyzer/read_source.h"
#include "common/text.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMaxDatabaseBytes = uintmax_t{1} << 30;
constexpr const char* kHowToGetOne =
    "configure with cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON, or record one with 'bear -- make' or compdb, or name a "
    "source file and its flags after --";

// Build systems list these too; they hold no C++ and no call of it that we could follow.
constexpr std::array<std::string_view, 14> kOtherLanguages = {".s",   ".S",  ".asm",   ".sx", ".f",    ".f90",  ".F90",
                                                              ".for", ".rc", ".swift", ".rs", ".ispc", ".nasm", ".d"};

// Walks the text and tells the SAX handler how far the parser has read.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, size_t* count) : at_(at), count_(count) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*count_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) { return a.at_ == b.at_; }

 private:
  const char* at_;
  size_t* count_;
};

struct Entry {
  std::optional<std::string> directory, file, command;
  std::optional<std::vector<std::string>> arguments;
  size_t offset = 0;
};

// Array of flat objects; values of unknown keys may be anything and are skipped.
class EntryReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit EntryReader(const size_t& offset) : offset_(offset) {}

  std::vector<Entry> entries;
  std::string problem;
  size_t problem_offset = 0;

  bool null() override { return Scalar("null"); }
  bool boolean(bool) override { return Scalar("a boolean"); }
  bool number_integer(number_integer_t) override { return Scalar("a number"); }
  bool number_unsigned(number_unsigned_t) override { return Scalar("a number"); }
  bool number_float(number_float_t, const string_t&) override { return Scalar("a number"); }
  bool binary(binary_t&) override { return Scalar("binary data"); }

  bool string(string_t& text) override {
    if (depth_ < 2) return Scalar("a string");
    if (text.find('\0') != std::string::npos) return Fail("a string holds a NUL character");
    if (depth_ == 2) {
      if (std::optional<std::string>* slot = TextSlot()) *slot = std::move(text);
      if (key_ == "arguments") return Fail("\"arguments\" must be an array of strings");
      return true;
    }
    if (depth_ == 3 && in_arguments_) entries.back().arguments->push_back(std::move(text));
    return true;
  }

  bool start_object(std::size_t) override {
    if (depth_ == 0) return Fail("a compile database is an array of objects");
    if (depth_ == 1) {
      entries.emplace_back();
      entries.back().offset = offset_;
    } else if (!MayNest("an object")) {
      return false;
    }
    ++depth_;
    return true;
  }

  bool start_array(std::size_t) override {
    if (depth_ == 1) return Fail("an entry of a compile database is an object, not an array");
    if (depth_ == 2 && key_ == "arguments") {
      entries.back().arguments.emplace();
      in_arguments_ = true;
    } else if (depth_ != 0 && !MayNest("an array")) {
      return false;
    }
    ++depth_;
    return true;
  }

  bool key(string_t& name) override {
    if (depth_ == 2) key_ = std::move(name);
    return true;
  }
  bool end_object() override { return Leave(); }
  bool end_array() override { return Leave(); }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) override {
    problem_offset = position > 0 ? position - 1 : 0;
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ...": our own place stands
    // before.
    const std::string text = error.what();
    const size_t colon = text.find(": ");
    problem = colon == std::string::npos ? text : text.substr(colon + 2);
    return false;
  }

 private:
  bool Fail(std::string text) {
    problem = std::move(text);
    problem_offset = offset_ > 0 ? offset_ - 1 : 0;
    return false;
  }

  std::optional<std::string>* TextSlot() {
    Entry& entry = entries.back();
    if (key_ == "directory") return &entry.directory;
    if (key_ == "file") return &entry.file;
    if (key_ == "command") return &entry.command;
    return nullptr;
  }

  bool MayNest(const char* what) {
    if (in_arguments_ || (depth_ == 2 && (TextSlot() != nullptr || key_ == "arguments"))) {
      return Fail(fmt::format("\"{}\" must not hold {}", Printable(key_), what));
    }
    return true;
  }

  bool Scalar(const char* what) {
    if (depth_ == 0) return Fail("a compile database is an array of objects");
    if (depth_ == 1) return Fail(fmt::format("an entry of a compile database is an object, not {}", what));
    return MayNest(what);
  }

  bool Leave() {
    --depth_;
    if (depth_ == 2) in_arguments_ = false;
    return true;
  }

  const size_t& offset_;
  int depth_ = 0;
  std::string key_;
  bool in_arguments_ = false;
};

// "path:line:column: text"
Error ErrorAt(const std::string& path, std::string_view json, size_t offset, std::string_view text) {
  const std::string_view before = json.substr(0, std::min(offset, json.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {ErrorKind::kInput, fmt::format("{}:{}:{}: {}", path, line, before.size() - line_start + 1, Printable(text))};
}

Result<std::vector<Entry>> ReadEntries(const std::string& path, const std::string& json) {
  size_t offset = 0;
  EntryReader reader(offset);
  const CountingIterator begin(json.data(), &offset);
  const CountingIterator end(json.data() + json.size(), &offset);
  try {
    if (nlohmann::json::sax_parse(begin, end, &reader)) return std::move(reader.entries);
  } catch (const std::exception& error) {  // nlohmann throws on its own limits only
    return ErrorAt(path, json, offset, error.what());
  }
  return ErrorAt(path, json, reader.problem_offset, reader.problem);
}

Result<std::string> ReadDatabase(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    return Error{ErrorKind::kUsage, fmt::format("{}: there is no compile database; {}", path, kHowToGetOne)};
  }
  const uintmax_t size = fs::file_size(path, error);
  if (error) return Error{ErrorKind::kSystem, fmt::format("{}: {}", path, error.message())};
  if (size > kMaxDatabaseBytes) return Error{ErrorKind::kInput, fmt::format("{}: larger than 1 GiB", path)};
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorKind::kSystem, fmt::format("{}: cannot be read", path)};
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (in.gcount() != static_cast<std::streamsize>(size)) {
    return Error{ErrorKind::kSystem, fmt::format("{}: changed while it was read", path)};
  }
  return text;
}

// What is wrong with an entry, or nullptr.
const char* ProblemOf(const Entry& entry) {
  if (!entry.file || entry.file->empty()) return "the entry has no \"file\"";
  if (!entry.arguments && !entry.command) return "the entry has neither \"arguments\" nor \"command\"";
  if (entry.arguments && entry.arguments->empty()) return "\"arguments\" is empty";
  return nullptr;
}

Result<CompileCommand> ToCommand(const std::string& path, const std::string& json, Entry entry, const fs::path& base) {
  if (const char* problem = ProblemOf(entry)) return ErrorAt(path, json, entry.offset, problem);
  CompileCommand command;
  command.directory = (base / entry.directory.value_or("")).lexically_normal().string();
  command.file = (fs::path(command.directory) / *entry.file).string();
  if (!entry.arguments) entry.arguments = SplitCommandLine(*entry.command, Quoting::kShell);
  if (!entry.arguments) return ErrorAt(path, json, entry.offset, "a quote in \"command\" is not closed");
  if (entry.arguments->empty()) return ErrorAt(path, json, entry.offset, "\"command\" is empty");
  command.arguments = ExpandResponseFiles(WithoutLaunchers(std::move(*entry.arguments)), command.directory);
  return command;
}

bool IsOtherLanguage(const std::string& file) {
  const std::string extension = fs::path(file).extension().string();
  return std::find(kOtherLanguages.begin(), kOtherLanguages.end(), extension) != kOtherLanguages.end();
}

// A file that two targets compile with the same flags says the same twice: outputs do not count.
std::vector<std::string> DuplicateKey(const CompileCommand& command) {
  std::vector<std::string> key = {command.directory, command.file};
  for (size_t i = 0; i < command.arguments.size(); ++i) {
    const std::string& argument = command.arguments[i];
    if (argument == "-o" || argument == "-MF" || argument == "-MT" || argument == "-MQ") {
      ++i;
    } else {
      key.push_back(argument);
    }
  }
  return key;
}

bool HasExtension(const std::string& file, std::initializer_list<std::string_view> extensions) {
  const std::string extension = fs::path(file).extension().string();
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

}  // namespace

Result<std::vector<CompileCommand>> ReadCompileDatabase(const std::string& path) {
  std::error_code error;
  const bool is_folder = fs::is_directory(path, error);
  const std::string file = is_folder ? (fs::path(path) / "compile_commands.json").string() : path;
  const Result<std::string> json = ReadDatabase(file);
  if (!json.has_value()) return json.error();
  Result<std::vector<Entry>> entries = ReadEntries(file, json.value());
  if (!entries.has_value()) return entries.error();

  const fs::path base = fs::absolute(file, error).parent_path();
  std::vector<CompileCommand> commands;
  std::set<std::vector<std::string>> seen;
  for (Entry& entry : entries.value()) {
    Result<CompileCommand> command = ToCommand(file, json.value(), std::move(entry), base);
    if (!command.has_value()) return command.error();
    if (IsOtherLanguage(command.value().file)) continue;
    if (seen.insert(DuplicateKey(command.value())).second) commands.push_back(std::move(command.value()));
  }
  return commands;
}

CompileCommand CompileCommandFor(const std::string& file, const std::vector<std::string>& flags) {
  std::error_code error;
  CompileCommand command;
  command.directory = fs::current_path(error).string();
  command.file = (fs::path(command.directory) / file).string();
  const bool names_compiler = !flags.empty() && !flags[0].empty() && flags[0][0] != '-' && flags[0][0] != '@';
  if (!names_compiler) command.arguments.emplace_back(HasExtension(file, {".c"}) ? "cc" : "c++");
  const std::vector<std::string> expanded = ExpandResponseFiles(flags, command.directory);
  command.arguments.insert(command.arguments.end(), expanded.begin(), expanded.end());
  // A header alone would be taken for C.
  if (HasExtension(file, {".h", ".hh", ".hpp", ".hxx", ".inl", ".ipp"})) {
    command.arguments.insert(command.arguments.end(), {"-x", "c++"});
  }
  command.arguments.push_back(command.file);
  return command;
}

}  // namespace spangate
