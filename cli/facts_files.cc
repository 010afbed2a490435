// Writing facts: the flags, the compile command, the dependency file, the file itself.
#include "cli/facts_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>

#include "analyzer/command_line.h"
#include "cli/commands.h"
#include "common/path.h"
#include "common/text.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

// Facts of this many TUs are in memory at once: they hold every header function, for each TU anew.
constexpr size_t kUnitsAtOnce = 64;

constexpr std::array<std::string_view, 16> kSources = {".c",  ".cc", ".cpp", ".cxx",  ".c++", ".C",   ".CPP", ".cp",
                                                       ".cu", ".m",  ".mm",  ".cppm", ".ixx", ".ccm", ".ii",  ".i"};
// Flags whose value is the next word: a file name there is no source.
constexpr std::array<std::string_view, 24> kTakesValue = {
    "-o",       "-MF",      "-MT",      "-MQ",     "-MJ",        "-I",       "-D",        "-U",
    "-include", "-imacros", "-isystem", "-iquote", "-idirafter", "-iprefix", "-isysroot", "-x",
    "-Xclang",  "-arch",    "-target",  "-L",      "-T",         "--param",  "-mllvm",    "-include-pch"};

// What judges and reports has no place in a step that only observes.
constexpr std::array<std::string_view, 8> kJudging = {"report",   "fail-on",  "select",    "allow-incomplete",
                                                      "new-from", "baseline", "new-scope", "link"};

template <size_t N>
bool IsOneOf(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Error Usage(std::string message) { return {ErrorKind::kUsage, std::move(message)}; }

Error WriteError(const std::string& path, int number) {
  return {ErrorKind::kSystem, fmt::format("{}: cannot write ({})", path, std::generic_category().message(number))};
}

// A file under a temporary name until Commit: who reads `path` sees all of it or what was there before.
class NewFile {
 public:
  explicit NewFile(std::string path) : path_(std::move(path)), temporary_(fmt::format("{}.{}.tmp", path_, getpid())) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (file_ < 0) return;
    ::close(file_);
    ::unlink(temporary_.c_str());
  }

  Status Open() {
    if (Status made = MakeParentFolder(path_); !made.has_value()) return made;
    file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    return file_ < 0 ? Status(WriteError(temporary_, errno)) : Ok();
  }

  Status Append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return WriteError(temporary_, errno);
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return Ok();
  }

  Status Commit() {
    const int file = std::exchange(file_, -1);
    const bool renamed = ::close(file) == 0 && ::rename(temporary_.c_str(), path_.c_str()) == 0;
    if (renamed) return Ok();
    const int number = errno;
    ::unlink(temporary_.c_str());
    return WriteError(path_, number);
  }

 private:
  std::string path_;
  std::string temporary_;
  int file_ = -1;
};

std::string RealPath(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real.string();
}

// Bazel lays out a tree of links to the sources: the project is where they lead.
std::string RootOfSource(const CompileCommand& command, const std::string& root) {
  const std::string file = fs::path(command.file).lexically_normal().string();
  const std::string real = RealPath(file);
  if (IsBelow(real, root) || !IsBelow(file, root)) return root;
  const std::string relative(RelativeTo(file, root));
  if (!real.ends_with("/" + relative)) return root;
  return real.substr(0, real.size() - relative.size() - 1);
}

// A TU that the build has not made ready yet: its facts must not stay when it is.
bool MayComeOutBetter(const TuFacts& facts) {
  return facts.outcome == TuOutcome::kFailed ||
         std::any_of(facts.diagnostics.begin(), facts.diagnostics.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.severity == Diagnostic::Severity::kFatal; });
}

class FactsFile {
 public:
  // `laid_out`: a folder of links to the project's files, which stands for the project root.
  FactsFile(const Arguments& arguments, ReadSourceOptions options, std::string laid_out)
      : path_(arguments.Get("facts-out")),
        depfile_(arguments.Get("depfile")),
        options_(std::move(options)),
        laid_out_(std::move(laid_out)),
        file_(path_) {}

