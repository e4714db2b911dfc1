"""Graded factors: which dose a reading speaks for, and how strongly a link acts at each dose.

A graded factor is absent (level 0) or present at one of several levels, each with a strength. Let x
be the true value of the quantity, and g(x) the strength that doses.toml gives it. The factor is
present with probability min(1, g(x)). If present, it has the strength max(1, g(x)), as a mixture of
the two nearest levels. So the expected strength of a runner is g(x). If g steps from 0 to 1 at the
cut, the factor is there or not.

At dose d a link with probability λ fires with probability 1 − (1 − λ)^d. A level of strength g has
the dose d = g / m. Here m is such that after a plain "yes", a mixture of all levels among those who
have the factor, the link fires with probability λ. For weak links m is the mean strength of a
"yes".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.doses import FULL

if TYPE_CHECKING:
    from ..data.variables import Measurement

Cdf = Callable[[Any], Any]
MANY = 30  # counts from which Stirling's series is exact to all digits
FIRST_STEP = 1000  # of the secant method, the start is so many times as large
STEPS = 60  # of an iteration that converges in about six
CLOSE = 1e-15  # of a logarithm
SCALE_OF: dict[str, Callable[[float], float]] = {
    "linear": float,
    "log": lambda x: math.log(x) if x > 0 else -math.inf,
    "log1p": lambda x: math.log1p(x) if x > -1 else -math.inf,
}

UNSCALED: dict[str, Callable[[Any], Any]] = {
    "linear": lambda x: x,
    "log": np.exp,
    "log1p": np.expm1,
}


def level_shares(test: Measurement, mean: Any, sd: float, cdf: Cdf) -> np.ndarray:
    """Return P(each level) for a quantity that is normal(mean, sd) on the scale of the test.

    Parameters
    ----------
    test : Measurement
        A measurement with a dose.
    mean : float or array, shape (n,)
        One mean, or one per quantity.
    sd : float
        The standard deviation.
    cdf : function
        The standard normal distribution function.

    Returns
    -------
    ndarray
        An array of shape (n_levels + 1,) or (n_levels + 1, n), level 0 first. The first axis sums
        to 1.

    Notes
    -----
    The shares are piecewise linear in x, so each piece needs P(a < x < b) and E[x; a < x < b], in
    closed form for a normal and a lognormal x.
    """
    assert test.dose is not None
    values = np.array([x for x, _ in test.dose.nodes], float)
    at_nodes = np.array([_at_strength(g, test.dose.levels) for _, g in test.dose.nodes])
    scores = [(SCALE_OF[test.scale](x) - mean) / sd for x in values]
    below = np.array([cdf(score) for score in scores])
    means = _means_below(test.scale, scores, below, mean, sd, cdf)
    widths = np.diff(values)[:, None]
    slopes = np.zeros((len(widths), at_nodes.shape[1]))  # 0 where the strength has a step
    np.divide(np.diff(at_nodes, axis=0), widths, out=slopes, where=widths > 0)
    inside = np.diff(below, axis=0)
    starts = values[:-1].reshape(-1, *[1] * np.ndim(mean))
    beyond_start = np.diff(means, axis=0) - starts * inside  # E[x − start; x in the piece]
    ends = np.multiply.outer(at_nodes[0], below[0])
    ends += np.multiply.outer(at_nodes[-1], 1 - below[-1])
    shares = ends + at_nodes[:-1].T @ inside + slopes.T @ beyond_start
    return np.asarray(shares.clip(0))


def level_nodes(test: Measurement) -> np.ndarray:
    """Return the values between which the strength of a factor is linear, shape (n_nodes,)."""
    assert test.dose is not None
    return np.array([x for x, _ in test.dose.nodes], float)


def level_shares_at(test: Measurement, quantity: np.ndarray) -> np.ndarray:
    """Return P(each level | true quantity), shape (n_levels + 1, n).

    `quantity` is on the scale of the test, of shape (n,).
    """
    assert test.dose is not None
    values = [x for x, _ in test.dose.nodes]
    at_nodes = np.array([_at_strength(g, test.dose.levels) for _, g in test.dose.nodes])
    x = UNSCALED[test.scale](quantity)
    return np.array([np.interp(x, values, of_level) for of_level in at_nodes.T])


def _at_strength(strength: float, levels: tuple[float, ...]) -> np.ndarray:
    """Return P(each level, 0 first) at the strength of a node."""
    shares = np.zeros(len(levels) + 1)
    if strength < FULL:
        shares[:2] = FULL - strength, strength
    else:
        shares[1 + levels.index(strength)] = 1.0
    return shares


def _means_below(
    scale: str, scores: list[Any], below: np.ndarray, mean: Any, sd: float, cdf: Cdf
) -> np.ndarray:
    """Return E[x; x below each score] of a quantity that is normal on a scale.

    `below` holds P(x below each score).
    """
    if scale == "linear":
        densities = np.exp(-np.square(scores) / 2) / math.sqrt(2 * math.pi)
        return np.asarray(mean * below - sd * densities)
    lognormal = np.exp(mean + sd**2 / 2) * np.array([cdf(score - sd) for score in scores])
    return lognormal - below if scale == "log1p" else lognormal


GRID = np.linspace(-8, 8, 8001)  # scores of a quantity; straight lines between are within 1e-6


def quantities(test: Measurement, level: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
    """Return draws of true quantities, on the scale of the test, given the level of each.

    `level` and `uniforms`, the uniform numbers behind the draws, have the shape (n,).
    """
    assert test.dose is not None
    values = [x for x, _ in test.dose.nodes]
    at_nodes = np.array([_at_strength(g, test.dose.levels) for _, g in test.dose.nodes])
    on_scale = SCALE_OF[test.scale](test.centre) + test.spread * GRID
    x = UNSCALED[test.scale](on_scale)
    density = np.exp(-(GRID**2) / 2)
    drawn = np.zeros(len(level))
    for j, of_level in enumerate(at_nodes.T):
        cumulated = np.cumsum(density * np.interp(x, values, of_level))
        is_level = level == j
        drawn[is_level] = np.interp(uniforms[is_level], cumulated / cumulated[-1], on_scale)
    return drawn


def shares_if_present(shares: np.ndarray) -> np.ndarray:
    """Return P(level | the factor is present) from P(level), level 0 first."""
    return np.asarray(shares[1:] / shares[1:].sum(axis=0))


def idle_at_mean(counts: tuple[float, ...], shares: np.ndarray, levels: Any) -> np.ndarray:
    """Return E[(1 − λ)^d], P(the link does not fire), at the dose d of each level.

    Parameters
    ----------
    counts : tuple of float
        The counts (no, yes) of λ, a Beta.
    shares : array, shape (n_levels,)
        P(level | the factor is present). The mean of the result with these weights is E[1 − λ].
    levels : sequence of float
        The strength of each level.

    Examples
    --------
    >>> import numpy as np
    >>> from lumbayes.network.dose import idle_at_mean
    >>> idle_at_mean((9, 1), np.array([0.5, 0.5]), [1, 2]).round(3)
    array([0.93, 0.87])
    """
    no, yes = counts
    strengths = np.array(levels, float)
    if not no or not yes:
        return np.full(len(strengths), float(no > 0))

    def excess(mean: float) -> float:
        idle = shares @ _moments(no, yes, strengths / mean)
        return float(idle) / (no / (no + yes)) - 1

    return _moments(no, yes, strengths / _root(excess, float(shares @ strengths)))


def _root(excess: Callable[[float], float], start: float) -> float:
    """Return where a smooth function is 0, by the secant method from near its root."""
    before, now = start, start - start / FIRST_STEP
    error_before = excess(before)
    for _ in range(STEPS):
        error = excess(now)
        if error == error_before:
            break
        step = error * (now - before) / (error - error_before)
        before, error_before = now, error
        now -= step
        if abs(step) < CLOSE * now:
            break
    return now


def _moments(no: float, yes: float, powers: np.ndarray) -> np.ndarray:
    """Return E[(1 − λ)^power] = Γ(no + power) Γ(n) / (Γ(no) Γ(n + power))."""
    return np.array([math.exp(_rise(no, p) - _rise(no + yes, p)) for p in powers.tolist()])


def _rise(count: float, power: float) -> float:
    """Return ln Γ(count + power) − ln Γ(count), of large counts by the difference of two series."""
    if count < MANY:
        return math.lgamma(count + power) - math.lgamma(count)
    leading = power * (math.log(count) - 1)
    growth = (2 * (count + power) - 1) / 2 * math.log1p(power / count)
    return leading + growth + _series(count + power) - _series(count)


def _series(count: float) -> float:
    """Return the terms of Stirling's series from 1/(12 count) on."""
    return 1 / (12 * count) - 1 / (360 * count**3) + 1 / (1260 * count**5)


