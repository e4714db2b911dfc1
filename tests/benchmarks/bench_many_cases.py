"""Distinct runners as frames and as arrays, beside pyAgrum and a hand-written kernel; growth.

The other engines hold no doses, so they are compared on the network without these and without
traits; the frame's own target is for the whole network.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from bench_one_case import engine, warm
from by_hand import ask as ask_by_hand
from by_hand import read
from runners_at_random import evidence_of, frame, query_of, weights
from switches import pyagrum_query, with_switches
from timing import Line, beside, said, seconds

from lumbayes import load, posteriors

EXACT, CHUNK, SAMPLE = 1e-9, 2_048, 100
FRAME_TARGET = 3e-6  # seconds a row of a frame
GROWTH = Path(__file__).with_name("growth.py")


def in_chunks(ask, case, likelihood):
    """The engine asked some thousand rows at a time; the answers of all of them side by side."""
    parts = [
        ask(query_of(case, likelihood[:, i : i + CHUNK]))
        for i in range(0, likelihood.shape[1], CHUNK)
    ]
    return [np.concatenate(part, axis=1) for part in zip(*parts)]


def measure(quick):
    """Lines of the table; raises an AssertionError when the three do not agree."""
    case, whole = load(traits=False, doses=False), load()
    warm(whole)
    network, ask, rows = case.network, engine(case), 5_000 if quick else 100_000
    runners = frame(network, rows)
    likelihood = weights(network, runners)
    numbers = read(network)
    for ours, theirs in zip(in_chunks(ask, case, likelihood), ask_by_hand(numbers, likelihood)):
        assert np.abs(ours - theirs).max() < EXACT
    ours, by_hand = beside(
        lambda: in_chunks(ask, case, likelihood),
        lambda: ask_by_hand(numbers, likelihood),
        repeats=3 if quick else 9,
    )
    bn, present, way = with_switches(network)
    gum = pyagrum_query(bn, present, way)
    sample = [evidence_of(network, likelihood, lane) for lane in range(SAMPLE)]
    start = time.perf_counter()
    theirs = np.array([gum(found) for found in sample]).T
    loop = (time.perf_counter() - start) / SAMPLE
    assert (
        np.abs(np.concatenate(in_chunks(ask, case, likelihood[:, :SAMPLE])) - theirs).max() < EXACT
    )
    assert np.abs(posteriors(case, runners.head(SAMPLE)).to_numpy() - theirs.T).max() < EXACT
    each, floor = ours / rows, by_hand / rows
    of_frame, of_whole = (seconds_a_row(c, 10_000 if quick else 200_000) for c in (case, whole))
    note = f"by hand {said(floor)}: the engine takes {each / floor:.1f} times as long"
    return [
        Line(
            "posteriors(case, frame) of distinct rows, a row; pyAgrum's loop",
            said(of_frame),
            said(loop),
            loop / of_frame,
            1000,
            "DataFrame in, DataFrame out",
        ),
        Line(
            "the same with traits and doses; what it may take",
            said(of_whole),
            said(FRAME_TARGET),
            FRAME_TARGET / of_whole,
            1,
        ),
        Line(
            f"{rows:,} distinct cases, per case; pyAgrum's loop over {SAMPLE} of them",
            said(each),
            said(loop),
            loop / each,
            1000,
        ),
        Line(
            "the same; three times a kernel written by hand for this network",
            said(each),
            said(3 * floor),
            3 * floor / each,
            1,
            note,
        ),
    ]


def seconds_a_row(case, rows, repeats=5):
    """The best time a row of posteriors(case, frame), as a user calls it."""
    runners = frame(case.network, rows)
    return min(seconds(lambda: posteriors(case, runners)) for _ in range(repeats)) / rows


def grow(way, rows):
    """One size in a process of its own: seconds a case, growth of peak memory in MB."""
    run = subprocess.run(
        [sys.executable, GROWTH, way, str(rows)], capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout)


def growth(sizes):
    """Time per case and memory by number of rows, of engine and posteriors(case, frame)."""
    return {way: {str(rows): grow(way, rows) for rows in sizes} for way in ("engine", "frame")}
