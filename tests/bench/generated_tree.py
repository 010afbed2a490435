"""A tree of N small services over the real OpenTelemetry headers, for the bars that speak of 1,000 and 2,000 TUs.

Each source includes two of N / 10 project headers, so a header is read by about twenty sources. Names differ between
sources: copies of one file would give the linker a program that nobody has.
"""
import os

HEADER = """#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace component_{k} {{

struct Order {{
  std::string id;
  std::vector<int> lines;
  std::map<std::string, std::string> labels;
}};

inline int Total(const Order& order) {{
  int sum = 0;
  for (int line : order.lines) sum += line;
  return sum;
}}

class Store {{
 public:
  virtual ~Store() = default;
  virtual bool Save(const Order& order) = 0;
}};

bool Validate(const Order& order);

}}  // namespace component_{k}
"""

SOURCE = """#include "component_{k}.h"
#include "component_{next}.h"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

#include "opentelemetry/trace/provider.h"
#include "opentelemetry/trace/scope.h"

namespace unit_{i} {{

namespace trace = opentelemetry::trace;

class Service : public component_{k}::Store {{
 public:
  explicit Service(std::size_t limit) : limit_(limit) {{}}

  bool Save(const component_{k}::Order& order) override {{
    auto span = Tracer()->StartSpan("Save {i}");
    trace::Scope scope(span);
    span->SetAttribute("app.order.lines", static_cast<int>(order.lines.size()));
    if (order.lines.size() > limit_) {{
      span->SetStatus(trace::StatusCode::kError, "too many lines");
      span->End();
      return false;
    }}
    orders_[order.id] = component_{k}::Total(order);
    span->End();
    return true;
  }}

  int Largest() const {{
    const auto found = std::max_element(orders_.begin(), orders_.end(),
                                        [](const auto& a, const auto& b) {{ return a.second < b.second; }});
    return found == orders_.end() ? 0 : found->second;
  }}

 private:
  static opentelemetry::nostd::shared_ptr<trace::Tracer> Tracer() {{
    return trace::Provider::GetTracerProvider()->GetTracer("unit_{i}");
  }}

  std::size_t limit_;
  std::unordered_map<std::string, int> orders_;
}};

int Handle(const component_{next}::Order& order) {{
  Service service(100);
  component_{k}::Order copy{{order.id, order.lines, order.labels}};
  return service.Save(copy) ? service.Largest() : component_{next}::Total(order);
}}

}}  // namespace unit_{i}
"""


def include_flags(entries):
    """Flags of the first command that finds the OpenTelemetry headers: search path, standard and definitions."""
    from code_base import flags_of
    for entry in entries:
        flags, folders = [], []
        words = iter(flags_of(entry))
        for word in words:
            if word in ("-I", "-isystem"):
                word += next(words, "")
            for start in ("-isystem", "-I"):
                if word.startswith(start):
                    folders.append(os.path.join(entry["directory"], word[len(start):]))
                    flags += [start, folders[-1]]
                    break
            else:
                flags += [word] if word.startswith(("-std=", "-D")) else []
        if any(os.path.exists(os.path.join(folder, "opentelemetry/trace/provider.h")) for folder in folders):
            return flags
    return None


def write(folder, units, flags):
    """Writes the tree and returns the entries of its compile database, which it does not store."""
    components = max(units // 10, 2)
    sources = os.path.join(folder, "src")
    os.makedirs(sources)
    os.makedirs(os.path.join(folder, "build"))
    for k in range(components):
        with open(os.path.join(sources, f"component_{k}.h"), "w", encoding="utf-8") as file:
            file.write(HEADER.format(k=k))
    entries = []
    for i in range(units):
        path = os.path.join(sources, f"unit_{i}.cc")
        with open(path, "w", encoding="utf-8") as file:
            file.write(SOURCE.format(i=i, k=i % components, next=(i + 1) % components))
        arguments = ["/usr/bin/g++", *flags, "-o", f"unit_{i}.o", "-c", path]
        entries.append({"directory": os.path.join(folder, "build"), "file": path, "arguments": arguments})
    return entries
