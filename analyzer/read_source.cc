// ReadSource: every command on some thread, results in the order of the commands.
#include "analyzer/read_source.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <system_error>

#include "analyzer/arguments.h"
#include "analyzer/deep_thread.h"
#include "analyzer/external_headers.h"
#include "analyzer/extract.h"
#include "analyzer/facts_cache.h"
#include "analyzer/file_states.h"
#include "analyzer/libclang.h"
#include "analyzer/libclang_identity.h"
#include "analyzer/precompiled_header.h"
#include "analyzer/processors.h"
#include "analyzer/translation_unit.h"

namespace spangate {
namespace {

// Largest source first: a long unit that starts last would leave the other threads idle.
std::deque<size_t> LargestFirst(const std::vector<CompileCommand>& commands, std::vector<size_t> order) {
  std::vector<uintmax_t> sizes(commands.size());
  for (const size_t at : order) {
    std::error_code error;
    sizes[at] = std::filesystem::file_size(commands[at].file, error);
    if (error) sizes[at] = 0;
  }
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return sizes[a] > sizes[b]; });
  return {order.begin(), order.end()};
}

double SecondsSince(int64_t began) { return static_cast<double>(WallClock() - began) / 1e9; }

std::vector<std::string> ArgumentsOf(const CompileCommand& command, const ReadSourceOptions& options, int major) {
  return AdaptArguments(command, options.system_prefixes, major, Flags::kAll).arguments;
}

TuFacts Failed(const CompileCommand& command, std::string reason) {
  TuFacts facts;
  facts.main_file = RealPaths().Of(command.file, command.directory);
  facts.directory = Symbol(command.directory);
  facts.reason = std::move(reason);
  return facts;
}

// Parses the commands that the cache had no facts for, each into its slot.
class Pool {
 public:
  Pool(const Libclang& clang, const std::vector<CompileCommand>& commands, const ReadSourceOptions& options,
       const std::vector<size_t>& missing, std::vector<std::optional<TuFacts>>& facts)
      : clang_(clang),
        commands_(commands),
        options_(options),
        external_(commands, options.project_root),
        left_(LargestFirst(commands, missing)),
        facts_(facts),
        done_(commands.size() - missing.size()) {
    if (!options.precompiled_headers) return;
    headers_ = std::make_unique<PrecompiledHeaders>(clang, options);
    for (const size_t at : missing) {
      AdaptedCommand adapted = AdaptArguments(commands[at], options.system_prefixes, clang.major, Flags::kAll);
      if (!adapted.refusal.empty()) continue;
      external_.Mark(adapted.arguments, commands[at].directory);
      headers_->Add(commands[at], std::move(adapted.arguments));
    }
    try {
      headers_->Plan();
    } catch (const std::exception&) {  // out of memory, or a path that the file system library rejects
      headers_.reset();
      return;
    }
    BuildersFirst();
  }

  void Run() {
    const size_t wanted = options_.jobs != 0 ? options_.jobs : UsableProcessors();
    const std::function<void()> work = [this] { Work(); };
    std::deque<DeepThread> threads;  // joined before `work` goes away
    for (size_t i = 0; i < std::min(wanted, left_.size()); ++i) {
      if (!threads.emplace_back().Start(work)) break;  // the ones there are do all of it
    }
    threads.clear();
    // Only without any thread: this stack is too small for hostile source, yet better than no answer.
    if (!left_.empty()) work();
  }

 private:
  // Each precompiled header before the units that use it, the one that saves most first.
  void BuildersFirst() {
    const std::vector<const CompileCommand*> builders = headers_->Builders();
    const auto rank = [&](size_t at) {
      return std::find(builders.begin(), builders.end(), &commands_[at]) - builders.begin();
    };
    std::map<size_t, ptrdiff_t> ranks;
    for (const size_t at : left_) ranks[at] = rank(at);
    std::stable_sort(left_.begin(), left_.end(), [&](size_t a, size_t b) { return ranks[a] < ranks[b]; });
  }

