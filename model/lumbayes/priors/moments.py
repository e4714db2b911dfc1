"""Means and variances of distributions of a probability, and mixtures of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..data.arguments import INSIDE, OPINIONS, POSITIVE, WEIGHTS, check_arguments


class Opinion(NamedTuple):
    """A distribution of a probability by its mean and variance: what one reply says of one link.

    `weight` is that in a pool.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.priors import Opinion
    >>> word = load().priors.words["can"]
    >>> round(Opinion(word.mean, word.variance).mean, 2)
    0.4
    """

    mean: float
    variance: float
    weight: float = 1.0


def linear_pool(
    opinions: Sequence[Opinion], weights: Sequence[float]
) -> tuple[float, float, float]:
    """Return mean, variance within and variance between of a weighted mixture of opinions.

    Parameters
    ----------
    opinions : sequence of Opinion
        At least one.
    weights : sequence of float
        One an opinion, 0 or more and not all 0; they are scaled to sum to 1.

    Returns
    -------
    mean, within, between : float
        The mixture's variance is `within + between`.

    Notes
    -----
    The linear opinion pool (Stone 1961).

    Examples
    --------
    >>> from lumbayes.priors import Opinion, linear_pool
    >>> mean, within, between = linear_pool([Opinion(0.25, 0.01), Opinion(0.75, 0.01)], [1, 1])
    >>> mean, between
    (0.5, 0.0625)
    """
    check_arguments("linear_pool", locals(), opinions=OPINIONS, weights=WEIGHTS)
    if len(opinions) != len(weights):
        found = f"{len(opinions)} opinions and {len(weights)} weights"
        raise ValueError(f"linear_pool: found {found}; give one weight an opinion.")
    shares = np.array(weights) / np.sum(weights)
    means = np.array([opinion.mean for opinion in opinions])
    variances = np.array([opinion.variance for opinion in opinions])
    mean = float(shares @ means)
    return mean, float(shares @ variances), float(shares @ (means - mean) ** 2)


def beta_counts(mean: float, variance: float) -> tuple[float, float]:
    """Return the Beta with this mean and variance, as counts (no, yes), by moments.

    Examples
    --------
    >>> from lumbayes.priors import beta_counts
    >>> beta_counts(0.5, 0.05)
    (2.0, 2.0)
    """
    check_arguments("beta_counts", locals(), mean=INSIDE, variance=POSITIVE)
    size = mean * (1 - mean) / variance - 1
    return (1 - mean) * size, mean * size
