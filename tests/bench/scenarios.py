"""What is measured: cold against its peers, warm and after one edit, and a pull request in a large tree.

Each scenario takes its samples in rounds and returns rows. Nothing here prints.
"""
import json
import os
import shutil
import statistics
import subprocess
import tempfile

import code_base
import generated_tree
import measure
from bars import Row

TIDY_CHECKS = ("-*,bugprone-use-after-move,bugprone-infinite-loop,bugprone-unused-raii,bugprone-unused-return-value,"
               "bugprone-sizeof-expression,bugprone-string-constructor,bugprone-suspicious-semicolon,bugprone-branch-clone,"
               "bugprone-exception-escape,bugprone-undelegated-constructor")
# Complete or not, with findings or without, the work was done; any other status is a failure.
DONE = {0, 1, 3}
KILOBYTES_PER_FUNCTION = 1
FEWEST_TO_EXTRAPOLATE = 300


class Analyzer:
    """The program under measurement. Every run names its cache, so that none touches the user's."""

    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.help = subprocess.run([self.program, "analyze", "--help"], capture_output=True, text=True, check=True).stdout

    def lacks(self, *flags):
        """The flags among these that this program does not have: their rows cannot be measured."""
        return [flag for flag in flags if f"{flag} " not in self.help]

    def command(self, database, root, *flags, reports=None):
        words = [self.program, "analyze", "-p", database, "--root", root, "--no-config", "--quiet", "--fail-on", "never", *flags]
        if "--cache-dir" not in flags and not self.lacks("--no-cache"):
            words.append("--no-cache")
        folder = reports or database
        return words + ["--report", f"json={folder}/result.json", "--report", f"junit={folder}/junit.xml"]

    def run(self, database, root, *flags, cores=1):
        """One run from the database's folder. Errors: RuntimeError when it did not do its work."""
        command = self.command(database, root, *flags)
        usage = measure.run(command, database, cores)
        if usage.status not in DONE:
            raise RuntimeError(f"status {usage.status} from: {' '.join(command)}")
        return usage


def result_of(database):
    with open(os.path.join(database, "result.json"), encoding="utf-8") as file:
        return json.load(file)


class Peers:
    def __init__(self, clang, tidy):
        self.clang, self.tidy = clang, tidy

    def syntax_only(self, entry):
        return measure.run([self.clang, "-w", "-fsyntax-only", *code_base.flags_of(entry)], entry["directory"])

    def checks(self, database, entry):
        return measure.run([self.tidy, "--quiet", f"--checks={TIDY_CHECKS}", "-p", database, entry["file"]], entry["directory"])

    def accepts(self, entry):
        return self.syntax_only(entry).status == 0


def total(usages):
    usages = list(usages)
    return sum(usages[1:], start=usages[0])


def unmeasured(name, unit, bar, lacking, at_least=False):
    return Row(name, None, unit, bar, at_least, f"this spangate has no {', '.join(lacking)}")


def summary(database):
    units = result_of(database)["run"]["translation_units"]
    return f"{units['total']} TUs: {units['clean']} clean, {units['recovered']} recovered, {units['failed']} failed"


def functions_linked(database):
    """How many functions were linked, where the result says so: each may cost a kilobyte."""
    return result_of(database)["run"].get("functions", 0)


