// Running one service: an ephemeral port on the loopback interface, and a clean end on SIGTERM.
#pragma once

#include <httplib.h>

#include <csignal>
#include <cstdio>
#include <thread>

namespace shop {

/// Blocks the signals that end a service. To be made first in main(): threads inherit the mask, and a signal that
/// reaches any thread unblocked would kill the process before the last spans are sent.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }

  /// Serves until a stop signal arrives. The line "listening PORT" on stdout tells whoever started us where.
  /// Returns the status for main().
  int Serve(httplib::Server& server) const {
    const int port = server.bind_to_any_port("127.0.0.1");
    if (port <= 0) {
      std::fprintf(stderr, "cannot bind to a port of 127.0.0.1\n");
      return 1;
    }
    std::thread listener([&] { server.listen_after_bind(); });
    // stop() does nothing before the server runs, so nobody may learn the port earlier.
    while (!server.is_running()) std::this_thread::yield();
    std::printf("listening %d\n", port);
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals_, &signal);
    server.stop();
    listener.join();
    return 0;
  }

 private:
  sigset_t signals_{};
};

}  // namespace shop
