#!/usr/bin/env python3
"""What `spangate analyze` costs beside the bars it has to meet: cold beside clang -fsyntax-only and clang-tidy, warm,
after one edit, and a pull request in a large tree. Prints one table; the exit status is 1 when a bar is missed.

All tools run in turn in every round, and a ratio is the median of the rounds' ratios. No margin for noise is added: a
row near its bar fails sometimes on a busy machine, and only a quiet one judges. CPU seconds decide where the bar is a
ratio to one compiler run, wall seconds where a person waits. A file that clang rejects is left out and counted.
"""
import argparse
import sys

import code_base
import generated_tree
import measure
import scenarios
from bars import render


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spangate", required=True, help="program of a release build")
    parser.add_argument("--compile-commands", required=True, action="append", metavar="DIR",
                        help="folder of compile_commands.json; repeat for further code bases. The generated trees use the first one with the OpenTelemetry headers")
    parser.add_argument("--root", required=True, action="append", help="project root of those TUs, one for each --compile-commands")
    parser.add_argument("--match", default="", help="only files whose path holds this text")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="at most N TUs of each code base, spread evenly")
    parser.add_argument("--runs", type=int, default=3, help="rounds (default: 3)")
    parser.add_argument("--only", default="cold,cached,generated", help="groups of rows: cold, cached, generated (default: all)")
    parser.add_argument("--trees", default="1000,2000", metavar="N,...", help="TUs of the generated trees; the last one gets the pull requests")
    parser.add_argument("--clang", default="clang++-19")
    parser.add_argument("--clang-tidy", default="clang-tidy-19")
    options = parser.parse_args()
    if len(options.root) != len(options.compile_commands):
        parser.error("give one --root for each --compile-commands")
    options.only = options.only.split(",")
    unknown = set(options.only) - {"cold", "cached", "generated"}
    if unknown:
        parser.error(f"--only knows cold, cached and generated, not {', '.join(sorted(unknown))}")
    options.trees = [int(units) for units in options.trees.split(",")]
    return options


def code_base_rows(options, analyzer, peers, folder, root):
    entries = code_base.load(folder, options.match, options.limit)
    if not entries:
        sys.exit(f"no translation unit of {folder} matches '{options.match}'")
    usable = [entry for entry in entries if peers.accepts(entry)]
    if not usable:
        sys.exit(f"{options.clang} accepts no translation unit of {folder}; is its build's generated code there?")
    title = f"{root}: {len(usable)} TUs" + (f", {len(entries) - len(usable)} that clang rejects left out" if len(usable) < len(entries) else "")
    rows = []
    if "cold" in options.only:
        rows += scenarios.cold(analyzer, peers, usable, root, options.runs)
    if "cached" in options.only:
        rows += scenarios.cached(analyzer, peers, usable, root, options.runs)
    return title, rows


def generated_rows(options, analyzer):
    found = (generated_tree.include_flags(code_base.load(folder)) for folder in options.compile_commands)
    flags = next((flags for flags in found if flags is not None), None)
    if flags is None:
        sys.exit("no command of the code bases finds opentelemetry/trace/provider.h, which the generated trees include")
    for units in options.trees:
        last = units == options.trees[-1]
        yield f"generated tree: {units} TUs", scenarios.generated(analyzer, flags, units, options.runs, pull_requests=last)


def main():
    options = parse_options()
    analyzer = scenarios.Analyzer(options.spangate)
    peers = scenarios.Peers(options.clang, options.clang_tidy)
    tables = []

    def show(title, rows):
        tables.append(rows)
        print(render(title, rows) + "\n", flush=True)

    print(f"{options.runs} rounds, {len(measure.all_cores())} cores; ratios are medians of the rounds' ratios\n", flush=True)
    if "cold" in options.only or "cached" in options.only:
        for folder, root in zip(options.compile_commands, options.root):
            show(*code_base_rows(options, analyzer, peers, folder, root))
    if "generated" in options.only:
        for title, rows in generated_rows(options, analyzer):
            show(title, rows)
    missed = [row.name for rows in tables for row in rows if not row.met()]
    print(f"{len(missed)} bars missed: {'; '.join(missed)}" if missed else "every bar met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
