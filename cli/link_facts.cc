// Reading facts back: which files, their forms on several threads, and whether they fit together.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/processors.h"
#include "cli/facts_files.h"
#include "cli/project.h"
#include "common/path.h"
#include "common/text.h"

namespace spangate {
namespace {

namespace fs = std::filesystem;

constexpr size_t kNamedAtMost = 20;  // of missing translation units, each by a line of its own
constexpr int kMaxListDepth = 8;     // of @lists in @lists

struct Unit {
  TuFacts facts;
  std::optional<uint64_t> key;  // none: no record stands before it
  bool stale = false;           // no command of the database makes it: nothing of it is kept but its name
};

// What the compile database asks for; without one, everything is wanted.
struct Wanted {
  bool everything = true;
  std::unordered_set<uint64_t> keys;
  std::unordered_set<Symbol> files;

  bool Has(const std::optional<uint64_t>& key, Symbol file) const {
    return everything || (key.has_value() ? keys.contains(*key) : files.contains(file));
  }
};

Symbol RealFile(const CompileCommand& command) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(command.file, error);
  return Symbol(error ? command.file : real.string());
}

Wanted WantedBy(const std::vector<CompileCommand>* database, const std::string& root) {
  Wanted wanted{.everything = database == nullptr};
  if (database == nullptr) return wanted;
  for (const CompileCommand& command : *database) {
    wanted.keys.insert(CommandKey(command, root));
    wanted.files.insert(RealFile(command));
  }
  return wanted;
}

// What one file holds.
struct Content {
  std::vector<Unit> units;
  std::vector<Pack> packs;
  std::optional<Error> error;
};

Error Named(const std::string& path, const Error& error) {
  return {error.kind, fmt::format("{}: {}", Printable(path), error.message)};
}

// ---- which files ----

class FileList {
 public:
  Status Add(const std::string& operand, int depth = 0) {
    std::error_code error;
    if (operand.starts_with('@') && operand.size() > 1) return AddList(operand.substr(1), depth);
    if (fs::is_directory(operand, error)) return AddFolder(operand);
    if (!fs::is_regular_file(operand, error)) {
      return Error{ErrorKind::kUsage, fmt::format("--link: {}: there is no such file or folder", operand)};
    }
    AddFile(operand);
    return Ok();
  }

  const std::vector<std::string>& paths() const { return paths_; }

 private:
  // One file by two names is one file, not the same facts twice.
  void AddFile(const std::string& path) {
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    if (seen_.insert(error ? path : real.string()).second) paths_.push_back(path);
  }

  Status AddFolder(const std::string& folder) {
    std::error_code error;
    std::vector<std::string> found;
    for (auto entry = fs::recursive_directory_iterator(folder, error);
         !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      std::error_code unknown;
      if (entry->path().extension() == ".facts" && entry->is_regular_file(unknown)) found.push_back(entry->path());
    }
    if (error) return Error{ErrorKind::kSystem, fmt::format("--link: {}: {}", folder, error.message())};
    if (found.empty()) return Error{ErrorKind::kUsage, fmt::format("--link: {}: holds no *.facts", folder)};
    std::sort(found.begin(), found.end());
    for (const std::string& path : found) AddFile(path);
    return Ok();
  }

  Status AddList(const std::string& path, int depth) {
    if (depth >= kMaxListDepth) return Error{ErrorKind::kUsage, fmt::format("--link: @{}: lists nest too deep", path)};
    const Result<std::string> text = ReadFile(path);
    if (!text.has_value()) return Error{ErrorKind::kUsage, fmt::format("--link: @{}", text.error().message)};
    std::string_view left = text.value();
    while (!left.empty()) {
      const size_t end = std::min(left.find('\n'), left.size());
      std::string_view line = left.substr(0, end);
      left.remove_prefix(std::min(end + 1, left.size()));
      while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
      if (line.empty()) continue;
      if (Status added = Add(std::string(line), depth + 1); !added.has_value()) return added;
    }
    return Ok();
  }

  std::vector<std::string> paths_;
  std::set<std::string> seen_;
};

// ---- one file ----

// Form by form: a file may be larger than memory.
class FactsReader {
 public:
  FactsReader(const std::string& path, const std::string& root, const Wanted& wanted, KnownContents& known)
      : path_(path), root_(root), wanted_(wanted), known_(known) {}
  FactsReader(const FactsReader&) = delete;
  FactsReader& operator=(const FactsReader&) = delete;
  ~FactsReader() {
    if (file_ >= 0) ::close(file_);
  }

