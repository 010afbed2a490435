#include "cli/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "cli/exit_status.h"

extern char** environ;  // NOLINT: POSIX says that the program declares it

namespace spangate {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::array kForwarded = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

// What our parent told us to ignore (nohup) stays ignored, here and in the command.
sigset_t HandledSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : kForwarded) {
    struct sigaction current {};
    if (sigaction(signal, nullptr, &current) == 0 && current.sa_handler != SIG_IGN) sigaddset(&set, signal);
  }
  sigaddset(&set, SIGCHLD);
  return set;
}

// Orphans of the command are our children; a zombie would look alive to whoever polls for its end.
void Reap() {
  while (waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

// Waits for one of the handled signals; 0 when `until` has passed.
int NextSignal(Clock::time_point until) {
  const sigset_t set = HandledSignals();
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - Clock::now());
    if (left.count() <= 0) return 0;
    const timespec wait{.tv_sec = static_cast<time_t>(left.count() / 1'000'000'000),
                        .tv_nsec = left.count() % 1'000'000'000};
    const int signal = sigtimedwait(&set, nullptr, &wait);
    if (signal > 0) return signal;
    if (errno == EAGAIN) return 0;
  }
}

// The child's environment, sorted by name so that equal runs get equal blocks.
std::vector<std::string> MergedEnvironment(const std::map<std::string, std::optional<std::string>>& changes) {
  std::vector<std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!changes.contains(std::string(text.substr(0, text.find('='))))) merged.emplace_back(text);
  }
  for (const auto& [name, value] : changes) {
    if (value.has_value()) merged.push_back(fmt::format("{}={}", name, *value));
  }
  std::sort(merged.begin(), merged.end());
  return merged;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

int StatusOf(int wait_status) {
  return WIFSIGNALED(wait_status) ? kExitSignalBase + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

// In the foreground of a terminal the command must own it, or reading would stop it.
bool OwnsTerminal() { return isatty(STDIN_FILENO) != 0 && tcgetpgrp(STDIN_FILENO) == getpgrp(); }

void SetForeground(pid_t group) {
  sigset_t output;
  sigset_t before;
  sigemptyset(&output);
  sigaddset(&output, SIGTTOU);  // else a background process is stopped by its own tcsetpgrp
  pthread_sigmask(SIG_BLOCK, &output, &before);
  tcsetpgrp(STDIN_FILENO, group);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

void BlockHandledSignals() {
  const sigset_t set = HandledSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

ProcessGroup ProcessGroup::Start(const std::vector<std::string>& command,
                                 const std::map<std::string, std::optional<std::string>>& environment) {
  ProcessGroup group;
  std::vector<std::string> words = command;
  std::vector<std::string> variables = MergedEnvironment(environment);
  std::vector<char*> argv = Pointers(words);
  std::vector<char*> envp = Pointers(variables);
  // Orphans of the group become our children: we can reap them, however slow the machine's init is.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  sigset_t defaults = HandledSignals();
  sigaddset(&defaults, SIGPIPE);
  sigaddset(&defaults, SIGXFSZ);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  const bool terminal = OwnsTerminal();
  group.spawn_error_ = posix_spawnp(&group.pid_, argv[0], nullptr, &attributes, argv.data(), envp.data());
  posix_spawnattr_destroy(&attributes);
  if (group.spawn_error_ != 0) group.pid_ = 0;
  if (group.pid_ != 0 && terminal) {
    SetForeground(group.pid_);
    kill(-group.pid_, SIGCONT);  // it may have read from the terminal before it owned it
    group.took_terminal_ = true;
  }
  return group;
}

void UnblockHandledSignals() {
  const sigset_t set = HandledSignals();
  const timespec now{};
  while (sigtimedwait(&set, nullptr, &now) > 0) {  // what is pending was meant for the command
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

ProcessGroup::ProcessGroup(ProcessGroup&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      spawn_error_(other.spawn_error_),
      took_terminal_(std::exchange(other.took_terminal_, false)) {}

ProcessGroup::~ProcessGroup() { End(milliseconds(2000)); }

void ProcessGroup::GiveTerminalBack() {
  if (took_terminal_) SetForeground(getpgrp());
  took_terminal_ = false;
}

// Ctrl-Z stopped the command: the shell must see us stop too, and `fg` must wake both.
void ProcessGroup::StopWithTheCommand() {
  if (!took_terminal_) return;
  SetForeground(getpgrp());
  raise(SIGSTOP);
  SetForeground(pid_);
  kill(-pid_, SIGCONT);
}

ProcessEnd ProcessGroup::Wait(milliseconds limit, milliseconds grace) {
  ProcessEnd end;
  if (pid_ == 0) {
    end.status = spawn_error_ == ENOENT ? kExitNotFound : kExitNotRunnable;
    end.failure = std::generic_category().message(spawn_error_);
    return end;
  }
  const pid_t parent = getppid();
  auto deadline = limit.count() > 0 ? Clock::now() + limit : Clock::time_point::max();
  auto kill_at = Clock::time_point::max();
  const auto ask_to_end = [&](int signal) {
    kill(-pid_, signal);
    kill(-pid_, SIGCONT);  // a stopped group cannot end
    kill_at = std::min(kill_at, Clock::now() + grace);
  };
  for (;;) {
    int wait_status = 0;
    for (pid_t gone = 0; (gone = waitpid(-1, &wait_status, WNOHANG | WUNTRACED)) > 0;) {
      if (gone != pid_) continue;
      if (WIFSTOPPED(wait_status)) {
        StopWithTheCommand();
        continue;
      }
      end.status = StatusOf(wait_status);
      GiveTerminalBack();
      return end;
    }
    // A second is how late we notice that our own parent has died: ctest kills its tests without a word.
    const int signal = NextSignal(std::min({deadline, kill_at, Clock::now() + milliseconds(1000)}));
    const auto now = Clock::now();
    if (signal != 0 && signal != SIGCHLD) {
      if (signal == SIGUSR1 || signal == SIGUSR2) {
        kill(-pid_, signal);
      } else {
        ask_to_end(end.interrupted == 0 ? signal : SIGTERM);
        end.interrupted = signal;
      }
    } else if (now >= kill_at) {
      kill(-pid_, SIGKILL);
      kill_at = Clock::time_point::max();
    } else if (now >= deadline) {
      end.time_limit = true;
      deadline = Clock::time_point::max();
      ask_to_end(SIGTERM);
    } else if (getppid() != parent && end.interrupted == 0) {
      end.interrupted = SIGHUP;
      ask_to_end(SIGHUP);
    }
  }
}

bool ProcessGroup::Alive() {
  Reap();
  return pid_ != 0 && kill(-pid_, 0) == 0;
}

bool ProcessGroup::DescendantsLeft() {
  Reap();
  siginfo_t info{};
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

bool ProcessGroup::End(milliseconds grace) {
  GiveTerminalBack();
  if (!Alive()) return false;
  kill(-pid_, SIGTERM);
  kill(-pid_, SIGCONT);
  auto until = Clock::now() + grace;
  while (Alive() && Clock::now() < until) {
    const int signal = NextSignal(std::min(until, Clock::now() + milliseconds(10)));
    if (signal != SIGINT && signal != SIGTERM && signal != SIGHUP) continue;
    late_signal_ = signal;
    until = Clock::now();
  }
  if (Alive()) kill(-pid_, SIGKILL);
  Reap();
  pid_ = 0;
  return true;
}

}  // namespace spangate
