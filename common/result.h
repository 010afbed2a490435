// How functions say that they could not work. A defect in the user's telemetry is a Finding, never an Error.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace spangate {

enum class ErrorKind {
  kUsage,   // wrong option, configuration or check file: exit status 2
  kInput,   // an input could not be understood: capture, facts, request body
  kSystem,  // the machine refused: file, socket, process
};

/// What kept us from working. `message` is one line that names the place and, where there is one, the cure:
/// "pack.json:4: unknown rule 'span-nmae'; did you mean 'span-name'?".
struct Error {
  ErrorKind kind = ErrorKind::kInput;
  std::string message;
};

/// A T, or the Error that prevented it. Members are named as in std::expected.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor): return value;
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor): return Error{...};
  bool has_value() const { return state_.index() == 0; }
  /// REQUIRES: has_value()
  T& value() {
    assert(has_value());
    return std::get<0>(state_);
  }
  const T& value() const {
    assert(has_value());
    return std::get<0>(state_);
  }
  /// REQUIRES: !has_value()
  const Error& error() const {
    assert(!has_value());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// For functions with nothing to return.
using Status = Result<std::monostate>;
inline Status Ok() { return std::monostate{}; }

}  // namespace spangate