  Status Write(const std::vector<CompileCommand>& commands, const Pack& pack) {
    if (Status opened = file_.Open(); !opened.has_value()) return opened;
    if (Status written = file_.Append(SerializePack(pack)); !written.has_value()) return written;
    for (size_t i = 0; i < commands.size(); i += kUnitsAtOnce) {
      const auto first = commands.begin() + static_cast<std::ptrdiff_t>(i);
      const size_t count = std::min(kUnitsAtOnce, commands.size() - i);
      if (Status added = Add({first, first + static_cast<std::ptrdiff_t>(count)}); !added.has_value()) return added;
    }
    // The dependency file first: ninja takes a target without one for made wrongly, never for up to date.
    if (!depfile_.empty()) {
      if (retry_) files_.insert(path_ + ".again");
      Status written = WriteFile(depfile_, Depfile(path_, {files_.begin(), files_.end()}));
      if (!written.has_value()) return written;
    }
    return file_.Commit();
  }

 private:
  Status Add(const std::vector<CompileCommand>& commands) {
    Result<std::vector<TuFacts>> facts = ReadSource(commands, options_);
    if (!facts.has_value()) return facts.error();
    if (options_.stop != nullptr && options_.stop->load()) {
      return Error{ErrorKind::kSystem, fmt::format("{}: not written: stopped by a signal", path_)};
    }
    for (size_t i = 0; i < commands.size(); ++i) {
      TuFacts& unit = facts.value()[i];
      unit.directory = InProject(unit.directory);
      Tell(unit);
      if (!depfile_.empty()) Depend(commands[i], unit);
      Status written = file_.Append(SerializeFacts(unit, options_.project_root));
      if (!written.has_value()) return written;
    }
    return Ok();
  }

  // A sandbox has another name each time, and equal input gives equal bytes.
  Symbol InProject(Symbol directory) const {
    if (laid_out_ == options_.project_root) return directory;
    if (directory == laid_out_) return Symbol(options_.project_root);
    if (!IsBelow(directory.view(), laid_out_)) return directory;
    return Symbol(fmt::format("{}/{}", options_.project_root, RelativeTo(directory.view(), laid_out_)));
  }

  // The build goes on: it is the link step that judges what is missing.
  void Tell(const TuFacts& unit) const {
    if (unit.outcome == TuOutcome::kClean) return;
    const char* how = unit.outcome == TuOutcome::kFailed ? "not analysed" : "analysed in part";
    const std::string_view shown = RelativeTo(unit.main_file.view(), options_.project_root);
    fmt::print(stderr, "spangate: {}: {}: {}\n", Printable(shown), how, Printable(unit.reason));
  }

  void Depend(const CompileCommand& command, const TuFacts& unit) {
    files_.insert(command.file);
    files_.insert(unit.files_read.begin(), unit.files_read.end());
    retry_ = retry_ || MayComeOutBetter(unit);
  }

  std::string path_;
  std::string depfile_;
  ReadSourceOptions options_;
  std::string laid_out_;
  NewFile file_;
  std::set<std::string> files_;
  bool retry_ = false;
};

std::string EscapedForMake(std::string_view path) {
  std::string escaped;
  for (size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == ' ' || c == '#' || c == '\t') {
      // Backslashes before a blank would escape each other.
      for (size_t back = i; back > 0 && path[back - 1] == '\\' && c != '#'; --back) escaped += '\\';
      escaped += '\\';
    }
    if (c == '$') escaped += '$';
    escaped += c;
  }
  return escaped;
}

}  // namespace

Status CheckFactsFlags(const Arguments& arguments) {
  const bool writes = arguments.Has("facts-out");
  if (!writes && arguments.Has("shard")) {
    return Usage(
        "--shard needs --facts-out: a rule follows calls through the whole program, so a part of it cannot be judged "
        "alone; write the facts of each shard and judge them together with --link");
  }
  if (arguments.Has("commands-out") && (writes || arguments.Has("link") || arguments.had_separator())) {
    return Usage("--commands-out only divides the compile database: it goes with none of --facts-out, --link and --");
  }
  if (!writes && arguments.Has("depfile")) return Usage("--depfile needs --facts-out: it says what those depend on");
  if (arguments.Has("link") && arguments.had_separator()) return Usage("--link takes facts, not a compile command");
  if (arguments.Has("link") && arguments.operands().empty()) {
    return Usage("--link needs facts: files, folders that hold *.facts, or @lists of them");
  }
  if (!writes) return Ok();
  if (arguments.Get("facts-out") == "-" || arguments.Get("facts-out").empty()) {
    return Usage("--facts-out needs the path of a file");
  }
  for (const std::string_view flag : kJudging) {
    if (!arguments.Given(flag)) continue;
    return Usage(fmt::format("--facts-out only observes: give --{} to the step that judges, analyze --link", flag));
  }
  if (!arguments.had_separator()) return Ok();
  if (!arguments.operands().empty()) {
    return Usage("with --facts-out the words after -- are the whole compile command: name the source file there");
  }
  for (const char* flag : {"shard", "build-dir"}) {
    if (arguments.Given(flag))
      return Usage(fmt::format("--{} and a compile command after -- exclude each other", flag));
  }
  return Ok();
}

