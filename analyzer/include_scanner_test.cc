#include "analyzer/include_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>

namespace spangate {

void PrintTo(const IncludeDirective& directive, std::ostream* out) {
  *out << directive.line << ':' << static_cast<int>(directive.kind) << (directive.quoted ? 'q' : 'a')
       << (directive.computed ? "c " : " ") << directive.spelling;
}

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = IncludeDirective::Kind;
using Directives = std::vector<IncludeDirective>;
using Strings = std::vector<std::string>;

IncludeDirective Quoted(uint32_t line, std::string spelling, Kind kind = Kind::kInclude) {
  return {.kind = kind, .quoted = true, .line = line, .spelling = std::move(spelling)};
}
IncludeDirective Angled(uint32_t line, std::string spelling, Kind kind = Kind::kInclude) {
  return {.kind = kind, .line = line, .spelling = std::move(spelling)};
}
IncludeDirective Computed(uint32_t line, std::string spelling, Kind kind = Kind::kInclude) {
  return {.kind = kind, .computed = true, .line = line, .spelling = std::move(spelling)};
}

struct ScanCase {
  std::string_view text;
  Directives found;
  const char* why;
};

const ScanCase kScanCases[] = {
    {"#include \"a.h\"\n  #  include <b/c.h>\n", {Quoted(1, "a.h"), Angled(2, "b/c.h")}, "both forms, blanks"},
    {"#include_next <x.h>\n#import \"y.h\"", {Angled(1, "x.h", Kind::kIncludeNext), Quoted(2, "y.h")}, "cut-off end"},
    {"%:include <x.h>\n", {Angled(1, "x.h")}, "digraph"},
    {"#include CONFIG(x) // why\n", {Computed(1, "CONFIG(x)")}, "a macro says what"},
    {"#if 0\n#include \"off.h\"\n#endif\n", {Quoted(2, "off.h")}, "disabled branches count: another TU enables them"},
    {"#if defined(__has_include) && __has_include( <v>)\n", {Angled(1, "v", Kind::kHasInclude)}, "named, then used"},
    {"#ifdef __has_include\n#endif\n", {}, "named only"},
    {"#elif __has_include_next(\"n.h\")\n", {Quoted(1, "n.h", Kind::kHasIncludeNext)}, "next"},
    {"#define HAS(x) __has_include(x)\n", {Computed(1, "x", Kind::kHasInclude)}, "through a macro"},
    {"// #include \"a.h\"\n/*\n#include \"b.h\"\n*/ #include \"c.h\"\n", {Quoted(4, "c.h")}, "comments"},
    {"// go on \\\n#include \"a.h\"\n#include \"b.h\"\n", {Quoted(3, "b.h")}, "a comment over two lines"},
    {"#inc\\\nlude \"a.h\"\n", {Quoted(1, "a.h")}, "a continued directive"},
    {"#include \\\r\n  \"a.h\"\r\n#include <b.h>\r\n", {Quoted(1, "a.h"), Angled(3, "b.h")}, "CRLF"},
    {"auto s = R\"x(\n#include \"a.h\"\n)\" )x\";\n#include \"b.h\"\n", {Quoted(4, "b.h")}, "raw string"},
    {"auto s = u8R\"(\n#include \"a.h\"\n)\";\n#include \"b.h\"\n", {Quoted(4, "b.h")}, "raw string with a prefix"},
    {"auto s = FOOR\"(\"; \n#include \"a.h\"\n", {Quoted(2, "a.h")}, "no raw string: FOOR is a macro's name"},
    {"auto s = \"/*\";\n#include \"a.h\"\n", {Quoted(2, "a.h")}, "no comment inside a literal"},
    {"int i = 1'000;\n#include \"a.h\" // '\n", {Quoted(2, "a.h")}, "digit separator"},
    {"#error don't R\"(\n#include \"a.h\"\n", {Quoted(2, "a.h")}, "free text of an #error"},
    {"x #include \"a.h\"\n", {}, "no directive in the middle of a line"},
    {"#include \"a.h\n#include <b.h\n#include\n", {}, "not closed"},
    {"#include <a//b.h> \n", {Angled(1, "a//b.h")}, "no comment inside a name"},
    {"#define S \"a\\\"b\"\n#include <a.h>\n", {Angled(2, "a.h")}, "escaped quote"},
    {"R\"(", {}, "a raw string that never ends"},
    {"#", {}, "nothing after #"},
};

TEST(ScanIncludes, ReadsDirectivesAsTheCompilerDoes) {
  for (const ScanCase& c : kScanCases) EXPECT_EQ(ScanIncludes(c.text), c.found) << c.why << "\n" << c.text;
}

TEST(SearchPath, OrdersTheGroupsAsTheCompilerDoes) {
  const SearchPath path({"g++", "-idirafter", "/after", "-isystem/sys", "-Iinc", "-iquote", "/q", "-I", "/b", "-Xclang",
                         "-include", "-Xclang", "pre.h", "-include-pch", "x.pch", "a.cc", "--", "-I/no"},
                        "/w", {"/default"});
  EXPECT_THAT(path.folders(), ElementsAre(SearchPath::Folder{"/q", SearchPath::Group::kQuote},
                                          SearchPath::Folder{"/w/inc", SearchPath::Group::kAngled},
                                          SearchPath::Folder{"/b", SearchPath::Group::kAngled},
                                          SearchPath::Folder{"/sys", SearchPath::Group::kSystem},
                                          SearchPath::Folder{"/default", SearchPath::Group::kDefault},
                                          SearchPath::Folder{"/after", SearchPath::Group::kAfter}));
  EXPECT_EQ(path.forced(), Strings{"pre.h"});
}

struct ResolveCase {
  Strings flags;
  const char* spelling;
  bool quoted;
  Strings tried;
  const char* why;
};

const ResolveCase kResolveCases[] = {
    {{"-I/a", "-I/b"}, "x.h", false, {"/a/x.h", "/b/x.h"}, "angled: not the includer's folder"},
    {{"-I/a", "-iquote/q"}, "x.h", true, {"/src/x.h", "/q/x.h", "/a/x.h"}, "quoted: includer first, then -iquote"},
    {{"-I/a", "-iquote/q"}, "x.h", false, {"/a/x.h"}, "-iquote is for quoted names"},
    {{"-I/a", "-I/a/", "-I/./a"}, "x.h", false, {"/a/x.h"}, "one folder, three spellings"},
    {{"-I/a", "-I/b", "-isystem", "/a"}, "x.h", false, {"/b/x.h", "/a/x.h"}, "the system folder wins over its -I"},
    {{"-I/a", "-iquote/a"}, "x.h", true, {"/src/x.h", "/a/x.h", "/a/x.h"}, "a quote folder hides no angled one"},
    {{"-I=/inc", "--sysroot=/sys"}, "x.h", false, {"/sys/inc/x.h"}, "= stands for the sysroot"},
    {{"-I/a"}, "/abs/x.h", true, {"/abs/x.h"}, "an absolute name is not searched"},
    {{"-I"}, "x.h", false, {}, "a flag without its value"},
};

TEST(SearchPath, ResolvesToEveryPathThatIsTriedInOrder) {
  for (const ResolveCase& c : kResolveCases) {
    Strings command = {"g++"};
    command.insert(command.end(), c.flags.begin(), c.flags.end());
    EXPECT_EQ(SearchPath(command, "/w").Resolve(c.spelling, c.quoted, "/src"), c.tried) << c.why;
  }
}

TEST(SearchPath, SeesThroughSymbolicLinks) {
  const fs::path folder = fs::path(testing::TempDir()) / "search_path_links";
  fs::remove_all(folder);
  fs::create_directories(folder / "real");
  fs::create_directory_symlink(folder / "real", folder / "link");
  const SearchPath path({"g++", "-I" + (folder / "link").string(), "-isystem", (folder / "real").string()}, "/w");
  ASSERT_EQ(path.folders().size(), 1U);
  EXPECT_EQ(path.folders()[0].group, SearchPath::Group::kSystem);
  EXPECT_THAT(path.Resolve("", true, "/src"), IsEmpty());
  fs::remove_all(folder);
}

}  // namespace
}  // namespace spangate
