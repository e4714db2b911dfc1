"""Seconds and memory of evaluating many runners: `python growth.py engine|frame ROWS`, JSON out.

Runners are drawn a chunk at a time; only their evaluation is timed, memory is that of everything.
"""

import json
import resource
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / place) for place in ("", "support")]

import numpy as np
from bench_one_case import engine, warm
from runners_at_random import frame, query_of, weights

from lumbayes import load, posteriors

CHUNKS = {"engine": 16_384, "frame": 50_000}
STATUS = Path("/proc/self/status")


def peak():
    """Peak memory of this process in MB; Linux's ru_maxrss would include the parent's."""
    if STATUS.is_file():
        return int(STATUS.read_text().partition("VmHWM:")[2].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main(path, rows):
    case = load()
    warm(case)
    ask = engine(case)

    def answer(runners):
        if path == "frame":
            start = time.perf_counter()
            found = posteriors(case, runners)["contribution"].to_numpy().sum(axis=0)
        else:
            likelihood = weights(case.network, runners)
            start = time.perf_counter()
            found = ask(query_of(case, likelihood))[1].sum(axis=1)
        return time.perf_counter() - start, found

    answer(frame(case.network, 100))
    before, spent, total = peak(), 0.0, np.zeros(0)
    for first in range(0, rows, CHUNKS[path]):
        seconds, found = answer(
            frame(case.network, min(CHUNKS[path], rows - first), seed=first + 1)
        )
        spent, total = spent + seconds, found if not first else total + found
    assert np.isfinite(total).all()
    print(json.dumps({"seconds": spent / rows, "megabytes": peak() - before}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
