"""A diary of 200 runs, each with readings of its own, beside 200 queries of pyAgrum.

    python tests/benchmarks/bench_diary.py   prints the table

The diary learns every number from all runs together and says what is at work in the last one that
hurt, with intervals; pyAgrum says for each run alone which causes are there, at fixed numbers.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "support")]

import pandas as pd
from bench_one_case import warm
from engines import ask_pyagrum, split_evidence, to_pyagrum
from report import table
from timing import Line, beside, machine, said

from lumbayes import Diary, load, simulate
from lumbayes.batch.simulation import sample_parameters

RUNS, SEEDS = 200, range(3)
COLUMNS = ["back_pain", "climb_m_per_km", "km_per_week", "severity"]
base = load()


def diary_of(seed, runs=RUNS):
    """The runs of one made-up runner."""
    world = sample_parameters(base, seed)
    still = [v.name for v in base.variables.still]
    body = simulate(world, 1, seed)[still].iloc[0].to_dict()
    return simulate(world.do(**body), runs, seed)[COLUMNS]


def for_pyagrum(network, runs):
    """200 queries made ready: the posterior of every cause, run after run."""
    bn, causes = to_pyagrum(network, {}), [c.name for c in network.variables.causes]
    asked = [
        split_evidence(network, run[run.notna()].to_dict(), {}, {})
        for _, run in runs[COLUMNS].iterrows()
    ]
    return lambda: [
        ask_pyagrum(bn, found["hard"], found["likelihood"], {}, causes) for found in asked
    ]


def main():
    warm(base)
    lines = []
    for seed in SEEDS:
        runs = diary_of(seed).assign(date=pd.date_range("2026-01-01", periods=RUNS))
        runs.loc[RUNS - 1, ["back_pain", "severity"]] = ["yes", "mild"]
        for half_life, fading in ((None, "nothing fades"), (60, "half-life of 60 days")):
            ours, theirs = beside(
                lambda runs=runs, h=half_life: Diary(base, runs, half_life=h).contributions(),
                for_pyagrum(base.network, runs),
                repeats=5,
            )
            what = f"runner {seed}, {fading}; {RUNS} queries of pyAgrum"
            lines.append(Line(what, said(ours), said(theirs), theirs / ours))
            print(lines[-1], flush=True)
    print(table(lines), machine(), sep="\n")


if __name__ == "__main__":
    main()
