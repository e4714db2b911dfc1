"""The order of quantities over weighted draws: how likely each is first, or above another."""

from __future__ import annotations

import numpy as np

TIE_DECIMALS = 12  # figures that agree to so many decimals differ by rounding only


def first_probability(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the probability that each row is the largest, shape (n_rows,); ties count in parts.

    Parameters
    ----------
    values : array, shape (n_rows, n_draws)
        Not negative; in a draw where all are 0 none is first.
    weights : array, shape (n_draws,)
        Only their shares count.
    """
    values, shares = _counting(values, weights)
    largest = values.max(axis=0)
    is_first = (values == largest) & (largest > 0)
    return (is_first / is_first.sum(axis=0).clip(1)) @ shares


def probability_above(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return P(row i is larger than row j), a tie counted half, shape (n_rows, n_rows)."""
    values, shares = _counting(values, weights)
    above = np.full((len(values), len(values)), 0.5)
    for i, row in enumerate(values):
        others = values[i + 1 :]
        above[i, i + 1 :] = ((row > others) @ shares + (row >= others) @ shares) / 2
        above[i + 1 :, i] = 1 - above[i, i + 1 :]
    return above


def _counting(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the draws with a weight above 0, rounded to tell ties, and their shares."""
    has_weight = weights > 0
    kept = weights[has_weight]
    return values[:, has_weight].round(TIE_DECIMALS), kept / kept.sum()
