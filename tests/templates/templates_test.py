#!/usr/bin/env python3
"""Runs the bodies of the CI templates, offline: fake GITHUB_* files, a fake spangate, and schemas where they are given.

usage: templates_test.py [-v] CLASS...
environment: SPANGATE_SCHEMAS (folder of JSON schemas; without it the class Schemas is skipped: status 77),
             SPANGATE_BUILD (build folder with a built spangate, for the class Install), SPANGATE_COMPILER
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "ci-templates"
FAKE = ROOT / "tests" / "templates" / "fake_spangate.py"


class InScratch(unittest.TestCase):
    """A scratch folder, and a fake spangate that notes its calls there."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.calls_file = self.folder / "calls"
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        shutil.copy(FAKE, bin_folder / "spangate")
        self.spangate = str(bin_folder / "spangate")
        self.environment = {"PATH": os.environ["PATH"], "FAKE_CALLS": str(self.calls_file)}

    def calls(self):
        if not self.calls_file.exists():
            return []
        return [json.loads(line) for line in self.calls_file.read_text().splitlines()]

    def execute(self, command, environment):
        done = subprocess.run(command, cwd=self.folder, env={**self.environment, **environment}, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
        self.output = done.stdout
        return done.returncode


def after(arguments, option):
    """The values that follow `option`."""
    return [arguments[i + 1] for i, argument in enumerate(arguments) if argument == option]


class GithubAction(InScratch):
    def act(self, **inputs):
        """Runs the action's one line with its inputs mapped to variables as action.yml maps them."""
        action = yaml.safe_load((TEMPLATES / "github" / "action.yml").read_text())
        step = action["runs"]["steps"][0]
        environment = {"GITHUB_ACTION_PATH": str(TEMPLATES / "github"),
                       "GITHUB_OUTPUT": str(self.folder / "github_output"),
                       "GITHUB_STEP_SUMMARY": str(self.folder / "summary")}
        given = {name.replace("_", "-"): value for name, value in inputs.items() if not name.startswith("FAKE")}
        self.assertLessEqual(set(given), set(action["inputs"]), "the test uses inputs that the action has")
        for variable, expression in step["env"].items():
            name = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", expression).group(1)
            environment[variable] = given.get(name, action["inputs"][name]["default"])
        environment.update({name: value for name, value in inputs.items() if name.startswith("FAKE")})
        return self.execute(["bash", "-eo", "pipefail", "-c", step["run"]], environment)

    def outputs(self):
        lines = (self.folder / "github_output").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def test_analyzes_and_runs_with_one_report_set_each(self):
        self.assertEqual(self.act(spangate=self.spangate, compile_commands="build", run="true", fail_on="warning"), 0,
                         self.output)
        analyze, run = self.calls()
        self.assertEqual((analyze[0], run[0]), ("analyze", "run"))
        self.assertEqual(after(analyze, "--build-dir"), ["build"])
        self.assertEqual(after(analyze, "--fail-on"), ["warning"])
        self.assertIn("sarif=spangate-out/source.sarif", after(analyze, "--report"))
        self.assertIn("junit=spangate-out/telemetry.xml", after(run, "--report"))
        self.assertEqual(run[run.index("--"):], ["--", "sh", "-ec", "true"])
        self.assertEqual(self.outputs(), {"status": "0", "reports": "spangate-out"})

    def test_a_shard_observes_and_the_link_judges(self):
        self.assertEqual(self.act(spangate=self.spangate, compile_commands="b", shard="2/3", cache_dir="c"), 0, self.output)
        self.assertEqual(self.act(spangate=self.spangate, link="facts", new_from="origin/main", baseline="known"), 0,
                         self.output)
        observe, judge = self.calls()
        self.assertEqual(after(observe, "--shard"), ["2/3"])
        self.assertEqual(after(observe, "--facts-out"), ["spangate-out/shard-2-3.facts"])
        self.assertEqual(after(observe, "--cache-dir"), ["c"])
        self.assertNotIn("--report", observe)
        self.assertEqual(after(judge, "--link"), ["facts"])
        self.assertEqual(after(judge, "--new-from") + after(judge, "--baseline"), ["origin/main", "known"])
        self.assertIn("sarif=spangate-out/source.sarif", after(judge, "--report"))

    def test_a_shard_that_fails_fails_the_job(self):
        self.assertEqual(self.act(spangate=self.spangate, compile_commands="b", shard="1/2", FAKE_STATUS_analyze="3"), 3)

    def test_the_matrix_uses_inputs_that_the_action_has(self):
        inputs = set(yaml.safe_load((TEMPLATES / "github" / "action.yml").read_text())["inputs"])
        for workflow in ("workflow.yml", "workflow-matrix.yml"):
            for job in yaml.safe_load((TEMPLATES / "github" / workflow).read_text())["jobs"].values():
                for step in job["steps"]:
                    if "ci-templates/github" in step.get("uses", ""):
                        self.assertLessEqual(set(step["with"]), inputs, workflow)

    def test_leaves_defaults_to_spangate(self):
        self.act(spangate=self.spangate, compile_commands="build")
        for option in ("--fail-on", "--config", "--timeout", "--checks", "--new-from", "--baseline", "--cache-dir", "--link"):
            self.assertNotIn(option, self.calls()[0])

    def test_fails_with_the_first_status_and_still_runs_the_rest(self):
        self.assertEqual(self.act(spangate=self.spangate, compile_commands="b", run="true", FAKE_STATUS_analyze="3",
                                  FAKE_STATUS_run="1"), 3)
        self.assertEqual(len(self.calls()), 2)
        self.assertEqual(self.outputs()["status"], "3")
        self.assertIn("| telemetry | 1 |", (self.folder / "summary").read_text())

    def test_takes_inputs_as_data(self):
        hostile = '$(touch pwned)`touch pwned`"; touch pwned; "'
        self.assertEqual(self.act(spangate=self.spangate, compile_commands=hostile, config=hostile), 0, self.output)
        self.assertEqual(after(self.calls()[0], "--build-dir"), [hostile])
        self.assertFalse((self.folder / "pwned").exists())

    def test_passes_one_check_glob_per_line(self):
        self.act(spangate=self.spangate, run="true", checks="a b.yaml\nc/*.yaml\n")
        self.assertEqual(sorted(after(self.calls()[0], "--checks")), ["a b.yaml", "c/*.yaml"])

    def test_finds_spangate_on_the_path(self):
        self.environment["PATH"] = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        self.assertEqual(self.act(compile_commands="build"), 0, self.output)
        self.assertEqual(len(self.calls()), 1)

    def test_names_the_cure_for_wrong_inputs(self):
        for inputs, words in (({}, "nothing to do"), ({"spangate": "/no/such", "run": "true"}, "names no program"),
                              ({"shard": "1/2", "run": "true"}, "needs compile-commands"),
                              ({"shard": "1/2", "compile_commands": "b", "run": "true"}, "only observes")):
            self.assertEqual(self.act(**inputs), 2)
            self.assertIn("::error", self.output)
            self.assertIn(words, self.output)

    def test_maps_every_input(self):
        action = yaml.safe_load((TEMPLATES / "github" / "action.yml").read_text())
        mapped = set(re.findall(r"inputs\.([a-z-]+)", json.dumps(action["runs"])))
        self.assertEqual(mapped, set(action["inputs"]))

    def test_has_a_matcher_for_the_terminal_report(self):
        matcher = json.loads((TEMPLATES / "github" / "problem-matcher.json").read_text())
        pattern = matcher["problemMatcher"][0]["pattern"][0]
        match = re.match(pattern["regexp"], "src/a.cc:31:28: error: span name is not a constant [span-name-not-constant]")
        self.assertEqual([match.group(pattern[key]) for key in ("file", "line", "severity", "code")],
                         ["src/a.cc", "31", "error", "span-name-not-constant"])


class GitlabComponent(InScratch):
    def documents(self):
        return list(yaml.safe_load_all((TEMPLATES / "gitlab" / "template.yml").read_text()))

    def job(self, job="spangate", **inputs):
        """Runs a job's script with the variables that GitLab would make of the inputs."""
        spec, jobs = self.documents()
        declared = spec["spec"]["inputs"]
        values = {name: inputs.get(name.replace("-", "_"), declared[name].get("default")) for name in declared}
        environment = {}
        for variable, setting in jobs[".spangate"]["variables"].items():
            name = re.fullmatch(r"\$\[\[ inputs\.([a-z-]+) \]\]", setting["value"]).group(1)
            self.assertFalse(setting["expand"], "a dollar sign in an input is data")
            environment[variable] = str(values[name])
        environment.update({name: value for name, value in inputs.items() if name.startswith(("FAKE", "CI_"))})
        self.assertEqual(jobs[job]["extends"], ".spangate")
        script = jobs[".spangate"]["before_script"] + jobs[job]["script"]
        return self.execute(["sh", "-ec", "\n".join(script)], environment)

    def test_analyzes_and_runs(self):
        self.assertEqual(self.job(spangate=self.spangate, build_dir="build", run="exit 0", checks="c.yaml"), 0,
                         self.output)
        analyze, run = self.calls()
        self.assertEqual(after(analyze, "--build-dir"), ["build"])
        self.assertEqual(after(run, "--checks"), ["c.yaml"])
        self.assertEqual(run[run.index("--"):], ["--", "sh", "-ec", "exit 0"])

    def test_fails_with_the_first_status_and_still_runs_the_rest(self):
        self.assertEqual(self.job(spangate=self.spangate, build_dir="b", run="true", FAKE_STATUS_analyze="1"), 1)
        self.assertEqual(len(self.calls()), 2)

    def test_takes_inputs_as_data(self):
        hostile = '$(touch pwned)`touch pwned`"; touch pwned; "'
        self.job(spangate=self.spangate, build_dir=hostile)
        self.assertEqual(after(self.calls()[0], "--build-dir"), [hostile])
        self.assertFalse((self.folder / "pwned").exists())

    def test_names_the_cure_for_wrong_inputs(self):
        # Hides a spangate that is installed on this machine.
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "sh").symlink_to(shutil.which("sh"))
        self.environment["PATH"] = str(tools)
        for inputs, words in (({}, "nothing to do"), ({"spangate": "/no/such", "run": "true"}, "names no program"),
                              ({"run": "true"}, "set the input spangate, or source")):
            self.assertEqual(self.job(**inputs), 2, self.output)
            self.assertIn(words, self.output)

    def test_observes_in_shards_and_judges_once(self):
        for index in ("1", "2"):
            self.assertEqual(self.job(job="spangate-observe", spangate=self.spangate, build_dir="b", shards=2,
                                      prepare="touch prepared", CI_NODE_INDEX=index, CI_NODE_TOTAL="2"), 0, self.output)
        self.assertEqual(self.job(spangate=self.spangate, build_dir="b", shards=2, new_from="origin/main",
                                  baseline="known"), 0, self.output)
        one, two, judge = self.calls()
        self.assertEqual([after(call, "--shard") for call in (one, two)], [["1/2"], ["2/2"]])
        self.assertEqual(after(two, "--facts-out"), ["spangate-out/facts/2.facts"])
        self.assertNotIn("--report", one, "an observing job judges nothing")
        self.assertEqual(after(judge, "--link"), ["spangate-out/facts"])
        self.assertEqual(after(judge, "--new-from") + after(judge, "--baseline"), ["origin/main", "known"])
        self.assertNotIn("--shard", judge)
        self.assertTrue((self.folder / "prepared").exists())

    def test_keeps_the_cache_between_pipelines(self):
        self.job(spangate=self.spangate, build_dir="b")
        self.assertEqual(after(self.calls()[0], "--cache-dir"), [".cache/spangate"])
        _, jobs = self.documents()
        for name in ("spangate", "spangate-observe"):
            self.assertEqual(jobs[name]["cache"]["paths"], ["$[[ inputs.cache-dir ]]"])

    def test_puts_only_declared_inputs_in_the_job(self):
        spec, _ = self.documents()
        used = set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", (TEMPLATES / "gitlab" / "template.yml").read_text()))
        self.assertEqual(used, set(spec["spec"]["inputs"]))


