"""Simulated readings of numeric tests, and the streams of random numbers of a simulation."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from ..network.dose import quantities
from ..network.measurement import SCALES, UNSCALED

if TYPE_CHECKING:
    from ..data.variables import Measurement


def uniforms(seed: int, stream: str, n: int) -> np.ndarray:
    """Return uniform draws of a stream of their own, whatever other variables there are."""
    return np.random.default_rng([seed, zlib.crc32(f"a world's {stream}".encode())]).random(n)


def readings(test: Measurement, level: np.ndarray, seed: int) -> np.ndarray:
    """Return readings, given the level of what a test reads, 0 where it is absent.

    They follow the model of `network.measurement.likelihood`; a reading beyond the test's range is
    clipped to its end.
    """
    from scipy.special import ndtri

    scale = SCALES[test.scale]
    quantity, error, blunder, anyone = (
        uniforms(seed, f"{test.name}, {part}", len(level))
        for part in ("quantity", "error", "blunder", "anyone")
    )
    from_level = quantities(test, level, quantity) if test.dose else _beyond(test, level, quantity)
    from_anyone = scale(test.centre) + test.spread * ndtri(anyone)
    reading = np.where(blunder < test.blunder, from_anyone, from_level) + test.error * ndtri(error)
    return np.asarray(UNSCALED[test.scale](reading)).clip(test.low, test.high)


def _beyond(test: Measurement, level: np.ndarray, quantity: np.ndarray) -> np.ndarray:
    """Return true quantities on the test's scale, beyond the cut where the level is above 0."""
    from scipy.special import ndtr, ndtri

    scale = SCALES[test.scale]
    p_below = float(ndtr((scale(test.cut) - scale(test.centre)) / test.spread))
    is_below = (level > 0) == (test.side == "below")
    quantile = np.where(is_below, p_below * quantity, p_below + (1 - p_below) * quantity)
    return np.asarray(scale(test.centre) + test.spread * ndtri(quantile))
