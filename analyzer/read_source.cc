// ReadSource: every command on some thread, results in the order of the commands.
#include "analyzer/read_source.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <numeric>
#include <system_error>

#include "analyzer/arguments.h"
#include "analyzer/deep_thread.h"
#include "analyzer/external_headers.h"
#include "analyzer/extract.h"
#include "analyzer/libclang.h"
#include "analyzer/precompiled_header.h"
#include "analyzer/processors.h"
#include "analyzer/translation_unit.h"

namespace spangate {
namespace {

// Largest source first: a long unit that starts last would leave the other threads idle.
std::vector<size_t> LargestFirst(const std::vector<CompileCommand>& commands) {
  std::vector<uintmax_t> sizes(commands.size());
  for (size_t i = 0; i < commands.size(); ++i) {
    std::error_code error;
    sizes[i] = std::filesystem::file_size(commands[i].file, error);
    if (error) sizes[i] = 0;
  }
  std::vector<size_t> order(commands.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return sizes[a] > sizes[b]; });
  return order;
}

TuFacts Failed(const CompileCommand& command, std::string reason) {
  TuFacts facts;
  facts.main_file = RealPaths().Of(command.file, command.directory);
  facts.directory = Symbol(command.directory);
  facts.reason = std::move(reason);
  return facts;
}

class Pool {
 public:
  Pool(const Libclang& clang, const std::vector<CompileCommand>& commands, const ReadSourceOptions& options)
      : clang_(clang),
        commands_(commands),
        options_(options),
        external_(commands, options.project_root),
        order_(LargestFirst(commands)),
        facts_(commands.size()) {
    if (!options.precompiled_headers) return;
    headers_ = std::make_unique<PrecompiledHeaders>(clang, options);
    for (const CompileCommand& command : commands) {
      AdaptedCommand adapted = AdaptArguments(command, options.system_prefixes, clang.major, Flags::kAll);
      if (!adapted.refusal.empty()) continue;
      external_.Mark(adapted.arguments, command.directory);
      headers_->Add(command, std::move(adapted.arguments));
    }
  }

  std::vector<TuFacts> Run() {
    const size_t wanted = options_.jobs != 0 ? options_.jobs : UsableProcessors();
    const std::function<void()> work = [this] { Work(); };
    std::deque<DeepThread> threads;  // joined before `work` goes away
    for (size_t i = 0; i < std::min(wanted, commands_.size()); ++i) {
      if (!threads.emplace_back().Start(work)) break;  // the ones there are do all of it
    }
    threads.clear();
    // Only without any thread: this stack is too small for hostile source, yet better than no answer.
    if (next_ < order_.size()) work();
    return std::move(facts_);
  }

 private:
  void Work() {
    const Extractor extract = [this](const Libclang& clang, CXTranslationUnit unit, TuFacts& facts) {
      ExtractFacts(clang, unit, {.project_root = options_.project_root}, facts);
    };
    UnitReader reader(clang_, options_, extract, &external_, headers_.get());
    for (size_t next = next_++; next < order_.size(); next = next_++) {
      const size_t at = order_[next];
      facts_[at] = ReadOne(reader, commands_[at]);
      SealFacts(facts_[at], options_.project_root);
      if (options_.known != nullptr) DropKnown(facts_[at], *options_.known);
      Report(facts_[at]);
    }
  }

  TuFacts ReadOne(UnitReader& reader, const CompileCommand& command) const {
    if (options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed)) {
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
  ExternalHeaders external_;
  std::unique_ptr<PrecompiledHeaders> headers_;  // null: each unit reads all of its headers
  std::vector<size_t> order_;
  std::vector<TuFacts> facts_;  // each slot is written by one thread
  std::atomic<size_t> next_{0};
  std::mutex progress_mutex_;
  size_t done_ = 0;
};

}  // namespace

Result<std::vector<TuFacts>> ReadSource(const std::vector<CompileCommand>& commands, const ReadSourceOptions& options) {
  const Result<const Libclang*> clang = LoadLibclang(options.libclang);
  if (!clang.has_value()) return clang.error();
  const Status headers = TestBuiltinHeaders(*clang.value());
  if (!headers.has_value()) return headers.error();
  LetDeepThreadsParse();
  return Pool(*clang.value(), commands, options).Run();
}

}  // namespace spangate