class PreCommit(unittest.TestCase):
    def test_hooks_see_sources_and_not_headers(self):
        hooks = {hook["id"]: hook for hook in yaml.safe_load(
            (TEMPLATES / "pre-commit" / ".pre-commit-hooks.yaml").read_text())}
        for path, seen in (("src/a.cc", True), ("a.cpp", True), ("a.h", False), ("a.cc.md", False)):
            self.assertEqual(bool(re.search(hooks["spangate"]["files"], path)), seen, path)
        self.assertRegex("sub/spangate.yaml", hooks["spangate-config"]["files"])
        self.assertNotRegex("notspangate.yaml", hooks["spangate-config"]["files"])


class CMakeModule(InScratch):
    PROJECT = """cmake_minimum_required(VERSION 3.20)
project(shop LANGUAGES NONE)
enable_testing()
add_executable(spangate::spangate IMPORTED)
set_target_properties(spangate::spangate PROPERTIES IMPORTED_LOCATION {spangate})
include({module})
{calls}
"""

    def configure(self, calls):
        (self.folder / "CMakeLists.txt").write_text(self.PROJECT.format(
            spangate=self.spangate, module=ROOT / "cmake" / "SpangateTest.cmake", calls=calls))
        return self.execute(["cmake", "-S", ".", "-B", "build"], {})

    def ctest(self):
        return self.execute(["ctest", "--test-dir", "build", "--output-on-failure"], {})

    def test_runs_the_command_under_spangate(self):
        self.assertEqual(self.configure('spangate_test(NAME a.telemetry COMMAND sh -c "exit 0" CHECKS a.checks.yaml '
                                        'CONFIG spangate.yaml TIMEOUT 60 LABELS slow)'), 0, self.output)
        self.assertEqual(self.ctest(), 0, self.output)
        (call,) = self.calls()
        self.assertEqual(call[0], "run")
        self.assertEqual(after(call, "--checks"), [str(self.folder / "a.checks.yaml")])
        self.assertEqual(after(call, "--config"), [str(self.folder / "spangate.yaml")])
        self.assertEqual(after(call, "--timeout"), ["50"], "spangate's limit comes before that of ctest")
        self.assertEqual(after(call, "--out"), [str(self.folder / "build/spangate/a.telemetry")])
        self.assertEqual(call[call.index("--"):], ["--", "sh", "-c", "exit 0"])
        self.execute(["ctest", "--test-dir", "build", "-N", "-L", "telemetry"], {})
        self.assertIn("Total Tests: 1", self.output)

    def test_fails_when_spangate_fails_and_skips_when_the_command_says_so(self):
        self.configure('spangate_test(NAME bad COMMAND sh -c "exit 1")\nspangate_test(NAME none COMMAND sh -c "exit 77")')
        self.assertNotEqual(self.ctest(), 0)
        self.assertRegex(self.output, r"bad \.+\*\*\*Failed")
        self.assertRegex(self.output, r"none \.+\*\*\*Skipped")

    def test_says_what_is_wrong_with_a_call(self):
        for call, words in (("spangate_test(COMMAND true)", "NAME is missing"),
                            ("spangate_test(NAME a)", "COMMAND is missing"),
                            ("spangate_test(NAME a COMMAND true TIMEOUT 5)", "give 11 or more"),
                            ("spangate_test(oops NAME a COMMAND true)", "unknown arguments 'oops'")):
            self.assertNotEqual(self.configure(call), 0, call)
            self.assertIn(words, " ".join(self.output.split()))


