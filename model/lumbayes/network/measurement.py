"""What a home test's number says of the factor behind it: a smooth likelihood from a stated
error.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np

from ..data.variables import Measurement

SCALES: dict[str, Callable[[Any], Any]] = {"linear": lambda x: x, "log": np.log, "log1p": np.log1p}
UNSCALED: dict[str, Callable[[Any], Any]] = {
    "linear": lambda x: x,
    "log": np.exp,
    "log1p": np.expm1,
}


def likelihood(test: Measurement, reading: float) -> np.ndarray:
    """p(reading | factor = no, yes) over p(reading), shape (2,): what the number multiplies the
    odds by.

    The true quantity t is normal(centre, spread) on the test's scale and the reading is t plus
    normal(0, error), so t given the reading is normal too (the conjugate update, e.g. Gelman et
    al., Bayesian Data Analysis, 2.5) and the factor is there when t lies beyond the cut. A share
    `blunder` of readings says nothing. In the unit of `test.unit`.
    """
    return _likelihood(test, reading, NormalDist().cdf)


def likelihoods(test: Measurement, readings: np.ndarray) -> np.ndarray:
    """The same for many readings, shape (2, readings)."""
    from scipy.special import ndtr

    return _likelihood(test, readings, ndtr)


def _likelihood(test: Measurement, reading: Any, cdf: Callable[[Any], Any]) -> np.ndarray:
    scale, sign = SCALES[test.scale], 1 if test.side == "below" else -1
    cut, centre = scale(test.cut), scale(test.centre)
    trust = test.spread**2 / (test.spread**2 + test.error**2)
    mean, sd = centre + trust * (scale(reading) - centre), test.spread * math.sqrt(1 - trust)
    chance, prior = cdf(sign * (cut - mean) / sd), cdf(sign * (cut - centre) / test.spread)
    told = np.array([(1 - chance) / (1 - prior), chance / prior])
    return (1 - test.blunder) * told + test.blunder


def typical_readings(test: Measurement, n: int) -> np.ndarray:
    """Readings at the middle of each n-th of those that runners at large would take, in the test's
    unit.
    """
    seen = NormalDist(float(SCALES[test.scale](test.centre)), math.hypot(test.spread, test.error))
    readings = UNSCALED[test.scale](
        np.array([seen.inv_cdf((2 * i + 1) / (2 * n)) for i in range(n)])
    )
    return np.array(readings).clip(test.low, test.high)


def check_reading(test: Measurement, reading: object) -> float:
    """The reading as a number in the test's range, or a `ValueError` that says what was found and
    what is allowed.
    """
    allowed = f"{test.name} takes a number from {test.low:g} to {test.high:g} {test.unit}"
    if isinstance(reading, bool) or not isinstance(reading, int | float | np.integer | np.floating):
        raise ValueError(
            f"{test.name}={reading!r}: {allowed}; leave it out if it was not measured."
        )
    if not test.low <= reading <= test.high:
        raise ValueError(f"{test.name}={reading}: {allowed}; leave it out if it was not measured.")
    return float(reading)
