"""What a runner says of runs with a factor and of runs without it, and how often it is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .variables import StatedEstimate


@dataclass(frozen=True)
class Contrast:
    """The words for runs with a factor and runs without it.

    `worse_after` lists what the pain is worse after, `with_factor` and `without` name the two kinds
    of runs, and `question` asks whether it is worse after runs with the factor.
    """

    worse_after: tuple[str, ...]
    with_factor: str
    without: str
    question: str


@dataclass(frozen=True)
class Contrasts:
    """The rates behind `Case.contrast`, from contrasts.toml.

    Attributes
    ----------
    at_work, idle, absent : StatedEstimate
        P("worse" is said | the factor's link is active), P("worse" | the factor is present and its
        link inactive), and P("worse" | the factor is absent).
    background : StatedEstimate
        For counts: P(a run hurts) without an active link of the factor.
    link : StatedEstimate
        For counts: P(a run hurts) by the factor's active link alone.
    cap : float
        The largest likelihood ratio that counts can have.
    factors : mapping of str to Contrast
        By factor, the words for its contrast.
    """

    at_work: StatedEstimate
    idle: StatedEstimate
    absent: StatedEstimate
    background: StatedEstimate
    link: StatedEstimate
    cap: float
    factors: Mapping[str, Contrast]
