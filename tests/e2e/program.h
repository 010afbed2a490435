// Runs the built program as a user does and keeps what it said.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace spangate {

struct Ended {
  int status = -1;  // exit code; 128+N when a signal killed it
  std::string out;
  std::string err;
};

/// A folder of its own for each test, removed at the end; the program runs in it.
class Workspace {
 public:
  Workspace();
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  const std::string& path() const { return path_; }
  /// Writes a file below the folder, with its parent folders; returns its absolute path.
  std::string Write(const std::string& name, const std::string& text) const;
  std::string Read(const std::string& name) const;
  bool Exists(const std::string& name) const;
  nlohmann::json ReadJson(const std::string& name) const;
  /// spangate WORDS..., standard input empty, NAME=VALUE words in `environment` added. SPANGATE_NO_CACHE is 1 unless
  /// they say otherwise.
  Ended Spangate(const std::vector<std::string>& words, const std::vector<std::string>& environment = {}) const;
  /// The same through /bin/sh, where "$SPANGATE" is the program and "$EMIT" the emitter.
  Ended Shell(const std::string& script) const;

 private:
  Ended Execute(const std::vector<std::string>& words, const std::vector<std::string>& environment) const;
  std::string path_;
};

/// An OTLP/JSON document with one trace: a root span and, for each further name, a child of the root.
std::string Trace(const std::string& service, const std::vector<std::string>& names);

}  // namespace spangate
