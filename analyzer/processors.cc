// Containers are often given two processors of a machine that shows sixty-four.
#include "analyzer/processors.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

namespace spangate {
namespace {

std::optional<long long> Number(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

std::string ReadSmallFile(const char* path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::optional<unsigned> CgroupLimit() {
  const std::string v2 = ReadSmallFile("/sys/fs/cgroup/cpu.max");
  if (!v2.empty()) return ProcessorsFromCpuMax(v2);
  const std::string v1 = ReadSmallFile("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
  return ProcessorsFromCpuMax(v1 + " " + ReadSmallFile("/sys/fs/cgroup/cpu/cpu.cfs_period_us"));
}

}  // namespace

std::optional<unsigned> ProcessorsFromCpuMax(std::string_view text) {
  const std::optional<long long> quota = Number(text);
  const std::optional<long long> period = Number(text);
  if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;  // v1 says -1 for no limit
  return static_cast<unsigned>(std::clamp<long long>((*quota - 1) / *period + 1, 1, 4096));
}

unsigned UsableProcessors() {
  const unsigned machine = std::max(1U, std::thread::hardware_concurrency());
  return std::min(machine, CgroupLimit().value_or(machine));
}

}  // namespace spangate
