"""Stated probabilities as likelihoods by which, without other evidence, the posteriors are these.

The likelihood ratio of a single statement "yes, 8 times in 10" is the odds 8 to 2 over the prior
odds. Several statements may imply one another, as flat feet imply over-pronation. So their
likelihoods are found together. The result is the joint distribution nearest to that of the network
that has the stated margins (iterative proportional fitting: Deming & Stephan 1940; Csiszár 1975). A
single statement needs no iteration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..engine.query import Overrides, Query
from .compiled import Compiled, posteriors

if TYPE_CHECKING:
    from ..data.variables import Variable

TOLERANCE = 1e-13  # of a probability; rounding leaves less
CLOSE_ENOUGH = 1e-9  # of a probability, once the sweeps are over
SWEEPS = 1_000
LEAST_WEIGHT = 1e-12  # of a state beside the likeliest; less is needed only by a contradiction


def stated_shares(v: Variable, belief: Mapping[str, float]) -> np.ndarray:
    """Return the stated probability of each state, shape (n_states, 1); NaN if none is stated."""
    return np.array([[belief.get(state, np.nan)] for state in v.states])


def belief_likelihoods(
    compiled: Compiled, stated: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Return the likelihoods by which each node has the stated probabilities.

    Parameters
    ----------
    compiled : Compiled
        The network without evidence, at the means of the priors.
    stated : mapping of node to array, shape (n_states, batch_size)
        From node to the probability of each state; NaN if none is stated. States with NaN share the
        rest in the proportion that they have in the network.

    Returns
    -------
    dict of node to array, shape (n_states, batch_size)
        From node to the likelihood of each state; the largest in each column is 1.

    Raises
    ------
    ValueError
        If the statements cannot all hold in this network.
    """
    weights = {name: np.ones_like(shares) for name, shares in stated.items()}
    error = np.inf
    for _ in range(SWEEPS):
        errors = [_fit_one(compiled, weights, name, shares) for name, shares in stated.items()]
        error = max(errors, default=0.0)
        if error < TOLERANCE or len(stated) == 1:
            break
    if error > CLOSE_ENOUGH and len(stated) > 1:
        raise ValueError(
            f"These probabilities cannot all hold in this model: {', '.join(stated)}. "
            "State fewer of them."
        )
    return weights


def _fit_one(
    compiled: Compiled, weights: dict[str, np.ndarray], name: str, shares: np.ndarray
) -> float:
    """Scale a node's weights, in place, to its stated shares; return how far these were off."""
    overrides: Overrides = {}
    for node, likelihood in weights.items():
        compiled.add_likelihood(overrides, node, likelihood)
    query = Query.from_overrides(compiled.mean_inputs, overrides)
    current = np.broadcast_to(posteriors(compiled, query, [name])[name], shares.shape)
    is_stated = ~np.isnan(shares)
    rest = 1 - np.where(is_stated, shares, 0.0).sum(axis=0)
    current_rest = np.where(is_stated, 0.0, current).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where(is_stated, shares / current, rest / current_rest)
    scaled = weights[name] * step
    weights[name] = scaled / scaled.max(axis=0)
    if not weights[name].min(initial=1) > LEAST_WEIGHT:
        raise ValueError(f"{name}: this probability excludes what this model or others say of it.")
    return float(np.abs(np.where(is_stated, shares - current, 0.0)).max(initial=0.0))