  Content Read() {
    Status status = Open();
    while (status.has_value() && at_ < size_) status = Next();
    if (status.has_value() && size_ == 0) status = Error{ErrorKind::kInput, "facts: the file is empty"};
    if (status.has_value()) status = EndOfPack();
    if (!status.has_value()) content_.error = Named(path_, status.error());
    return std::move(content_);
  }

 private:
  Status Open() {
    file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat info {};
    if (file_ < 0 || ::fstat(file_, &info) != 0) {
      return Error{ErrorKind::kSystem, fmt::format("cannot read ({})", std::generic_category().message(errno))};
    }
    size_ = static_cast<uint64_t>(info.st_size);
    return Ok();
  }

  Status Fill(uint64_t bytes) {
    buffer_.resize(static_cast<size_t>(bytes));
    for (size_t done = 0; done < buffer_.size();) {
      const ssize_t got = ::pread(file_, buffer_.data() + done, buffer_.size() - done, static_cast<off_t>(at_ + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        return Error{ErrorKind::kSystem, fmt::format("cannot read ({})", std::generic_category().message(errno))};
      }
      if (got == 0) return Error{ErrorKind::kInput, "facts: changed while they were read"};
      done += static_cast<size_t>(got);
    }
    return Ok();
  }

  Status Next() {
    static_assert(kPackHeaderBytes == kFactsHeaderBytes);
    if (Status filled = Fill(std::min<uint64_t>(kFactsHeaderBytes, size_ - at_)); !filled.has_value()) return filled;
    const bool is_pack = StartsPack(buffer_);
    const Result<uint64_t> size = is_pack ? PackSize(buffer_) : StatedFactsSize(buffer_);
    if (!size.has_value()) return size.error();
    if (size.value() > size_ - at_) return Error{ErrorKind::kInput, "facts: cut off; make them again"};
    if (Status filled = Fill(size.value()); !filled.has_value()) return filled;
    at_ += size.value();
    return is_pack ? TakePack() : TakeUnit();
  }

  Status TakePack() {
    if (Status complete = EndOfPack(); !complete.has_value()) return complete;
    Result<Pack> pack = ParsePack(buffer_);
    if (!pack.has_value()) return pack.error();
    content_.packs.push_back(std::move(pack.value()));
    in_pack_ = 0;
    return Ok();
  }

  Status TakeUnit() {
    Unit unit;
    if (!content_.packs.empty() && in_pack_ < content_.packs.back().keys.size()) {
      unit.key = content_.packs.back().keys[in_pack_++];
    }
    // Of a unit that is left out no content may count as brought: others would then miss it.
    const bool surely_wanted = wanted_.everything || (unit.key.has_value() && wanted_.keys.contains(*unit.key));
    Result<TuFacts> facts = ParseFacts(buffer_, root_, surely_wanted ? &known_ : nullptr);
    if (!facts.has_value()) return facts.error();
    unit.facts = std::move(facts.value());
    unit.stale = !wanted_.Has(unit.key, unit.facts.main_file);
    if (unit.stale) {
      unit.facts = {.main_file = unit.facts.main_file, .directory = unit.facts.directory};
    } else if (!surely_wanted) {
      DropKnown(unit.facts, known_);
    }
    content_.units.push_back(std::move(unit));
    return Ok();
  }

  Status EndOfPack() const {
    if (content_.packs.empty() || in_pack_ == content_.packs.back().keys.size()) return Ok();
    return Error{ErrorKind::kInput, fmt::format("facts: {} of {} translation units are there; make them again",
                                                in_pack_, content_.packs.back().keys.size())};
  }

  const std::string& path_;
  const std::string& root_;
  const Wanted& wanted_;
  KnownContents& known_;
  int file_ = -1;
  uint64_t size_ = 0;
  uint64_t at_ = 0;
  std::string buffer_;
  Content content_;
  size_t in_pack_ = 0;  // units of the last record that were read
};

std::vector<Content> ReadAll(const std::vector<std::string>& paths, const std::string& root, const Wanted& wanted,
                             unsigned jobs) {
  KnownContents known;
  std::vector<Content> contents(paths.size());
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < paths.size(); i = next++) {
      try {
        contents[i] = FactsReader(paths[i], root, wanted, known).Read();
      } catch (const std::exception& error) {  // out of memory
        contents[i].error = Error{ErrorKind::kSystem, fmt::format("{}: {}", paths[i], error.what())};
      }
    }
  };
  const size_t workers = std::min<size_t>(jobs != 0 ? jobs : UsableProcessors(), paths.size());
  std::vector<std::jthread> threads;
  try {
    while (threads.size() + 1 < workers) threads.emplace_back(work);
  } catch (const std::system_error&) {  // no more threads: those there are, and this one, do all of it
  }
  work();
  threads.clear();
  return contents;
}

