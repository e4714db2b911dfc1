"""What is at work in this pain: for each cause, whether some path of links from it to the pain
fired, and but-for.

A present cause need not be at work. Contribution is P(some path of fired links leads from the cause
to the pain | findings), but-for is P(pain, and none had the cause been absent, every switch as it
was | findings): in the states of ways.py, P(pain in {NEEDS, BOTH}) and P(pain = NEEDS) with the
cause marked (switches: Heckerman & Breese 1996; the counterfactual that they settle: Pearl 2009,
ch. 9).

One case along all readings of one test: what is at work at each, without asking the network again.

A reading enters by its likelihoods alone, one for each state of what the test reads, and
P(findings, anything) is linear in them (Darwiche 2003, sec. 2). So what is asked once with each
state held answers for every reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .case import Case
from .data.variables import Measurement, Mechanism
from .defaults import DRAWS, SEED, WIDTH
from .engine.intervals import bounds_of, bounds_of_mixed
from .engine.solve import Query, solve
from .errors import allow
from .inference.causal_paths import FiredPathCircuit, on_the_way
from .inference.compiled import Compiled
from .network.measurement import check_reading, likelihood

TIED = 12  # digits after the point that say which of two causes is likelier
CONTRIBUTION = np.array([[0.0, 0.0, 1.0, 1.0]])
BOTH_FIGURES = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.0]])


def contributions(
    case: Case, *, width: float = WIDTH, draws: int = DRAWS, seed: int = SEED
) -> pd.DataFrame:
    """Every cause by how likely it is at work in this pain, one row a cause, most likely first.

    `layer` factor or mechanism; `present` P(it is there | findings); `contribution` P(some path of
    links from it to the pain fired | findings); `low`, `high` the central interval of that width
    over `draws` joint draws of all priors, each weighed by how well it foretells the findings;
    `but_for` P(pain, and none had the cause been absent | findings); `claims` the ids of the claims
    its links to the pain rest on. Raises `ImpossibleFindings`.
    """
    if not 0 < width < 1 or draws < 1:
        raise ValueError(
            f"Found width={width}, draws={draws}: a width lies between 0 and 1, and draws are 1 or more."
        )
    case.check_consistent()
    ways, names = fired_paths(case), [c.name for c in case.variables.causes]
    present, (contribution, but_for), _ = presence_and_activity(ways, case.query(), names)
    (over_draws,), weights = active_probabilities(
        ways, case.query(draws, seed), names, CONTRIBUTION
    )
    bounds = bounds_of(over_draws, weights, width)
    return laid_out(case, present[:, 0], contribution[:, 0], but_for[:, 0], bounds)


def laid_out(
    case: Case,
    present: np.ndarray,
    contribution: np.ndarray,
    but_for: np.ndarray,
    bounds: np.ndarray,
) -> pd.DataFrame:
    """The table of contributions() for figures of every cause, shape (causes,), and intervals,
    shape (causes, 2).

    Causes that only rounding tells apart stand in the order of variables.toml.
    """
    order, causes = np.argsort(-contribution.round(TIED), kind="stable"), case.variables.causes
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
    (found,), _ = active_probabilities(fired_paths(case), case.query(), names, CONTRIBUTION)
    return found[:, 0]


def fired_paths(case: Case) -> FiredPathCircuit:
    """The ways of the case's network, written out once and kept with it."""
    return case.compiled.keep("ways", FiredPathCircuit)


def active_probabilities(
    ways: FiredPathCircuit,
    plain: Query,
    names: Sequence[str],
    output_weights: np.ndarray = BOTH_FIGURES,
) -> tuple[np.ndarray, np.ndarray]:
    """Contribution and but-for of each cause, shape (seeds, causes, lanes), and P(findings), shape
    (lanes).

    `seeds` are the sets of states of the pain whose probability is asked, as weights of ABSENT,
    OTHER, NEEDS, BOTH. Causes with one link towards the pain share one pass down; each with several
    takes a pass up of its own.
    """
    answer = solve(ways.circuit, ways.query(plain), output_weights, ways.shared(tuple(names)).rows)
    return _fired(
        ways, plain, names, output_weights, answer.derivatives, answer.roots
    ), answer.total