class CMakeAnalyze(InScratch):
    """spangate_analyze() with the real program: what ninja makes again, and what it leaves."""
    PROJECT = """cmake_minimum_required(VERSION 3.20)
project(shop LANGUAGES CXX)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
add_executable(spangate::spangate IMPORTED GLOBAL)
set_target_properties(spangate::spangate PROPERTIES IMPORTED_LOCATION {spangate})
include({module})
spangate_analyze({arguments})
add_subdirectory(src)
"""
    SOURCES = """add_library(one one.cc)
add_custom_command(OUTPUT gen.h COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/gen.h.in gen.h
  DEPENDS gen.h.in)
add_executable(two two.cc "th ree.cc" gen.h)
target_include_directories(two PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
target_link_libraries(two one)
"""

    def setUp(self):
        super().setUp()
        self.spangate = str(pathlib.Path(os.environ.get("SPANGATE_BUILD", ""), "cli", "spangate"))
        if not os.access(self.spangate, os.X_OK) or not shutil.which("ninja"):
            self.skipTest("SPANGATE_BUILD names no build with a spangate, or there is no ninja")
        for name, text in (("src/CMakeLists.txt", self.SOURCES), ("src/a.h", ""), ("src/b.h", ""),
                           ("src/gen.h.in", "#define GEN 1\n"), ("src/one.cc", '#include "a.h"\nint One() { return 1; }\n'),
                           ("src/two.cc", '#include "a.h"\n#include "b.h"\n#include "gen.h"\nint main() { return GEN; }\n'),
                           ("src/th ree.cc", '#include "b.h"\nint Three() { return 3; }\n')):
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_text(text)

    def configure(self, arguments="TARGET telemetry"):
        (self.folder / "CMakeLists.txt").write_text(self.PROJECT.format(
            spangate=self.spangate, module=ROOT / "cmake" / "SpangateAnalyze.cmake", arguments=arguments))
        compiler = os.environ.get("SPANGATE_COMPILER", "c++")
        return self.execute(["cmake", "-G", "Ninja", "-S", ".", "-B", "build", f"-DCMAKE_CXX_COMPILER={compiler}"], {})

    def make(self):
        """The files whose facts were made, by name."""
        self.assertEqual(self.execute(["ninja", "-C", "build", "telemetry"], {}), 0, self.output)
        return sorted(re.findall(r"facts of .*/src/(.*)\.cc", self.output))

    def test_makes_again_what_depends_on_the_change_and_no_more(self):
        self.assertEqual(self.configure(), 0, self.output)
        self.assertEqual(self.make(), ["one", "th ree", "two"])
        self.make()
        self.assertIn("no work to do", self.output)
        for header, users in (("a.h", ["one", "two"]), ("b.h", ["th ree", "two"]), ("gen.h.in", ["two"])):
            changed = self.folder / "src" / header
            changed.write_text(f"#define GEN 1\n// {time.monotonic_ns()}\n")
            newest = max(file.stat().st_mtime_ns for file in (self.folder / "build").rglob("*") if file.is_file())
            os.utime(changed, ns=(newest + 1, newest + 1))  # later than all that was made of it, by any clock
            self.assertEqual(self.make(), users, header)
        self.assertIn("judging", self.output)
        self.assertTrue((self.folder / "build/spangate/telemetry/result.json").exists())

    def test_a_changed_flag_remakes_the_files_that_it_concerns(self):
        self.configure()
        self.make()
        (self.folder / "src/CMakeLists.txt").write_text(self.SOURCES + "target_compile_definitions(one PRIVATE NEW=1)\n")
        self.assertEqual(self.make(), ["one"])
        self.assertEqual(self.configure(), 0)
        self.assertEqual(self.make(), [])

    def test_takes_some_of_the_targets(self):
        self.assertEqual(self.configure("TARGET telemetry TARGETS one"), 0, self.output)
        self.assertEqual(self.make(), ["one"])

    def test_says_what_is_wrong_with_a_call(self):
        for arguments, words in (("TARGETS one", "TARGET is missing"), ("TARGET t TARGETS none", "no target 'none'"),
                                 ("TARGET t oops", "unknown arguments 'oops'")):
            self.assertNotEqual(self.configure(arguments), 0, arguments)
            self.assertIn(words, " ".join(self.output.split()))


