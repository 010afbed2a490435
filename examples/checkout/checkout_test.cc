// Integration test of the three services: starts them, sends two orders, looks at the answers, stops them.
//
// usage: checkout_test FOLDER        FOLDER holds the programs gateway, checkout and payment
//
// It looks at HTTP answers only. Run under `spangate run`, the same test also proves the telemetry.

#include <fcntl.h>
#include <httplib.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

extern char** environ;

namespace {

int failures = 0;

void Expect(bool holds, const std::string& statement) {
  std::printf("%s: %s\n", holds ? "ok" : "FAILED", statement.c_str());
  if (!holds) ++failures;
}

/// A running service. It tells its port itself, so that nothing waits for a guessed time.
class Service {
 public:
  Service(const std::string& program, const std::vector<std::string>& arguments) : program_(program) {
    int out[2];
    if (pipe2(out, O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::vector<char*> argv{program_.data()};
    std::vector<std::string> copies = arguments;
    for (std::string& argument : copies) argv.push_back(argument.data());
    argv.push_back(nullptr);
    if (posix_spawn(&pid_, program_.c_str(), &actions, nullptr, argv.data(), environ) != 0) pid_ = -1;
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    // End of file, when the service could not start, ends this as well.
    FILE* lines = fdopen(out[0], "r");
    if (std::fscanf(lines, "listening %d", &port_) != 1) port_ = 0;
    std::fclose(lines);
    Expect(port_ != 0, program + " listens");
  }
  ~Service() { Stop(); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  std::string Port() const { return std::to_string(port_); }

  void Stop() {
    if (pid_ <= 0) return;
    int status = 0;
    kill(pid_, SIGTERM);
    waitpid(pid_, &status, 0);
    pid_ = -1;
    Expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, program_ + " ends cleanly on SIGTERM");
  }

 private:
  std::string program_;
  pid_t pid_ = -1;
  int port_ = 0;
};

int Checkout(const Service& gateway, const char* card) {
  httplib::Client client("127.0.0.1", std::stoi(gateway.Port()));
  const httplib::Params order{
      {"customer", "c-17"}, {"email", "ada@shop.test"}, {"card", card}, {"amount", "4250"}, {"currency", "EUR"}};
  const httplib::Result answer = client.Post("/checkout", order);
  return answer ? answer->status : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: checkout_test FOLDER\n");
    return 2;
  }
  const std::string folder = argv[1];
  {
    Service payment(folder + "/payment", {});
    Service checkout(folder + "/checkout", {payment.Port()});
    Service gateway(folder + "/gateway", {checkout.Port()});
    Expect(Checkout(gateway, "4242424242424242") == 200, "an order with a good card is placed");
    Expect(Checkout(gateway, "4000000000000002") == 402, "an order with a declined card is refused");
  }
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
