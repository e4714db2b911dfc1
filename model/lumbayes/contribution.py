"""What is at work in this pain: for each cause, whether some path of links from it to the pain fired, and but-for.

A present cause need not be at work. Contribution is P(some path of fired links leads from the cause to the pain |
findings), but-for is P(pain, and none had the cause been absent, every switch as it was | findings): in the states of
ways.py, P(pain in {NEEDS, BOTH}) and P(pain = NEEDS) with the cause marked (switches: Heckerman & Breese 1996; the
counterfactual that they settle: Pearl 2009, ch. 9).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pandas as pd

from .case import DRAWS, SEED, Case
from .claims import WIDTH
from .inference import Compiled
from .intervals import bounds_of
from .solving import Question, solve
from .variables import Mechanism
from .ways import Ways, on_the_way

TIED = 12  # digits after the point that say which of two causes is likelier
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
    present, (contribution, but_for), _ = present_and_at_work(ways, case.question(), names)
    (over_draws,), weights = at_work(ways, case.question(draws, seed), names, CONTRIBUTION)
    bounds = bounds_of(over_draws, weights, width)
    return laid_out(case, present[:, 0], contribution[:, 0], but_for[:, 0], bounds)


def laid_out(
    case: Case, present: np.ndarray, contribution: np.ndarray, but_for: np.ndarray, bounds: np.ndarray
) -> pd.DataFrame:
    """The table of contributions() for figures of every cause, shape (causes,), and intervals, shape (causes, 2).

    Causes that only rounding tells apart stand in the order of variables.toml.
    """
    order, causes = np.argsort(-contribution.round(TIED), kind="stable"), case.network.variables.causes
    causes, claims = [causes[i] for i in order], _claims(case)
    return pd.DataFrame(
        {
            "layer": ["mechanism" if isinstance(c, Mechanism) else "factor" for c in causes],
            "present": present[order],
            "contribution": contribution[order],
            "low": bounds[order, 0],
            "high": bounds[order, 1],
            "but_for": but_for[order],
            "claims": [claims[c.name] for c in causes],
        },
        index=pd.Index([c.name for c in causes], name="cause"),
    )


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
    answer = solve(ways.circuit, ways.question(plain), seeds, ways.shared(tuple(names)).rows)
    return _fired(ways, plain, names, seeds, answer.slopes, answer.roots), answer.total


def present_and_at_work(
    ways: Ways, plain: Question, names: Sequence[str], seeds: np.ndarray = BOTH_FIGURES
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P(cause is there | findings), shape (causes, lanes), and what `at_work` says, by one pass up for both."""
    there = np.array([ways.compiled.finding(name) for name in names]).T
    wanted = np.concatenate([there.ravel(), ways.shared(tuple(names)).rows])
    every = np.concatenate([np.ones((1, seeds.shape[1])), seeds])
    answer = solve(ways.circuit, ways.question(plain), every, wanted)
    joint = (answer.slopes[0, : there.size] * plain.at(there.ravel())).reshape(*there.shape, -1).clip(0)
    found = _fired(ways, plain, names, seeds, answer.slopes[1:, there.size :], answer.roots)
    return joint[1] / joint.sum(axis=0), found, answer.total


def _fired(
    ways: Ways, plain: Question, names: Sequence[str], seeds: np.ndarray, slopes: np.ndarray, roots: np.ndarray
) -> np.ndarray:
    """At work by the slopes of the links: what marking a cause's links changes in P(pain in those states, findings)."""
    shared, found = ways.shared(tuple(names)), np.zeros((len(seeds), len(names), plain.lanes))
    if len(shared.rows):
        change = plain.at(ways.marked[shared.rows]) - plain.at(ways.rest[shared.rows])
        found[:, shared.places] = np.add.reduceat(slopes * change, shared.starts, axis=1) / roots.sum(axis=0)
    for place in shared.alone:
        found[:, place] = _alone(ways, plain, ways.rows(names[place]), seeds)
    return found.clip(0, 1)


def _alone(ways: Ways, plain: Question, rows: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    marked = dict(zip(rows.tolist(), plain.at(ways.marked[rows]), strict=True))
    roots = solve(ways.circuit, ways.question(plain).but(marked)).roots
    return seeds @ roots / roots.sum(axis=0)


def _claims(case: Case) -> dict[str, tuple[str, ...]]:
    """For every cause the ids of the claims that its links to the pain rest on, without those that are left out."""
    links, said = case.compiled.keep("links of every cause", _links), defaultdict[tuple[str, str], set[str]](set)
    pooled = [c for c in case.network.priors.claims if c.pooled]
    for claim in pooled:
        said[claim.cause, claim.effect].add(claim.id)
    found = {cause: set[str]().union(*(said[link] for link in way)) for cause, way in links.items()}
    return {cause: tuple(c.id for c in pooled if c.id in ids) for cause, ids in found.items()}


def _links(compiled: Compiled) -> dict[str, list[tuple[str, str]]]:
    """For every cause the links on its ways to the pain; switching a claim off leaves them as they are."""
    variables = compiled.network.variables
    ways = {c.name: on_the_way(variables, c.name) for c in variables.causes}
    return {c: [(p, v) for v in way for p in variables[v].parents if p in {c, *way}] for c, way in ways.items()}