class Bazel(unittest.TestCase):
    """Bazel itself is not at hand everywhere: its files are Starlark, whose grammar is a part of Python's."""

    def test_files_parse_and_load_no_more_than_bazel_brings(self):
        text = (TEMPLATES / "bazel" / "spangate.bzl").read_text()
        compile(text, "spangate.bzl", "exec")
        compile((TEMPLATES / "bazel" / "BUILD.bazel").read_text(), "BUILD.bazel", "exec")
        self.assertEqual(set(re.findall(r'load\("(@[^/]*)', text)), {"@bazel_tools"})

    def test_uses_options_that_spangate_has(self):
        text = (TEMPLATES / "bazel" / "spangate.bzl").read_text()
        known = (ROOT / "cli" / "main.cc").read_text() + (ROOT / "cli" / "commands.h").read_text()
        for option in re.findall(r"[ '\"]--([a-z-]+)[ '\"]", text.split("_command_line", 1)[1]):
            if option not in ("aspects", "output_groups"):
                self.assertIn(f'"{option}"', known, option)


class Install(InScratch):
    def test_installed_package_offers_the_program_and_the_module(self):
        build = os.environ.get("SPANGATE_BUILD", "")
        if not build or not pathlib.Path(build, "CMakeCache.txt").exists():
            self.skipTest("SPANGATE_BUILD names no build folder")
        prefix = self.folder / "prefix"
        self.assertEqual(self.execute(["cmake", "--install", build, "--prefix", str(prefix)], {}), 0, self.output)
        (self.folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.20)\nproject(shop LANGUAGES CXX)\nenable_testing()\n"
            "find_package(spangate REQUIRED)\nspangate_test(NAME a COMMAND true)\n"
            "if(NOT COMMAND spangate_analyze)\nmessage(FATAL_ERROR missing)\nendif()\n"
            "add_test(NAME version COMMAND spangate::spangate version)\n")
        compiler = os.environ.get("SPANGATE_COMPILER", "c++")
        self.assertEqual(self.execute(["cmake", "-S", ".", "-B", "build", f"-DCMAKE_PREFIX_PATH={prefix}",
                                       f"-DCMAKE_CXX_COMPILER={compiler}"], {}), 0, self.output)
        self.assertEqual(self.execute(["ctest", "--test-dir", "build", "-R", "version"], {}), 0, self.output)
        self.assertTrue((prefix / "share/spangate/ci-templates/github/spangate.sh").exists())


