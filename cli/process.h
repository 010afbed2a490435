// A wrapped command in its own process group: start, forward signals, time limit, and what is left of the group.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spangate {

/// How a wrapped command ended.
struct ProcessEnd {
  int status = 0;           // exit code; 128+N when signal N killed it; 126 not runnable, 127 not found
  bool time_limit = false;  // it was ended because it ran longer than allowed
  int interrupted = 0;      // signal that we got meanwhile and passed on; 0: none
  std::string failure;      // 126, 127: why
};

/// Blocks the signals that the wrapper handles, so that every thread started later leaves them to it. Call first.
void BlockHandledSignals();

/// From here on a signal ends us as usual: nothing is left that must be ended in order.
void UnblockHandledSignals();

class ProcessGroup {
 public:
  /// Starts the command with the environment of this process changed as `environment` says (nullopt removes).
  static ProcessGroup Start(const std::vector<std::string>& command,
                            const std::map<std::string, std::optional<std::string>>& environment);
  ProcessGroup(ProcessGroup&& other) noexcept;
  ProcessGroup& operator=(ProcessGroup&&) = delete;
  ~ProcessGroup();  // ends what is left of the group

  /// Waits for the command itself. SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 go on to the group; after
  /// `limit` (zero: none) or a second such signal it gets SIGTERM, and SIGKILL `grace` later. If our own parent
  /// dies, the group gets SIGHUP.
  ProcessEnd Wait(std::chrono::milliseconds limit, std::chrono::milliseconds grace);

  /// Whether any process of the group is still there.
  bool Alive();
  /// Asks the group to end and waits for it up to `grace`; then kills. Returns whether anything was there.
  bool End(std::chrono::milliseconds grace);
  /// Whether descendants that left the group (daemons) are still there. They are not ended: they may be meant to stay.
  static bool DescendantsLeft();
  /// A signal to end that came after the command's own end; 0: none.
  int late_signal() const { return late_signal_; }

 private:
  ProcessGroup() = default;
  void GiveTerminalBack();
  void StopWithTheCommand();
  pid_t pid_ = 0;        // also the group's id; 0 when nothing was started
  int spawn_error_ = 0;  // errno
  bool took_terminal_ = false;
  int late_signal_ = 0;
};

}  // namespace spangate