def cold(analyzer, peers, entries, root, runs):
    """CPU beside the peers on one core, two threads beside one, peak memory beside the largest single parse."""
    samples, no_pch = measure.Samples(), analyzer.lacks("--no-pch")
    with tempfile.TemporaryDirectory() as folder:
        code_base.store(folder, entries)
        for _ in range(runs):
            samples.add("clang", total(peers.syntax_only(entry) for entry in entries))
            samples.add("tidy", total(peers.checks(folder, entry) for entry in entries))
            samples.add("plain", analyzer.run(folder, root, "-j", "1", *([] if no_pch else ["--no-pch"])))
            samples.add("pch", analyzer.run(folder, root, "-j", "1"))
            samples.add("two", analyzer.run(folder, root, "-j", "2", cores=2))
        said, functions = summary(folder), functions_linked(folder)
    allowed = 1.5 * samples.median("clang", "peak") + KILOBYTES_PER_FUNCTION * functions
    ratios = [("cold -j1, no precompiled header, CPU / clang", "plain", "clang", 0.35),
              ("cold -j1, no precompiled header, CPU / clang-tidy", "plain", "tidy", 0.20),
              ("cold -j1, precompiled header, CPU / clang", "pch", "clang", 0.12)]
    rows = [Row("clang -fsyntax-only, CPU", samples.median("clang", "cpu"), "s", None),
            Row("clang-tidy, 10 checks, CPU", samples.median("tidy", "cpu"), "s", None,
                note="" if samples.highest("tidy", "status") == 0 else "failed on some of the files"),
            Row("cold -j1, CPU", samples.median("pch", "cpu"), "s", None, note=said)]
    # Without the switch nobody knows which of the two was measured.
    rows += [unmeasured(name, "x", bar, no_pch) if no_pch else Row(name, samples.ratio(of, to, "cpu"), "x", bar)
             for name, of, to, bar in ratios]
    rows += [
        Row("-j1 / -j2, wall", samples.ratio("pch", "two", "wall"), "x", 1.85, at_least=True,
            note="" if len(measure.all_cores()) > 1 else "this machine has one core"),
        Row("peak memory -j2", samples.highest("two", "peak") / 1024, "MB", allowed / 1024,
            note=f"1.5 x {samples.median('clang', 'peak') / 1024:.0f} MB of the largest TU's clang"
                 + (f" + 1 KB x {functions} functions" if functions else ""))]
    return rows


def cached(analyzer, peers, entries, root, runs):
    """Nothing changed, one source changed, one changed file named: in a copy of the code base, which is edited."""
    # The start of the program, times a thousand, says nothing of a thousand TUs: few TUs are shown, not judged.
    judged = 1.0 if len(entries) >= FEWEST_TO_EXTRAPOLATE else None
    names = [("warm, nothing changed, CPU / cold", "x", 0.02), ("warm, nothing changed, wall for 1,000 TUs", "s", judged),
             ("one source changed, CPU / that file alone", "x", 1.10), ("one changed file named, CPU / clang on it", "x", 0.5)]
    lacking = analyzer.lacks("--cache-dir")
    if lacking:
        return [unmeasured(*name, lacking) for name in names]
    samples = measure.Samples()
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "tree")
        moved = code_base.copy_of(root, entries, copy)
        database = code_base.store(os.path.join(folder, "database"), moved)
        for serial in range(runs):
            _cached_round(analyzer, peers, moved, database, copy, serial, samples)
    per_thousand = samples.median("warm", "wall") * 1000 / len(moved)
    values = [samples.ratio("warm", "cold", "cpu"), per_thousand, samples.ratio("changed", "alone", "cpu"),
              samples.ratio("named", "syntax", "cpu")]
    notes = [f"cold {samples.median('cold', 'cpu'):.2f} s, warm {samples.median('warm', 'cpu'):.3f} s",
             f"from {len(moved)} TUs in {samples.median('warm', 'wall'):.3f} s",
             f"{samples.median('changed', 'cpu'):.2f} s, alone {samples.median('alone', 'cpu'):.2f} s",
             f"{samples.median('named', 'cpu'):.2f} s, clang {samples.median('syntax', 'cpu'):.2f} s"]
    return [Row(name[0], value, *name[1:], note=note) for name, value, note in zip(names, values, notes)]


