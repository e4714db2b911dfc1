"""Diaries for tests: networks with still factors, runs written in letters, and enumeration."""

from dataclasses import replace
from itertools import product

import networks
import pandas as pd
from shared import loaded

import oracle
from lumbayes.data.variables import Variables
from lumbayes.network.network import Network
from lumbayes.priors.priors import Priors

EXACT = 1e-9
CERTAIN = 1e22  # counts of a prior that is as good as known
base = loaded()


def certain(case):
    """The case with every parameter as good as known at its mean."""
    priors = case.priors
    known = {
        key: replace(prior, counts=tuple(share * CERTAIN for share in prior.shares))
        for key, prior in priors.items()
    }
    network = Network(priors.with_priors(known))
    return replace(case, compiled=case.compiled.with_network(network))


def still_network(spec, still, size=CERTAIN):
    """The spec's network in which these factors are the same in every run."""
    found = networks.network_of(spec, size).variables
    variables = [replace(v, still=True) if v.name in still else v for v in found.values()]
    return Network(Priors(Variables(variables, found.ignorance), (), {}))


def shared_states(spec, still, runs):
    """Each shared state, P(it) and P(each run | it), by enumeration."""
    for states in product(*(spec["variables"][name] for name in still)):
        shared = dict(zip(still, states))
        chance = oracle.probability(spec, shared)
        if chance:
            agree = [
                all(shared.get(name, state) == state for name, state in run.items()) for run in runs
            ]
            yield (
                shared,
                chance,
                [
                    oracle.probability(spec, {**shared, **run}) / chance if ok else 0
                    for run, ok in zip(runs, agree)
                ],
            )


def runs_of(**columns):
    """A frame of runs on successive days, a column a keyword: y, n and - for unknown."""
    cells = {
        name: [{"y": "yes", "n": "no", "-": None}[c] for c in text]
        for name, text in columns.items()
    }
    return pd.DataFrame(cells).assign(
        date=pd.date_range("2026-03-01", periods=len(next(iter(cells.values()))))
    )


def pictured_once(run, place):
    """A run with its picture if it is the first: several pictures of one thing count once."""
    return {name: state for name, state in run.items() if name != "picture" or place == 0}