def idle_at(idle: np.ndarray, shares: np.ndarray, levels: Any, shape: Any = 1.0) -> np.ndarray:
    """Return (1 − λ)^d, P(the link does not fire), at the dose d of each level for given λ.

    Parameters
    ----------
    idle : array, shape (n,)
        Values of 1 − λ.
    shares : array, shape (n_levels,)
        P(level | the factor is present). The mean of each column of the result with these weights
        is 1 − λ.
    levels : sequence of float
        The strength of each level.
    shape : float or array, shape (n,), default 1
        The power that the strengths are raised to.

    Returns
    -------
    ndarray
        An array of shape (n_levels, n).

    Examples
    --------
    >>> import numpy as np
    >>> from lumbayes.network.dose import idle_at
    >>> idle_at(np.array([0.9]), np.array([0.5, 0.5]), [1, 2])[:, 0].round(3)
    array([0.932, 0.868])
    """
    strengths = np.array(levels, float)[:, None] ** np.broadcast_to(shape, idle.shape)
    with np.errstate(divide="ignore"):
        hazard = -np.log(idle)
    finite = np.where(np.isfinite(hazard), hazard, 1.0)
    unit = finite / (shares @ strengths)  # not above the root: Newton's steps rise to it
    for _ in range(STEPS):
        parts = shares[:, None] * np.exp(-unit * strengths)
        total = parts.sum(axis=0)
        error = np.log(total) + finite
        unit = unit + error * total / (parts * strengths).sum(axis=0)
        if np.abs(error).max(initial=0) < CLOSE:
            break
    return np.where(np.isfinite(hazard), np.exp(-unit * strengths), 0.0)
