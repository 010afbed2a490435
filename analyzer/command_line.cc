// Shell and response-file quoting, nested response files, compiler launchers.
#include "analyzer/command_line.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace spangate {
namespace {

// Real commands stay far below; response files that name each other would otherwise grow without end.
constexpr int kMaxDepth = 16;
constexpr size_t kMaxArguments = 100'000;
constexpr uintmax_t kMaxResponseFileBytes = uintmax_t{16} << 20;

constexpr std::array<std::string_view, 8> kLaunchers = {"ccache", "distcc", "sccache",    "icecc",
                                                        "gomacc", "goma",   "buildcache", "rewrapper"};

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

bool IsEscapedInQuotes(char quote, char next, Quoting quoting) {
  if (quoting == Quoting::kResponseFile) return true;
  return quote == '"' && (next == '"' || next == '\\' || next == '$' || next == '`' || next == '\n');
}

class Splitter {
 public:
  Splitter(std::string_view text, Quoting quoting) : text_(text), quoting_(quoting) {}

  std::optional<std::vector<std::string>> Split() {
    for (; at_ < text_.size(); ++at_) {
      if (!Step(text_[at_])) return std::nullopt;
    }
    Finish();
    return std::move(arguments_);
  }

 private:
  // False when a quote is not closed.
  bool Step(char c) {
    if (IsBlank(c)) {
      Finish();
      return true;
    }
    started_ = true;
    if (c == '\'' || c == '"') return Quoted(c);
    if (c != '\\' || at_ + 1 == text_.size()) {
      current_ += c;
      return true;
    }
    ++at_;
    if (text_[at_] != '\n' || quoting_ == Quoting::kResponseFile) current_ += text_[at_];
    return true;
  }

  bool Quoted(char quote) {
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      const bool more = at_ + 1 < text_.size();
      if (text_[at_] == '\\' && more && IsEscapedInQuotes(quote, text_[at_ + 1], quoting_)) ++at_;
      current_ += text_[at_];
    }
    return at_ < text_.size();
  }

  void Finish() {
    if (started_) arguments_.push_back(std::move(current_));
    current_.clear();
    started_ = false;
  }

  std::string_view text_;
  Quoting quoting_;
  size_t at_ = 0;
  bool started_ = false;  // "" is an argument too
  std::string current_;
  std::vector<std::string> arguments_;
};

std::optional<std::vector<std::string>> ReadResponseFile(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size > kMaxResponseFileBytes) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return SplitCommandLine(text, Quoting::kResponseFile);
}

void Expand(const std::vector<std::string>& from, const std::string& directory, int depth,
            std::vector<std::string>& to) {
  for (const std::string& argument : from) {
    const bool is_file = argument.size() > 1 && argument.front() == '@';
    if (is_file && depth < kMaxDepth && to.size() < kMaxArguments) {
      const auto content = ReadResponseFile(std::filesystem::path(directory) / argument.substr(1));
      if (content && content->size() <= kMaxArguments - to.size()) {
        Expand(*content, directory, depth + 1, to);
        continue;
      }
    }
    to.push_back(argument);
  }
}

bool IsAssignment(const std::string& argument) {
  return argument.find('=') != std::string::npos && argument.front() != '-' && argument.front() != '/';
}

// How many leading arguments stand before the compiler.
size_t LaunchersBefore(const std::vector<std::string>& arguments) {
  const std::string name = std::filesystem::path(arguments.front()).stem().string();
  const bool is_env = name == "env";
  if (!is_env && std::find(kLaunchers.begin(), kLaunchers.end(), name) == kLaunchers.end()) return 0;
  size_t next = 1;
  while (next < arguments.size() && !arguments[next].empty() && IsAssignment(arguments[next])) ++next;
  // "distcc -c a.cc" names no compiler: leave it as it is.
  const bool names_compiler = next < arguments.size() && !arguments[next].empty() && arguments[next].front() != '-';
  return names_compiler ? next : 0;
}

}  // namespace

std::optional<std::vector<std::string>> SplitCommandLine(std::string_view text, Quoting quoting) {
  return Splitter(text, quoting).Split();
}

std::vector<std::string> ExpandResponseFiles(const std::vector<std::string>& arguments, const std::string& directory) {
  std::vector<std::string> expanded;
  Expand(arguments, directory, 0, expanded);
  return expanded;
}

std::vector<std::string> WithoutLaunchers(std::vector<std::string> arguments) {
  while (!arguments.empty() && !arguments.front().empty()) {
    const size_t launchers = LaunchersBefore(arguments);
    if (launchers == 0) break;
    arguments.erase(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(launchers));
  }
  return arguments;
}

}  // namespace spangate