def presence_and_activity(
    ways: FiredPathCircuit,
    plain: Query,
    names: Sequence[str],
    output_weights: np.ndarray = BOTH_FIGURES,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P(cause is there | findings), shape (causes, lanes), and what `at_work` says, by one pass up
    for both.
    """
    there = np.array([ways.compiled.finding(name) for name in names]).T
    wrt = np.concatenate([there.ravel(), ways.shared(tuple(names)).rows])
    every = np.concatenate([np.ones((1, output_weights.shape[1])), output_weights])
    answer = solve(ways.circuit, ways.query(plain), every, wrt)
    joint = (
        (answer.derivatives[0, : there.size] * plain.at(there.ravel()))
        .reshape(*there.shape, -1)
        .clip(0)
    )
    found = _fired(
        ways, plain, names, output_weights, answer.derivatives[1:, there.size :], answer.roots
    )
    return joint[1] / joint.sum(axis=0), found, answer.total


def _fired(
    ways: FiredPathCircuit,
    plain: Query,
    names: Sequence[str],
    output_weights: np.ndarray,
    slopes: np.ndarray,
    roots: np.ndarray,
) -> np.ndarray:
    """At work by the slopes of the links: what marking a cause's links changes in P(pain in those
    states, findings).
    """
    shared, found = (
        ways.shared(tuple(names)),
        np.zeros((len(output_weights), len(names), plain.batch_size)),
    )
    if len(shared.rows):
        change = plain.at(ways.marked[shared.rows]) - plain.at(ways.rest[shared.rows])
        found[:, shared.places] = np.add.reduceat(
            slopes * change, shared.starts, axis=1
        ) / roots.sum(axis=0)
    for place in shared.alone:
        found[:, place] = _alone(ways, plain, ways.rows(names[place]), output_weights)
    return found.clip(0, 1)


def _alone(
    ways: FiredPathCircuit, plain: Query, rows: np.ndarray, output_weights: np.ndarray
) -> np.ndarray:
    marked = dict(zip(rows.tolist(), plain.at(ways.marked[rows]), strict=True))
    roots = solve(ways.circuit, ways.query(plain).but(marked)).roots
    return output_weights @ roots / roots.sum(axis=0)


def _claims(case: Case) -> dict[str, tuple[str, ...]]:
    """For every cause the ids of the claims that its links to the pain rest on, without those that
    are left out.
    """
    links, said = (
        case.compiled.keep("links of every cause", _links),
        defaultdict[tuple[str, str], set[str]](set),
    )
    pooled = [c for c in case.priors.claims if c.pooled]
    for claim in pooled:
        said[claim.cause, claim.effect].add(claim.id)
    found = {cause: set[str]().union(*(said[link] for link in way)) for cause, way in links.items()}
    return {cause: tuple(c.id for c in pooled if c.id in ids) for cause, ids in found.items()}


def _links(compiled: Compiled) -> dict[str, list[tuple[str, str]]]:
    """For every cause the links on its ways to the pain; switching a claim off leaves them as they
    are.
    """
    variables = compiled.network.variables
    ways = {c.name: on_the_way(variables, c.name) for c in variables.causes}
    return {
        c: [(p, v) for v in way for p in variables[v].parents if p in {c, *way}]
        for c, way in ways.items()
    }


@dataclass(frozen=True, eq=False)
class MeasurementProfile:
    """A case without the reading of a test, asked with each state of what the test reads held.

    What it keeps is joint with the findings, and the last row of each is P(findings): at the means
    of all priors P(the cause is there), P(it is at work) and but-for, `point`, shape (states, 3 ·
    causes + 1); and P(it is at work) over draws of all priors, `drawn`, shape (states, causes + 1,
    draws).
    """

    case: Case
    test: Measurement
    point: np.ndarray
    drawn: np.ndarray

    def contributions(self, reading: float, *, width: float = WIDTH) -> pd.DataFrame:
        """What `contributions(case.given(test=reading))` says, to rounding, at a seventh of its
        price.

        `reading` in the test's unit. Raises what `given` and `contributions` raise.
        """
        case = self.case.given(**{self.test.name: reading})
        weights = likelihood(self.test, check_reading(self.test, reading))
        *point, total = weights @ self.point
        if not total > 0:
            case.check_consistent()
        present, contribution, but_for = np.reshape(point, (3, -1)) / total
        return laid_out(
            case, present, contribution, but_for, bounds_of_mixed(self.drawn, weights, width)
        )


def measurement_profile(case: Case, test: str) -> MeasurementProfile:
    """A case along all readings of a home test, whatever reading it holds: `along(case,
    "plank_seconds")`.

    Raises `ValueError` for what is not read off as a number, and `ImpossibleFindings`.
    """
    variables = case.variables
    numeric = {v.name: v for v in variables.measurements if v.numeric}
    allow("along", "test that gives a number", [test], numeric)
    case, v = case.retract(test), numeric[test]
    case.check_consistent()
    held = [_held(case, v.reads, state) for state in np.eye(len(variables[v.reads].states))]
    return MeasurementProfile(case, v, *(np.array(part) for part in zip(*held, strict=True)))


def _held(case: Case, name: str, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is kept with one state held; nothing where the findings exclude it."""
    compiled, told, causes = (
        case.compiled,
        case.evidence_inputs(),
        [c.name for c in case.variables.causes],
    )
    compiled.enter(told, name, state)
    point, over_draws = (
        Query.of(inputs, told)
        for inputs in (compiled.mean_inputs, compiled.sampled_inputs(DRAWS, SEED))
    )
    ways = fired_paths(case)
    with np.errstate(invalid="ignore"):
        present, found, total = presence_and_activity(ways, point, causes)
        (fired,), totals = active_probabilities(ways, over_draws, causes, CONTRIBUTION)
    told_once = np.concatenate([present, *found])[:, 0] * total
    return np.nan_to_num(np.append(told_once, total)), np.nan_to_num(
        np.vstack([fired * totals, totals])
    )
