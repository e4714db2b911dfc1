"""Doses: how strongly a factor acts at each value of the quantity that a home test measures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

FULL = 1.0  # the strength at which a factor counts as there; weaker ones count in part


@dataclass(frozen=True)
class Dose:
    """How strongly a graded factor acts at each true value of the quantity that a test measures.

    Attributes
    ----------
    nodes : tuple of (float, float)
        Pairs of a value, in the unit of the test, and the strength there. Between two values the
        strength is linear, beyond the first and the last it is constant. It is 1 at the value from
        which the factor counts as present, and less where it counts in part.
    shape_doubt : float
        How uncertain the strengths are: the standard deviation of ln κ, where κ is the power that
        all strengths are raised to in a draw.
    basis, why, source : str
        Where the strengths come from, as for a `StatedEstimate`.

    Examples
    --------
    >>> from lumbayes import load
    >>> load().variables["climb_m_per_km"].dose.levels
    (1.0, 1.8, 2.3, 2.6)
    """

    nodes: tuple[tuple[float, float], ...]
    shape_doubt: float
    basis: str
    why: str
    source: str = ""

    @cached_property
    def levels(self) -> tuple[float, ...]:
        """The strengths of the nodes at which the factor is present (1 or more), lowest first."""
        return tuple(sorted({strength for _, strength in self.nodes if strength >= FULL}))

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value of `nodes`, beyond which the strength is constant.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().variables["climb_m_per_km"].dose.ends
        (0, 100)
        """
        return self.nodes[0][0], self.nodes[-1][0]
