"""What a home test's number says of the factor behind it: a smooth likelihood from a stated error."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np

from .variables import Measurement

STANDARD = NormalDist()
SCALES: dict[str, Callable[[float], float]] = {"linear": float, "log": math.log, "log1p": math.log1p}


def likelihood(test: Measurement, reading: float) -> np.ndarray:
    """p(reading | factor = no, yes) over p(reading), shape (2,): what the number multiplies the odds by.

    The true quantity t is normal(centre, spread) on the test's scale and the reading is t plus normal(0, error), so t
    given the reading is normal too (the conjugate update, e.g. Gelman et al., Bayesian Data Analysis, 2.5) and the
    factor is there when t lies beyond the cut. A share `blunder` of readings says nothing. In the unit of `test.unit`.
    """
    chance, prior = _beyond(test, reading), _beyond(test, None)
    told = np.array([(1 - chance) / (1 - prior), chance / prior])
    return (1 - test.blunder) * told + test.blunder


def _beyond(test: Measurement, reading: float | None) -> float:
    """P(t beyond the cut), before any reading (None) or after one."""
    scale = SCALES[test.scale]
    mean, sd = scale(test.centre), test.spread
    if reading is not None:
        trust = test.spread**2 / (test.spread**2 + test.error**2)
        mean, sd = mean + trust * (scale(reading) - mean), test.spread * math.sqrt(1 - trust)
    z = (scale(test.cut) - mean) / sd
    return STANDARD.cdf(z if test.side == "below" else -z)


def check_reading(test: Measurement, reading: object) -> float:
    """The reading as a number in the test's range, or a `ValueError` that says what was found and what is allowed."""
    allowed = f"{test.name} takes a number from {test.low:g} to {test.high:g} {test.unit}"
    if isinstance(reading, bool) or not isinstance(reading, int | float | np.integer | np.floating):
        raise ValueError(f"{test.name}={reading!r}: {allowed}; leave it out if it was not measured.")
    if not test.low <= reading <= test.high:
        raise ValueError(f"{test.name}={reading}: {allowed}; leave it out if it was not measured.")
    return float(reading)
