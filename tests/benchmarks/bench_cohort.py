"""Fitting a cohort: its time beside pyAgrum, and the coverage of the fitted intervals.

    .venv/bin/python -W ignore tests/benchmarks/bench_cohort.py time 10000 100000
    .venv/bin/python -W ignore tests/benchmarks/bench_cohort.py coverage 200 60 200 1000

Timed is one pass, which gives the gradient and the expected counts of all parameters. Beside it
stands one pyAgrum query a row, of every cause's switches in `switches.py`, which must give the same
counts; pyAgrum's own EM estimates whole tables and not the parameters of a noisy-OR.
For the coverage, as many worlds as asked are drawn
from the priors, each with a cohort of each size.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / place) for place in ("", "support")]

import numpy as np
import pandas as pd
import pyagrum as gum
from bench_one_case import warm
from runners_at_random import evidence_of, weights
from switches import with_switches
from timing import said

from lumbayes import contributions, fit, load, simulate
from lumbayes.batch import sample_parameters
from lumbayes.batch.frame import EvidenceRows
from lumbayes.cohort.fitting import expected_counts
from lumbayes.cohort.parameter_vector import ParameterVector
from lumbayes.data.variables import Trait
from lumbayes.engine.intervals import credible_interval
from lumbayes.inference.compiled import posteriors
from lumbayes.network.network import Network

EXACT, SAMPLE, DRAWS, MISSING = 1e-9, 100, 1000, 0.2
HIDDEN = ["muscle_strain", "spinal_curvature", "unexplained"]
CAUSES = [
    "muscle_strain",
    "unexplained",
    "disc_degeneration",
    "hills",
    "weak_core",
    "tight_hamstrings",
]


def cohort(truth, rows, seed):
    """Runners of that world; nobody looks into a back, but for the discs of some."""
    return simulate(truth, rows, seed, missing=MISSING).drop(columns=HIDDEN)


def pyagrum_pass(network, frame):
    """Seconds a row, and how often each link of a cause is expected to have fired."""
    bn, _, _ = with_switches(network)
    links = [
        (p, v.name)
        for v in network.nodes
        if v.parents and not isinstance(v, Trait)
        for p in v.parents
    ]
    engine = gum.LazyPropagation(bn)
    nodes = [bn.idFromName(f"{p}:{v}") for p, v in links if f"{p}:{v}" in bn.names()]
    engine.setTargets(set(nodes))
    likelihood = weights(network, frame.reindex(columns=[*network.variables]))
    rows = [evidence_of(network, likelihood, lane) for lane in range(len(frame))]
    start, fired = time.perf_counter(), np.zeros(len(nodes))
    for row in rows:
        engine.setEvidence(row)
        engine.makeInference()
        fired += [engine.posterior(node)[1] for node in nodes]
    return (time.perf_counter() - start) / len(rows), dict(
        zip([bn.variable(n).name() for n in nodes], fired)
    )


def ours(case, frame):
    """Seconds a row for a pass, and the same expectations."""
    parameters, rows = ParameterVector(case), EvidenceRows(case, frame)
    start = time.perf_counter()
    shares = parameters.normalized(parameters.prior_counts)
    found = expected_counts(parameters, rows, shares)
    spent = (time.perf_counter() - start) / len(rows)
    return spent, {
        ":".join(k): found[at][1] for k, at in parameters.slices.items() if isinstance(k, tuple)
    }


def timed(sizes):
    case = load()
    warm(case)
    few = cohort(sample_parameters(case, 3), SAMPLE, 1)
    ours(case, few)
    theirs, fired = pyagrum_pass(case.network, few)
    _, expected = ours(case, few)
    assert (
        len(fired) > 10 and max(abs(expected[key] - often) for key, often in fired.items()) < EXACT
    )
    for size in sizes:
        frame = cohort(sample_parameters(case, 3), size, 1)
        each, _ = ours(case, frame)
        start = time.perf_counter()
        model = fit(case, frame)
        whole = time.perf_counter() - start
        print(
            f"{size:,} rows: fitted in {said(whole)}, {model}; a pass a row {said(each)}, pyAgrum"
            f" {said(theirs)}: {theirs / each:.0f} times as long"
        )


def bounds(case):
    """Intervals of P(pain) and of what is at work in one: a row each."""
    p = posteriors(case.compiled, case.query(DRAWS), ["back_pain"])["back_pain"][1]
    table = contributions(case.given(back_pain="yes"), draws=DRAWS).loc[CAUSES]
    return np.array([credible_interval(p, np.ones(DRAWS)), *table[["low", "high"]].to_numpy()])


def covered(rows, simulate_latent):
    """Coverage and width of the intervals, parameters drawn jointly or independently."""
    base, found = load(), []
    for seed in range(simulate_latent):
        truth = sample_parameters(base, seed)
        learnt = fit(base, cohort(truth, rows, seed)).case
        priors = learnt.network.priors
        loose = priors.with_priors({key: replace(prior) for key, prior in priors.items()})
        untied = replace(learnt, compiled=learnt.compiled.with_network(Network(loose)))
        active_probabilities = contributions(truth.given(back_pain="yes"), draws=1).contribution[
            CAUSES
        ]
        true = np.array([truth.posterior("back_pain")["yes"], *active_probabilities])
        for name, ends in (("joint", bounds(learnt)), ("independent", bounds(untied))):
            held = (ends[:, 0] <= true) & (true <= ends[:, 1])
            found += [
                (what, name, *evidence)
                for what, *evidence in zip(["P(pain)", *CAUSES], held, np.ptp(ends, axis=1))
            ]
    table = pd.DataFrame(found, columns=["of", "drawn", "held", "width"])
    return table.groupby(["of", "drawn"], sort=False)[["held", "width"]].mean().unstack().round(3)


if __name__ == "__main__":
    what, *numbers = sys.argv[1:]
    if what == "time":
        timed([*map(int, numbers)])
    else:
        simulate_latent, *sizes = map(int, numbers)
        for size in sizes:
            print(
                f"{simulate_latent} worlds, cohorts of {size:,}"
                f" rows\n{covered(size, simulate_latent).to_string()}"
            )
