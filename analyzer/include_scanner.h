// What a text includes, and where one command's compiler looks for it. Text and flags only; nothing is parsed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spangate {

/// One #include, #include_next, #import, __has_include or __has_include_next, whether or not its #if branch is active.
struct IncludeDirective {
  enum class Kind : uint8_t { kInclude, kIncludeNext, kHasInclude, kHasIncludeNext };
  Kind kind = Kind::kInclude;
  bool quoted = false;        // "x.h", not <x.h>
  bool computed = false;      // neither: a macro says what; spelling holds the macro's text
  uint32_t line = 0;          // from 1
  std::string spelling = {};  // as between the quotes or brackets

  bool operator==(const IncludeDirective&) const = default;
};

/// Every directive of the text, in order. Comments, literals, raw strings and continued lines are understood as the
/// compiler does; a text that is cut off or broken gives what can be read. A `__has_include` that is only named
/// (`#ifdef __has_include`) is none.
std::vector<IncludeDirective> ScanIncludes(std::string_view text);

/// The include search of one command.
class SearchPath {
 public:
  enum class Group : uint8_t { kQuote, kAngled, kSystem, kDefault, kAfter };  // -iquote, -I, -isystem, -, -idirafter
  struct Folder {
    std::string path;  // absolute, as the command says it; need not exist
    Group group = Group::kAngled;
    bool operator==(const Folder&) const = default;
  };

  /// `arguments` of a compile command, adapted or not (arguments[0] = compiler); relative folders count from
  /// `directory`. `defaults`: what the compiler itself adds, in its order. A folder that is named twice is searched
  /// once: first place in its group, and a system folder wins over the same folder with -I, as GCC and Clang do it.
  SearchPath(const std::vector<std::string>& arguments, std::string directory,
             const std::vector<std::string>& defaults = {});

  /// Folders in the order of the search.
  const std::vector<Folder>& folders() const { return folders_; }
  /// Values of -include and -imacros, searched as quoted includes of a file in the working directory.
  const std::vector<std::string>& forced() const { return forced_; }

  /// Every path that the compiler tries for a spelling, in order; the first that exists is the one it reads.
  /// `includer_dir`: folder of the file with the directive, used when quoted. For #include_next take
  /// quoted = false: it searches the rest of the same folders.
  std::vector<std::string> Resolve(std::string_view spelling, bool quoted, std::string_view includer_dir) const;

 private:
  std::string directory_;
  std::vector<Folder> folders_;
  std::vector<std::string> forced_;
};

}  // namespace spangate
