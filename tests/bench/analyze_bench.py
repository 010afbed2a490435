#!/usr/bin/env python3
"""CPU seconds and peak memory of `spangate analyze` beside clang -fsyntax-only and clang-tidy, on the same translation units.

All tools run in turn within one process, each on one core, several times; medians are printed with their ratio to
clang -fsyntax-only. A tool that fails on a translation unit is said to have failed: a quick failure is no speed.
"""
import argparse
import json
import os
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile

TIDY_CHECKS = ("-*,bugprone-use-after-move,bugprone-infinite-loop,bugprone-unused-raii,bugprone-unused-return-value,"
               "bugprone-sizeof-expression,bugprone-string-constructor,bugprone-suspicious-semicolon,bugprone-branch-clone,"
               "bugprone-exception-escape,bugprone-undelegated-constructor")
DROP_WITH_VALUE = {"-o", "-MF", "-MT", "-MQ"}
DROP = {"-c", "-MD", "-MMD"}


def arguments_of(entry):
    words = entry.get("arguments") or shlex.split(entry["command"])
    kept, skip = [], False
    for word in words[1:]:
        if skip:
            skip = False
        elif word in DROP_WITH_VALUE:
            skip = True
        elif word not in DROP:
            kept.append(word)
    return kept


def measure(command, directory, accepted):
    """CPU seconds and peak kilobytes of one command; None when it failed."""
    process = subprocess.Popen(command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accepted:
        return None
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def per_unit(name, command_of, entries):
    seconds, peak, failed = 0.0, 0, 0
    for entry in entries:
        result = measure(command_of(entry), entry["directory"], {0})
        if result is None:
            failed += 1
        else:
            seconds, peak = seconds + result[0], max(peak, result[1])
    return name, seconds, peak, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spangate", required=True, help="program of a release build")
    parser.add_argument("--compile-commands", required=True, metavar="DIR", help="folder of compile_commands.json")
    parser.add_argument("--root", required=True, help="project root of those translation units")
    parser.add_argument("--match", default="", help="only files whose path holds this text")
    parser.add_argument("--clang", default="clang++-19")
    parser.add_argument("--clang-tidy", default="clang-tidy-19")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with open(os.path.join(options.compile_commands, "compile_commands.json"), encoding="utf-8") as file:
        entries = [entry for entry in json.load(file) if options.match in entry["file"]]
    if not entries:
        sys.exit(f"no translation unit of {options.compile_commands} matches '{options.match}'")
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as file:
            json.dump(entries, file)
        clang = lambda entry: [options.clang, "-w", "-fsyntax-only", *arguments_of(entry)]
        tidy = lambda entry: [options.clang_tidy, "--quiet", f"--checks={TIDY_CHECKS}", "-p", folder, entry["file"]]
        analyze = [os.path.abspath(options.spangate), "analyze", "-p", folder, "-j", "1", "--root", options.root, "--no-config", "--quiet",
                   "--fail-on", "never", "--report", f"json={folder}/result.json", "--report", f"junit={folder}/junit.xml"]
        rows = {}
        for _ in range(options.runs):
            for name, seconds, peak, failed in (
                    per_unit(f"{options.clang} -fsyntax-only", clang, entries),
                    per_unit(f"{options.clang_tidy}, 10 checks", tidy, entries)):
                rows.setdefault(name, []).append((seconds, peak, failed))
            result = measure(analyze, folder, {0, 3})
            rows.setdefault("spangate analyze -j1", []).append((*result, 0) if result else (0.0, 0, len(entries)))
        with open(os.path.join(folder, "result.json"), encoding="utf-8") as file:
            units = json.load(file)["run"]["translation_units"]
    base = statistics.median(row[0] for row in next(iter(rows.values())))
    print(f"{len(entries)} translation units, {options.runs} runs, one core; medians of CPU seconds")
    print(f"{'tool':34} {'CPU s':>8} {'ratio':>7} {'peak MB':>8} {'failed':>7}")
    for name, runs in rows.items():
        seconds = statistics.median(row[0] for row in runs)
        print(f"{name:34} {seconds:8.2f} {seconds / base if base else 0:7.3f} {max(row[1] for row in runs) / 1024:8.0f} {max(row[2] for row in runs):7}")
    print(f"spangate: {units['total']} TUs, {units['clean']} clean, {units['recovered']} recovered, {units['failed']} failed")


if __name__ == "__main__":
    main()
