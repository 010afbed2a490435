// Threads on which libclang may recurse: its parser follows the nesting of the source, and hostile source nests deep.
#pragma once

#include <pthread.h>

#include <functional>

namespace spangate {

/// A thread with a stack of 256 MB, less where the machine limits address space. Memory that a stack never reaches
/// costs nothing. Joined by the destructor.
class DeepThread {
 public:
  DeepThread() = default;
  ~DeepThread();
  DeepThread(const DeepThread&) = delete;
  DeepThread& operator=(const DeepThread&) = delete;

  /// `work` must outlive the thread. false: no thread is to be had.
  bool Start(const std::function<void()>& work);

 private:
  pthread_t thread_{};
  bool running_ = false;
};

/// To be called once libclang has set up its crash recovery, and before any DeepThread: parses then run on the thread
/// that asks for them, and a parse that exhausts even that stack comes back as CXError_Crashed instead of ending the
/// process. A crash while cursors are walked is outside of libclang's recovery and still ends the process; hence the
/// limits of nesting.h and of the extraction.
void LetDeepThreadsParse();

}  // namespace spangate
