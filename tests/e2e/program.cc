#include "tests/e2e/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace spangate {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

Workspace::Workspace() {
  std::string name = (fs::temp_directory_path() / "spangate-e2e-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = fs::canonical(name).string();
  fs::create_directory(path_ + "/.git");  // the project root
}

Workspace::~Workspace() {
  std::error_code error;
  fs::remove_all(path_, error);
}

std::string Workspace::Write(const std::string& name, const std::string& text) const {
  const fs::path path = fs::path(path_) / name;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

std::string Workspace::Read(const std::string& name) const { return ReadAll((fs::path(path_) / name).string()); }
bool Workspace::Exists(const std::string& name) const { return fs::exists(fs::path(path_) / name); }
nlohmann::json Workspace::ReadJson(const std::string& name) const {
  return nlohmann::json::parse(Read(name), nullptr, false);
}

Ended Workspace::Execute(const std::vector<std::string>& words, const std::vector<std::string>& environment) const {
  std::vector<std::string> all = words;
  std::vector<char*> argv;
  for (std::string& word : all) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string out = path_ + "/.stdout";
  const std::string err = path_ + "/.stderr";
  const pid_t pid = fork();
  if (pid == 0) {
    if (chdir(path_.c_str()) != 0) _exit(99);
    dup2(open("/dev/null", O_RDONLY), 0);
    dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
    dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
    setenv("SPANGATE", SPANGATE_PROGRAM, 1);
    setenv("EMIT", EMIT_PROGRAM, 1);
    // Looking at every header for the cache takes longest in a build with sanitizers; tests of the cache ask for it.
    setenv("SPANGATE_NO_CACHE", "1", 1);
    setenv("XDG_CACHE_HOME", (path_ + "/.cache").c_str(), 1);
    for (const std::string& pair : environment) {
      setenv(pair.substr(0, pair.find('=')).c_str(), pair.substr(pair.find('=') + 1).c_str(), 1);
    }
    execvp(argv[0], argv.data());
    _exit(98);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  Ended ended{.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
              .out = ReadAll(out),
              .err = ReadAll(err)};
  return ended;
}

Ended Workspace::Spangate(const std::vector<std::string>& words, const std::vector<std::string>& environment) const {
  std::vector<std::string> all = {SPANGATE_PROGRAM};
  all.insert(all.end(), words.begin(), words.end());
  return Execute(all, environment);
}

Ended Workspace::Shell(const std::string& script) const { return Execute({"/bin/sh", "-c", script}, {}); }

std::string Trace(const std::string& service, const std::vector<std::string>& names) {
  nlohmann::json spans = nlohmann::json::array();
  for (size_t i = 0; i < names.size(); ++i) {
    nlohmann::json span = {{"traceId", "4bf92f3577b34da6a3ce929d0e0e4736"},
                           {"spanId", fmt::format("{:016x}", i + 1)},
                           {"name", names[i]},
                           {"kind", i == 0 ? 2 : 1},
                           {"startTimeUnixNano", fmt::format("{}", 1767600000000000000 + i * 1000)},
                           {"endTimeUnixNano", fmt::format("{}", 1767600000001000000 - i * 1000)}};
    if (i > 0) span["parentSpanId"] = "0000000000000001";
    spans.push_back(span);
  }
  const nlohmann::json resource = {{"attributes", {{{"key", "service.name"}, {"value", {{"stringValue", service}}}}}}};
  return nlohmann::json{
      {"resourceSpans", {{{"resource", resource}, {"scopeSpans", {{{"scope", {{"name", "e2e"}}}, {"spans", spans}}}}}}}}
      .dump();
}

}  // namespace spangate
