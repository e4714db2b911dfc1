"""What a runner says of runs with a factor and of runs without it, and how often it is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .variables import StatedEstimate


@dataclass(frozen=True)
class Contrast:
    """How runs with a factor and without it are called: after what it is worse, and both kinds.

    `question` asks whether it is worse after runs with it.
    """

    worse_after: tuple[str, ...]
    with_factor: str
    without: str
    question: str


@dataclass(frozen=True)
class Contrasts:
    """How a runner compares runs with a factor and runs without it.

    `at_work`, `idle` and `absent` are how often "clearly worse after …" is said of a factor whose
    link fires, that is there and whose link does not, that is not there. Of counts, `background` is
    the chance that a run hurts without it, `link` how often it adds hurt, and `cap` the largest
    likelihood ratio that they have.
    """

    at_work: StatedEstimate
    idle: StatedEstimate
    absent: StatedEstimate
    background: StatedEstimate
    link: StatedEstimate
    cap: float
    factors: Mapping[str, Contrast]