class Schemas(unittest.TestCase):
    """The files against the schemas of those who read them."""

    def setUp(self):
        self.schemas = pathlib.Path(os.environ.get("SPANGATE_SCHEMAS", ""))
        if not (self.schemas / "github-action.schema.json").is_file():
            self.skipTest("SPANGATE_SCHEMAS names no folder of schemas")

    def check(self, schema, document):
        import jsonschema  # only here: the other classes do without it
        # YAML 1.1 reads the key "on" as true.
        if isinstance(document, dict) and True in document:
            document["on"] = document.pop(True)
        contents = json.loads((self.schemas / schema).read_text())
        jsonschema.validators.validator_for(contents)(contents).validate(json.loads(json.dumps(document)))

    def test_accept_every_template(self):
        load = lambda *parts: list(yaml.safe_load_all(TEMPLATES.joinpath(*parts).read_text()))
        self.check("github-action.schema.json", load("github", "action.yml")[0])
        self.check("github-workflow.schema.json", load("github", "workflow.yml")[0])
        self.check("github-workflow.schema.json", load("github", "workflow-matrix.yml")[0])
        self.check("pre-commit-hooks.schema.json", load("pre-commit", ".pre-commit-hooks.yaml")[0])
        # A number stands where GitLab puts one; elsewhere the placeholders are texts as the values are.
        gitlab = json.loads(json.dumps(load("gitlab", "template.yml")[1]).replace('"$[[ inputs.shards ]]"', "3"))
        self.check("gitlab-ci.schema.json", gitlab)


if __name__ == "__main__":
    program = unittest.main(exit=False, verbosity=2)
    everything_skipped = program.result.testsRun > 0 and len(program.result.skipped) == program.result.testsRun
    sys.exit(77 if everything_skipped else not program.result.wasSuccessful())
