"""Central credible intervals of weighted draws, and their effective sample size."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ..defaults import WIDTH

ENOUGH_EFFECTIVE = 400  # effective draws below which more are drawn: ends within about 0.02
DRAWS_PER_EFFECTIVE = 10  # draws for each effective one that is enough, where few are asked for
FEW_EFFECTIVE = 100  # effective draws below which an interval is said to be rough
MAX_BATCHES = 8  # batches of draws at most; each keeps some 20 MB of inputs in memory


def credible_interval(
    values: np.ndarray, weights: np.ndarray, width: float = WIDTH
) -> tuple[float, float]:
    """Compute the central interval of weighted draws of one quantity.

    Parameters
    ----------
    values, weights : array, shape (n_draws,)
        As for `credible_intervals`.
    width : float, default 0.9
        The probability inside.

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If no weight is above 0.
    """
    low, high = credible_intervals(values[None], weights, width)[0]
    return float(low), float(high)


def credible_intervals(values: np.ndarray, weights: np.ndarray, width: float = WIDTH) -> np.ndarray:
    """Compute the central interval of each row of weighted draws.

    Parameters
    ----------
    values : array, shape (n_rows, n_draws)
        The draws, one row per quantity.
    weights : array, shape (n_draws,)
        The weight of each draw; only their ratios count. A draw that adds nothing to their sum in
        double precision is ignored.
    width : float, default 0.9
        The probability inside: the ends are the quantiles (1 ± width) / 2.

    Returns
    -------
    array, shape (n_rows, 2)
        The lower and the upper end of each row's interval.

    Raises
    ------
    ValueError
        If no weight is above 0.

    Notes
    -----
    Each draw stands at the middle of its own weight, with a straight line between neighbours; with
    equal weights these are Hazen's quantiles (Hyndman & Fan 1996, definition 5). Equal draws stand
    in no particular order: a stable sort takes six times as long.
    """
    if not weights.max(initial=0) > 0:
        raise ValueError(
            f"Found no weight above 0 among {len(weights)} draws: an interval needs one draw that"
            " counts."
        )
    shares = weights / weights.max()
    has_weight = shares > np.finfo(float).eps * len(shares)
    values, shares = values[:, has_weight], shares[has_weight]
    order = np.argsort(values, axis=1)
    sorted_values = np.take_along_axis(values, order, axis=1)
    sorted_shares = shares[order]
    middles = np.cumsum(sorted_shares, axis=1) - sorted_shares / 2
    aims = np.array([(1 - width) / 2, (1 + width) / 2]) * shares.sum()
    ends = [np.interp(aims, *row) for row in zip(middles, sorted_values, strict=True)]
    return np.reshape(ends, (len(values), 2))


def exceedance_probabilities(
    values: np.ndarray, weights: np.ndarray, levels: np.ndarray
) -> np.ndarray:
    """Compute P(value > threshold) of each row of weighted draws.

    Parameters
    ----------
    values : array, shape (n_rows, n_draws)
        The draws, one row per quantity.
    weights : array, shape (n_draws,)
        The weight of each draw; only their ratios count. A draw of weight 0 is ignored.
    levels : array, shape (n_levels,)
        The thresholds.

    Returns
    -------
    array, shape (n_rows, n_levels)
        The share of the weight of the draws above each threshold.
    """
    shares = weights / weights.sum()
    by_level = [(values > level).astype(float) @ shares for level in levels]
    return np.reshape(by_level, (len(levels), len(values))).T


def average(values: np.ndarray, weights: np.ndarray) -> Any:
    """Compute the weighted mean over the last axis, the draws; those of weight 0 are ignored."""
    has_weight = weights > 0
    return values[..., has_weight] @ (weights[has_weight] / weights[has_weight].sum())


def standard_error(values: np.ndarray, weights: np.ndarray) -> float:
    """Compute the standard error of the weighted mean of draws (self-normalized importance)."""
    has_weight = weights > 0
    shares = weights[has_weight] / weights[has_weight].sum()
    deviation = values[has_weight] - average(values, weights)
    return float(np.sqrt(((shares * deviation) ** 2).sum()))


def effective_sample_size(weights: np.ndarray) -> float:
    """Compute how many equally weighted draws are worth as much (Kish 1965); 0 without weight."""
    shares = weights / weights.max(initial=0) if weights.max(initial=0) > 0 else weights
    square = float((shares**2).sum())
    return float(shares.sum()) ** 2 / square if square else 0.0


def sample_until_effective(
    evaluate: Callable[[int], tuple[np.ndarray, np.ndarray]], n_draws: int
) -> tuple[np.ndarray, np.ndarray]:
    """Evaluate batches of draws until enough of them are effective, eight at most.

    Enough are 400 effective draws, or `n_draws` / 10 if that is less.

    Parameters
    ----------
    evaluate : callable
        It takes the number of a batch, from 0, and returns values, shape (…, n_draws), and
        P(evidence | draw), shape (n_draws,).
    n_draws : int
        The number of draws in a batch.

    Returns
    -------
    values : array, shape (…, n_batches * n_draws)
        The values of all batches, one after the other.
    weights : array, shape (n_batches * n_draws,)
        P(evidence | draw) of all draws.
    """
    enough = min(ENOUGH_EFFECTIVE, n_draws / DRAWS_PER_EFFECTIVE)
    values, weights = evaluate(0)
    for batch in range(1, MAX_BATCHES):
        if effective_sample_size(weights) >= enough:
            break
        more_values, more_weights = evaluate(batch)
        values = np.concatenate([values, more_values], axis=-1)
        weights = np.concatenate([weights, more_weights])
    return values, weights


class FewEffectiveDraws(UserWarning):
    """The warning that few of the draws behind an interval are compatible with the evidence."""


def interval_attrs(weights: np.ndarray, independent: float = 1.0) -> dict[str, Any]:
    """Return how many draws intervals rest on, for the `attrs` of a table.

    Parameters
    ----------
    weights : array, shape (n_draws,)
        The weights of the draws.
    independent : float, default 1
        The share of the draws that are as good as independent.

    Returns
    -------
    dict
        `draws`: the number of draws; `effective_sample_size`: that of the weights times
        `independent`; `note`: "", or a sentence that the intervals are rough.

    Warns
    -----
    FewEffectiveDraws
        With the text of `note`, if fewer than 100 draws are effective (or than a tenth of all draws
        if that is less).
    """
    size, note = independent * effective_sample_size(weights), ""
    if size < min(FEW_EFFECTIVE, len(weights) / DRAWS_PER_EFFECTIVE):
        note = (
            f"The intervals rest on {size:.0f} effective draws of {len(weights):,}: this evidence "
            "is rare under most values of the parameters, and the ends are rough."
        )
        warnings.warn(note, FewEffectiveDraws, stacklevel=3)
    return {"draws": len(weights), "effective_sample_size": size, "note": note}
