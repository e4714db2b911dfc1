"""Defaults that several modules share."""

from __future__ import annotations

DRAWS = 4096
SEED = 0

WIDTH = 0.9  # of every interval, unless another is asked for
