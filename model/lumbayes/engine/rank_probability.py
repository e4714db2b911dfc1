"""The order of quantities over weighted draws: how likely each is first, or above another."""

from __future__ import annotations

import numpy as np

TIE_DECIMALS = 12  # figures that agree to so many decimals differ by rounding only


def first_probability(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Compute the probability that each row is the largest, over weighted draws.

    Parameters
    ----------
    values : array, shape (n_rows, n_draws)
        The draws, 0 or more, one row per quantity.
    weights : array, shape (n_draws,)
        The weight of each draw; only their ratios count.

    Returns
    -------
    array, shape (n_rows,)
        The weighted share of the draws in which the row is the largest. Rows that tie in a draw
        share it equally. A draw in which all rows are 0 counts for none of them.
    """
    values, shares = _counting(values, weights)
    largest = values.max(axis=0)
    is_first = (values == largest) & (largest > 0)
    return is_first.astype(float) @ (shares / is_first.sum(axis=0).clip(1))


def probability_above(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Compute P(row i is larger than row j) over weighted draws, a tie counted half.

    Parameters
    ----------
    values : array, shape (n_rows, n_draws)
        The draws, one row per quantity.
    weights : array, shape (n_draws,)
        The weight of each draw; only their ratios count.

    Returns
    -------
    array, shape (n_rows, n_rows)
        Entry (i, j) is for row i above row j; the diagonal is 1/2.
    """
    values, shares = _counting(values, weights)
    above = np.ones((len(values), len(values))) / 2
    for i, row in enumerate(values):
        above[i, i + 1 :] = (1 + np.sign(row - values[i + 1 :]) @ shares) / 2
        above[i + 1 :, i] = 1 - above[i, i + 1 :]
    return above


def _counting(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the draws with a weight above 0, rounded to tell ties, and their shares."""
    has_weight = weights > 0
    kept = weights[has_weight]
    return values[:, has_weight].round(TIE_DECIMALS), kept / kept.sum()
