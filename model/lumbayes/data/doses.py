"""Doses: how strongly a factor acts at each value of a quantity that a home test reads."""

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
        Values of the quantity, in its unit, each with a strength. Between two values the strength
        is linear, outside it is constant. It is 1 at the value from which the factor counts as
        present.
    shape_doubt : float
        The standard deviation of ln κ. The strengths are raised to the power κ, so it says how
        uncertain the shape is.
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
        """The strengths of the nodes at which the factor is there, lowest first."""
        return tuple(sorted({strength for _, strength in self.nodes if strength >= FULL}))

    @property
    def ends(self) -> tuple[float, float]:
        """The first and the last value, beyond which the strength stays as it is.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().variables["climb_m_per_km"].dose.ends
        (0, 100)
        """
        return self.nodes[0][0], self.nodes[-1][0]
