// How many threads this process may use.
#pragma once

#include <optional>
#include <string_view>

namespace spangate {

/// cgroup v2 "cpu.max": "150000 100000" is two processors (rounded up); nullopt for "max 100000" or another form.
std::optional<unsigned> ProcessorsFromCpuMax(std::string_view text);

/// The machine's processors, or fewer where the affinity mask or the cgroup allows fewer; at least 1.
unsigned UsableProcessors();

}  // namespace spangate
