#include "cli/project.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace spangate {
namespace {

namespace fs = std::filesystem;

Error SystemError(std::string_view what, const std::string& path, int number) {
  return {ErrorKind::kSystem, fmt::format("{}: {} ({})", path, what, std::generic_category().message(number))};
}

// write(2) until all is out; short writes are legal.
int WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

bool Set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

}  // namespace

std::string FindProjectRoot(const std::string& start) {
  std::error_code error;
  const fs::path real = fs::canonical(start, error);
  if (error) return start;
  for (fs::path folder = real;; folder = folder.parent_path()) {
    if (fs::exists(folder / ".git", error)) return folder.string();
    if (folder == folder.parent_path()) return real.string();
  }
}

std::string FindConfigurationFile(const std::string& start, const std::string& root) {
  std::error_code error;
  const fs::path last = fs::canonical(root, error);
  for (fs::path folder = fs::canonical(start, error);; folder = folder.parent_path()) {
    for (const char* name : {"spangate.yaml", ".spangate.yaml"}) {
      if (fs::is_regular_file(folder / name, error)) return (folder / name).string();
    }
    if (folder == last || folder == folder.parent_path()) return "";
  }
}

Result<std::string> ReadFile(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return SystemError("cannot read", path, EISDIR);
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return SystemError("cannot read", path, errno);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return SystemError("cannot read", path, errno);
  return text;
}

Status MakeParentFolder(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  if (parent.empty()) return Ok();
  std::error_code error;
  fs::create_directories(parent, error);
  if (error)
    return Error{ErrorKind::kSystem, fmt::format("{}: cannot make the folder ({})", parent.string(), error.message())};
  const fs::path ignore = parent / ".gitignore";
  if (parent.filename() == "spangate-out" && !fs::exists(ignore, error)) std::ofstream(ignore) << "*\n";
  return Ok();
}

Status WriteFile(const std::string& path, std::string_view bytes) {
  if (path == "-") {
    if (const int failed = WriteAll(STDOUT_FILENO, bytes); failed != 0)
      return SystemError("cannot write", "standard output", failed);
    return Ok();
  }
  if (Status made = MakeParentFolder(path); !made.has_value()) return made;
  // A device or pipe (/dev/stderr, /dev/fd/3) cannot be renamed onto.
  std::error_code unknown;
  const bool rename = !fs::exists(path, unknown) || fs::is_regular_file(path, unknown);
  const std::string name = rename ? fmt::format("{}.{}.tmp", path, getpid()) : path;
  const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return SystemError("cannot write", name, errno);
  int failed = WriteAll(file, bytes);
  if (::close(file) != 0 && failed == 0) failed = errno;
  if (failed == 0 && rename && ::rename(name.c_str(), path.c_str()) != 0) failed = errno;
  if (failed == 0) return Ok();
  if (rename) ::unlink(name.c_str());
  return SystemError("cannot write", path, failed);
}

std::optional<std::string_view> SourceCache::Text(const std::string& path) {
  auto [entry, added] = texts_.try_emplace(path);
  if (added) {
    Result<std::string> text = ReadFile(fs::path(path).is_absolute() ? path : (fs::path(root_) / path).string());
    if (text.has_value()) entry->second = std::move(text.value());
  }
  if (!entry->second.has_value()) return std::nullopt;
  return std::string_view(*entry->second);
}

std::string Now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

bool UseColor() {
  if (Set("NO_COLOR")) return false;
  if (Set("FORCE_COLOR") || Set("CLICOLOR_FORCE")) return true;
  const char* terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

}  // namespace spangate
