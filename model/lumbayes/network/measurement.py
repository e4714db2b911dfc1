"""Readings as evidence: the likelihood of a measured number given the factor that is measured."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from .dose import UNSCALED, level_shares, shares_if_present

if TYPE_CHECKING:
    from ..data.variables import Measurement

SCALES: dict[str, Callable[[Any], Any]] = {"linear": lambda x: x, "log": np.log, "log1p": np.log1p}


def likelihood(test: Measurement, reading: float) -> np.ndarray:
    """Return the likelihood of a reading: p(reading | factor = no, yes) / p(reading).

    Parameters
    ----------
    test : Measurement
        A measurement that is a number.
    reading : float
        The reading, in the unit of the test and inside its range.

    Returns
    -------
    ndarray
        An array of shape (2,): by what the reading multiplies the probability that the factor is
        absent, and that it is present.

    Notes
    -----
    The true quantity t is normal(centre, spread) on the scale of the test, and the reading is t
    plus normal(0, error). So t given the reading is normal, too (the conjugate update, e.g. Gelman
    et al., Bayesian Data Analysis, 2.5). The factor is present if t lies beyond the cut; for a
    graded factor see `network.dose`. A share `blunder` of the readings is independent of t.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.network.measurement import likelihood
    >>> likelihood(load().variables["plank_seconds"], 22).round(2)
    array([0.05, 1.75])
    """
    return _likelihood(test, reading, NormalDist().cdf)


def likelihoods(test: Measurement, readings: np.ndarray) -> np.ndarray:
    """Return the likelihood of many readings, shape (2, n_readings): factor absent, present.

    Examples
    --------
    >>> import numpy as np
    >>> from lumbayes import load
    >>> from lumbayes.network.measurement import likelihoods
    >>> likelihoods(load().variables["plank_seconds"], np.array([22.0, 180.0])).round(2)
    array([[0.05, 2.09],
           [1.75, 0.13]])
    """
    from scipy.special import ndtr

    return _likelihood(test, readings, ndtr)


def level_likelihoods(test: Measurement, readings: np.ndarray) -> np.ndarray:
    """Return the likelihood of many readings by level, shape (n_levels + 1, n_readings).

    A level is a dose at which a graded factor is present. Level 0, the factor absent, comes first.

    Examples
    --------
    >>> import numpy as np
    >>> from lumbayes import load
    >>> from lumbayes.network.measurement import level_likelihoods
    >>> level_likelihoods(load().variables["climb_m_per_km"], np.array([2.0, 90.0]))[0].round(2)
    array([1.58, 0.05])
    """
    from scipy.special import ndtr

    return _level_likelihood(test, readings, ndtr)


def level_likelihood(test: Measurement, reading: float) -> np.ndarray:
    """Return the likelihood of one reading by level, shape (n_levels + 1,), level 0 first."""
    return _level_likelihood(test, reading, NormalDist().cdf)


def population_shares(test: Measurement) -> np.ndarray:
    """Return P(level) among runners, level 0 first, shape (n_levels + 1,)."""
    centre = float(SCALES[test.scale](test.centre))
    return level_shares(test, centre, test.spread, NormalDist().cdf)


def _likelihood(test: Measurement, reading: Any, cdf: Callable[[Any], Any]) -> np.ndarray:
    if test.dose:
        by_level = _level_likelihood(test, reading, cdf)
        if_present = shares_if_present(population_shares(test))
        return np.array([by_level[0], if_present @ by_level[1:]])
    sign = 1 if test.side == "below" else -1
    cut, centre = SCALES[test.scale](test.cut), SCALES[test.scale](test.centre)
    mean, sd = _quantity(test, reading)
    posterior = cdf(sign * (cut - mean) / sd)
    prior = cdf(sign * (cut - centre) / test.spread)
    ratios = np.array([(1 - posterior) / (1 - prior), posterior / prior])
    return (1 - test.blunder) * ratios + test.blunder


def _level_likelihood(test: Measurement, reading: Any, cdf: Callable[[Any], Any]) -> np.ndarray:
    posterior = level_shares(test, *_quantity(test, reading), cdf)
    prior = population_shares(test).reshape(-1, *[1] * (posterior.ndim - 1))
    return (1 - test.blunder) * posterior / prior + test.blunder


def _quantity(test: Measurement, reading: Any) -> tuple[Any, float]:
    """Return mean and standard deviation of the true quantity given a reading, on its scale."""
    scale = SCALES[test.scale]
    centre = scale(test.centre)
    reliability = test.spread**2 / (test.spread**2 + test.error**2)
    mean = centre + reliability * (scale(reading) - centre)
    return mean, test.spread * math.sqrt(1 - reliability)


def typical_readings(test: Measurement, n: int) -> np.ndarray:
    """Return n typical readings in the unit of the test: the middles of equally likely ranges.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.network.measurement import typical_readings
    >>> typical_readings(load().variables["plank_seconds"], 3).round(0)
    array([ 58.,  95., 156.])
    """
    centre = float(SCALES[test.scale](test.centre))
    of_readings = NormalDist(centre, math.hypot(test.spread, test.error))
    middles = np.array([of_readings.inv_cdf((2 * i + 1) / (2 * n)) for i in range(n)])
    return np.array(UNSCALED[test.scale](middles)).clip(test.low, test.high)


def check_reading(test: Measurement, reading: object) -> float:
    """Return the reading as a float; raise a `ValueError` if it is not in the range of the test.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.network.measurement import check_reading
    >>> check_reading(load().variables["plank_seconds"], 22)
    22.0
    """
    allowed = f"{test.name} takes a number from {test.low:g} to {test.high:g} {test.unit}"
    todo = "leave it out if it was not measured"
    if isinstance(reading, bool) or not isinstance(reading, int | float | np.integer | np.floating):
        raise ValueError(f"{test.name}={reading!r}: {allowed}; {todo}.")
    if not test.low <= reading <= test.high:
        raise ValueError(f"{test.name}={reading}: {allowed}; {todo}.")
    return float(reading)
