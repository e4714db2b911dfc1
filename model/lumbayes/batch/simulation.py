"""Runners whom the model makes up: every switch thrown, and the states and readings that come of
it.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from graphlib import TopologicalSorter

import numpy as np
import pandas as pd

from ..case import Case
from ..data.variables import Measurement, Trait, Variable
from ..defaults import SEED
from ..network.measurement import SCALES, UNSCALED
from ..network.network import Network
from ..priors.prior import Key

Ranks = dict[str, np.ndarray]


def simulate(case: Case, n: int, seed: int = SEED, missing: float = 0) -> pd.DataFrame:
    """`n` runners as the model has them at the means of its priors, one column a question, as
    `posteriors` reads them.

    States are text, readings numbers in the test's unit; a share `missing` of all cells is left
    unknown, at random. The same seed gives the same runners, whatever is missing. `do` holds a
    variable for all of them; a case that holds findings or likelihoods raises a `ValueError`, for
    those are not made but met: simulate, then pick the rows.
    """
    if not 0 <= missing <= 1:
        raise ValueError(
            f"Found missing={missing}: it is the share of cells left unknown, from 0 to 1."
        )
    frame = simulate_latent(case, n, seed)[list(case.variables)]
    return frame.mask(
        np.stack([_chances(seed, f"missing {name}", n) < missing for name in frame], axis=1)
    )


def simulate_latent(case: Case, n: int, seed: int = SEED) -> pd.DataFrame:
    """The same runners with nothing hidden: after the questions one column a switch, `cause →
    effect` or `→ effect`.

    It holds the level handed on: the lowest where the cause is absent or the link did not fire. `→
    effect` is the leak, which in a trait hands on only where no mechanism does. Arrows that `do`
    has cut have no switch.
    """
    if n < 0 or case.findings or case.likelihoods:
        raise ValueError(
            f"Found n={n} and {case}: simulate 0 or more runners of a case without findings or likelihoods."
        )
    network, ranks, switches = case.network, Ranks(), Ranks()
    shares = {key: prior.shares for key, prior in network.priors.items()}
    for name in TopologicalSorter(
        {v.name: network.parents(v.name) for v in network.nodes}
    ).static_order():
        v = network.variables[name]
        if name in case.interventions:
            ranks[name] = np.full(n, v.order.index(case.interventions[name]))
        elif isinstance(v, Measurement):
            table = np.stack(
                [shares[f"{v.reads}={s}", name] for s in network.variables[v.reads].states], axis=1
            )
            ranks[name] = _picked(table[:, ranks[v.reads]], _chances(seed, name, n))
        elif not v.parents:
            ranks[name] = _picked(shares[name][:, None], _chances(seed, name, n))
        else:
            thrown = _thrown(v, ranks, shares, seed, n)
            ranks[name] = np.max([*thrown.values()], axis=0)
            switches |= thrown
    return _named(case, ranks, switches, seed)


def sample_parameters(case: Case, seed: int = SEED) -> Case:
    """The same case in a world that the priors allow: each number at one joint draw of them all."""
    priors = case.priors
    found = {}
    for key, (share,) in priors.sample(1, seed).items():
        shares = share if share.ndim else np.array([1 - share, share])
        counts = tuple((shares * sum(priors[key].counts)).tolist())
        found[key] = replace(
            priors[key], counts=counts, basis="draw", source=f"one draw of its prior (seed {seed})"
        )
    return replace(case, compiled=case.compiled.under(Network(priors.saying(found))))


def _thrown(
    v: Variable, ranks: Ranks, shares: Mapping[Key, np.ndarray], seed: int, n: int
) -> Ranks:
    """The level that each switch of a family hands on, as its place in the variable's order."""
    links = {
        f"{parent} → {v.name}": (ranks[parent] > 0, shares[parent, v.name]) for parent in v.parents
    }
    reached = {
        k: present * _picked(share[:, None], _chances(seed, k, n))
        for k, (present, share) in links.items()
    }
    leak = f"→ {v.name}"
    level = _picked(shares[v.name][:, None], _chances(seed, leak, n))
    if not isinstance(v, Trait):
        return {leak: level, **reached}
    reached = {key: level * (ranks[v.gate] > 0) for key, level in reached.items()}
    unpushed = np.max([*reached.values()], axis=0) == 0
    return {leak: (level + 1) * unpushed * (ranks[v.gate] > 0), **reached}


def _picked(shares: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """A state for each chance, as its number: shares (states, rows or 1) laid end to end from 0 to
    1.
    """
    return (chances >= np.cumsum(shares, axis=0)[:-1]).sum(axis=0)


def _chances(seed: int, what: str, n: int) -> np.ndarray:
    """Uniform numbers in a stream of their own, so that another variable changes nothing in this
    one's.
    """
    return np.random.default_rng([seed, zlib.crc32(f"a world's {what}".encode())]).random(n)


def _named(case: Case, ranks: Ranks, switches: Ranks, seed: int) -> pd.DataFrame:
    variables = case.variables
    columns: dict[str, pd.Series | np.ndarray] = {}
    for v in variables.values():
        if isinstance(v, Measurement) and v.numeric:
            columns[v.name] = _readings(v, ranks[v.reads] > 0, seed)
        else:
            columns[v.name] = _states(v, ranks[v.name])
    columns |= {
        key: _states(variables[key.rpartition("→ ")[2]], level) for key, level in switches.items()
    }
    return pd.DataFrame(columns)


def _states(v: Variable, ranks: np.ndarray) -> pd.Series:
    return pd.Series(np.array(v.order, object)[ranks], dtype="str")


def _readings(test: Measurement, present: np.ndarray, seed: int) -> np.ndarray:
    """Numbers that the test reads where its factor is or is not there, by the model of
    `measuring.likelihood`.

    What lies beyond the end of the test's range reads as that end.
    """
    from scipy.special import ndtr, ndtri

    scale = SCALES[test.scale]
    cut = float(ndtr((scale(test.cut) - scale(test.centre)) / test.spread))
    below = present if test.side == "below" else ~present
    where, error, blunder, anyone = (
        _chances(seed, f"{test.name}, {part}", len(present))
        for part in ("quantity", "error", "blunder", "anyone")
    )
    inside = np.where(below, cut * where, cut + (1 - cut) * where)
    share = np.where(blunder < test.blunder, anyone, inside)
    reading = scale(test.centre) + test.spread * ndtri(share) + test.error * ndtri(error)
    return np.asarray(UNSCALED[test.scale](reading)).clip(test.low, test.high)
