#include "analyzer/deep_thread.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <vector>

namespace spangate {
namespace {

constexpr std::array<size_t, 3> kStackSizes = {size_t{256} << 20, size_t{64} << 20, size_t{16} << 20};
constexpr size_t kSignalStack = size_t{64} << 10;

// The handler of a stack overflow needs a stack of its own.
class SignalStack {
 public:
  SignalStack() {
    stack_t mine{};
    mine.ss_sp = memory_.data();
    mine.ss_size = memory_.size();
    set_ = sigaltstack(&mine, &before_) == 0;
  }
  ~SignalStack() {
    if (set_) sigaltstack(&before_, nullptr);  // a sanitizer frees the stack that it finds at the end of a thread
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  std::vector<char> memory_ = std::vector<char>(kSignalStack);
  stack_t before_{};
  bool set_ = false;
};

void* Run(void* work) {
  const SignalStack stack;
  (*static_cast<const std::function<void()>*>(work))();
  return nullptr;
}

}  // namespace

DeepThread::~DeepThread() {
  if (running_) pthread_join(thread_, nullptr);
}

bool DeepThread::Start(const std::function<void()>& work) {
  for (const size_t size : kStackSizes) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    void* argument = const_cast<std::function<void()>*>(&work);
    running_ =
        pthread_attr_setstacksize(&attributes, size) == 0 && pthread_create(&thread_, &attributes, Run, argument) == 0;
    pthread_attr_destroy(&attributes);
    if (running_) return true;
  }
  return false;
}

void LetDeepThreadsParse() {
  // Otherwise libclang parses on a thread of its own making, with 8 MB.
  setenv("LIBCLANG_NOTHREADS", "1", 0);  // NOLINT(concurrency-mt-unsafe): before the threads are started
  for (const int signal : {SIGSEGV, SIGBUS}) {
    struct sigaction action {};
    const bool handled = sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_DFL &&
                         action.sa_handler != SIG_IGN && (action.sa_flags & SA_ONSTACK) == 0;
    if (!handled) continue;
    action.sa_flags |= SA_ONSTACK;
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace spangate
