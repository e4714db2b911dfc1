"""Stick-breaking: a distribution over states as one stick per state except the last.

A stick is the share of a state in what the earlier states leave. The sticks of a Dirichlet are
independent Betas (Connor & Mosimann 1969).
"""

from __future__ import annotations

import numpy as np


def later_sums(values: np.ndarray) -> np.ndarray:
    """Return for each state except the last the sum over all later states, (n_states - 1, …).

    The sum starts at the last state, so that small values after large ones are not lost.
    """
    return np.cumsum(values[::-1], axis=0)[::-1][1:]


def shares_of_sticks(stop: np.ndarray, go_on: np.ndarray) -> np.ndarray:
    """Return the probabilities of all states, of shape (n_states, …), from sticks.

    `stop` holds the sticks, `go_on` is 1 − `stop`; both have the shape (n_states - 1, …). Both are
    given so that small values of neither are lost to rounding.
    """
    remaining = np.cumprod(go_on, axis=0)
    return np.concatenate([stop[:1], remaining[:-1] * stop[1:], remaining[-1:]])