def _cached_round(analyzer, peers, entries, database, root, serial, samples):
    cache = os.path.join(database, f"cache-{serial}")
    with_cache = ("-j", "1", "--cache-dir", cache)
    samples.add("cold", analyzer.run(database, root, *with_cache))
    samples.add("warm", analyzer.run(database, root, *with_cache))
    # A different file each round: one file's luck is no median.
    entry = entries[(serial * 2 + 1) * len(entries) // 101 % len(entries)]
    path = code_base.path_of(entry)
    code_base.edit(path, 2 * serial)
    samples.add("changed", analyzer.run(database, root, *with_cache))
    samples.add("alone", analyzer.run(database, root, "-j", "1", path))
    code_base.edit(path, 2 * serial + 1)
    samples.add("named", analyzer.run(database, root, *with_cache, path))
    samples.add("syntax", peers.syntax_only(entry))
    shutil.rmtree(cache, ignore_errors=True)


def generated(analyzer, flags, units, runs, pull_requests):
    """A generated tree: warm, and a pull request of three files with an empty and with a restored cache."""
    cores = len(measure.all_cores())
    warm_bar = max(1.0, units / 1000)  # small trees pay for the start of the program like any other
    lacking = analyzer.lacks("--cache-dir")
    if lacking:
        return [unmeasured("warm, nothing changed, wall", "s", warm_bar, lacking)]
    with tempfile.TemporaryDirectory() as folder:
        tree = os.path.join(folder, "tree")
        database = code_base.store(os.path.join(folder, "database"), generated_tree.write(tree, units, flags))
        cache = os.path.join(folder, "cache")
        fill = analyzer.run(database, tree, "--cache-dir", cache, cores=cores)
        said = summary(database)
        warm = [analyzer.run(database, tree, "--cache-dir", cache, cores=cores) for _ in range(runs)]
        size = sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(cache) for name in names)
        rows = [Row(f"cold, {cores} threads, wall", fill.wall, "s", None, note=f"{said}; cache {size / 1e6:.1f} MB"),
                Row("warm, nothing changed, wall", statistics.median(u.wall for u in warm), "s", warm_bar,
                    note=f"CPU {statistics.median(u.cpu for u in warm):.2f} s, peak {max(u.peak for u in warm) / 1024:.0f} MB")]
        if pull_requests:
            rows += _pull_requests(analyzer, database, tree, cache, units, runs)
    return rows


def _git(tree, *words):
    command = ["git", "-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false", *words]
    subprocess.run(command, cwd=tree, check=True, capture_output=True)


def _pull_request(tree, units, serial):
    """Commits a change of two sources and a header, as the head of a checkout whose files are all new."""
    for name in (f"unit_{serial * 7 + 3}.cc", f"unit_{units - serial * 5 - 2}.cc"):
        path = os.path.join(tree, "src", name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("too many lines", f"more than {serial} lines"))
    with open(os.path.join(tree, "src", f"component_{serial + 1}.h"), "a", encoding="utf-8") as file:
        file.write(f"\ninline int Edition() {{ return {serial}; }}\n".replace("Edition", f"Edition{serial}"))
    _git(tree, "commit", "-qam", f"change {serial}")
    for at, folders, names in os.walk(tree):
        folders[:] = [name for name in folders if name != ".git"]
        for name in names:
            os.utime(os.path.join(at, name))


def _pull_requests(analyzer, database, tree, cache, units, runs):
    names = [("pull request of 3 files, empty cache, wall", "s", 60.0), ("pull request of 3 files, restored cache, wall", "s", 5.0)]
    lacking = analyzer.lacks("--new-from", "--affected-only")
    if lacking:
        return [unmeasured(*name, lacking) for name in names]
    _git(tree, "init", "-q")
    _git(tree, "add", "-A")
    _git(tree, "commit", "-qm", "base")
    samples, cores = measure.Samples(), len(measure.all_cores())
    notes = {}
    for serial in range(runs):
        _pull_request(tree, units, serial)
        for name, restored in (("empty", False), ("restored", True)):
            used = f"{cache}-{name}"
            shutil.copytree(cache, used) if restored else os.makedirs(used)
            samples.add(name, analyzer.run(database, tree, "--cache-dir", used, "--new-from", "HEAD~1", "--affected-only", cores=cores))
            notes[name] = summary(database)
            shutil.rmtree(used)
        # The base branch's cache follows the branch: the next pull request starts from this one.
        analyzer.run(database, tree, "--cache-dir", cache, cores=cores)
    return [Row(name[0], samples.median(key, "wall"), *name[1:], note=f"CPU {samples.median(key, 'cpu'):.2f} s; {notes[key]}")
            for name, key in zip(names, ("empty", "restored"))]