  bool Stopped() const { return options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed); }

  // The next command whose header is not under construction; waits only when nothing else is left.
  std::optional<size_t> Take() {
    std::unique_lock lock(mutex_);
    while (!left_.empty()) {
      const auto next = std::find_if(left_.begin(), left_.end(), [&](size_t at) {
        return headers_ == nullptr || Stopped() || headers_->Start(commands_[at]);
      });
      if (next == left_.end()) {
        changed_.wait(lock);
        continue;
      }
      const size_t at = *next;
      left_.erase(next);
      return at;
    }
    return std::nullopt;
  }

  void Leave(const CompileCommand& command) {
    if (headers_ == nullptr) return;
    headers_->Leave(command);
    const std::scoped_lock lock(mutex_);
    changed_.notify_all();
  }

  void Work() {
    const Extractor extract = [this](const Libclang& clang, CXTranslationUnit unit, TuFacts& facts) {
      const int64_t began = WallClock();
      ExtractFacts(clang, unit, {.project_root = options_.project_root}, facts);
      facts.cost.extract = SecondsSince(began);
    };
    UnitReader reader(clang_, options_, extract, &external_, headers_.get());
    for (std::optional<size_t> next = Take(); next; next = Take()) {
      const size_t at = *next;
      const int64_t began = WallClock();
      TuFacts facts = ReadOne(reader, commands_[at]);
      Leave(commands_[at]);
      facts.cost.parse = SecondsSince(began) - facts.cost.extract;
      SealFacts(facts, options_.project_root);
      if (options_.cache != nullptr) {
        options_.cache->Store(commands_[at], ArgumentsOf(commands_[at], options_, clang_.major), facts, began_);
      }
      Report(facts);
      if (options_.known != nullptr) DropKnown(facts, *options_.known);
      facts_[at] = std::move(facts);
    }
  }

  TuFacts ReadOne(UnitReader& reader, const CompileCommand& command) const {
    if (Stopped()) {
      return Failed(command, "not analysed: stopped");
    }
    try {
      return reader.Read(command);
    } catch (const std::exception& error) {  // out of memory, or a path that the file system library rejects
      return Failed(command, std::string("not analysed: ") + error.what());
    }
  }

  void Report(const TuFacts& facts) {
    if (!options_.progress) return;
    const std::scoped_lock lock(progress_mutex_);
    options_.progress(++done_, commands_.size(), facts);
  }

  const Libclang& clang_;
  const std::vector<CompileCommand>& commands_;
  const ReadSourceOptions& options_;
  const int64_t began_ = WallClock();  // a precompiled header may be as old as this
  ExternalHeaders external_;
  std::unique_ptr<PrecompiledHeaders> headers_;  // null: each unit reads all of its headers
  std::mutex mutex_;
  std::deque<size_t> left_;  // commands that no thread has taken
  std::condition_variable changed_;
  std::vector<std::optional<TuFacts>>& facts_;  // each slot is written by one thread
  std::mutex progress_mutex_;
  size_t done_;
};

// Fills the slots that the cache has facts for; the others stay in `missing`.
void LoadCached(const std::vector<CompileCommand>& commands, const ReadSourceOptions& options, int major,
                std::vector<std::optional<TuFacts>>& facts, std::vector<size_t>& missing) {
  std::erase_if(missing, [&](size_t at) {
    const int64_t began = WallClock();
    facts[at] = options.cache->Load(commands[at], ArgumentsOf(commands[at], options, major), options.known);
    if (facts[at].has_value()) facts[at]->cost = {.load = SecondsSince(began), .cached = true};
    return facts[at].has_value();
  });
}

bool MayParse(const ReadSourceOptions& options, size_t at) { return options.parse.empty() || options.parse[at]; }

std::vector<TuFacts> Present(std::vector<std::optional<TuFacts>> slots) {
  std::vector<TuFacts> present;
  present.reserve(slots.size());
  for (std::optional<TuFacts>& facts : slots) {
    if (facts.has_value()) present.push_back(std::move(*facts));
  }
  return present;
}

}  // namespace

Result<std::vector<TuFacts>> ReadSource(const std::vector<CompileCommand>& commands, const ReadSourceOptions& options) {
  std::vector<std::optional<TuFacts>> facts(commands.size());
  std::vector<size_t> missing(commands.size());
  std::iota(missing.begin(), missing.end(), size_t{0});
  const auto remembered = options.cache != nullptr ? options.cache->IdentityFor(options.libclang) : std::nullopt;
  if (remembered) {
    options.cache->Use(*remembered);
    LoadCached(commands, options, remembered->major, facts, missing);
  }
  const auto to_parse = [&] {
    return std::any_of(missing.begin(), missing.end(), [&](size_t at) { return MayParse(options, at); });
  };
  if (remembered && !to_parse()) return Present(std::move(facts));

  const Result<const Libclang*> clang = LoadLibclang(options.libclang);
  if (!clang.has_value()) return clang.error();
  const Status headers = TestBuiltinHeaders(*clang.value());
  if (!headers.has_value()) return headers.error();
  if (options.cache != nullptr) {
    const LibclangIdentity identity = IdentityOf(*clang.value());
    options.cache->Remember(options.libclang, *clang.value(), identity);
    if (!remembered || remembered->text != identity.text) {
      options.cache->Use(identity);
      LoadCached(commands, options, identity.major, facts, missing);
    }
  }
  std::erase_if(missing, [&](size_t at) { return !MayParse(options, at); });
  LetDeepThreadsParse();
  Pool(*clang.value(), commands, options, missing, facts).Run();
  return Present(std::move(facts));
}

std::optional<std::vector<std::string>> FilesLastRead(const CompileCommand& command, const ReadSourceOptions& options) {
  const auto identity = options.cache != nullptr ? options.cache->IdentityFor(options.libclang) : std::nullopt;
  if (!identity) return std::nullopt;
  options.cache->Use(*identity);
  return options.cache->FilesLastRead(command, ArgumentsOf(command, options, identity->major));
}

}  // namespace spangate
