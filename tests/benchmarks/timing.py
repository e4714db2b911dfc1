"""Alternatives timed alternately, by their medians; and the machine they ran on."""

import os
import platform
import statistics
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

AT_LEAST = 0.02  # seconds a sample takes: quick functions are called several times
PACKAGES = ["numpy", "pandas", "numba", "pgmpy", "pyagrum"]


@dataclass(frozen=True)
class Line:
    """One line of the table: `ours` and `theirs` as text, their ratio, and its target."""

    what: str
    ours: str
    theirs: str
    ratio: float | None = None
    target: float | None = None
    note: str = ""

    @property
    def met(self):
        return "" if self.target is None else "yes" if self.ratio >= self.target else "**no**"


def seconds(way, least=AT_LEAST):
    """How long one call takes, by as many calls as fill a sample."""
    calls, spent = 0, 0.0
    start = time.perf_counter()
    while spent < least:
        way()
        calls += 1
        spent = time.perf_counter() - start
    return spent / calls


def beside(*ways, repeats=9, least=AT_LEAST):
    """The median time of each; they alternate, so that other load affects all of them."""
    for way in ways:
        way()
    rounds = [[seconds(way, least) for way in ways] for _ in range(repeats)]
    return [statistics.median(column) for column in zip(*rounds)]


def said(time):
    """A time as a person would write it."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if time >= size:
            return f"{time / size:.3g} {unit}"
    return f"{time / 1e-9:.3g} ns"


def machine():
    """Processor, cores, load and versions, in one line."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    models = [
        line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name")
    ]
    model = models[0] if models else platform.processor() or platform.machine()
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}{load}; Python"
        f" {platform.python_version()}, {versions}"
    )
