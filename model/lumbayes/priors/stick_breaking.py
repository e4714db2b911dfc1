"""Stick-breaking: a distribution over states as one share a state, of what earlier ones leave.

The sticks of a Dirichlet are independent Betas (Connor & Mosimann 1969).
"""

from __future__ import annotations

import numpy as np


def later_sums(values: np.ndarray) -> np.ndarray:
    """Return the sum of all later states' values, of shape (n_states - 1, …).

    Summed from the last state, so that small values after large ones are not lost.
    """
    return np.cumsum(values[::-1], axis=0)[::-1][1:]


def shares_of_sticks(stop: np.ndarray, go_on: np.ndarray) -> np.ndarray:
    """Return the shares of all states, of shape (n_states, …), from those of the sticks.

    `stop` is the share of each state among it and all later ones and `go_on` is 1 − `stop`, both of
    shape (n_states - 1, …); both are given so that neither is lost to rounding.
    """
    remaining = np.cumprod(go_on, axis=0)
    return np.concatenate([stop[:1], remaining[:-1] * stop[1:], remaining[-1:]])
