"""Observed counts: which trials the findings of a row settle, whatever the parameters are.

Where a row settles the outcome of a parameter's trial, it counts as one observation, and a
Dirichlet prior stays a Dirichlet. Where a row's probability does not depend on a parameter, it says
nothing of it. Both hold for all values of the parameters or for almost none, so one evaluation at
values drawn at random decides: P(row) is a polynomial in the parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..defaults import SEED
from .posterior import Evidence

if TYPE_CHECKING:
    from ..batch.frame import EvidenceRows
    from .parameter_vector import ParameterVector

TOLERANCE = 1e-9  # of a posterior probability that is 0 or 1, above rounding


@dataclass(frozen=True)
class ObservedCounts:
    """What rows settle.

    Attributes
    ----------
    counts : array, shape (n_shares,)
        Observed outcomes of each parameter's trials.
    counts_of_open_rows : array, shape (n_shares,)
        Those of them in rows that say more about some parameter.
    is_latent : array of bool, shape (n_parameters,)
        Whether some row depends on a parameter in another way than by an observed outcome. All
        other parameters have Dirichlet posteriors.
    is_open : array of bool, shape (n_distinct,)
        Whether a distinct row depends on some parameter in such a way.
    """

    counts: np.ndarray
    counts_of_open_rows: np.ndarray
    is_latent: np.ndarray
    is_open: np.ndarray


def observed_counts(parameters: ParameterVector, rows: EvidenceRows) -> ObservedCounts:
    """Count the trials whose outcomes the rows settle: one pass over the rows."""
    rng = np.random.default_rng(SEED)
    shares = parameters.normalized(1 + rng.random(len(parameters.prior_counts)))
    counts = np.zeros((len(shares), 2))
    is_latent = np.zeros(len(parameters.n_states), bool)
    is_open = np.zeros(rows.n_distinct, bool)
    for part, evidence in rows.batches():
        _, expected = parameters.expected_counts(shares, evidence)
        expected = np.broadcast_to(expected, (len(shares), part.stop - part.start))
        settled, latent = _settled(parameters, shares, expected)
        is_open[part] = latent.any(axis=0)
        is_latent |= latent.any(axis=1)
        multiplicities = rows.multiplicities[part]
        counts += settled @ np.stack([multiplicities, multiplicities * is_open[part]], axis=1)
    return ObservedCounts(counts[:, 0], counts[:, 1], is_latent, is_open)


def _settled(
    parameters: ParameterVector, shares: np.ndarray, expected: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes that rows settle, (n_shares, n_rows), and what is latent, (n_parameters, n_rows)."""
    n_trials = parameters.spread_sums(expected)
    scores = np.abs(expected - shares[:, None] * n_trials)
    is_silent = parameters.sums(scores > TOLERANCE) == 0
    whole = np.rint(expected)
    is_settled = ~is_silent & (parameters.sums(np.abs(expected - whole) > TOLERANCE) == 0)
    settled = whole * np.repeat(is_settled, parameters.n_states, axis=0)
    return settled, ~is_silent & ~is_settled


def open_evidence(rows: EvidenceRows, is_open: np.ndarray, observed: np.ndarray) -> Evidence:
    """The evidence of the distinct rows that are open."""
    batches = []
    for part, overrides in rows.batches():
        kept = is_open[part]
        columns = {
            row: np.broadcast_to(value, len(kept))[kept] if np.ndim(value) else value
            for row, value in overrides.items()
        }
        if kept.any():
            batches.append((columns, rows.multiplicities[part][kept]))
    return Evidence(batches, observed)
