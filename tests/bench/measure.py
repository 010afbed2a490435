"""Runs programs and says what they took; keeps the samples of several rounds and reduces them to medians."""
import dataclasses
import os
import statistics
import subprocess
import time


@dataclasses.dataclass(frozen=True)
class Usage:
    cpu: float  # seconds, user and system, of the program and the children it waited for
    wall: float  # seconds
    peak: int  # kilobytes resident, the largest process
    status: int

    def __add__(self, other):
        return Usage(self.cpu + other.cpu, self.wall + other.wall, max(self.peak, other.peak), max(self.status, other.status))


def all_cores():
    return sorted(os.sched_getaffinity(0))


def run(command, directory, cores=1):
    """One run of a command on at most that many cores. What it prints goes nowhere; its status is in the result."""
    allowed = set(all_cores()[:cores])
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, preexec_fn=lambda: os.sched_setaffinity(0, allowed))
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Usage(used.ru_utime + used.ru_stime, time.monotonic() - started, used.ru_maxrss, abs(process.returncode))


class Samples:
    """What each measurement took in each round. Rounds run all measurements in turn, so that a machine that slows
    down for a while slows both sides of a ratio."""

    def __init__(self):
        self._rows = {}

    def add(self, name, usage):
        self._rows.setdefault(name, []).append(usage)

    def has(self, *names):
        return all(name in self._rows for name in names)

    def median(self, name, field):
        return statistics.median(getattr(usage, field) for usage in self._rows[name])

    def ratio(self, above, below, field):
        """The median of the ratios within each round."""
        pairs = zip(self._rows[above], self._rows[below])
        return statistics.median(getattr(a, field) / max(getattr(b, field), 1e-9) for a, b in pairs)

    def highest(self, name, field):
        return max(getattr(usage, field) for usage in self._rows[name])
