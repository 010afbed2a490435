#include "common/path.h"

namespace spangate {

bool IsBelow(std::string_view path, std::string_view root) { return RelativeTo(path, root).size() != path.size(); }

std::string_view RelativeTo(std::string_view path, std::string_view root) {
  if (root.empty()) return path;
  while (root.ends_with('/')) root.remove_suffix(1);
  const bool below = path.size() > root.size() + 1 && path.starts_with(root) && path[root.size()] == '/';
  return below ? path.substr(root.size() + 1) : path;
}

}  // namespace spangate
