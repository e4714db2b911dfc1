"""Asia (Lauritzen and Spiegelhalter 1988) as plain tables, with its published figures.

Smoking and a visit to Asia lie behind lung cancer, bronchitis and tuberculosis; an X-ray sees
either of cancer and tuberculosis, shortness of breath (dysp) comes from those and from bronchitis.
Numbers are P(yes), parents' yes first.
"""

from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
from discrete import Discrete

from lumbayes.engine.solve import solve
from lumbayes.explanation.weight_of_evidence import decibans

YES_NO = ("yes", "no")
TABLES = {
    "asia": ([], [0.01]),
    "smoke": ([], [0.5]),
    "tub": (["asia"], [0.05, 0.01]),
    "lung": (["smoke"], [0.1, 0.01]),
    "bronc": (["smoke"], [0.6, 0.3]),
    "either": (["lung", "tub"], [1, 1, 1, 0]),
    "xray": (["either"], [0.98, 0.05]),
    "dysp": (["bronc", "either"], [0.9, 0.8, 0.7, 0.1]),
}


class Table(NamedTuple):
    """A node as `Discrete` reads it: name, scope, names of states, P(node | parents)."""

    variable: str
    variables: list
    state_names: dict
    values: np.ndarray


class Model:
    """Asia's tables as a model that knows nothing else."""

    def get_cpds(self):
        for name, (parents, chances) in TABLES.items():
            scope, yes = [name, *parents], np.array(chances, float).reshape([2] * len(parents))
            yield Table(name, scope, dict.fromkeys(scope, YES_NO), np.stack([yes, 1 - yes]))


@cache
def network():
    return Discrete(Model())


def named_states(**findings):
    """Findings as states: xray=1 is yes, smoke=0 no."""
    return {name: YES_NO[1 - state] for name, state in findings.items()}


def joint(**findings):
    """P(findings)."""
    return float(network().probability(network().query(named_states(**findings)))[0])


def chance(name, likelihood=None, **findings):
    """P(name = yes | findings and likelihoods of yes and no)."""
    question = network().query(named_states(**findings), likelihood)
    return float(network().posteriors(question, [name])[name][0, 0])


def log_odds(name, **findings):
    """The game's value: log-odds of `name` in decibans, for each coalition (a boolean row)."""

    def value(coalitions):
        weights = {n: np.array([1 - s, s])[::-1] for n, s in findings.items()}
        batch_size = {
            n: np.where(on, w[:, None], 1.0)
            for (n, w), on in zip(weights.items(), coalitions.T, strict=True)
        }
        return decibans(network().posteriors(network().query({}, batch_size), [name])[name][0])

    return value


def numbers():
    """Every number of the tables that is neither 0 nor 1: (node, parents' states, P(yes))."""
    for name, (parents, chances) in TABLES.items():
        for states, yes in zip(product((1, 0), repeat=len(parents)), chances, strict=True):
            if 0 < yes < 1:
                yield name, states, yes


def curve(name, states, hypothesis, **findings):
    """P(hypothesis | findings) = (alpha θ + beta) / (gamma θ + delta), θ = P(name | parents)."""
    place = tuple(1 - s for s in states)
    rows = network().families[name].rows[(slice(None), *place)]
    theta = network().inputs[rows[0], 0]
    line = []
    for found in ({**findings, hypothesis: 1}, findings):
        circuit, query = network().circuit, network().query(named_states(**found))
        answer = solve(circuit, query, np.ones((1, len(circuit.output_rows))), rows)
        slope = float(answer.derivatives[0, :, 0] @ [1, -1] * np.exp(answer.log_scales[0]))
        line += [slope, joint(**found) - slope * theta]
    return np.array(line)


def at(line, theta):
    """The curve at one place."""
    alpha, beta, gamma, delta = line
    return (alpha * theta + beta) / (gamma * theta + delta)


def slope(line, theta):
    """Its derivative there."""
    alpha, beta, gamma, delta = line
    return (alpha * delta - beta * gamma) / (gamma * theta + delta) ** 2