// ---- whether they fit together ----

class Joining {
 public:
  Joining(const std::vector<std::string>& paths, std::vector<Content> contents, const std::string& root)
      : paths_(paths), contents_(std::move(contents)), root_(root) {}

  // The first problem in the order of the files, whichever thread met it first.

  Result<LoadedFacts> Join(const std::vector<CompileCommand>* database) {
    for (const Content& content : contents_) {
      if (content.error.has_value()) return *content.error;
    }
    if (Status status = OneLibclang(); !status.has_value()) return status.error();
    // First what doubles a whole part: it says more than the first file that is there twice.
    if (Status status = NoShardTwice(); !status.has_value()) return status.error();
    if (Status status = NoUnitTwice(); !status.has_value()) return status.error();
    MissingShards();
    if (database != nullptr) {
      Against(*database);
    } else if (!covered_) {
      loaded_.notes.emplace_back(
          "whether the facts are those of the whole program was not checked: there is no compile database (-p), and "
          "the facts are not the shards of one");
    }
    Keep();
    return std::move(loaded_);
  }

 private:
  std::string Shown(const TuFacts& facts) const { return Printable(RelativeTo(facts.main_file.view(), root_)); }

  void Keep() {
    std::set<std::string> left_out;
    for (Content& content : contents_) {
      for (Unit& unit : content.units) {
        if (unit.stale) {
          left_out.insert(Shown(unit.facts));
        } else {
          loaded_.units.push_back(std::move(unit.facts));
        }
      }
      content.units = {};
    }
    if (left_out.empty()) return;
    loaded_.notes.push_back(
        fmt::format("{} ({} in all): no command of the compile database makes these facts; they were left out",
                    *left_out.begin(), left_out.size()));
  }

  Status OneLibclang() const {
    Symbol first;
    size_t first_file = 0;
    for (size_t file = 0; file < contents_.size(); ++file) {
      for (const Unit& unit : contents_[file].units) {
        const Symbol version = unit.facts.libclang;
        if (version.empty() || version == first) continue;  // empty: it was not parsed at all
        if (!first.empty()) {
          return Error{ErrorKind::kInput,
                       fmt::format("{}: the facts of {} were made by {}, those of {} by {}: use one libclang for all",
                                   Printable(paths_[file]), Shown(unit.facts), Printable(version.view()),
                                   Printable(paths_[first_file]), Printable(first.view()))};
        }
        first = version;
        first_file = file;
      }
    }
    return Ok();
  }

  Status NoShardTwice() {
    std::map<std::tuple<uint64_t, uint32_t, uint32_t>, size_t> seen;
    for (size_t file = 0; file < contents_.size(); ++file) {
      for (const Pack& pack : contents_[file].packs) {
        if (pack.shard.count == 0) continue;
        const auto [known, fresh] = seen.try_emplace({pack.database, pack.shard.count, pack.shard.number}, file);
        if (fresh) continue;
        return Error{ErrorKind::kInput,
                     fmt::format("{}: shard {}/{} is in {} too", Printable(paths_[file]), pack.shard.number,
                                 pack.shard.count, Printable(paths_[known->second]))};
      }
    }
    return Ok();
  }

  Status NoUnitTwice() const {
    std::unordered_map<uint64_t, size_t> by_key;
    std::map<std::pair<Symbol, Symbol>, size_t> by_file;  // where no record says more
    for (size_t file = 0; file < contents_.size(); ++file) {
      for (const Unit& unit : contents_[file].units) {
        if (unit.stale) continue;
        size_t before = 0;
        bool fresh = true;
        if (unit.key.has_value()) {
          const auto [known, added] = by_key.try_emplace(*unit.key, file);
          before = known->second;
          fresh = added || before == file;  // a database may say one command twice, two files may not
        } else {
          const auto [known, added] = by_file.try_emplace({unit.facts.main_file, unit.facts.directory}, file);
          before = known->second;
          fresh = added;
        }
        if (fresh) continue;
        return Error{ErrorKind::kInput,
                     fmt::format("{}: the facts of {} are in {} too; remove one of them", Printable(paths_[file]),
                                 Shown(unit.facts), Printable(paths_[before]))};
      }
    }
    return Ok();
  }

