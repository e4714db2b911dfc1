"""The Shapley value of a game, exact over all coalitions or sampled over orders of the players.

The games in which findings or claims are the players stand in `weight_of_evidence`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np

EXACT = 12  # players up to which all 2ⁿ coalitions are evaluated
ORDERS = 256  # orders drawn beyond that
MIN_ORDERS = 4  # two pairs of orders, the fewest that have a standard error
Value = Callable[[np.ndarray], np.ndarray]  # coalitions (n, players) of booleans -> values (n,)


def shapley(value: Value, players: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the Shapley value of each player, and its standard error (0 up to `EXACT` players).

    φᵢ = Σ_S |S|! (n − |S| − 1)! / n! · [v(S ∪ i) − v(S)] over the coalitions S without player i
    (Shapley 1953). Beyond `EXACT` players, `ORDERS` orders are drawn with `seed`.
    """
    if players > EXACT:
        return sampled(value, players, ORDERS, seed)
    subsets = np.arange(2**players)
    coalitions = (subsets[:, None] >> np.arange(players) & 1).astype(bool)
    values = value(coalitions)
    weights = _weights(players)[coalitions.sum(axis=1)]
    shares = np.zeros(players)
    for i in range(players):
        without = subsets[~coalitions[:, i]]
        shares[i] = weights[without] @ (values[without + (1 << i)] - values[without])
    return shares, np.zeros(players)


def _weights(players: int) -> np.ndarray:
    """Return the weight of a coalition by its size, 0 for the coalition of all players."""
    whole = factorial(players)
    by_size = [factorial(s) * factorial(players - s - 1) / whole for s in range(players)]
    return np.array([*by_size, 0.0])


def sampled(value: Value, players: int, orders: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean gain of each player over drawn orders, and the standard error of the mean.

    Half of the orders are drawn with `seed`; the others are their reverses. In every order the
    gains add up to the value of all players minus that of none, and so do the means. Infinite
    values count as 0. Raises `ValueError` if `orders` is below 4.
    """
    if orders < MIN_ORDERS:
        raise ValueError(
            f"Found orders={orders}; give {MIN_ORDERS} or more, or there is no standard error."
        )
    if not players:
        return np.zeros(0), np.zeros(0)
    rng = np.random.default_rng(seed)
    half = [rng.permutation(players) for _ in range(orders // 2)]
    ranks = np.argsort([*half, *(order[::-1] for order in half)], axis=1)
    prefixes = ranks[:, None, :] < np.arange(players + 1)[None, :, None]
    values = value(prefixes.reshape(-1, players)).reshape(len(ranks), players + 1)
    steps = np.diff(np.where(np.isfinite(values), values, 0.0), axis=1)
    gains = np.take_along_axis(steps, ranks, axis=1)
    pairs = (gains[: len(half)] + gains[len(half) :]) / 2
    return gains.mean(axis=0), pairs.std(axis=0, ddof=1) / np.sqrt(len(half))
