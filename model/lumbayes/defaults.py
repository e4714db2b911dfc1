"""Defaults that several modules share."""

from __future__ import annotations

DRAWS = 4096  # joint draws of all priors behind every credible interval
SEED = 0  # of every draw, so that equal input gives equal output

WIDTH = 0.9  # of every credible interval, as P(inside)
