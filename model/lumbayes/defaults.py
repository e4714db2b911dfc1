"""Defaults that several modules share: interval width, number of draws, seed."""

from __future__ import annotations

DRAWS = 4096  # joint draws of all priors behind every credible interval
SEED = 0  # of every draw, so that equal input gives equal output

WIDTH = 0.9  # of every credible interval, as P(inside)


def tails(where: object, width: float) -> tuple[float, float]:
    """Return the two quantiles that bound a central interval: 0.05 and 0.95 for a width of 0.9.

    Raises `ValueError` if `width` is not above 0 and below 1. The message begins with `where`.
    """
    if not 0 < width < 1:
        allowed = f"it must be above 0 and below 1, as {WIDTH} is"
        raise ValueError(f"{where}: found an interval of width {width}; {allowed}.")
    return (1 - width) / 2, (1 + width) / 2