  // Sets `covered_` when the records show that the whole of one database is there.
  void MissingShards() {
    struct Parts {
      std::set<uint32_t> numbers;
      uint64_t units = 0;
      uint32_t expected = 0;
    };
    std::map<std::pair<uint64_t, uint32_t>, Parts> databases;
    bool loose = false;
    for (const Content& content : contents_) {
      size_t recorded = 0;
      for (const Pack& pack : content.packs) {
        recorded += pack.keys.size();
        loose = loose || pack.shard.count == 0;
        if (pack.shard.count == 0) continue;
        Parts& parts = databases[{pack.database, pack.shard.count}];
        parts.numbers.insert(pack.shard.number);
        parts.units += pack.keys.size();
        parts.expected = pack.database_units;
      }
      loose = loose || recorded != content.units.size();
    }
    bool complete = true;
    for (const auto& [which, parts] : databases) {
      for (uint32_t number = 1; number <= which.second; ++number) {
        if (parts.numbers.contains(number)) continue;
        complete = false;
        loaded_.incomplete.push_back(fmt::format(
            "shard {}/{} is not among the facts{}", number, which.second,
            databases.size() > 1 ? "; the shards that are there were made of different compile databases" : ""));
      }
      const bool all_there = parts.numbers.size() == which.second;
      if (!all_there || parts.units == parts.expected) continue;
      complete = false;
      loaded_.incomplete.push_back(
          fmt::format("the shards hold {} of {} translation units", parts.units, parts.expected));
    }
    covered_ = !loose && complete && databases.size() == 1;
  }

  // Every command has its facts.
  void Against(const std::vector<CompileCommand>& database) {
    std::unordered_set<uint64_t> keys;
    std::unordered_set<Symbol> without_key;
    std::unordered_set<Symbol> stale;
    for (const Content& content : contents_) {
      for (const Unit& unit : content.units) {
        if (unit.stale) stale.insert(unit.facts.main_file);
        if (unit.stale) continue;
        if (unit.key.has_value()) keys.insert(*unit.key);
        if (!unit.key.has_value()) without_key.insert(unit.facts.main_file);
      }
    }
    std::vector<std::string> missing;
    for (const CompileCommand& command : database) {
      const Symbol file = RealFile(command);
      if (keys.contains(CommandKey(command, root_)) || without_key.contains(file)) continue;
      missing.push_back(fmt::format("{}: {}", Printable(RelativeTo(file.view(), root_)),
                                    stale.contains(file)
                                        ? "its facts were made by another compile command; make them again"
                                        : "its facts are missing"));
    }
    Tell(missing);
  }

  void Tell(std::vector<std::string>& missing) {
    std::sort(missing.begin(), missing.end());
    const size_t named = std::min(missing.size(), kNamedAtMost);
    loaded_.incomplete.insert(loaded_.incomplete.end(), missing.begin(),
                              missing.begin() + static_cast<std::ptrdiff_t>(named));
    if (named < missing.size()) {
      loaded_.incomplete.push_back(
          fmt::format("and the facts of {} further commands of the compile database", missing.size() - named));
    }
  }

  const std::vector<std::string>& paths_;
  std::vector<Content> contents_;
  const std::string& root_;
  LoadedFacts loaded_;
  bool covered_ = false;
};

}  // namespace

Result<LoadedFacts> LoadFacts(const std::vector<std::string>& operands, const std::vector<CompileCommand>* database,
                              const std::string& root, unsigned jobs) {
  FileList files;
  for (const std::string& operand : operands) {
    if (Status added = files.Add(operand); !added.has_value()) return added.error();
  }
  if (files.paths().empty()) return Error{ErrorKind::kUsage, "--link: the lists name no facts"};
  const Wanted wanted = WantedBy(database, root);
  return Joining(files.paths(), ReadAll(files.paths(), root, wanted, jobs), root).Join(database);
}

}  // namespace spangate
