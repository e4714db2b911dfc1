"""Who brings what, where what all bring together is known of every coalition: the Shapley value,
exact or by orders.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np

EXACT = 12
ORDERS, LEAST = 256, 4
Value = Callable[[np.ndarray], np.ndarray]


def shapley(value: Value, players: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Each player's Shapley value and its standard error, of a game given as value(rows of
    booleans).

    φᵢ = Σ_S |S|! (n − |S| − 1)! / n! · [v(S ∪ i) − v(S)] over the sets S without i (Shapley 1953);
    exact to EXACT.
    """
    if players > EXACT:
        return sampled(value, players, ORDERS, seed)
    on = np.array([[subset >> i & 1 for i in range(players)] for subset in range(2**players)], bool)
    values, sizes = value(on), on.sum(axis=1)
    shares = np.array(
        [factorial(s) * factorial(players - s - 1) / factorial(players) for s in range(players)]
    )
    index = np.arange(len(on))
    found = [
        shares[sizes[w := index[~on[:, i]]]] @ (values[w + (1 << i)] - values[w])
        for i in range(players)
    ]
    return np.array(found, float), np.zeros(players)


def sampled(value: Value, players: int, orders: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean marginal value over seeded orders and their reverses; every order adds up, so the means
    do.
    """
    if orders < LEAST:
        raise ValueError(
            f"Found orders={orders}: with fewer than {LEAST} nothing could be said of the error."
        )
    if not players:
        return np.zeros(0), np.zeros(0)
    rng = np.random.default_rng(seed)
    half = [rng.permutation(players) for _ in range(orders // 2)]
    ranks = np.argsort([*half, *(order[::-1] for order in half)], axis=1)
    on = ranks[:, None, :] < np.arange(players + 1)[None, :, None]
    values = value(on.reshape(-1, players)).reshape(len(ranks), players + 1)
    steps = np.diff(np.where(np.isfinite(values), values, 0.0), axis=1)
    gains = np.take_along_axis(steps, ranks, axis=1)
    pairs = (gains[: len(half)] + gains[len(half) :]) / 2
    return gains.mean(axis=0), pairs.std(axis=0, ddof=1) / np.sqrt(len(half))
