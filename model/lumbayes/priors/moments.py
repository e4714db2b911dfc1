"""Means and variances of distributions of a probability, and mixtures of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..data.arguments import INSIDE, OPINIONS, POSITIVE, WEIGHTS, check_arguments


class Opinion(NamedTuple):
    """What one reply says about a parameter: mean and variance of a probability, and a weight.

    Attributes
    ----------
    mean, variance : float
        Mean and variance of the probability.
    weight : float, default 1
        The weight of the opinion in a pool.

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
    """Return the mean of a mixture of opinions (linear opinion pool) and its two variances.

    Parameters
    ----------
    opinions : sequence of Opinion
        At least one. Their own weights are not used.
    weights : sequence of float
        One per opinion, at least 0 and not all 0. They are scaled to sum to 1.

    Returns
    -------
    mean : float
        The mean of the mixture.
    within : float
        The weighted mean of the variances of the opinions.
    between : float
        The weighted variance of the means of the opinions. The variance of the mixture is `within`
        + `between`.

    Notes
    -----
    Stone (1961).

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
    """Return the parameters of the Beta with a given mean and variance.

    Parameters
    ----------
    mean : float
        Above 0 and below 1.
    variance : float
        Above 0 and below mean · (1 − mean).

    Returns
    -------
    no, yes : float
        The counts of "no" and of "yes", which are β and α: mean = yes / (no + yes).

    Raises
    ------
    ValueError
        If no distribution of a probability with this mean varies that much.

    Examples
    --------
    >>> from lumbayes.priors import beta_counts
    >>> [round(count, 2) for count in beta_counts(0.2, 0.02)]
    [5.6, 1.4]
    """
    check_arguments("beta_counts", locals(), mean=INSIDE, variance=POSITIVE)
    most = mean * (1 - mean)
    if variance >= most:
        raise ValueError(
            f"beta_counts: found the variance {variance:g}; with the mean {mean:g} a probability "
            f"varies by less than mean · (1 − mean) = {most:g}."
        )
    size = most / variance - 1
    return (1 - mean) * size, mean * size
