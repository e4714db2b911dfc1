"""Central intervals of weighted draws: each at the middle of its own weight, between two of them a straight line."""

from __future__ import annotations

from typing import Any

import numpy as np

from .defaults import WIDTH
from .solving import loop_for

BITS = 52  # of the largest sum of weights: a half of any is still exact


def interval(values: np.ndarray, weights: np.ndarray, width: float = WIDTH) -> tuple[float, float]:
    """The central interval of weighted draws (the draws are from the prior; the findings weigh them)."""
    low, high = bounds_of(values[None], weights, width)[0]
    return float(low), float(high)


def bounds_of(values: np.ndarray, weights: np.ndarray, width: float = WIDTH) -> np.ndarray:
    """The central interval of each row of draws, shape (rows, 2), at its ends the quantiles (1 ± width) / 2.

    `values` (rows, draws); `weights` (draws), whose shares count. Raises `ValueError` where no draw has any.
    """
    parts = parts_of(weights)
    aims = np.array([(1 - width) / 2, (1 + width) / 2]) * float(parts.sum())
    loop = loop_for(len(weights))
    draws, middles = _by_loop(loop, values, parts, aims) if loop else _by_numpy(values, parts, aims)
    (one, other), (here, there) = np.take_along_axis(values[:, None], draws, axis=2).T, middles.T
    share = np.divide(aims[:, None] - here, there - here, out=np.zeros_like(here), where=here != there)
    return (one + share * (other - one)).T


def bounds_of_mixed(drawn: np.ndarray, shares: np.ndarray, width: float = WIDTH) -> np.ndarray:
    """The same for a mixture of states, each with its share: `drawn` (states, rows + 1, draws), the weights last.

    What is drawn is joint with the weights, so it is divided by them once it is mixed.
    """
    if loop := loop_for(drawn.shape[2]):
        values, weights = np.empty_like(drawn[0, 1:]), np.empty_like(drawn[0, 0])
        loop.mix(drawn, shares, values, weights)
    else:
        *joint, weights = sum(share * state for share, state in zip(shares, drawn, strict=True))
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.array(joint) / weights
    return bounds_of(values, weights, width)


def parts_of(weights: np.ndarray) -> np.ndarray:
    """The weights as whole numbers, of which no sum of halves is rounded. Raises `ValueError` where no draw has any."""
    largest = weights.max(initial=0)
    if not largest > 0:
        raise ValueError(f"Found no weight above 0 among {len(weights)} draws: an interval needs one draw that counts.")
    return np.rint(weights / largest * 2.0 ** (BITS - len(weights).bit_length())).astype(np.int64).clip(0)


def effective_draws(weights: np.ndarray) -> float:
    """How many equally weighted draws the weighted ones are worth (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _by_loop(loop: Any, values: np.ndarray, weights: np.ndarray, aims: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    found = np.empty((len(values), len(aims), 2), np.int64), np.empty((len(values), len(aims), 2))
    loop.around(np.ascontiguousarray(values, float), weights, aims, *found)
    return found


def _by_numpy(values: np.ndarray, weights: np.ndarray, aims: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What quantiles.around finds, to the last bit."""
    weighty = np.flatnonzero(weights)
    order = weighty[np.argsort(values[:, weighty], axis=1, kind="stable")]
    reached = np.cumsum(weights[order], axis=1)
    middles = reached - weights[order] / 2
    first = np.stack([(reached < aim).sum(axis=1) for aim in aims], axis=1)
    after = np.take_along_axis(middles, first, axis=1) < aims
    places = np.stack([first, (first + np.where(after, 1, -1)).clip(0, len(weighty) - 1)], axis=2)
    rows = np.arange(len(values))[:, None, None]
    return order[rows, places], middles[rows, places]
