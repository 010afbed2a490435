#include "cli/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spangate {
namespace {

struct Case {
  const char* why;
  const char* diff;
  std::map<std::string, FileChange, std::less<>> files;
  std::set<std::string, std::less<>> removed = {};
  std::vector<std::string> folders = {};
};

constexpr const char* kIndex = "index 1..2 100644\n";

std::string Header(const std::string& name) {
  return "diff --git a/" + name + " b/" + name + "\n" + kIndex + "--- a/" + name + "\n+++ b/" + name + "\n";
}

TEST(ParseDiff, ReadsWhatGitWrites) {
  const std::vector<std::pair<std::string, Case>> kCases = {
      {Header("a.cc") + "@@ -3 +3,2 @@ void f()\n-x\n+y\n+z\n@@ -9,2 +10,0 @@\n-p\n-q\n@@ -20,0 +20 @@\n+n\n",
       {"changed, removed and added lines", "", {{"a.cc", {.lines = {{3, 4}, {20, 20}}, .removals = {9 + 1}}}}}},
      {Header("a.cc") + "@@ -1,2 +0,0 @@\n-p\n-q\n", {"removed at the start", "", {{"a.cc", {.removals = {0}}}}}},
      {Header("a.cc") + "@@ -2,4 +2,4 @@\n c\n-x\n+y\n c\n c\n",
       {"with context, as a submodule's diff has it", "", {{"a.cc", {.lines = {{3, 3}}}}}}},
      {Header("a.cc") + "@@ -2,3 +2,2 @@\n c\n-x\n\n",
       {"an empty context line without its blank", "", {{"a.cc", {.removals = {2}}}}}},
      {Header("a.cc") +
           "@@ -1,3 +1,3 @@\n--- a/b.cc\n-+++ b/b.cc\n-@@ -1 +1 @@\n+++ b/c.cc\n+@@ -1 +1 @@\n+diff --git a/x b/x\n",
       {"text that looks like a header", "", {{"a.cc", {.lines = {{1, 3}}}}}}},
      {Header("a.cc") + "@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n",
       {"no line end at the end", "", {{"a.cc", {.lines = {{1, 1}}}}}}},
      {Header("a.cc") + "@@ -1 +1 @@\n-x\r\n+y\r\n", {"CR LF", "", {{"a.cc", {.lines = {{1, 1}}}}}}},
      {"diff --git a/n.cc b/n.cc\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/n.cc\n@@ -0,0 +1,2 "
       "@@\n+a\n+b\n",
       {"new", "", {{"n.cc", {.whole = true, .lines = {{1, 2}}}}}}},
      {"diff --git a/n.cc b/n.cc\nnew file mode 100644\nindex 0..1\n",
       {"new and empty", "", {{"n.cc", {.whole = true}}}}},
      {"diff --git a/o.cc b/o.cc\ndeleted file mode 100644\nindex 1..0\n--- a/o.cc\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n",
       {"deleted", "", {}, {"o.cc"}}},
      {"diff --git a/a b.cc b/c d.cc\nsimilarity index 100%\nrename from a b.cc\nrename to c d.cc\n",
       {"renamed", "", {{"c d.cc", {}}}, {"a b.cc"}}},
      {"diff --git a/x.cc b/y.cc\nsimilarity index 90%\nrename from x.cc\nrename to y.cc\n" + std::string(kIndex) +
           "--- a/x.cc\n+++ b/y.cc\n@@ -1 +1 @@\n-a\n+b\n",
       {"renamed and changed", "", {{"y.cc", {.lines = {{1, 1}}}}}, {"x.cc"}}},
      {"diff --git a/t.sh b/t.sh\nold mode 100644\nnew mode 100755\n", {"mode alone", "", {{"t.sh", {}}}}},
      {"diff --git a/b.bin b/b.bin\nindex 1..2 100644\nBinary files a/b.bin and b/b.bin differ\n",
       {"binary, or -diff in .gitattributes", "", {{"b.bin", {.whole = true}}}}},
      {"diff --git a/a b/c.cc b/a b/c.cc\nindex 1..2 100644\n--- a/a b/c.cc\t\n+++ b/a b/c.cc\t\n@@ -1 +1 @@\n-a\n+b\n",
       {"blanks and ' b/' in the name", "", {{"a b/c.cc", {.lines = {{1, 1}}}}}}},
      {"diff --git a/a b/c.cc b/a b/c.cc\nold mode 100644\nnew mode 100755\n",
       {"the same without a hunk", "", {{"a b/c.cc", {}}}}},
      {"diff --git \"a/q\\\"\\n\\303\\244\\\\.cc\" \"b/q\\\"\\n\\303\\244\\\\.cc\"\nindex 1..2 100644\nBinary files "
       "differ\n",
       {"quote, line feed, octal and backslash", "", {{"q\"\n\xC3\xA4\\.cc", {.whole = true}}}}},
      {"diff --git a/\xC3\xA4.cc b/\xC3\xA4.cc\n" + std::string(kIndex) +
           "--- a/\xC3\xA4.cc\n+++ b/\xC3\xA4.cc\n@@ -1 +1 @@\n-a\n+b\n",
       {"UTF-8 as it is", "", {{"\xC3\xA4.cc", {.lines = {{1, 1}}}}}}},
      {"* Unmerged path a.cc\n", {"in the middle of a merge", "", {{"a.cc", {.whole = true}}}}},
      {"Submodule sub 1234567..89abcde:\n" + Header("sub/a.cc") + "@@ -1 +1 @@\n-a\n+b\n",
       {"a submodule with its diff", "", {{"sub/a.cc", {.lines = {{1, 1}}}}}}},
      {"Submodule my sub 1234567...89abcde (commits not present)\n",
       {"a submodule without its commits", "", {}, {}, {"my sub"}}},
      {"Submodule my sub contains modified content\n(diff failed)\n",
       {"a submodule that an external diff broke", "", {}, {}, {"my sub"}}},
      {"Submodule sub contains modified content\n" + Header("sub/a.cc") + "@@ -1 +1 @@\n-a\n+b\n",
       {"a submodule with changes that are not committed", "", {{"sub/a.cc", {.lines = {{1, 1}}}}}}},
      {"Submodule sub 1234567...0000000 (submodule deleted)\n", {"a submodule that is gone", "", {}}},
      {"", {"nothing", "", {}}},
  };
  for (const auto& [diff, c] : kCases) {
    const Result<Changes> changes = ParseDiff(diff);
    ASSERT_TRUE(changes.has_value()) << c.why << ": " << changes.error().message;
    EXPECT_EQ(changes.value().files, c.files) << c.why;
    EXPECT_EQ(changes.value().removed, c.removed) << c.why;
    EXPECT_EQ(changes.value().folders, c.folders) << c.why;
  }
}

TEST(ParseDiff, RefusesAHunkThatIsNotWhatItsHeaderSays) {
  const std::string header = Header("a.cc");
  for (const std::string& diff :
       {header + "@@ -1 +1 @@\n-x\n", header + "@@ -1 +1 @@\n-x\n-y\n", header + "@@ -1 +1 @@\n?\n",
        header + "@@ -1 +x @@\n-x\n+y\n", header + "@@ -1 +99999999999 @@\n-x\n+y\n",
        header + "@@ -0,0 +4294967295,2 @@\n+x\n+y\n", header + "@@ -1 +1\n", std::string("@@ -1 +1 @@\n-x\n+y\n")}) {
    EXPECT_FALSE(ParseDiff(diff).has_value()) << diff;
  }
}

TEST(ParseDiff, NeverCrashesOnADiffThatWasCutOff) {
  const std::string whole = Header("a b.cc") + "@@ -2,4 +2,4 @@\n c\n-x\n+y\n c\n c\n" +
                            "diff --git \"a/\\303\\244\" \"b/\\303\\244\"\nBinary files differ\nSubmodule s 1..2 (x)\n";
  for (size_t length = 0; length < whole.size(); ++length) (void)ParseDiff(whole.substr(0, length)).has_value();
}

Finding At(const std::string& path, uint32_t line, uint32_t end_line = 0) {
  Finding finding;
  finding.where = {path, line, 1, end_line, 2};
  return finding;
}

struct Place {
  const char* why;
  FileChange change;
  Finding finding;
  bool line, function, file;
};

TEST(InChange, FollowsTheScope) {
  // Lines 10 to 20 are a function with a local class's method at 12 to 14; 30 is one of one line.
  const FunctionLines functions = {{"a.cc", {{10, 20}, {12, 14}, {30, 30}}}};
  const Place kPlaces[] = {
      {"its own line", {.lines = {{16, 16}}}, At("a.cc", 16), true, true, true},
      {"the second of its lines", {.lines = {{17, 17}}}, At("a.cc", 16, 17), true, true, true},
      {"another line of its function", {.lines = {{20, 20}}}, At("a.cc", 16), false, true, true},
      {"the head of its function", {.lines = {{10, 10}}}, At("a.cc", 16), false, true, true},
      {"the function around the innermost", {.lines = {{16, 16}}}, At("a.cc", 13), false, false, true},
      {"the innermost, for the one around", {.lines = {{13, 13}}}, At("a.cc", 16), false, true, true},
      {"beside its function", {.lines = {{9, 9}, {21, 21}}}, At("a.cc", 16), false, false, true},
      {"lines removed from its function", {.removals = {18}}, At("a.cc", 16), false, true, true},
      {"lines removed before the last line", {.removals = {19}}, At("a.cc", 16), false, true, true},
      {"lines removed before its function", {.removals = {9}}, At("a.cc", 16), false, false, true},
      {"lines removed behind its function", {.removals = {20}}, At("a.cc", 16), false, false, true},
      {"lines removed around a function of one line", {.removals = {29, 30}}, At("a.cc", 30), false, false, true},
      {"outside of functions, its line", {.lines = {{5, 5}}}, At("a.cc", 5), true, true, true},
      {"outside of functions, another line", {.lines = {{5, 5}}}, At("a.cc", 6), false, false, true},
      {"a new file", {.whole = true}, At("a.cc", 6), true, true, true},
      {"a file with another name or mode", {}, At("a.cc", 6), false, false, false},
      {"another file", {.whole = true}, At("b.cc", 6), false, false, false},
  };
  for (const Place& c : kPlaces) {
    Changes changes;
    changes.files["a.cc"] = c.change;
    EXPECT_EQ(InChange(c.finding, changes, NewScope::kLine, functions), c.line) << c.why;
    EXPECT_EQ(InChange(c.finding, changes, NewScope::kFunction, functions), c.function) << c.why;
    EXPECT_EQ(InChange(c.finding, changes, NewScope::kFile, functions), c.file) << c.why;
  }
}

TEST(InChange, LooksAtEveryStepOfTheFlow) {
  Changes changes;
  changes.files["b.cc"].lines = {{7, 7}};
  Finding finding = At("a.cc", 1);
  EXPECT_FALSE(InChange(finding, changes, NewScope::kLine, {}));
  finding.flow = {{{"b.cc", 7, 1, 7, 2}, "comes from here"}};
  EXPECT_TRUE(InChange(finding, changes, NewScope::kLine, {}));
}

TEST(InChange, KeepsWhatHasNoPlaceAndWhatLiesInAChangedFolder) {
  Changes changes;
  changes.folders = {"third_party/lib"};
  EXPECT_TRUE(InChange(Finding{}, changes, NewScope::kLine, {}));
  EXPECT_TRUE(InChange(At("third_party/lib/a.cc", 3), changes, NewScope::kLine, {}));
  EXPECT_FALSE(InChange(At("third_party/library/a.cc", 3), changes, NewScope::kLine, {}));
}

}  // namespace
}  // namespace spangate