Result<CompileCommand> CommandFromWords(const std::vector<std::string>& words) {
  std::error_code error;
  CompileCommand command;
  command.directory = fs::current_path(error).string();
  command.arguments = ExpandResponseFiles(WithoutLaunchers(words), command.directory);
  if (command.arguments.empty() || command.arguments[0].empty() || command.arguments[0][0] == '-') {
    return Usage("after -- stands a whole compile command, the compiler first: -- c++ -std=c++20 -c a.cc");
  }
  std::vector<std::string> sources;
  for (size_t i = 1; i < command.arguments.size(); ++i) {
    const std::string& word = command.arguments[i];
    if (word.starts_with('@')) return Usage(fmt::format("{}: the response file cannot be read", word.substr(1)));
    if (IsOneOf(kTakesValue, word)) {
      ++i;
    } else if (!word.starts_with('-') && IsOneOf(kSources, fs::path(word).extension().string())) {
      sources.push_back(word);
    }
  }
  if (sources.size() != 1) {
    return Usage(fmt::format("the compile command after -- names {}; facts are made of one source file at a time",
                             sources.empty() ? "no source file" : fmt::format("{}", fmt::join(sources, ", "))));
  }
  command.file = (fs::path(command.directory) / sources[0]).string();
  return command;
}

std::string Depfile(std::string_view target, std::vector<std::string> files) {
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  std::string text = EscapedForMake(target) + ":";
  std::string missing;
  for (const std::string& file : files) {
    if (file.find('\n') != std::string::npos) continue;  // no depfile can say it
    text += fmt::format(" \\\n  {}", EscapedForMake(file));
    std::error_code error;
    if (!fs::exists(file, error)) missing += fmt::format("{}:\n", EscapedForMake(file));
  }
  return text + "\n" + missing;
}

int WriteFactsOfCommand(const Arguments& arguments) {
  const Result<CompileCommand> command = CommandFromWords(arguments.rest());
  if (!command.has_value()) return Fail(command.error());
  ReadSourceOptions options;
  options.libclang = arguments.Get("libclang");
  options.jobs = 1;
  std::error_code error;
  const std::string given = arguments.Get("root", FindProjectRoot(command.value().directory));
  options.project_root = fs::canonical(given, error).string();
  if (error) return Fail(Usage(fmt::format("--root {}: {}", given, error.message())));
  const std::string laid_out = options.project_root;
  const Pack pack{.keys = {CommandKey(command.value(), laid_out)}};
  options.project_root = RootOfSource(command.value(), laid_out);
  const Status written = FactsFile(arguments, options, laid_out).Write({command.value()}, pack);
  return written.has_value() ? kExitClean : Fail(written.error());
}

int WriteFactsOfDatabase(const Arguments& arguments, std::vector<CompileCommand> commands, bool whole,
                         const ReadSourceOptions& options) {
  const std::string& root = options.project_root;
  Pack pack;
  if (whole) {
    pack.shard = {1, 1};
    pack.database = DatabaseKey(commands, root);
    pack.database_units = static_cast<uint32_t>(commands.size());
  }
  if (arguments.Has("shard")) {
    const Result<Shard> shard = ParseShard(arguments.Get("shard"));
    if (!shard.has_value()) return Fail(shard.error());
    if (!whole) return Fail(Usage("--shard divides the compile database: name no files beside it"));
    pack.shard = shard.value();
  }
  // By path: the same bytes whatever the order of the database.
  commands = ShardOf(std::move(commands), whole ? pack.shard : Shard{1, 1}, root);
  for (const CompileCommand& command : commands) pack.keys.push_back(CommandKey(command, root));
  const Status written = FactsFile(arguments, options, root).Write(commands, pack);
  return written.has_value() ? kExitClean : Fail(written.error());
}

}  // namespace spangate
