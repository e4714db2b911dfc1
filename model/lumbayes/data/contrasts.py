"""Contrasts: what runners say of runs with a factor and without it, and how often they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .variables import StatedEstimate


@dataclass(frozen=True)
class Contrast:
    """The words for the contrast of one factor.

    `worse_after` lists what the pain may be worse after, such as ("climbs", "descents").
    `with_factor` and `without` name the two kinds of runs, such as "hilly runs" and "flat runs".
    `question` asks whether the pain is worse after the first kind.
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
        P("worse" is said), each as a Beta: if the link of the factor fired, if the factor is
        present and its link did not fire, and if the factor is absent.
    background : StatedEstimate
        For counts: P(a run hurts) for any reason but the factor.
    link : StatedEstimate
        For counts: P(a run with the factor hurts by the factor), if its link can fire.
    cap : float
        The largest likelihood ratio that counts can give, either way.
    factors : mapping of str to Contrast
        From factor to the words for its contrast.
    """

    at_work: StatedEstimate
    idle: StatedEstimate
    absent: StatedEstimate
    background: StatedEstimate
    link: StatedEstimate
    cap: float
    factors: Mapping[str, Contrast]
