"""What is at work in this pain: for each cause, whether some path of links from it to the pain fired, and but-for.

A present cause need not be at work. Contribution is P(some path of fired links leads from the cause to the pain |
findings), but-for is P(pain, and none had the cause been absent, every switch as it was | findings): in the states of
ways.py, P(pain in {NEEDS, BOTH}) and P(pain = NEEDS) with the cause marked (switches: Heckerman & Breese 1996; the
counterfactual that they settle: Pearl 2009, ch. 9).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .case import DRAWS, SEED, Case
from .claims import WIDTH
from .inference import posteriors
from .solving import NOTHING, Question, solve
from .variables import Mechanism
from .ways import Ways, on_the_way

CONTRIBUTION = np.array([[0.0, 0.0, 1.0, 1.0]])
BOTH_FIGURES = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.0]])


def contributions(case: Case, *, width: float = WIDTH, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Every cause by how likely it is at work in this pain, one row a cause, most likely first.

    `layer` factor or mechanism; `present` P(it is there | findings); `contribution` P(some path of links from it to the
    pain fired | findings); `low`, `high` the central interval of that width over `draws` joint draws of all priors,
    each weighed by how well it foretells the findings; `but_for` P(pain, and none had the cause been absent |
    findings); `claims` the ids of the claims its links to the pain rest on. Raises `ImpossibleFindings`.
    """
    if not 0 < width < 1 or draws < 1:
        raise ValueError(f"Found width={width}, draws={draws}: a width lies between 0 and 1, and draws are 1 or more.")
    case.check_possible()
    ways, names = ways_of(case), [c.name for c in case.network.variables.causes]
    present = posteriors(case.compiled, case.question(), names)
    (contribution, but_for), _ = at_work(ways, case.question(), names)
    (over_draws,), weights = at_work(ways, case.question(draws, seed), names, CONTRIBUTION)
    bounds = np.array([interval(drawn, weights, width) for drawn in over_draws])
    return laid_out(case, np.array([present[name][1, 0] for name in names]), contribution[:, 0], but_for[:, 0], bounds)


def laid_out(
    case: Case, present: np.ndarray, contribution: np.ndarray, but_for: np.ndarray, bounds: np.ndarray
) -> pd.DataFrame:
    """The table of contributions() for figures of every cause, shape (causes,), and intervals, shape (causes, 2)."""
    causes = case.network.variables.causes
    table = pd.DataFrame(
        {
            "layer": ["mechanism" if isinstance(c, Mechanism) else "factor" for c in causes],
            "present": present,
            "contribution": contribution,
            "low": bounds[:, 0],
            "high": bounds[:, 1],
            "but_for": but_for,
            "claims": [_claims(case, c.name) for c in causes],
        },
        index=pd.Index([c.name for c in causes], name="cause"),
    )
    return table.sort_values("contribution", ascending=False, kind="stable")


def now(case: Case, names: Sequence[str]) -> np.ndarray:
    """The contribution of each cause at the means of all priors, shape (causes,)."""
    (found,), _ = at_work(ways_of(case), case.question(), names, CONTRIBUTION)
    return found[:, 0]


def ways_of(case: Case) -> Ways:
    """The ways of the case's network, written out once and kept with it."""
    return case.compiled.keep("ways", Ways)


def at_work(
    ways: Ways, plain: Question, names: Sequence[str], seeds: np.ndarray = BOTH_FIGURES
) -> tuple[np.ndarray, np.ndarray]:
    """Contribution and but-for of each cause, shape (seeds, causes, lanes), and P(findings), shape (lanes).

    `seeds` are the sets of states of the pain whose probability is asked, as weights of ABSENT, OTHER, NEEDS, BOTH.
    Causes with one link towards the pain share one pass down; each with several takes a pass up of its own.
    """
    asked = ways.question(plain)
    links = {name: ways.rows(name) for name in names}
    shared = [name for name in names if len(ways.links.get(name, [])) == 1]
    wanted = np.concatenate([NOTHING, *(links[name] for name in shared)])
    answer = solve(ways.circuit, asked, seeds, wanted)
    gained = dict(zip(wanted.tolist(), np.moveaxis(answer.slopes * _change(ways, plain, wanted), 1, 0), strict=True))
    found = np.zeros((len(seeds), len(names), plain.lanes))
    for i, name in enumerate(names):
        if name in shared:
            found[:, i] = sum(gained[row] for row in links[name].tolist()) / answer.roots.sum(axis=0)
        elif len(links[name]):
            found[:, i] = _alone(ways, plain, asked, links[name], seeds)
    return found.clip(0, 1), answer.total


def _change(ways: Ways, plain: Question, rows: np.ndarray) -> np.ndarray:
    """By how much each row differs when its parent is the one marked."""
    return plain.at(ways.marked[rows]) - plain.at(ways.rest[rows])


def _alone(ways: Ways, plain: Question, asked: Question, rows: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    marked = dict(zip(rows.tolist(), plain.at(ways.marked[rows]), strict=True))
    roots = solve(ways.circuit, asked.but(marked)).roots
    return seeds @ roots / roots.sum(axis=0)


def interval(values: np.ndarray, weights: np.ndarray, width: float = WIDTH) -> tuple[float, float]:
    """The central interval of weighted draws (the draws are from the prior; the findings weigh them)."""
    values, weights = values[weights > 0], weights[weights > 0]
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    middle = (reached - weights[order] / 2) / reached[-1]
    low, high = np.interp([(1 - width) / 2, (1 + width) / 2], middle, values[order])
    return float(low), float(high)


def effective_draws(weights: np.ndarray) -> float:
    """How many equally weighted draws the weighted ones are worth (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _claims(case: Case, cause: str) -> tuple[str, ...]:
    way = on_the_way(case.network.variables, cause)
    ends = {cause, *way}
    links = [(p, v) for v in way for p in case.network.variables[v].parents if p in ends]
    said = {c.id for link in links for c in case.network.priors.about(*link)}
    return tuple(c.id for c in case.network.priors.claims if c.id in said)
