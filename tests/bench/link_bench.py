#!/usr/bin/env python3
"""Seconds and peak memory of `spangate analyze --link` over the facts of many translation units, against a bar.

The facts are made up (make_facts.cc): no parser can be asked for 20,000 units. Fails above the bar.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

# Findings are not the subject, but they are allowed.
JUDGED = {0, 1}


def measure(command, folder):
    """Wall and CPU seconds and peak megabytes of one command."""
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in JUDGED:
        sys.exit(f"link bench: {' '.join(command)} ended with status {process.returncode}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spangate", required=True, help="program of a release build")
    parser.add_argument("--make-facts", required=True, help="spangate_make_facts of the same build")
    parser.add_argument("--units", type=int, default=20_000)
    parser.add_argument("--per-file", type=int, default=1000, help="units in one facts file, as a shard would hold")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--max-seconds", type=float, default=20)
    parser.add_argument("--max-megabytes", type=float, default=2048)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spangate-link-") as folder:
        facts = os.path.join(folder, "facts")
        subprocess.run([options.make_facts, facts, "--units", str(options.units), "--per-file", str(options.per_file)],
                       check=True)
        stored = sum(entry.stat().st_size for entry in os.scandir(facts)) / 2**20
        command = [options.spangate, "analyze", "--link", facts, "--root", folder, "--no-config", "--quiet"]
        runs = [measure(command, folder) for _ in range(options.runs)]
    wall, cpu, peak = (statistics.median(values) for values in zip(*runs))
    print(f"linking {options.units} units ({stored:.0f} MB of facts): {wall:.1f} s, {cpu:.1f} s of CPU, peak {peak:.0f} MB "
          f"(median of {options.runs}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; "
          f"bar {options.max_seconds:.0f} s, {options.max_megabytes:.0f} MB)")
    if wall > options.max_seconds or peak > options.max_megabytes:
        sys.exit("link bench: above the bar")


if __name__ == "__main__":
    main()
